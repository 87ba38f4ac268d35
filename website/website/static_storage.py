"""The storage of collected static files. Apart from the rest: it can only be imported once Django is set up."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PageStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed files under hashed names, also where one JavaScript module imports another."""

    support_js_module_import_aggregation = True
