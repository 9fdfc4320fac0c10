"""Labels of documents."""

import pytest

from documents.names import EXTENSION, MAX_LENGTH, cut_label, stem, tidy_label


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Vida laboral", "Vida laboral.pdf"),
        ("Vida laboral.pdf", "Vida laboral.pdf"),
        ("Vida laboral.PDF", "Vida laboral.pdf"),
        ("Vida laboral.pdf.pdf .Pdf", "Vida laboral.pdf"),
        ("  dos   espacios\ty\r\nlíneas ", "dos espacios y líneas.pdf"),
        ("12/03/2026", "12-03-2026.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("C:\\Windows\\win.ini", "C-Windows-win.ini.pdf"),
        ('a"b*c?d<e>f|g', "a-b-c-d-e-f-g.pdf"),
        ("factura\u202efdp.exe", "facturafdp.exe.pdf"),
        ("a\x00b\x1bc\x7f", "a b c.pdf"),
        ("\ufeffañ\u200bo", "año.pdf"),
        ("an\u0303o", "año.pdf"),
        ("李雷的证明 👍", "李雷的证明 👍.pdf"),
        (".oculto", "oculto.pdf"),
        ("informe.v2", "informe.v2.pdf"),
    ],
)
def test_a_label_is_tidied_and_ends_once_in_pdf(typed: str, label: str) -> None:
    assert tidy_label(typed) == label
    assert tidy_label(label) == label


@pytest.mark.parametrize("typed", ["", "   ", ".pdf", ".pdf.pdf", "...", "/", "\u202e", "-–—", "\x00", "\ud800"])
def test_nothing_is_left_of_what_no_one_could_read(typed: str) -> None:
    assert tidy_label(typed) == ""


def test_a_received_name_is_cut_before_its_ending() -> None:
    label = cut_label(tidy_label("x" * 500 + ".pdf"))
    assert len(label) == MAX_LENGTH
    assert label.endswith("x" + EXTENSION)
    assert stem(label) == "x" * (MAX_LENGTH - len(EXTENSION))
