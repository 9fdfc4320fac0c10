"""PDF tests: signature, readability, required content and CSV verification."""

import re
from io import BytesIO

import pytest
from asn1crypto import pem, x509  # type: ignore[import-untyped]  # ships no type hints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sandbox.bodies.catalogue import ENTITY_NAMES, PROCEDURES
from sandbox.server import Server
from tests.sandbox.calls import ANA, YASMIN, Calls

DOCUMENTS = sorted(code for code, procedure in PROCEDURES.items() if procedure.kind == "document")


def _text(pdf: bytes) -> list[str]:
    """Return each page's approximate text: the strings in its content stream."""
    reader = PdfFileReader(BytesIO(pdf))
    pages = []
    kids = reader.root["/Pages"]["/Kids"]
    for number in range(len(kids)):
        content = kids[number]["/Contents"].data.decode("latin-1")
        strings = re.findall(r"\(((?:\\.|[^()\\])*)\)\s*Tj", content)
        pages.append(" ".join(re.sub(r"\\(\d{3})", lambda hit: chr(int(hit[1], 8)), text) for text in strings))
    return pages


@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_document_is_sealed_by_the_test_authority_and_intact(
    calls: Calls, server: Server, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr("sandbox.bodies.connector.SLOWNESS", 0.0)
    answer = calls.run(code)
    if answer.status_code == 202:
        server.world.clock.advance(seconds=4)
        answer = calls.status(answer.json()["status_url"], code.partition("/")[0])
    _, _, root = pem.unarmor(calls.get("/api/authority").content)
    context = ValidationContext(trust_roots=[x509.Certificate.load(root)], allow_fetching=False)
    signature = PdfFileReader(BytesIO(answer.content)).embedded_signatures[0]
    status = validate_pdf_signature(signature, context)
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_a_document_says_whose_it_is_and_how_it_is_verified(calls: Calls, server: Server) -> None:
    answer = calls.run("aeat/certificado-renta")
    csv, url = answer.headers["X-Csv"], answer.headers["X-Csv-Url"]
    assert re.fullmatch(r"[A-Z0-9]{16}", csv)
    assert url == f"{server.url}/csv/{csv}"
    assert re.fullmatch(
        r'attachment; filename="aeat-certificado-renta-\d{4}-\d\d-\d\d\.pdf"', answer.headers["Content-Disposition"]
    )
    said = _text(answer.content)[0]
    for expected in (ENTITY_NAMES["aeat"], "Ana García Lorenzo", ANA, csv, url, "SIN VALOR", "Página 1 de 1"):
        assert expected in said, expected


def test_working_life_has_numbered_pages(calls: Calls, server: Server) -> None:
    started = calls.run("tgss/vida-laboral")
    server.world.clock.advance(seconds=4)
    pages = _text(calls.status(started.json()["status_url"], "tgss").content)
    assert len(pages) >= 3
    for number, said in enumerate(pages, 1):
        assert f"Página {number} de {len(pages)}" in said


def test_documents_are_made_once_and_differ_by_person_and_data(calls: Calls) -> None:
    answers = [
        calls.run("aeat/certificado-renta"),
        calls.run("aeat/certificado-renta"),
        calls.run("aeat/certificado-renta", inputs={"year": 2024}),
        calls.run("aeat/certificado-renta", YASMIN),
    ]
    assert answers[0].content == answers[1].content
    assert len({answer.headers["X-Csv"] for answer in answers}) == 3


def test_whoever_holds_the_csv_reads_the_document(calls: Calls) -> None:
    answer = calls.run("catastro/certificado-titularidad")
    url = answer.headers["X-Csv-Url"]
    shown = calls.get(url)
    assert "Certificado catastral de titularidad" in shown.text
    assert ANA not in shown.text
    file = calls.get(url + "/archivo")
    assert (file.headers["Content-Type"], file.content) == ("application/pdf", answer.content)
    assert calls.get("/csv/AAAAAAAAAAAAAAAA").status_code == 404
