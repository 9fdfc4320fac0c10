"""Labels of documents: their names in Downloads and as downloaded files. The file itself never changes.

Threats: a label that reads backwards (bidirectional controls hide ``gpj.exe``), breaks a header (line breaks) or
climbs out of a folder (separators) once it is a file name.
"""

import re

from foundation.text import clean_text

MAX_LENGTH = 120
"""Characters, with the extension."""
EXTENSION = ".pdf"

_SEPARATORS = re.compile(r'[\\/:*?"<>|]+')
_EDGES = " .-"


def tidy_label(text: str) -> str:
    """Return the label on one line, without invisible characters, with one ``.pdf``; ``""`` when nothing is left.

    It may be longer than ``MAX_LENGTH``: a person is told so, a received name is cut with ``cut_label``.
    """
    named = _without_extension(_SEPARATORS.sub("-", clean_text(text)))
    return named + EXTENSION if any(letter.isalnum() for letter in named) else ""


def cut_label(label: str) -> str:
    """Cut a tidied label to ``MAX_LENGTH``, keeping its extension."""
    return stem(label)[: MAX_LENGTH - len(EXTENSION)].rstrip(_EDGES) + EXTENSION


def stem(label: str) -> str:
    """Return the label without its extension, as people read and type it."""
    return label.removesuffix(EXTENSION)


def _without_extension(text: str) -> str:
    stripped = text.rstrip(_EDGES)
    while stripped.lower().endswith(EXTENSION):
        stripped = stripped[: -len(EXTENSION)].rstrip(_EDGES)
    return stripped.lstrip(_EDGES)
