"""The storage of collected static files. A separate module, because it can only be imported once Django is set up."""

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT_LINES = re.compile(rb"^[ \t]*(?:/\*\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)
"""Comments that have lines of their own. Others stay, because finding their beginning requires a parser."""


class PageStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A storage of compressed files under hashed names, which also rewrites imports between JavaScript modules.

    It leaves out the comments of scripts, which are almost half of their download.
    """

    support_js_module_import_aggregation = True
    max_post_process_passes = 20
    """The longest chain of imports. Each pass renames the modules whose imports have their names already."""

    def _save(self, name: str, content: Any) -> str:
        if name.endswith(".js"):
            content.seek(0)
            content = ContentFile(without_comments(content.read()))
        return str(super()._save(name, content))


def without_comments(script: bytes) -> bytes:
    """Remove the comments of a script that have lines of their own."""
    return _COMMENT_LINES.sub(b"", script)
