"""A response, and its content read strictly: whatever the other side says is bounded before it is used."""

import contextlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from foundation.http.errors import BadResponse, ErrorReason

JSON_TYPES = ("application/json", "application/problem+json")
LONGEST_DETAIL = 500
MOST_SECONDS = 24 * 3600
"""No wait that the other side asks for counts for more than a day."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates: a page cannot show them, nor every database store them."""


@dataclass(frozen=True)
class Response:
    """Status, headers (names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The type without its parameters, in lower case; ``""`` when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json_object(self) -> dict[str, Any]:
        """Return the JSON object of the body; raise ``BadResponse`` for another media type, and for anything else.

        Names that occur twice are refused, since readers differ in which one they take. What JSON has no number for
        (``NaN``, ``1e999``) reads as None.
        """
        content = None
        if self.media_type in JSON_TYPES:
            with contextlib.suppress(ValueError, RecursionError):
                content = json.loads(self.body, parse_float=_finite, parse_constant=_finite, object_pairs_hook=_unique)
        if not isinstance(content, dict):
            raise BadResponse(ErrorReason.NOT_JSON, f"status {self.status}")
        return content


@dataclass(frozen=True)
class ProblemDetails:
    """What an RFC 9457 problem says: its type, a text for people, the end of a block, seconds to wait (0: not said)."""

    type: str = ""
    detail: str = ""
    until: datetime | None = None
    retry_after: float = 0

    @classmethod
    def of(cls, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Self:
        """Take what is of the right kind from a JSON object, and the wait from ``Retry-After`` where it says none."""
        header = (headers or {}).get("retry-after", "")
        wait = content.get("retry_after", float(header) if header.isdecimal() else None)
        return cls(
            printable(content.get("type"), LONGEST_DETAIL),
            printable(content.get("detail"), LONGEST_DETAIL),
            moment(content.get("until")),
            seconds(wait),
        )


def printable(value: object, longest: int | None = None) -> str:
    """Return the text, cut, with a space for each character that cannot be shown or stored; ``""`` for no text."""
    return _UNPRINTABLE.sub(" ", value).strip()[:longest].strip() if isinstance(value, str) else ""


def seconds(value: object, *, otherwise: float = 0, longest: float = MOST_SECONDS) -> float:
    """Return a number of seconds from 0 to ``longest``, or ``otherwise`` when the value is no finite number."""
    if not isinstance(value, int | float) or (isinstance(value, float) and not math.isfinite(value)):
        return otherwise
    return min(max(value, 0), longest)


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 moment in UTC; None without a zone, at the edges of the calendar, and for anything else."""
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        return found.astimezone(UTC) if found.tzinfo and 2000 <= found.year < 9000 else None
    except (ValueError, OverflowError):
        return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a name occurs twice")
    return content
