"""Detection of what a question must not contain: identity numbers and PINs, which no answer needs, and many links.

It errs on the side of caution: anything like a DNI counts, whether or not its letter is right. Alphabets: Cl@ve's PIN
is ``[A-Z2-7]{3}``, the letters of a DNI are ``TRWAGMYFPDXBNJZSQVHLCKE``.
"""

import re

from stdnum.es import dni

from foundation.text import clean_code

MOST_LINKS = 2
_GAP = r"[\s.\-_/·]{0,2}"
_NIE = re.compile(rf"(?<![^\W_])[XYZ]{_GAP}(?:\d{_GAP}){{7}}[A-Z](?![^\W_])", re.IGNORECASE)
_DNI = re.compile(rf"(?<!\w)(?<!\d[.\-])((?:\d{_GAP}){{6,7}}\d)({_GAP})([A-Z])(?![^\W_])", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:dni|nie|nif)\b[^\d\n]{{0,15}}(?:\d{_GAP}){{7,8}}(?!\d)", re.IGNORECASE)
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_PIN_WORD = re.compile(r"(?<![^\W_])pin(?![^\W_])", re.IGNORECASE)
_PIN = re.compile(r"(?<![^\W_])[A-Z2-7]{3}(?![^\W_])", re.IGNORECASE)
_NEAR = 20
"""Characters around the word PIN within which three letters or digits are taken for a PIN."""
_NOT_PINS = "24H APP CSV DEH DGT DNI INE ITV IVA NIE NIF PDF PIN PUK SIM SMS TIE URL WEB"
_OTHER_WORDS = frozenset(_NOT_PINS.split())


def holds_identity_number(text: str) -> bool:
    """Return whether the text contains anything like a DNI or NIE."""
    plain = _plain(text)
    if _NIE.search(plain) or _NAMED.search(plain):
        return True
    return any(_is_like_dni(match) for match in _DNI.finditer(plain))


def holds_pin(text: str) -> bool:
    """Return whether anything like a PIN stands near the word "PIN"."""
    plain = _plain(text)
    shouted = plain == plain.upper()
    words = list(_PIN_WORD.finditer(plain))
    return any(
        _is_like_pin(found[0], shouted=shouted) and any(_distance(found, word) <= _NEAR for word in words)
        for found in _PIN.finditer(plain)
    )


def has_too_many_links(text: str) -> bool:
    return len(_LINK.findall(text)) > MOST_LINKS


def _plain(text: str) -> str:
    return "\n".join(map(clean_code, text.splitlines()))


def _distance(one: re.Match[str], other: re.Match[str]) -> int:
    """Return the number of characters between two matches."""
    return max(one.start() - other.end(), other.start() - one.end())


def _is_like_dni(match: re.Match[str]) -> bool:
    """Require the right letter unless it follows at once or after a hyphen: it may begin the next word."""
    digits = re.sub(r"\D", "", match[1])
    if not match[2] or "-" in match[2]:
        return True
    return str(dni.calc_check_digit(digits.zfill(8))) == match[3].upper()


def _is_like_pin(candidate: str, *, shouted: bool) -> bool:
    if candidate.upper() in _OTHER_WORDS:
        return False
    if candidate.isalpha():
        return candidate.isupper() and not shouted
    return True
