"""What has been spent about one identity, on one device and from one network, read and changed together.

The rows are locked in one order for the moment of a change, so that parallel requests never spend more than is allowed,
and a refused spend leaves nothing behind. No call to the outside happens meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from clave.limits.rules import DAY, Entry
from foundation.models import Spending

ALL = b"all"
"""The subject of what is counted over everybody."""
NO_SUCCESS_WINDOW = timedelta(days=30)
"""For how long a wrong PIN is remembered if no right one follows."""
_TAG_BYTES = 6


@dataclass(frozen=True)
class Subjects:
    """Whom and what a spend is counted for: all are hashes, and nobody can be told from them.

    ``identity`` has the blind indexes under every live key, the primary one first.
    """

    identity: tuple[bytes, ...]
    device: bytes
    network: bytes

    @property
    def identity_tag(self) -> str:
        return self.identity[0][:_TAG_BYTES].hex()

    @property
    def device_tag(self) -> str:
        return self.device[:_TAG_BYTES].hex()

    @property
    def network_tag(self) -> str:
        return self.network[:_TAG_BYTES].hex()


@dataclass
class Book:
    """Entries by account: of the identity (wrong PINs, refused contrasts, SMS, proofs), the device and the network."""

    pins: list[Entry] = field(default_factory=list)
    contrasts: list[Entry] = field(default_factory=list)
    sends: list[Entry] = field(default_factory=list)
    proofs: list[Entry] = field(default_factory=list)
    device: list[Entry] = field(default_factory=list)
    network: list[Entry] = field(default_factory=list)
    sms_of_network: int = 0
    sms_of_all: int = 0

    def forget(self, key: str) -> bool:
        """Remove what was spent under the key; return whether an SMS was among it."""
        had_sms = any(entry.key == key for entry in self.sends)
        for name in _ENTRIES:
            setattr(self, name, [entry for entry in getattr(self, name) if entry.key != key])
        return had_sms

    def count_sms(self, number: int) -> None:
        self.sms_of_network = max(0, self.sms_of_network + number)
        self.sms_of_all = max(0, self.sms_of_all + number)


_ENTRIES = {
    "pins": ("clave-pins", "identity", NO_SUCCESS_WINDOW),
    "contrasts": ("clave-contrasts", "identity", DAY),
    "sends": ("clave-sms", "identity", DAY),
    "proofs": ("clave-proofs", "identity", DAY),
    "device": ("clave-device", "device", DAY),
    "network": ("clave-network", "network", DAY),
}
"""By attribute of ``Book``: the kind of its row, whose it is, and how long its entries are kept."""
_TOTALS = {"sms_of_network": ("clave-sms-network", "network"), "sms_of_all": ("clave-sms-all", "all")}

Rows = dict[tuple[str, bytes], Spending]


def read(subjects: Subjects) -> Book:
    """Return what has been spent, in one query."""
    return _book(_read(subjects, lock=False), subjects)


@contextmanager
def changing(subjects: Subjects) -> Iterator[Book]:
    """Yield the book, its rows locked; what is changed in it is stored at the end."""
    with transaction.atomic():
        _create_missing(subjects)
        rows = _read(subjects, lock=True)
        book = _book(rows, subjects)
        before = _contents(book)
        yield book
        _store(rows, subjects, before, _contents(book))


def sms_today() -> int:
    """Return how many SMS have been sent today, over everybody."""
    row = Spending.objects.filter(kind=_TOTALS["sms_of_all"][0], subject=ALL).first()
    return sum(number for day, number in row.entries if day == _today()) if row else 0


def midnight() -> datetime:
    """Return when the current day ends here."""
    tomorrow = timezone.localdate() + DAY
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def _accounts(subjects: Subjects) -> dict[str, tuple[str, tuple[bytes, ...]]]:
    """Return the kind and the subjects of each attribute's rows, the row that is written first."""
    by_owner = {
        "identity": subjects.identity,
        "device": (subjects.device,),
        "network": (subjects.network,),
        "all": (ALL,),
    }
    owners = {name: (kind, owner) for name, (kind, owner, _kept) in _ENTRIES.items()} | _TOTALS
    return {name: (kind, by_owner[owner]) for name, (kind, owner) in owners.items()}


def _create_missing(subjects: Subjects) -> None:
    wanted = sorted((kind, owners[0]) for kind, owners in _accounts(subjects).values())
    missing = set(wanted) - _read(subjects, lock=False).keys()
    if missing:
        new = [Spending(kind=kind, subject=subject) for kind, subject in sorted(missing)]
        Spending.objects.bulk_create(new, ignore_conflicts=True)


def _read(subjects: Subjects, *, lock: bool) -> Rows:
    accounts = _accounts(subjects).values()
    every = {subject for _kind, owners in accounts for subject in owners}
    rows = Spending.objects.filter(kind__in=[kind for kind, _owners in accounts], subject__in=every)
    if lock:
        rows = rows.order_by("kind", "subject").select_for_update()
    return {(row.kind, bytes(row.subject)): row for row in rows}


def _book(rows: Rows, subjects: Subjects) -> Book:
    book, now = Book(), timezone.now().timestamp()
    for name, (kind, owners) in _accounts(subjects).items():
        stored = [entry for owner in owners if (row := rows.get((kind, owner))) for entry in row.entries]
        if name in _TOTALS:
            setattr(book, name, sum(number for day, number in stored if day == _today()))
        else:
            since = now - _ENTRIES[name][2].total_seconds()
            setattr(book, name, [Entry(*entry) for entry in stored if entry[1] > since])
    return book


def _contents(book: Book) -> dict[str, list[Any]]:
    entries: dict[str, list[Any]] = {name: [list(entry) for entry in getattr(book, name)] for name in _ENTRIES}
    return entries | {name: [[_today(), number]] if (number := getattr(book, name)) else [] for name in _TOTALS}


def _store(rows: Rows, subjects: Subjects, before: dict[str, list[Any]], after: dict[str, list[Any]]) -> None:
    """Write what has changed to the row under the primary key, and empty those under former keys."""
    changed, moment = [], timezone.now()
    for name, (kind, owners) in _accounts(subjects).items():
        if after[name] == before[name]:
            continue
        kept = _ENTRIES[name][2] if name in _ENTRIES else DAY
        for place, owner in enumerate(owners):
            if row := rows.get((kind, owner)):
                row.entries = after[name] if place == 0 else []
                row.version, row.changed_at, row.kept_until = row.version + 1, moment, moment + kept
                changed.append(row)
    if changed:
        Spending.objects.bulk_update(changed, ["entries", "version", "changed_at", "kept_until"])


def _today() -> str:
    return timezone.localdate().isoformat()
