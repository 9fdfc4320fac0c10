"""Static files, hashed and compressed; our own scripts without the lines that explain them.

A step may load 5 KB of scripts, and comments are one seventh of theirs. More than that a minifier would not save.
"""

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN_SCRIPT = re.compile(r"js/.+\.js")
_COMMENT = re.compile(rb"^[ \t]*//.*\n", re.MULTILINE)


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    def _save(self, name: str, content: Any) -> str:
        if OWN_SCRIPT.fullmatch(name.replace("\\", "/")):
            content.seek(0)  # hashing has read it to its end
            content = ContentFile(without_comments(content.read()))
        return str(super()._save(name, content))


def without_comments(script: bytes) -> bytes:
    """Drop the lines that are only a comment; what stands behind code stays."""
    return _COMMENT.sub(b"", script)
