"""Whether the audit log is whole: every entry sealed as it was written, each after the one before, none missing."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from foundation.audit.entries import GENESIS, AuditEntry, AuditHead

BATCH = 2000
_KEPT = re.compile(r"(\d+):([0-9a-f]{64})")


class Wrong(StrEnum):
    """What can be wrong, and how the command says it."""

    ALTERED = "this entry is not as it was written"
    MISSING = "entries before this one are missing"
    MOVED = "this entry does not follow the one before it"
    UNKNOWN_KEY = "this entry names a key that AUDIT_KEY does not hold"
    TAIL = "entries after this one are missing"
    EXTRA = "this entry was not written by the portal"
    HEAD = "the head of the log is not as it was written"
    KEPT = "this entry is another one than that kept outside"


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong, at the entry of this number."""

    number: int
    wrong: Wrong

    def __str__(self) -> str:
        return f"entry {self.number}: {self.wrong.value}"


@dataclass(frozen=True)
class Kept:
    """Number and hash of an entry, as somebody keeps them outside of the database."""

    number: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Self:
        """From ``number:hash``; raises ``ValueError``."""
        match = _KEPT.fullmatch(text.strip())
        if match is None:
            raise ValueError("number:hash is expected, the hash with 64 hexadecimal digits")
        return cls(int(match[1]), match[2])


@dataclass(frozen=True)
class Verified:
    """How far the log was looked at, in how many seconds, and what was found first."""

    checked: int
    last: Kept
    seconds: float
    fault: Fault | None = None


def verify(since: Kept | None = None) -> Verified:
    """Walk the whole log in batches, while others may append to it, and stop at the first fault.

    ``since`` is what somebody kept outside: its entry must still be there with that hash. Without it, whoever can
    write into the database could bring back an older state of it whole, head and all.
    """
    started = time.monotonic()
    walk = _Walk(since)
    fault = walk.go()
    return Verified(walk.checked, Kept(walk.number, walk.hash), time.monotonic() - started, fault)


class _Walk:
    def __init__(self, since: Kept | None) -> None:
        self.since = since
        self.number, self.hash, self.checked = 0, GENESIS, 0

    def go(self) -> Fault | None:
        while True:
            reached = self.number
            for entry in self._entries():
                if wrong := self._wrong_at(entry):
                    return Fault(entry.number, wrong)
                self.number, self.hash, self.checked = entry.number, entry.hash, self.checked + 1
            head = AuditHead.current()  # read after the entries: with every one of them, its head was there
            ahead = head is not None and head.is_believed and head.number > self.number
            if not ahead or self.number == reached:
                return self._wrong_at_end(head)

    def _entries(self) -> Iterator[AuditEntry]:
        """The entries that follow, a bounded number in memory."""
        number = self.number
        while batch := list(AuditEntry.objects.after(number)[:BATCH]):
            yield from batch
            number = batch[-1].number

    def _wrong_at(self, entry: AuditEntry) -> Wrong | None:
        right = entry.right_hash()
        if right is None:
            return Wrong.UNKNOWN_KEY
        if entry.hash != right:
            return Wrong.ALTERED
        if entry.number != self.number + 1:
            return Wrong.MISSING
        if entry.previous != self.hash:
            return Wrong.MOVED
        if self.since and entry.number == self.since.number and entry.hash != self.since.hash:
            return Wrong.KEPT
        return None

    def _wrong_at_end(self, head: AuditHead | None) -> Fault | None:
        if head is None:
            return Fault(self.number, Wrong.HEAD) if self.number else self._not_reached()
        if not head.is_believed or (head.number == self.number and head.hash != self.hash):
            return Fault(self.number, Wrong.HEAD)
        if head.number > self.number:
            return Fault(self.number, Wrong.TAIL)
        if head.number < self.number:
            return Fault(head.number + 1, Wrong.EXTRA)
        return self._not_reached()

    def _not_reached(self) -> Fault | None:
        return Fault(self.number, Wrong.TAIL) if self.since and self.since.number > self.number else None
