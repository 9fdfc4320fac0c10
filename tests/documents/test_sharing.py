"""Sharing a document by a link that expires."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Device
from documents.models import Document, ShareLink
from documents.models.share_link import ShareLinkQuerySet
from tests.accounts.factories import a_device
from tests.documents.factories import CSV, PDF, a_document
from tests.pages import PageClient, form_with, main_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(client: PageClient) -> Device:
    return a_device(client)


@pytest.fixture
def document(device: Device) -> Document:
    return a_document(device)


@pytest.fixture
def link(document: Document) -> ShareLink:
    return ShareLink.objects.make(document, uuid4())


def page_of(document: Document) -> str:
    return reverse("documents:share", args=[document.pk])


def make(client: PageClient, document: Document, link_id: str = "") -> str:
    """Make a link as the form does; return its path."""
    answer = client.post(page_of(document), {"link": link_id or str(uuid4())})
    found = re.search(r'value="http://testserver(/c/[^"]+/)"', answer.text)
    assert found, answer.text
    return found[1]


def test_the_page_warns_before_a_link_is_made(client: PageClient, document: Document) -> None:
    text = client.get(page_of(document)).text
    assert "sin identificarse" in text
    assert "CSV" in text
    assert not ShareLink.objects.exists()
    assert "CSV" not in client.get(page_of(a_document(document.device, csv=""))).text


def test_the_page_offers_the_pdf_and_a_link_and_without_a_script_the_pdf_is_saved(
    client: PageClient, document: Document
) -> None:
    page = client.get(page_of(document))
    file_url = reverse("documents:file", args=[document.pk])
    [save] = [link for link in main_of(page).iter("a") if link.get("download")]
    assert (save.get("href"), save.get("download")) == (f"{file_url}?descargar=1", document.name)
    [sheet] = [button for button in main_of(page).iter("button") if "Enviar el PDF" in button.text_content()]
    assert "hidden" in sheet.attrib
    assert f'data-send="{file_url}"' in page.text
    assert form_with(page, "link", button="Crear un enlace que caduca") is not None


def test_every_open_link_is_listed_with_a_button_that_names_it(client: PageClient, document: Document) -> None:
    for _number in range(3):
        ShareLink.objects.make(document, uuid4())
    page = client.get(page_of(document))
    buttons = [" ".join(button.text_content().split()) for button in main_of(page).iter("button")]
    closing = [text for text in buttons if text.startswith("Cerrar")]
    assert len(closing) == 3
    assert all(text.startswith("Cerrar el enlace del ") for text in closing)
    assert "3 enlaces abiertos" in client.get(document.get_absolute_url()).text


def test_a_link_is_shown_once_and_opens_the_document_for_anybody(client: PageClient, document: Document) -> None:
    link = make(client, document)
    assert link not in client.get(page_of(document)).text
    stranger = PageClient()
    shown = stranger.get(link)
    assert shown.status_code == 200
    for said in ("Informe de vida laboral", "Seguridad Social", f"{link}?archivo=1"):
        assert said in shown.text
    assert CSV not in shown.text
    assert stranger.get(f"{link}?archivo=1").content == PDF
    assert stranger.head(f"{link}?archivo=1").content == b""
    assert stranger.get(f"{link}?archivo=1&descargar=1")["Content-Disposition"].startswith("attachment")
    assert not stranger.cookies
    assert ShareLink.objects.get().opens == 2
    assert "abierto 2 veces" in client.get(page_of(document)).text


def test_a_shared_page_is_kept_from_search_engines_and_tells_nobody_its_address(
    client: PageClient, link: ShareLink
) -> None:
    for url in (link.path, f"{link.path}?archivo=1", "/c/unknown/"):
        answer = client.get(url)
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]


def test_a_form_sent_twice_makes_one_link_and_shows_it_again(client: PageClient, document: Document) -> None:
    link_id = str(uuid4())
    assert make(client, document, link_id) == make(client, document, link_id)
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize("end", ["expired", "revoked", "deleted", "document expired", "unknown"])
def test_a_link_that_is_over_looks_like_one_that_never_was(
    end: str, client: PageClient, document: Document, link: ShareLink
) -> None:
    match end:
        case "expired":
            ShareLink.objects.update(expires_at=timezone.now())
        case "revoked":
            client.post(page_of(document), {"revoke": str(link.pk)})
        case "deleted":
            document.delete()
        case "document expired":
            Document.objects.update(expires_at=timezone.now())
        case "unknown":
            link.delete()
    stranger = PageClient()
    over, never = stranger.get(link.path), stranger.get(f"/c/{'0' * 64}/")
    assert over.status_code == never.status_code == 404
    assert over.text.replace(link.path.split("/")[2], "0" * 64) == never.text
    assert "Este enlace ya no funciona" in over.text
    assert stranger.get(f"{link.path}?archivo=1").status_code == 404


def test_a_closed_link_is_said_to_be_closed(client: PageClient, document: Document, link: ShareLink) -> None:
    answer = client.post(page_of(document), {"revoke": str(link.pk)}, follow=True)
    assert "ya no abre el documento" in answer.text
    assert "enlace abierto" not in answer.text


@pytest.mark.parametrize("sent", [{}, {"link": "x"}, {"revoke": "x"}, {"revoke": str(uuid4())}])
def test_a_form_that_says_nothing_makes_and_closes_nothing(
    sent: dict[str, str], client: PageClient, document: Document, link: ShareLink
) -> None:
    answer = client.post(page_of(document), sent)
    assert answer.status_code in (200, 302)
    assert list(ShareLink.objects.live()) == [link]


def test_another_device_can_close_no_link(client: PageClient, link: ShareLink) -> None:
    mine = a_document(a_device(client))
    client.post(page_of(mine), {"revoke": str(link.pk)})
    assert client.post(page_of(link.document), {"revoke": str(link.pk)}).status_code == 404
    assert list(ShareLink.objects.live()) == [link]


def test_an_eleventh_link_is_refused_with_what_to_do(client: PageClient, document: Document) -> None:
    for _number in range(ShareLink.MAX_LIVE):
        ShareLink.objects.make(document, uuid4())
    answer = client.post(page_of(document), {"link": str(uuid4())})
    assert answer.status_code == 422
    assert "Cierra uno" in answer.text


def test_a_shared_file_that_is_missing_says_so(
    client: PageClient, document: Document, link: ShareLink, storage: Path
) -> None:
    (storage / document.file_path).unlink()
    answer = PageClient().get(f"{link.path}?archivo=1")
    assert answer.status_code == 410
    assert "El archivo ya no está" in answer.text
    assert "/descargas/" + str(document.pk) not in answer.text


def test_an_id_that_is_another_documents_link_makes_none_and_the_form_is_shown_again(
    client: PageClient, device: Device, link: ShareLink
) -> None:
    other = a_document(device)
    answer = client.post(page_of(other), {"link": str(link.pk)})
    assert answer.headers["Location"] == page_of(other)
    assert list(ShareLink.objects.all()) == [link]


def test_a_document_deleted_while_it_is_shared_is_not_found(
    client: PageClient, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = ShareLinkQuerySet.make

    def overtaken(links: ShareLinkQuerySet, shared: Document, link_id: UUID) -> ShareLink:
        Document.objects.all().delete()
        return make(links, shared, link_id)

    monkeypatch.setattr(ShareLinkQuerySet, "make", overtaken)
    assert client.post(page_of(document), {"link": str(uuid4())}).status_code == 404
    assert not ShareLink.objects.exists()
