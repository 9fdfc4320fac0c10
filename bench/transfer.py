"""`make import-speed`: how long an import of 5,000 procedures takes to be planned and to be applied, on SQLite."""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from tools.console import say

PROCEDURES = 5000
ENTITIES = 20
MOST_SECONDS = 60
CHANGES = {"purpose_es": "Otro texto", "minimum": "-4"}
TEXT = "Para saber cuánto has cotizado, en qué empresas y durante cuánto tiempo; número {number}. "


def workbook() -> bytes:
    """Return an XLSX of entities and of procedures, with texts in two languages and two required data each."""
    from tablib import Dataset

    from procedures.transfer.formats import xlsx
    from procedures.transfer.resources import RESOURCES

    def dataset(kind: str, rows: Iterator[dict[str, Any]]) -> Dataset:
        columns = [name for name, column in RESOURCES[kind].columns.items() if not column.readonly]
        made = Dataset(headers=columns, title=kind)
        for row in rows:
            made.append([str(row.get(column, "")) for column in columns])
        return made

    kinds = {"entities": _entities, "procedures": _procedures, "versions": _versions, "required_data": _data}
    stream = io.BytesIO()
    xlsx.write([dataset(kind, rows()) for kind, rows in kinds.items()], stream)
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
    with tempfile.TemporaryDirectory(prefix="tramites-transfer-") as data:
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        os.environ["DATABASE_URL"] = f"sqlite:///{data}/transfer.sqlite3"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
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


def _changed(content: bytes) -> bytes:
    """Return the same workbook with another purpose and another minimum everywhere."""
    from tablib import Dataset

    from procedures.transfer.formats import xlsx
    from procedures.transfer.upload import read

    datasets = []
    for sheet in read(content):
        columns = list(sheet.columns)
        dataset = Dataset(headers=columns, title=sheet.kind)
        for row in sheet.rows:
            cells = row.cells | {name: text for name, text in CHANGES.items() if row.cells.get(name)}
            dataset.append([cells[column] for column in columns])
        datasets.append(dataset)
    stream = io.BytesIO()
    xlsx.write(datasets, stream)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())
