"""The first page as a picture: drawn when a document is stored, seen by its device alone, deleted with it."""

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from accounts.models import Device
from documents import pictures
from documents.inspection import draw_first_page, runner
from documents.inspection.child import PICTURE_SIZE
from documents.models import Document
from tests.accounts.factories import a_device
from tests.documents.factories import PDF, a_document, a_pdf, names_of, stored
from tests.documents.hostile import CATALOG, bomb, hostile, pdf_of
from tests.pages import PageClient

pytestmark = pytest.mark.django_db

ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
DRAWN = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
HUGE_IMAGE = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8"
TILES = b"<</Length %d>>\nstream\n%s\nendstream"


def _contents(operators: bytes) -> bytes:
    return TILES % (len(operators), operators)


HOSTILE = {
    **hostile(),
    "an image of ten gigabytes": pdf_of(
        CATALOG, ONE_PAGE, DRAWN, _contents(b"600 0 0 800 0 0 cm /I Do"), bomb(HUGE_IMAGE)
    ),
    "ten million lines": pdf_of(CATALOG, ONE_PAGE, DRAWN, _contents(b"0 0 m 600 800 l S " * 600_000)),
    "a page that draws itself": pdf_of(
        CATALOG, ONE_PAGE, DRAWN, _contents(b"/I Do"),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>/Length 5>>"
        b"\nstream\n/I Do\nendstream",
    ),
}  # fmt: skip


@pytest.fixture
def device(client: PageClient) -> Device:
    return a_device(client)


def path_of(document: Document) -> str:
    return reverse("documents:picture", args=[document.pk])


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture), formats=["WEBP"])


def page_of_size(width: float, height: float) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width, height))
    canvas.rect(0, 0, width, height, fill=True)
    canvas.save()
    return target.getvalue()


def test_the_first_page_is_shown_to_its_device_and_kept_by_no_cache(client: PageClient, device: Device) -> None:
    document = a_document(device)
    answer = client.get(path_of(document))
    assert answer["Content-Type"] == "image/webp"
    assert opened(answer.content).size == (640, 906)
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    head = client.head(path_of(document))
    assert (head.content, dict(head.headers)) == (b"", dict(answer.headers))
    assert f'src="{path_of(document)}"' in client.get(document.get_absolute_url()).text


def test_another_devices_picture_is_not_found(client: PageClient, device: Device) -> None:
    theirs, gone = a_document(a_device()), a_document(device, retention_days=3)
    Document.objects.filter(pk=gone.pk).update(expires_at=timezone.now())
    for path in (path_of(theirs), path_of(gone), reverse("documents:picture", args=[uuid4()])):
        assert client.get(path).status_code == 404


def test_a_picture_is_sealed_for_its_document_alone(storage: Path, device: Device) -> None:
    document, other = a_document(device), a_document(device, content=a_pdf(text="Otro"))
    assert len(document.file_paths) == 2
    picture, pdf = (storage / document.file_paths[1]), (storage / document.file_paths[0])
    assert b"WEBP" not in picture.read_bytes()
    mine = picture.read_bytes()
    for foreign in ((storage / other.file_paths[1]).read_bytes(), pdf.read_bytes(), mine[:-9], b""):
        picture.write_bytes(foreign)
        assert document.read_picture() == b""
    picture.write_bytes(mine)
    assert opened(document.read_picture()).size == (640, 906)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_costs_little_and_the_next_one_is_drawn(name: str) -> None:
    picture = draw_first_page(HOSTILE[name])
    assert not picture or max(opened(picture).size) <= max(PICTURE_SIZE)
    assert opened(draw_first_page(PDF)).size == (640, 906)


@pytest.mark.parametrize("size", [(1, 14_000), (14_000, 1), (3, 3), (14_400, 14_400), (595, 842), (842, 595)])
def test_a_page_of_any_size_is_drawn_within_the_bounds(size: tuple[float, float]) -> None:
    picture = draw_first_page(page_of_size(*size))
    assert not picture or all(side <= most for side, most in zip(opened(picture).size, PICTURE_SIZE, strict=True))


@pytest.mark.parametrize("answer", [b"", b"<svg onload=alert(1)>", b"RIFF0000WAVE", b"\x89PNG"])
def test_what_is_no_picture_is_not_taken(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.inspection.inspect", lambda *_: answer)
    assert draw_first_page(PDF) == b""


def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    runner._close_idle()
    monkeypatch.setattr("sys.executable", "/nonexistent")


def _storage_is_full_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    save, saved = FileSystemStorage.save, list[str]()

    def once(storage: FileSystemStorage, name: str, content: Any) -> str:
        saved.append(name)
        if len(saved) > 1:
            raise OSError("No space left on device")
        return save(storage, name, content)

    monkeypatch.setattr(FileSystemStorage, "save", once)


@pytest.mark.parametrize("trouble", [_no_process, _storage_is_full_for_pictures])
def test_without_a_picture_the_document_is_whole_and_a_page_is_drawn_in_its_place(
    trouble: Any, client: PageClient, device: Device, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble(monkeypatch)
    document = a_document(device)
    assert document.picture_id is None
    assert document.read() == PDF
    assert stored(storage) == names_of(document) == [str(document.file_id)]
    assert client.get(path_of(document)).headers["Location"] == static("img/page.svg")


def test_a_picture_that_is_gone_is_replaced_by_the_drawing(client: PageClient, device: Device, storage: Path) -> None:
    document = a_document(device)
    (storage / document.file_paths[1]).unlink()
    assert client.get(path_of(document)).headers["Location"] == static("img/page.svg")
    assert pictures.read(None, document.pk) == b""
