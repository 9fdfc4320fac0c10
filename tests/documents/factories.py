"""Documents to test with."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from accounts.models import ClaveUser, Device
from documents.models import Document, NewDocument

CSV = "CSV-7Q2M-K4XD-91PL"
CSV_URL = "https://sede.example/cotejo?csv=7Q2M"


def a_pdf(pages: int = 1, text: str = "Informe de vida laboral") -> bytes:
    """Make a real PDF."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for number in range(pages):
        canvas.drawString(72, 720, f"{text}, {number + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


PDF = a_pdf(3)


def new_document(device: Device, user: ClaveUser | None = None, **changes: Any) -> NewDocument:
    """Make a document as it is received."""
    new = NewDocument(
        device=device,
        user=user,
        name="Informe de vida laboral.pdf",
        issuer_code="tgss",
        issuer_name="Seguridad Social",
        issuer_tone="plum",
        issuer_monogram="TGSS",
        procedure_code="tgss/vida-laboral",
        procedure_name="Informe de vida laboral",
        content=PDF,
        csv=CSV,
        csv_url=CSV_URL,
        retention_days=None,
    )
    return replace(new, **changes)


def a_document(device: Device, user: ClaveUser | None = None, **changes: Any) -> Document:
    """Store a document for the device."""
    return Document.objects.store(new_document(device, user, **changes), uuid4())


def stored(storage: Path) -> list[str]:
    """Return the names of all stored files."""
    return sorted(path.name for path in storage.rglob("*") if path.is_file())


def names_of(*documents: Document) -> list[str]:
    """Return the names of the files that these documents should have: each its own, and its picture."""
    return sorted(Path(path).name for document in documents for path in document.file_paths)
