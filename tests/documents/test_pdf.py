"""Reading facts from a received PDF without trusting it."""

import io
import time
import zlib

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from documents.pdf import UNKNOWN, count_pages, is_pdf
from tests.documents.factories import a_pdf


@pytest.mark.parametrize("pages", [1, 3, 60])
def test_the_pages_of_a_real_pdf_are_counted(pages: int) -> None:
    assert is_pdf(a_pdf(pages))
    assert count_pages(a_pdf(pages)) == pages


def test_the_pages_are_counted_inside_compressed_objects() -> None:
    body = b"<</Type/Catalog/Pages 2 0 R>> <</Type /Pages /Kids [3 0 R] /Count 7>> <</Type/Page /Parent 2 0 R>>"
    offsets = [0, body.index(b"<</Type /Pages"), body.index(b"<</Type/Page ")]
    head = b" ".join(b"%d %d" % pair for pair in zip((1, 2, 3), offsets, strict=True)) + b"\n"
    raw = zlib.compress(head + body)
    dictionary = b"<</Type /ObjStm /N 3 /First %d /Filter /FlateDecode /Length %d>>" % (len(head), len(raw))
    content = b"%PDF-1.5\n9 0 obj\n" + dictionary + b"\nstream\n" + raw + b"\nendstream\nendobj"
    assert count_pages(content) == 7


def test_a_pdf_written_again_by_another_library_counts_the_same() -> None:
    target = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(a_pdf(4)))).write(target)  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
    assert count_pages(target.getvalue()) == 4


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"%PDF-1.7 /Type /Pages",
        b"%PDF-1.7 1 0 obj <</Type /Pages /Count -3>> endobj",
        b"%PDF-1.7 1 0 obj <</Type /Pages /Count 4 0 R>> endobj",
        b"%PDF-1.7 1 0 obj <</Type /Pages /Count 999999>> endobj",
        b"%PDF-1.7 1 0 obj <</Type /Outlines /Count 12>> endobj",
        b"%PDF-1.7 1 0 obj <</Type /ObjStm /First 10>> stream\nnot zlib endstream",
        b"%PDF-1.7 1 0 obj <</Type /ObjStm /First 99>> stream\n" + zlib.compress(b"\xff 1 " * 9),
        b"<html>",
    ],
)
def test_what_is_not_said_plainly_is_unknown(content: bytes) -> None:
    assert count_pages(content) == UNKNOWN


def test_a_bomb_is_not_inflated() -> None:
    bomb = zlib.compress(b"\0" * (200 << 20), 9)
    content = b"%PDF-1.7\n" + b"1 0 obj <</Type /ObjStm /First 10>>\nstream\n" + bomb + b"\nendstream endobj\n"
    began = time.perf_counter()
    assert count_pages(content * 20) == UNKNOWN
    assert time.perf_counter() - began < 2


def test_what_begins_otherwise_is_no_pdf() -> None:
    for content in (b"", b"<html>", b" %PDF-1.7", b"%pdf-1.7", b"\xef\xbb\xbf%PDF-1.7"):
        assert not is_pdf(content)
