"""One way to clean what people type or paste, for every form and parser.

Phones and word processors add characters that nobody sees (zero-width spaces, direction marks, soft hyphens) and
replace hyphens and digits with look-alikes; web pages and PDF files hand them on when a number is copied.
"""

import unicodedata
from typing import Literal

MAX_LENGTH = 5000
"""Characters of the longest text that is normalized; every field has a lower limit."""
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212"), "-")
_JOINERS = "\u200c\u200d"
"""Invisible, but some scripts and emoji sequences are misspelled without them."""


def clean_code(text: str) -> str:
    """Return a number, date, code or address on one line of plain characters, to be parsed.

    NFKC (full-width digits become ASCII), without format characters and variation selectors, control characters as
    spaces, every dash as a hyphen, spaces trimmed and collapsed.
    """
    plain = _normalize("NFKC", " ".join(_visible(text, keep_sequences=False).split()))
    return " ".join(plain.translate(_DASHES).split())


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


def has_invisible(text: str) -> bool:
    """Return whether the text holds characters that ``clean_text`` drops or turns into spaces."""
    return _visible(text, keep_sequences=True) != text


def _normalize(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Leave a text alone that is longer than any field: sorting its accents would take quadratic time."""
    return text if len(text) > MAX_LENGTH else unicodedata.normalize(form, text)


def _one_line(text: str) -> str:
    return " ".join(_visible(text, keep_sequences=True).split())


def _visible(text: str, *, keep_sequences: bool) -> str:
    """Drop format characters, surrogates, private and unassigned ones; turn control characters into spaces."""
    return text.translate({ord(letter): _replacement(letter, keep_sequences) for letter in set(text)})


def _replacement(letter: str, keep_sequences: bool) -> str:
    category = unicodedata.category(letter)
    if category == "Cc":
        return " "
    if letter in _JOINERS or _is_variation_selector(letter):
        return letter if keep_sequences else ""
    return "" if category.startswith("C") else letter


def _is_variation_selector(letter: str) -> bool:
    return (
        "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef" or letter in "\u180b\u180c\u180d\u180f"
    )
