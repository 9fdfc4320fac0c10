"""What an entry of the audit log may say: short, and nothing of a citizen.

Threat: an entry can never be deleted, so a DNI, a telephone or a PIN that gets into one stays for good. Callers keep
them out; this is the net below. What looks like one is masked, and what a name says to be one is not looked at.
"""

import json
import re
from collections.abc import Mapping

MASKED = "***"
LONGEST_VALUE = 200
LONGEST_NAME = 40
MOST_VALUES = 20
LONGEST_ACTOR, LONGEST_ACTION, LONGEST_TARGET = 150, 80, 160

_NEVER = frozenset(
    re.findall(
        r"\w+",
        "pin dni nie nif document phone telephone telefono mobile password contrasena secret token contrast alias"
        " identity surnames inputs result support issue email cell",
    )
)
"""Words of a detail's name that say that its value may be personal or secret."""
_IDENTITY = r"(?:\d{1,2}(?:[.\s]?\d{3}){2}|[XYZxyz][\s.-]?\d{7})[\s.-]?[A-Za-z]"
_TELEPHONE = r"(?:(?:\+|00)\d(?:[\s.-]?\d){7,14}|[6-9]\d{2}(?:[\s.-]?\d){6})"
_MAIL = r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+"
_PERSONAL = re.compile(rf"(?<![A-Za-z0-9])(?:{_IDENTITY}|{_TELEPHONE}|{_MAIL})(?![A-Za-z0-9])")
_PIN = re.compile(r"\b((?:PIN|[Cc][óo]digo|CÓDIGO)\b[\s:=]*)(?:[A-Z2-7]{3,4}|\d{3,8})\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")

Value = str | int | bool | None


def told(value: object) -> Value:
    """A value as an entry may hold it: of a plain type, in one line of at most 200 characters, nobody's number."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        text = str(value)
        return value if len(text) <= LONGEST_NAME and masked(text) == text else MASKED
    return masked(_line(str(value)), LONGEST_VALUE)


def masked(text: str, longest: int = LONGEST_VALUE) -> str:
    """The text without what looks like a DNI, NIE, telephone, mail address or PIN, cut to ``longest`` characters."""
    hidden = _PIN.sub(rf"\1{MASKED}", _PERSONAL.sub(MASKED, text))
    return hidden if len(hidden) <= longest else hidden[: longest - 1] + "…"


def canonical(detail: Mapping[str, object]) -> str:
    """The detail as JSON, its names in order: the same text for the same content, whatever the database."""
    kept = sorted(detail.items())[:MOST_VALUES]
    values = {name_of(name, LONGEST_NAME): MASKED if _is_never(name) else told(value) for name, value in kept}
    return json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def name_of(text: str, longest: int) -> str:
    """An action or a detail's name: letters, digits, dots, dashes and underscores."""
    return _NOT_OF_A_NAME.sub("_", text)[:longest]


def line_of(text: str, longest: int) -> str:
    """An actor or a target: one line, no identity in it."""
    return masked(_line(text), longest)


def _line(text: str) -> str:
    return _CONTROL.sub(" ", text[: LONGEST_VALUE * 10]).strip()


def _is_never(name: str) -> bool:
    return not _NEVER.isdisjoint(re.split(r"[_.-]", name.lower()))
