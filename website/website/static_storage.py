"""The storage of collected static files. A separate module, because it can only be imported once Django is set up."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PageStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A storage of compressed files under hashed names, which also rewrites imports between JavaScript modules."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 20
    """The longest chain of imports. Each pass renames the modules whose imports have their names already."""
