"""Differences between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MAX_WORDS = 1200
"""Longer texts are compared line by line: comparing words takes time that grows with the square of their number."""
_WORDS = re.compile(r"\s+|[^\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Part:
    """A piece of text; ``kind`` is ``same``, ``gone`` (only in the older text) or ``new`` (only in the newer one)."""

    kind: str
    text: str


def diff_texts(older: str, newer: str) -> list[Part]:
    """Return the parts that turn the older text into the newer one."""
    if older == newer:
        return [Part("same", older)] if older else []
    before, after = _WORDS.findall(older), _WORDS.findall(newer)
    if len(before) + len(after) > MAX_WORDS:
        before, after = _LINES.findall(older), _LINES.findall(newer)
        if len(before) + len(after) > MAX_WORDS:
            return [Part("gone", older), Part("new", newer)]
    parts: list[Part] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, new = "".join(before[i1:i2]), "".join(after[j1:j2])
        found = [Part("same", gone)] if tag == "equal" else [Part("gone", gone), Part("new", new)]
        parts += [part for part in found if part.text]
    return parts
