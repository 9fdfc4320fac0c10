"""`make import-speed`: how long an import of 5,000 procedures takes to be planned and to be applied, on SQLite."""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bench.database import new_database
from tools.console import say

PROCEDURES = 5000
ENTITIES = 20
MOST_SECONDS = 60
CHANGES = {"purpose_es": "Otro texto", "minimum": "-4"}
TEXT = "Para saber cuánto has cotizado, en qué empresas y durante cuánto tiempo; número {number}. "


def workbook() -> bytes:
    """Return an XLSX of entities and of procedures, with texts in two languages and two required data each."""
    from procedures.transfer.resources import RESOURCES

    kinds = {"entities": _entities, "procedures": _procedures, "versions": _versions, "required_data": _data}
    return _xlsx(
        (kind, [name for name, column in RESOURCES[kind].columns.items() if not column.readonly], rows())
        for kind, rows in kinds.items()
    )


def _changed(content: bytes) -> bytes:
    """Return the same workbook with another purpose and another minimum everywhere."""
    from procedures.transfer.upload import read

    def changed(cells: Mapping[str, str]) -> dict[str, str]:
        return {**cells, **{name: text for name, text in CHANGES.items() if cells.get(name)}}

    return _xlsx(
        (sheet.kind, list(sheet.columns), (changed(row.cells) for row in sheet.rows)) for sheet in read(content)
    )


def _xlsx(sheets: Iterable[tuple[str, list[str], Iterable[Mapping[str, Any]]]]) -> bytes:
    """Return a workbook of sheets, each given by its kind, its columns and its rows."""
    from tablib import Dataset

    from procedures.transfer.formats import xlsx

    datasets = [
        Dataset(*([str(row.get(column, "")) for column in columns] for row in rows), headers=columns, title=kind)
        for kind, columns, rows in sheets
    ]
    stream = io.BytesIO()
    xlsx.write(datasets, stream)
    return stream.getvalue()


def _entities() -> Iterator[dict[str, Any]]:
    for number in range(ENTITIES):
        names = {"name_es": f"Organismo {number}", "name_en": f"Body {number}", "short_name_es": f"O{number}"}
        yield {"slug": f"o{number}", **names, "monogram": f"O{number}", "tone": "petrol", "order": number}


def _procedures() -> Iterator[dict[str, Any]]:
    for number in range(PROCEDURES):
        yield {"entity": f"o{number % ENTITIES}", "slug": f"t{number}", "order": number, "featured_order": 0}


def _versions() -> Iterator[dict[str, Any]]:
    from foundation.languages import columns

    for number in range(PROCEDURES):
        text = TEXT.format(number=number)
        long = dict.fromkeys(columns("purpose", "needs", "gets", "legal_basis"), text * 3)
        short = dict.fromkeys(columns("name", "summary", "duration"), text[:55])
        yield {
            "procedure": f"o{number % ENTITIES}/t{number}", **long, **short, "keywords_es": "una\notra\nmás",
            "kind": "consultation", "level": "basic", "connector": f"{{sandbox}}/bodies/o/t{number}",
            "honours_idempotency_key": "sí", "retention_days": 0, "expected_seconds": 5, "methods": "sms",
        }  # fmt: skip


def _data() -> Iterator[dict[str, Any]]:
    choice = '[{"value": "a", "label": {"es": "Resumido", "en": "Short"}}, {"value": "b", "label": {"es": "Completo"}}]'
    for number in range(PROCEDURES):
        code = f"o{number % ENTITIES}/t{number}"
        usual = {"procedure": code, "required": "sí", "max_months": 0, "label_en": "Which"}
        yield {**usual, "key": "year", "type": "year", "order": 1, "label_es": "Año", "minimum": "-5", "maximum": "0"}
        yield {**usual, "key": "report", "type": "choice", "order": 2, "label_es": "Informe", "options": choice}


def main() -> int:
    """Import into an empty database, then with every procedure changed; return 0 when both are fast enough."""
    with new_database():
        content = workbook()
        say(f"{PROCEDURES} procedures, two data each, in two languages: {len(content) / 1e6:.1f} MB of XLSX")
        new = _measure("into an empty catalogue", content)
        changed = _measure("with every procedure changed", _changed(content))
    say(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0 if max(new, changed) <= MOST_SECONDS else 1


def _measure(title: str, content: bytes) -> float:
    """Import a file as the worker does; return the seconds taken."""
    from django.contrib.auth.models import User

    from backoffice.models import ImportRun, ImportState
    from backoffice.transfer.runner import run_import

    user, _is_new = User.objects.get_or_create(username="bench")
    run = ImportRun.objects.store(user, "bench.xlsx", content, "es")
    together = 0.0
    say(title)
    for phase, due in (("planned", ImportState.READY), ("applied", ImportState.APPLIED)):
        start = time.perf_counter()
        run_import(run.pk)
        took = time.perf_counter() - start
        together += took
        say(f"  {phase}: {took:.1f} s")
        run.refresh_from_db()
        if run.state != due or (due == ImportState.READY and not run.request_apply(user)):
            raise SystemExit(f"not {phase}: {run.state} {run.error} {run.counts}")
    say(f"  together: {together:.1f} s; {run.counts}")
    return together


if __name__ == "__main__":
    sys.exit(main())
