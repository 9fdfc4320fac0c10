"""Pages of Downloads."""

import logging
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import Device
from documents.models import Document
from documents.names import MAX_LENGTH
from documents.views import PAGE_SIZE
from tests.accounts.factories import a_device, a_dni, a_user
from tests.documents.factories import CSV, CSV_URL, PDF, a_document, stored
from tests.failing import failing
from tests.pages import PageClient, main_of

pytestmark = pytest.mark.django_db

LIST = "/descargas/"
HTMX = {"HX-Request": "true"}
RESTORE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
OF_A_DOCUMENT = ["document", "file", "rename", "delete", "share"]


@pytest.fixture
def device(client: PageClient) -> Device:
    return a_device(client)


def path(name: str, pk: UUID) -> str:
    return reverse(f"documents:{name}", args=[pk])


def test_the_paths_are_those_of_the_design() -> None:
    pk = uuid4()
    assert reverse("documents:downloads") == LIST
    assert path("document", pk) == f"/descargas/{pk}/"
    assert path("file", pk) == f"/descargas/{pk}/archivo"
    assert path("rename", pk) == f"/descargas/{pk}/nombre/"
    assert path("delete", pk) == f"/descargas/{pk}/borrar/"
    assert path("share", pk) == f"/descargas/{pk}/compartir/"


def test_an_empty_list_says_what_to_do_next(client: PageClient) -> None:
    page = client.get(LIST)
    assert page.status_code == 200
    assert reverse("procedures:entities") in page.text
    assert "Todavía no hay ningún documento" in page.text
    assert not page.cookies


def test_the_list_says_what_each_document_is(client: PageClient, device: Device) -> None:
    document = a_document(device, retention_days=5)
    Document.objects.filter(pk=document.pk).update(expires_at=timezone.now() + timedelta(days=5, minutes=1))
    text = client.get(LIST).text
    for said in (
        "Informe de vida laboral",
        "Seguridad Social",
        "3 páginas",
        "hoy",
        "Se borra en 5 días",
        f"{document.size / 1024:.1f}".replace(".", ","),
    ):
        assert said in text
    assert CSV not in text


@pytest.mark.parametrize(
    ("left", "said"), [(timedelta(hours=3), "Se borra hoy"), (timedelta(days=1, hours=1), "Se borra en 1 día<")]
)
def test_the_last_days_of_a_document_are_said(left: timedelta, said: str, client: PageClient, device: Device) -> None:
    document = a_document(device, retention_days=30)
    Document.objects.filter(pk=document.pk).update(expires_at=timezone.now() + left)
    assert said in client.get(LIST).text


def test_the_list_can_be_narrowed_to_one_user(client: PageClient, device: Device) -> None:
    ana, leo = a_user(device), a_user(device, alias="Leo", number="X1234567L")
    a_document(device, ana, name="De Ana")
    a_document(device, leo, name="De Leo")
    whole, narrowed = client.get(LIST).text, client.get(f"{LIST}?usuario={leo.pk}").text
    assert "De Ana" in whole
    assert "De Leo" in whole
    assert "De Ana" not in narrowed
    assert "De Leo" in narrowed
    for unknown in ("", "x", str(uuid4())):
        assert "De Ana" in client.get(f"{LIST}?usuario={unknown}").text


@pytest.mark.parametrize(("many", "queries"), [(0, 2), (1, 3), (60, 3)])
def test_the_list_costs_three_queries_whatever_its_length(
    many: int, queries: int, client: PageClient, device: Device, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = [a_user(device, number=a_dni(number)) for number in range(5)]
    for number in range(many):
        a_document(device, users[number % 5])
    with django_assert_num_queries(queries):
        assert client.get(LIST).status_code == 200


def test_a_long_list_is_read_in_pages(client: PageClient, device: Device) -> None:
    documents = [a_document(device, name=f"Documento {number:02}") for number in range(PAGE_SIZE + 2)]
    first, second = client.get(LIST).text, client.get(f"{LIST}?pagina=2").text
    assert first.count("Documento ") == PAGE_SIZE
    assert documents[-1].label in first
    assert "pagina=2" in first
    assert [document.label in second for document in documents[:3]] == [True, True, False]
    for wrong in ("0", "99", "x", "-1"):
        assert client.get(f"{LIST}?pagina={wrong}").status_code == 200


def test_a_documents_page_says_what_it_is_and_what_can_be_done(client: PageClient, device: Device) -> None:
    document = a_document(device, a_user(device))
    text = client.get(document.get_absolute_url()).text
    for said in (
        "Informe de vida laboral",
        "Seguridad Social",
        CSV,
        CSV_URL,
        'rel="noopener noreferrer"',
        "Ana",
        "Qué hacer ahora",
    ):
        assert said in text
    for name in OF_A_DOCUMENT[1:]:
        assert f'href="{path(name, document.pk)}' in text
    assert reverse("guides:documents") in text
    assert "Nombre original" not in text


def test_what_can_be_done_with_a_document_comes_before_advice(client: PageClient, device: Device) -> None:
    document = a_document(device)
    text = client.get(document.get_absolute_url()).text
    places = [text.index(words) for words in (">Abrir", "Guardar", "Compartir", CSV, "Qué hacer ahora")]
    assert places == sorted(places)


def test_buttons_name_what_they_delete(client: PageClient, device: Device) -> None:
    document = a_document(device, name="Certificado de renta")
    for page in (document.get_absolute_url(), path("delete", document.pk)):
        controls = [" ".join(found.text_content().split()) for found in main_of(client.get(page)).iter("a", "button")]
        [deleting] = [words for words in controls if words.startswith("Borrar")]
        assert deleting.endswith("Certificado de renta")


@pytest.mark.parametrize("name", OF_A_DOCUMENT)
def test_the_pages_of_a_document_cost_few_queries(
    name: str, client: PageClient, device: Device, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    document = a_document(device, a_user(device))
    for _other in range(3):
        a_document(device)
    with django_assert_num_queries({"document": 2, "share": 2, "file": 2}.get(name, 1)):
        assert client.get(path(name, document.pk)).status_code == 200


@pytest.mark.parametrize(
    ("method", "name"),
    [*(("get", name) for name in OF_A_DOCUMENT), *(("post", name) for name in ("rename", "delete", "share"))],
)
def test_what_is_another_devices_is_not_found(method: str, name: str, client: PageClient, device: Device) -> None:
    theirs, gone = a_document(a_device()), a_document(device, retention_days=3)
    Document.objects.filter(pk=gone.pk).update(expires_at=timezone.now())
    for pk in (theirs.pk, gone.pk, uuid4()):
        answer = getattr(client, method)(path(name, pk), {"name": "Mío", "link": str(uuid4())})
        assert answer.status_code == 404
    theirs.refresh_from_db()
    assert not theirs.is_renamed
    assert not theirs.links.exists()


@pytest.mark.parametrize("name", ["document", "rename", "delete", "share"])
def test_each_page_is_whole_plainly_a_fragment_to_htmx_and_whole_from_history(
    name: str, client: PageClient, device: Device
) -> None:
    document = a_document(device)
    for url in (path(name, document.pk), LIST):
        plain, fragment, restored = client.get(url), client.get(url, headers=HTMX), client.get(url, headers=RESTORE)
        assert "<!doctype html>" in plain.text
        assert "<!doctype html>" not in fragment.text
        assert "<title>" in fragment.text
        assert "<!doctype html>" in restored.text
        for answer in (plain, fragment, restored):
            assert 'id="main"' in answer.text
            assert "no-store" in answer["Cache-Control"]
            assert "HX-Request" in answer["Vary"]


def test_the_file_is_served_byte_by_byte_under_closed_headers(client: PageClient, device: Device) -> None:
    document = a_document(device, name="Informe año 2026 «final».pdf")
    answer = client.get(path("file", document.pk))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''Informe%20a%C3%B1o%202026")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]


def test_the_file_can_be_saved_under_its_label(client: PageClient, device: Device) -> None:
    document = a_document(device, name='a";\r\nX-Evil: 1.pdf')
    answer = client.get(path("file", document.pk) + "?descargar=1")
    assert answer["Content-Disposition"] == 'attachment; filename="a-; X-Evil- 1.pdf"'
    assert "X-Evil" not in answer
    assert answer.content == PDF


def test_head_answers_the_same_headers_and_no_body(client: PageClient, device: Device) -> None:
    document = a_document(device)
    whole, head = client.get(path("file", document.pk)), client.head(path("file", document.pk))
    assert head.content == b""
    assert dict(head.headers) == dict(whole.headers)


def test_the_first_opening_is_noted_and_a_look_at_the_headers_is_none(client: PageClient, device: Device) -> None:
    document = a_document(device)
    client.head(path("file", document.pk))
    document.refresh_from_db()
    assert document.opened_at is None
    client.get(path("file", document.pk))
    document.refresh_from_db()
    first = document.opened_at
    client.get(path("file", document.pk))
    document.refresh_from_db()
    assert document.opened_at == first is not None


def test_a_missing_file_is_a_true_sentence_and_a_way_on(
    client: PageClient, device: Device, storage: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = a_document(device)
    (storage / document.file_path).write_bytes(b"broken")
    with caplog.at_level(logging.ERROR):
        answer = client.get(path("file", document.pk))
    assert answer.status_code == 410
    assert "El archivo ya no está" in answer.text
    assert path("delete", document.pk) in answer.text
    assert str(document.pk) in caplog.text
    assert document.label not in caplog.text


def test_an_unavailable_storage_is_no_missing_document(
    client: PageClient, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_document(device)
    monkeypatch.setattr(FileSystemStorage, "_open", failing(TimeoutError("storage")))
    answer = client.get(path("file", document.pk))
    assert answer.status_code == 503
    assert "No se ha perdido nada" in answer.text


@pytest.mark.parametrize(
    ("typed", "name"), [("Para la beca", "Para la beca.pdf"), ("Beca.PDF", "Beca.pdf"), ("a/b", "a-b.pdf")]
)
def test_renaming_keeps_the_ending_and_the_original_name(
    typed: str, name: str, client: PageClient, device: Device
) -> None:
    document = a_document(device)
    assert client.post(path("rename", document.pk), {"name": typed}).headers["Location"] == document.get_absolute_url()
    document.refresh_from_db()
    assert document.name == name
    text = client.get(document.get_absolute_url()).text
    assert "Nombre original" in text
    assert "Informe de vida laboral.pdf" in text
    assert f'filename="{name}"' in client.get(path("file", document.pk))["Content-Disposition"]


def test_the_longest_name_is_taken_and_one_character_more_is_not(client: PageClient, device: Device) -> None:
    document = a_document(device)
    longest = "x" * (MAX_LENGTH - 4)
    assert client.post(path("rename", document.pk), {"name": longest}).status_code == 302
    answer = client.post(path("rename", document.pk), {"name": longest + "y"})
    assert answer.status_code == 422
    assert "quita 1 carácter" in answer.text
    assert longest + "y" in answer.text


@pytest.mark.parametrize("typed", ["", "   ", ".pdf", "\u202e", "///"])
def test_a_name_of_nothing_is_refused_in_the_page(typed: str, client: PageClient, device: Device) -> None:
    document = a_document(device)
    answer = client.post(path("rename", document.pk), {"name": typed})
    assert answer.status_code == 422
    assert answer.text.count("Escribe un nombre") >= 2
    assert "<title>Error: Cambiar el nombre" in answer.text
    document.refresh_from_db()
    assert not document.is_renamed


def test_deleting_asks_first_and_then_takes_row_and_file(client: PageClient, device: Device, storage: Path) -> None:
    document = a_document(device)
    asked = client.get(path("delete", document.pk))
    assert "¿Borrar este documento?" in asked.text
    assert Document.objects.exists()
    assert client.submit(asked, csrfmiddlewaretoken="").headers["Location"] == LIST
    assert not Document.objects.exists()
    assert not stored(storage)
    assert "Documento borrado" in client.get(LIST).text
    assert client.post(path("delete", document.pk)).status_code == 404


@pytest.mark.parametrize(
    "csv", ["aB3-xy_9/=+.:~*#", "<b>&amp;", "A  B", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "x" * 128]
)
def test_a_verification_code_is_shown_as_it_was_sent(client: PageClient, csv: str) -> None:
    document = a_document(a_device(client), csv=csv)
    page = client.get(reverse("documents:document", args=[document.pk]))
    assert main_of(page).xpath("string(//code[@class='csv'])") == csv
