"""A received file is a PDF when it is whole, from its header to its end."""

import time

import pytest

from documents.pdf import is_pdf
from tests.documents.factories import a_pdf
from tests.documents.hostile import pdf_of

PDF = a_pdf(3)
END = b"\nstartxref\n9\n%%EOF\n"

WHOLE = {
    "as it is": PDF,
    "behind a line break": b"\r\n" + PDF,
    "behind a byte order mark": b"\xef\xbb\xbf" + PDF,
    "behind two byte order marks and blanks": b"\xef\xbb\xbf\xef\xbb\xbf \t\r\n" + PDF,
    "behind a byte order mark of UTF-16": b"\xff\xfe" + PDF,
    "behind a thousand blanks": b" " * 1000 + PDF,
    "with blanks behind it": PDF + b"\r\n\0\0 ",
    "without a last line break": PDF.rstrip(),
    "with rubbish behind it": PDF + b"<!-- 12 ms -->" * 200,
    "with Windows line breaks at its end": PDF[: PDF.rindex(b"startxref")] + b"startxref\r\n9\r\n%%EOF\r\n",
    "without a cross-reference, which readers make anew": PDF.replace(b"startxref", b"start"),
    "changed once more": PDF + b"9 0 obj\n<<>>\nendobj\nxref\n9 1\ntrailer\n<</Prev 9>>" + END,
}
CUT = {
    "nothing": b"",
    "nine bytes": b"%PDF-1.7\n",
    "a header and an end": b"%PDF-1.7" + END,
    "HTML": b"<html><body>Error</body></html>",
    "HTML behind a header": b"%PDF-1.7\n<html><body>Error</body></html>",
    "HTML behind a header without a version": b"%PDF-<html>1 0 obj</html>" + END,
    "HTML before the header": b"<html>" + PDF,
    "JSON": b'{"error": "%PDF-1.7"}',
    "a picture": b"GIF89a" + PDF,
    "in small letters": PDF.replace(b"%PDF", b"%pdf"),
    "behind too many blanks": b" " * 1024 + PDF,
    "half": PDF[: len(PDF) // 2],
    "all but the last line": PDF[: PDF.rindex(b"%%EOF")],
    "cut within a further change": PDF + b"9 0 obj\n<</Length 5>>\nstream\n",
    "shorter than it declares": pdf_of(b"<</Linearized 1/L 90000/H[1 2]>>"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_pdf_is_one(name: str) -> None:
    assert is_pdf(WHOLE[name])


@pytest.mark.parametrize("name", CUT)
def test_anything_else_is_none(name: str) -> None:
    assert not is_pdf(CUT[name])


def test_a_linearized_pdf_is_whole_at_its_declared_length() -> None:
    whole = pdf_of(b"<</Linearized 1/L 00200/H[1 2]>>")
    whole = whole.replace(b"/L 00200", b"/L %05d" % len(whole))
    assert is_pdf(whole)
    assert is_pdf(b"\r\n" + whole)
    assert not is_pdf(whole[:-1])


@pytest.mark.parametrize("part", [b"1 ", b"%%EOF", b"1 0 ", b"startxref 1 ", b"1 0 obj", b"\0", b" "])
def test_a_file_made_to_take_long_takes_no_time(part: bytes) -> None:
    content = b"%PDF-1.7\n" + part * (16 * 1024 * 1024 // len(part))
    began = time.perf_counter()
    is_pdf(content)
    is_pdf(content[9:])
    assert time.perf_counter() - began < 3
