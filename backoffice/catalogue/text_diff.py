"""What is different between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 1200
"""Longer texts are compared line by line: comparing words takes the square of their number."""
_WORDS = re.compile(r"\s+|[^\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Part:
    """A piece of text that is in both (``same``), in the older only (``gone``) or in the newer only (``new``)."""

    kind: str
    text: str


def parts(older: str, newer: str) -> list[Part]:
    """The older text turned into the newer one."""
    if older == newer:
        return [Part("same", older)] if older else []
    before, after = _WORDS.findall(older), _WORDS.findall(newer)
    if len(before) + len(after) > MOST_WORDS:
        before, after = _LINES.findall(older), _LINES.findall(newer)
        if len(before) + len(after) > MOST_WORDS:
            return [Part("gone", older), Part("new", newer)]
    found: list[Part] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Part("same", "".join(before[i1:i2])))
            continue
        found += [Part("gone", "".join(before[i1:i2]))] if i2 > i1 else []
        found += [Part("new", "".join(after[j1:j2]))] if j2 > j1 else []
    return found
