"""Verifying the audit log: every entry as it was written, each chained to the one before, none missing."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from foundation.audit.chain import expected_hash, is_authentic
from foundation.models.audit import GENESIS, AuditEntry, AuditHead

BATCH = 2000
_CHECKPOINT = re.compile(r"(\d+):([0-9a-f]{64})")


class FaultKind(StrEnum):
    """The values are what the command prints."""

    ALTERED = "this entry is not as it was written"
    MISSING = "entries before this one are missing"
    MOVED = "this entry does not follow the one before it"
    UNKNOWN_KEY = "this entry names a key that AUDIT_KEY does not hold"
    TAIL = "entries after this one are missing"
    EXTRA = "this entry was not written by the portal"
    HEAD = "the head of the log is not as it was written"
    CHECKPOINT = "this entry differs from the one at the checkpoint"


@dataclass(frozen=True)
class Fault:
    """The first fault of the log, at the entry with this number."""

    number: int
    kind: FaultKind

    def __str__(self) -> str:
        return f"entry {self.number}: {self.kind.value}"


@dataclass(frozen=True)
class Checkpoint:
    """Number and hash of an entry, as kept outside the database."""

    number: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``number:hash``; raise ``ValueError`` when it is anything else."""
        match = _CHECKPOINT.fullmatch(text.strip())
        if match is None:
            raise ValueError("number:hash is expected, the hash with 64 hexadecimal digits")
        return cls(int(match[1]), match[2])


@dataclass(frozen=True)
class Verification:
    """How many entries were checked in how many seconds, and the fault that ended it."""

    checked: int
    seconds: float
    fault: Fault | None = None


def verify(since: Checkpoint | None = None) -> Verification:
    """Check the whole log in batches, while others may append to it, and stop at the first fault.

    The entry of the checkpoint must still be there with that hash. Without one, whoever can write to the database
    could restore an older state of the whole log, its head included, unnoticed.
    """
    started = time.monotonic()
    walk = _Walk(since)
    fault = walk.run()
    return Verification(walk.checked, time.monotonic() - started, fault)


class _Walk:
    def __init__(self, since: Checkpoint | None) -> None:
        self.since = since
        self.number, self.hash, self.checked = 0, GENESIS, 0

    def run(self) -> Fault | None:
        while True:
            reached = self.number
            for entry in self._entries():
                if kind := self._fault_at(entry):
                    return Fault(entry.number, kind)
                self.number, self.hash, self.checked = entry.number, entry.hash, self.checked + 1
            head = AuditHead.current()  # read after the entries, so it is never behind the last of them
            has_grown = head is not None and is_authentic(head) and head.number > self.number
            if not has_grown or self.number == reached:
                return self._fault_at_end(head)

    def _entries(self) -> Iterator[AuditEntry]:
        """Yield the entries that follow, holding one batch in memory."""
        number = self.number
        while batch := list(AuditEntry.objects.after(number)[:BATCH]):
            yield from batch
            number = batch[-1].number

    def _fault_at(self, entry: AuditEntry) -> FaultKind | None:
        expected = expected_hash(entry)
        if expected is None:
            return FaultKind.UNKNOWN_KEY
        if entry.hash != expected:
            return FaultKind.ALTERED
        if entry.number != self.number + 1:
            return FaultKind.MISSING
        if entry.previous != self.hash:
            return FaultKind.MOVED
        if self.since and entry.number == self.since.number and entry.hash != self.since.hash:
            return FaultKind.CHECKPOINT
        return None

    def _fault_at_end(self, head: AuditHead | None) -> Fault | None:
        if head is None:
            return Fault(self.number, FaultKind.HEAD) if self.number else self._unreached_checkpoint()
        if not is_authentic(head) or (head.number == self.number and head.hash != self.hash):
            return Fault(self.number, FaultKind.HEAD)
        if head.number > self.number:
            return Fault(self.number, FaultKind.TAIL)
        if head.number < self.number:
            return Fault(head.number + 1, FaultKind.EXTRA)
        return self._unreached_checkpoint()

    def _unreached_checkpoint(self) -> Fault | None:
        return Fault(self.number, FaultKind.TAIL) if self.since and self.since.number > self.number else None
