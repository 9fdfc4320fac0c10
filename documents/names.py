"""Labels of documents: what a document is called on the shelf and when it leaves it. The file itself never changes.

Threats: a label that reads backwards (bidirectional controls hide ``gpj.exe``), breaks a header (line ends) or walks
up a folder (separators) once it is somebody's file name.
"""

import re
import unicodedata

LONGEST = 120
"""Characters, the ending included."""
ENDING = ".pdf"

_SEPARATORS = re.compile(r'[\\/:*?"<>|]+')
_SPACES = re.compile(r"\s+")
_EDGES = " .-"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of what is not seen: controls, bidirectional marks, surrogates, private and unassigned."""
_JOINERS = {"\u200c", "\u200d"}
"""Unseen, but letters of some scripts are wrong without them."""


def tidy_label(text: str) -> str:
    """The label as it is kept: on one line, seen whole, ending once in ``.pdf``; ``""`` when nothing is left.

    It may be longer than ``LONGEST``: a person is told, a received name goes through ``cut_label``.
    """
    plain = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    seen = "".join(letter for letter in plain if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN)
    named = _without_ending(_SEPARATORS.sub("-", seen))
    return named + ENDING if any(letter.isalnum() for letter in named) else ""


def cut_label(label: str) -> str:
    """A tidy label, cut to ``LONGEST`` before its ending."""
    return stem(label)[: LONGEST - len(ENDING)].rstrip(_EDGES) + ENDING


def stem(label: str) -> str:
    """The label without its ending: what a person reads and types."""
    return label.removesuffix(ENDING)


def _without_ending(text: str) -> str:
    stripped = text.rstrip(_EDGES)
    while stripped.lower().endswith(ENDING):
        stripped = stripped[: -len(ENDING)].rstrip(_EDGES)
    return stripped.lstrip(_EDGES)
