"""What an entry of the audit log may contain: short values, and nothing about a citizen.

Threat: an entry can never be deleted, so a DNI, a phone number or a PIN that gets into one is there for good. Callers
keep them out; this is the safety net. Whatever looks like one is masked, and so is any value whose name sounds
personal or secret.
"""

import json
import re
from collections.abc import Mapping

MASKED = "***"
LONGEST_VALUE = 200
LONGEST_NAME = 40
MOST_VALUES = 20

_SENSITIVE_WORDS = frozenset(
    re.findall(
        r"\w+",
        "pin dni nie nif document phone telephone telefono mobile password contrasena secret token contrast alias"
        " identity surnames inputs result support issue email cell",
    )
)
_IDENTITY = r"(?:\d{1,2}(?:[.\s]?\d{3}){2}|[XYZxyz][\s.-]?\d{7})[\s.-]?[A-Za-z]"
_TELEPHONE = r"(?:(?:\+|00)\d(?:[\s.-]?\d){7,14}|[6-9]\d{2}(?:[\s.-]?\d){6})"
_MAIL = r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+"
_PERSONAL = re.compile(rf"(?<![A-Za-z0-9])(?:{_IDENTITY}|{_TELEPHONE}|{_MAIL})(?![A-Za-z0-9])")
_PIN = re.compile(r"\b((?:PIN|[Cc][óo]digo|CÓDIGO)\b[\s:=]*)(?:[A-Z2-7]{3,4}|\d{3,8})\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NOT_IN_IDENTIFIER = re.compile(r"[^A-Za-z0-9_.-]+")

Value = str | int | bool | None


def canonical_json(detail: Mapping[str, object]) -> str:
    """Return the detail as JSON with sorted names: equal details give equal text, whatever the database."""
    items = sorted(detail.items())[:MOST_VALUES]
    values = {identifier(name, LONGEST_NAME): MASKED if _is_sensitive(name) else _safe(item) for name, item in items}
    return json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def identifier(text: str, longest: int) -> str:
    """Return the text with everything but letters, digits, dots, dashes and underscores replaced by ``_``."""
    return _NOT_IN_IDENTIFIER.sub("_", text)[:longest]


def single_line(text: str, longest: int = LONGEST_VALUE) -> str:
    """Return the text on one line, masked and cut to ``longest`` characters."""
    line = _CONTROL.sub(" ", text[: LONGEST_VALUE * 10]).strip()
    masked = _mask(line)
    return masked if len(masked) <= longest else masked[: longest - 1] + "…"


def _safe(value: object) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        text = str(value)
        return value if len(text) <= LONGEST_NAME and _mask(text) == text else MASKED
    return single_line(str(value))


def _mask(text: str) -> str:
    """Replace whatever looks like a DNI, a NIE, a phone number, an e-mail address or a PIN."""
    return _PIN.sub(rf"\1{MASKED}", _PERSONAL.sub(MASKED, text))


def _is_sensitive(name: str) -> bool:
    return not _SENSITIVE_WORDS.isdisjoint(re.split(r"[_.-]", name.lower()))
