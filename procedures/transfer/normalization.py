"""What makes no difference between two texts: what spreadsheets change without anybody seeing it.

Excel and others write line breaks in their own way (CR LF, or ``_x000D_`` where the escape was not undone), add blanks
that do not break, and take letters and accents apart; copies of web pages bring characters of no width.
"""

import re
from typing import Any

from foundation.text import compose

_NO_WIDTH = "\u200b\u200e\u200f\u2060\ufeff"
_NOT_SEEN_AT_THE_END = _NO_WIDTH + "\u00a0\u2007\u202f"
_ESCAPED_RETURN = re.compile("_x000D_", re.IGNORECASE)
_ESCAPED_BREAK = re.compile("_x000D_\r?\n", re.IGNORECASE)


def canonical(text: str) -> str:
    """Return what people see of a text, by which two texts are compared."""
    plain = _without_width(_ESCAPED_RETURN.sub("\r", text)).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(compose(line).rstrip() for line in plain.split("\n")).rstrip()


def clean_value(text: str) -> str:
    """Return a new text verbatim, but for accents apart, escaped line ends, and unseen characters at the end."""
    whole = _ESCAPED_BREAK.sub("\n", text).rstrip(_NOT_SEEN_AT_THE_END)
    return "\n".join(map(compose, whole.split("\n")))


def clean_key(text: str) -> str:
    """Return what identifies a row, or the name of a column, without anything that is not seen."""
    return compose(_without_width(text)).strip()


def reads_alike(one: Any, other: Any) -> bool:
    """Return whether two values, which may hold further ones, differ in nothing that is seen."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or canonical(one) == canonical(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(reads_alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(reads_alike, one, other))
    return bool(one == other)


def adopt(given: Any, stored: Any) -> Any:
    """Return the stored value where the given one reads alike; else the given one, with the line ends of the stored."""
    if reads_alike(given, stored):
        return stored
    if isinstance(given, str) and isinstance(stored, str) and "\r" not in stored:
        return given.replace("\r\n", "\n")
    return given


def _without_width(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _NO_WIDTH)))
