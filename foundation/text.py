"""One way to clean what people type or paste, for every form and parser.

Phones and word processors add characters that nobody sees (zero-width spaces, direction marks, soft hyphens) and
replace hyphens and digits with look-alikes; web pages and PDF files hand them on when a number is copied.
"""

import re
import unicodedata
from typing import Literal

MAX_LENGTH = 5000
"""Characters of the longest text that is normalized; every field has a lower limit."""
_DASHES = "\u2043\u2212\u30fc"
"""Hyphen bullet, minus sign and prolonged sound mark: dashes to the eye, though not to Unicode (category Pd)."""
_JOINERS = "\u200c\u200d"
"""Invisible, but some scripts and emoji sequences are misspelled without them."""
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and marks to Unicode, though nothing is drawn for them."""
_TAGGED_FLAG = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)")
"""The flag of a part of a country. Tag characters anywhere else are hidden text."""
_SEPARATORS = re.compile(r"[\s.,:·/_\-]+")


def clean_code(text: str) -> str:
    """Return a number, date, code or address on one line of plain characters, to be parsed.

    NFKC, the digits of every script as ASCII, without format characters and variation selectors, control characters
    as spaces, every dash as a hyphen, spaces trimmed and collapsed.
    """
    plain = _normalize("NFKC", " ".join(_visible(text, keep_sequences=False).split()))
    return " ".join(plain.translate({ord(letter): _plain(letter) for letter in set(plain)}).split())


def compact_code(text: str) -> str:
    """Return a number or code like ``clean_code``, in capitals and without separators."""
    return _SEPARATORS.sub("", clean_code(text)).upper()


def clean_text(text: str) -> str:
    """Return words on one line as their author spells them: like ``clean_code``, but letters and dashes stay.

    NFC, as NFKC would turn ``2º A`` into ``2o A``; joiners and variation selectors stay, as emoji need them.
    """
    return compose(_one_line(text))


def clean_lines(text: str) -> str:
    """Return a text of several lines, each cleaned by ``clean_text``, separated by ``\\n``."""
    return compose("\n".join(map(_one_line, text.splitlines())).strip())


def compose(text: str) -> str:
    """Return the text in NFC, where a letter and its accent are one character."""
    return _normalize("NFC", text)


def _normalize(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Leave a text alone that is longer than any field: sorting its accents would take quadratic time."""
    return text if len(text) > MAX_LENGTH else unicodedata.normalize(form, text)


def _one_line(text: str) -> str:
    return " ".join(_visible(text, keep_sequences=True).split())


def _visible(text: str, *, keep_sequences: bool) -> str:
    """Drop format characters, surrogates, private and unassigned ones; turn control characters into spaces."""
    replacements = {ord(letter): _replacement(letter, keep_sequences) for letter in set(text)}
    if not keep_sequences:
        return text.translate(replacements)
    parts = _TAGGED_FLAG.split(text)
    return "".join(part if index % 2 else part.translate(replacements) for index, part in enumerate(parts))


def _replacement(letter: str, keep_sequences: bool) -> str:
    category = unicodedata.category(letter)
    if category == "Cc":
        return " "
    if letter in _JOINERS or _is_variation_selector(letter):
        return letter if keep_sequences else ""
    if category == "Cn" and "\U0001f000" <= letter <= "\U0001fbff":
        return letter  # an emoji newer than Python's tables
    return "" if category.startswith("C") or letter in _FILLERS else letter


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    return "-" if category == "Pd" or letter in _DASHES else letter


def _is_variation_selector(letter: str) -> bool:
    return (
        "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef" or letter in "\u180b\u180c\u180d\u180f"
    )
