"""Archive of issued documents, each made once per procedure, person, required data and day, off the event loop."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from sandbox.bodies.catalogue import ENTITY_NAMES, Procedure
from sandbox.bodies.content import Content, day
from sandbox.bodies.inputs import Values
from sandbox.paper.layout import Sheet, layout_of
from sandbox.paper.signing import sign
from sandbox.people import Person
from sandbox.wire import Response

KEPT = 1000
CSV_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CSV_LENGTH = 16


@dataclass(frozen=True)
class Paper:
    """An issued document; ``csv`` is its Código Seguro de Verificación."""

    title: str
    entity_name: str
    issued: date
    csv: str
    csv_url: str
    filename: str
    pdf: bytes

    def response(self) -> Response:
        """Return the connector's answer for this document."""
        headers = {
            "Content-Disposition": f'attachment; filename="{self.filename}"',
            "X-Csv": self.csv,
            "X-Csv-Url": self.csv_url,
            "Cache-Control": "no-store",
        }
        return Response(200, self.pdf, "application/pdf", headers)


class Archive:
    """Issued documents indexed by request and by CSV; the oldest are evicted first."""

    def __init__(self) -> None:
        self.papers: OrderedDict[str, asyncio.Future[Paper]] = OrderedDict()
        self.by_csv: OrderedDict[str, Paper] = OrderedDict()
        self.threads = ThreadPoolExecutor(2, "paper")

    async def paper(
        self, procedure: Procedure, person: Person, values: Values, content: Content, today: date, origin: str
    ) -> Paper:
        """Return the document, making it if needed; concurrent requests for the same one share a single job."""
        asked = json.dumps([procedure.code, person.document_number, dict(values), today, origin], default=str)
        made = self.papers.get(asked)
        if made is None:
            csv = _csv(asked)
            about = (procedure, content, today, csv, f"{origin}/csv/{csv}")
            made = asyncio.ensure_future(asyncio.get_running_loop().run_in_executor(self.threads, _make, *about))
            self.papers[asked] = made
            if len(self.papers) > KEPT:
                self.papers.popitem(last=False)
        paper = await asyncio.shield(made)
        self.by_csv[paper.csv] = paper
        if len(self.by_csv) > KEPT:
            self.by_csv.popitem(last=False)
        return paper


def _csv(asked: str) -> str:
    digest = hashlib.sha256(asked.encode()).digest()
    return "".join(CSV_ALPHABET[byte % len(CSV_ALPHABET)] for byte in digest[:CSV_LENGTH])


def _make(procedure: Procedure, content: Content, today: date, csv: str, csv_url: str) -> Paper:
    name = ENTITY_NAMES[procedure.entity]
    pdf = layout_of(content, Sheet(procedure.entity, name, day(today), csv, csv_url))
    filename = f"{procedure.entity}-{procedure.slug}-{today.isoformat()}.pdf"
    return Paper(content.title, name, today, csv, csv_url, filename, sign(pdf, content.title))
