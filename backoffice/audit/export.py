"""Exports of the audit log, written while it is read: a bounded number of entries is in memory."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.csv_cells import escape_formula
from foundation.models import AuditEntry, AuditEntryQuerySet

BATCH_SIZE = 1000
COLUMNS = ("number", "moment", "actor", "action", "target", "detail", "key_id", "previous", "hash")


@dataclass(frozen=True)
class Export:
    label: str | Promise
    suffix: str
    content_type: str
    lines: Callable[[AuditEntryQuerySet], Iterator[str]]


def _batches(entries: AuditEntryQuerySet) -> Iterator[list[AuditEntry]]:
    number = 0
    while batch := list(entries.after(number)[:BATCH_SIZE]):
        yield batch
        number = batch[-1].number


def _values(entry: AuditEntry) -> dict[str, object]:
    moment = entry.moment.astimezone(UTC).isoformat(timespec="microseconds")
    return {name: getattr(entry, name) for name in COLUMNS} | {"moment": moment}


def _jsonl(entries: AuditEntryQuerySet) -> Iterator[str]:
    for batch in _batches(entries):
        rows = ({**_values(entry), "detail": entry.content} for entry in batch)
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(entries: AuditEntryQuerySet) -> Iterator[str]:
    yield _csv_lines([COLUMNS])
    for batch in _batches(entries):
        yield _csv_lines([[escape_formula(str(value)) for value in _values(entry).values()] for entry in batch])


def _csv_lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


EXPORTS = {
    "csv": Export(_("CSV, para una hoja de cálculo"), "csv", "text/csv; charset=utf-8", _csv),
    "jsonl": Export(_("JSONL, una entrada por línea"), "jsonl", "application/jsonl; charset=utf-8", _jsonl),
}
