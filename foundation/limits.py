"""How often a subject may do something within a rolling window.

There is one ``Spending`` row for each kind and subject. It is changed only by a conditional update on its version, so
parallel requests never spend more than the ceiling together. The limits of Cl@ve, which tell people apart by what
their device has proved, are in ``clave.limits``.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.models.spending import Spending

ATTEMPTS = 50


@dataclass(frozen=True)
class Limit:
    """At most ``ceiling`` spends in ``window``; ``kind`` names what is spent."""

    kind: str
    ceiling: int
    window: timedelta


class Contended(Exception):
    """Other callers changed the row in every attempt; nothing was spent."""


def spend(limit: Limit, subjects: Sequence[bytes], key: str) -> bool:
    """Spend one, stored under ``key`` so that it can be given back; return False when none is left.

    ``subjects`` are the blind indexes of one subject under every live key, the primary one first: the spend is stored
    under that one, and those under the others count too. Raises ``Contended``.
    """
    former = _live(limit, subjects[1:])
    for attempt in range(ATTEMPTS):
        row, _is_new = Spending.objects.get_or_create(kind=limit.kind, subject=subjects[0])
        live = row.live(limit.window)
        if len(former) + len(live) >= limit.ceiling:
            return False
        if row.replace([*live, [key, timezone.now().timestamp()]]):
            return True
        time.sleep(0.001 * attempt)
    raise Contended(limit.kind)


def give_back(limit: Limit, subjects: Sequence[bytes], key: str) -> None:
    """Undo the spend stored under ``key``, if there is one. Raises ``Contended``."""
    for subject in subjects:
        _give_back(limit, subject, key)


def _give_back(limit: Limit, subject: bytes, key: str) -> None:
    for attempt in range(ATTEMPTS):
        row = Spending.objects.filter(kind=limit.kind, subject=subject).first()
        if row is None or row.replace([entry for entry in row.live(limit.window) if entry[0] != key]):
            return
        time.sleep(0.001 * attempt)
    raise Contended(limit.kind)


def _live(limit: Limit, subjects: Sequence[bytes]) -> list[list[Any]]:
    if not subjects:
        return []
    rows = Spending.objects.filter(kind=limit.kind, subject__in=subjects)
    return [entry for row in rows for entry in row.live(limit.window)]
