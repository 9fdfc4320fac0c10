"""Import and export: a file is checked, its changes are shown, and the user who sent it applies it once."""

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.models import ImportRow, ImportRun, ImportState
from backoffice.models.imports import MAX_ATTEMPTS
from backoffice.roles import Role
from backoffice.transfer import runner, tasks
from procedures.models import CatalogueStamp, Entity, Procedure, ProcedureVersion, VersionState
from procedures.transfer.export import Format
from procedures.transfer.upload import MOST_BYTES
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.pages import PageClient, parse
from tests.procedures.transfer.factories import a_content, an_entity, export_file
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/gestion/importar/", "/gestion/exportar/"


@pytest.fixture
def editor() -> PageClient:
    return signed_in(a_staff_user(Role.EDITOR))


@pytest.fixture(autouse=True)
def _a_small_catalogue() -> None:
    a_content(Procedure.objects.create(entity=an_entity(), slug="x")).publish()


def a_file(**entity: Any) -> bytes:
    """Return an export with changes to its entity and to the name of its procedure."""
    found = json.loads(export_file(Format.JSON))
    found["entities"][0] |= entity or {"tone": "plum"}
    found["versions"][0]["name_es"] = "<b>Otro</b>"
    return json.dumps(found).encode()


def send(client: PageClient, content: bytes, name: str = "catalogo.json") -> Any:
    """Send a file with the page's form, and follow the redirect."""
    token = parse(client.get(IMPORT)).xpath("//form[@enctype]//input[@name='csrfmiddlewaretoken']")[0].get("value")
    upload = SimpleUploadedFile(name, content)
    return client.post(IMPORT, {"csrfmiddlewaretoken": token, "file": upload}, follow=True)


def press(client: PageClient, page: Any, ending: str) -> Any:
    """Press the button of the form whose action ends so."""
    form = next(form for form in parse(page).forms if (form.get("action") or "").endswith(ending))
    return client.post(form.get("action"), dict(form.form_values()), follow=True)


def text_of(page: Any) -> str:
    return " ".join(parse(page).get_element_by_id("content").text_content().split())


def state_of(page: Any) -> str:
    return str(parse(page).find_class("transfer")[0].get("data-state"))


def run_of(user: Any, content: bytes = b"{}", **fields: Any) -> ImportRun:
    run = ImportRun.objects.store(user, "catalogo.json", content, "es")
    ImportRun.objects.filter(pk=run.pk).update(**fields)
    run.refresh_from_db()
    return run


# --- Importing -----------------------------------------------------------------------------------------------------


def test_a_file_is_shown_field_by_field_and_then_applied(editor: PageClient) -> None:
    page = send(editor, a_file())
    assert state_of(page) == ImportState.READY
    assert "petrol plum" in text_of(page)
    assert "Texto de name <b>Otro</b>" in text_of(page), "what the file says is text"
    assert "borrador nuevo, versión 2" in text_of(page)
    assert Entity.objects.get().tone == "petrol", "nothing is written yet"
    page = press(editor, page, "/aplicar/")
    assert state_of(page) == ImportState.APPLIED
    assert Entity.objects.get().tone == "plum"
    draft = ProcedureVersion.objects.get(state=VersionState.DRAFT)
    assert list(draft.authors.values_list("username", flat=True)) == ["editor"]
    assert not ImportRun.objects.get().content


def test_a_file_with_errors_cannot_be_applied(editor: PageClient) -> None:
    page = send(editor, a_file(tone="plumm"))
    assert state_of(page) == ImportState.REFUSED
    assert "Organismos, fila 1 Tono tone: «plumm» no vale. ¿Querías decir «plum»?" in text_of(page)
    assert not [form for form in parse(page).forms if (form.get("action") or "").endswith("/aplicar/")]
    run = ImportRun.objects.get()
    assert not run.request_apply(run.user)


def test_a_file_that_cannot_be_read_says_why(editor: PageClient) -> None:
    page = send(editor, b"%PDF-1.7", "catalogo.pdf")
    assert state_of(page) == ImportState.REFUSED
    assert "no los reconozco" in text_of(page)


def test_a_file_that_changes_nothing_offers_nothing(editor: PageClient) -> None:
    page = send(editor, export_file(Format.XLSX), "catalogo.xlsx")
    assert "No cambia nada" in text_of(page)
    assert not [form for form in parse(page).forms if (form.get("action") or "").endswith("/aplicar/")]


def test_a_missing_file_and_an_empty_one_are_explained(editor: PageClient) -> None:
    page = editor.submit(editor.get(IMPORT), file=None)
    assert page.status_code == 422
    assert "Elige un archivo" in text_of(page)
    assert "El archivo está vacío" in text_of(send(editor, b""))


def test_a_file_that_is_too_large_is_explained_and_not_stored(editor: PageClient) -> None:
    page = send(editor, b"a" * (MOST_BYTES + 70_000))
    assert page.status_code == 422
    assert "pasa de 10 MB" in text_of(page)
    assert not ImportRun.objects.exists()


def test_a_large_file_is_done_by_a_worker_while_the_page_shows_progress(
    editor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "SMALL_BYTES", 0)
    page = send(editor, a_file())
    assert state_of(page) == ImportState.CHECKING
    assert parse(page).xpath("//progress")
    assert parse(page).xpath("//meta[@http-equiv='refresh']/@content") == ["2"]
    path = page.request["PATH_INFO"]
    ImportRun.objects.update(done=50, total=200)
    assert parse(editor.get(path)).xpath("//progress/@value") == ["25"]
    run_tasks()
    page = editor.get(path)
    assert state_of(page) == ImportState.READY
    assert not parse(page).xpath("//meta[@http-equiv='refresh']")
    assert state_of(press(editor, page, "/aplicar/")) == ImportState.APPLYING
    run_tasks()
    assert state_of(editor.get(path)) == ImportState.APPLIED


def test_the_rows_are_filtered_and_paginated(editor: PageClient) -> None:
    slugs = [f"e{number:03}" for number in range(120)]
    row = json.loads(export_file(Format.JSON, "entities"))["entities"][0]
    page = send(editor, json.dumps({"entities": [row, *({**row, "slug": slug} for slug in slugs)]}).encode())
    path = page.request["PATH_INFO"]
    assert len(parse(page).xpath("//ul[@class='found-rows']/li")) == 50
    last = editor.get(path, {"estado": "new", "p": "3"})
    assert len(parse(last).xpath("//ul[@class='found-rows']/li")) == 20
    assert len(parse(editor.get(path, {"estado": "unchanged"})).xpath("//ul[@class='found-rows']/li")) == 1
    for wrong in ({"estado": "\x00"}, {"hoja": "nada"}, {"p": "nada"}, {"p": "-1"}, {"p": "9" * 50}):
        assert editor.get(path, wrong).status_code == 200


def test_the_pages_are_whole_pages_without_anything_inline(editor: PageClient) -> None:
    pages = [editor.get(IMPORT), editor.get(EXPORT), send(editor, a_file()), send(editor, a_file(tone="x"))]
    for page in pages:
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        document = parse(page)
        assert len(list(document.iter("h1"))) == 1
        assert not document.xpath("//style | //*[@style] | //script[not(@src)]")
        assert not [
            name
            for element in document.iter()
            if isinstance(element.tag, str)
            for name in element.attrib
            if str(name).startswith("on")
        ]


@pytest.mark.parametrize("many", [1, 80])
def test_the_pages_cost_the_same_however_much_there_is(
    editor: PageClient, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = json.loads(export_file(Format.JSON, "entities"))["entities"][0]
    found = {"entities": [{**row, "slug": f"e{number:03}"} for number in range(many)]}
    path = send(editor, json.dumps(found).encode()).request["PATH_INFO"]
    for address in (IMPORT, EXPORT, path):
        with django_assert_max_num_queries(10):
            assert editor.get(address).status_code == 200


# --- Conflicts and interruptions -----------------------------------------------------------------------------------


def test_a_catalogue_that_changed_meanwhile_is_checked_again_and_the_page_says_so(editor: PageClient) -> None:
    page = send(editor, a_file())
    Entity.objects.update(tone="teal")
    CatalogueStamp.bump()
    page = press(editor, page, "/aplicar/")
    assert state_of(page) == ImportState.READY
    assert "El catálogo ha cambiado desde que lo comprobamos" in text_of(page)
    assert "teal plum" in text_of(page)
    assert Entity.objects.get().tone == "teal"
    assert state_of(press(editor, page, "/aplicar/")) == ImportState.APPLIED
    assert Entity.objects.get().tone == "plum"


def test_a_change_elsewhere_in_the_catalogue_is_no_conflict(editor: PageClient) -> None:
    """The plan is made again, and applied when it is the same."""
    page = send(editor, a_file())
    an_entity("aeat")
    CatalogueStamp.bump()
    assert state_of(press(editor, page, "/aplicar/")) == ImportState.APPLIED


def test_a_change_between_checking_and_writing_is_noticed(editor: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = send(editor, a_file())
    real = runner._apply

    def late(*arguments: Any) -> None:
        CatalogueStamp.bump()
        real(*arguments)

    monkeypatch.setattr(runner, "_apply", late)
    page = press(editor, page, "/aplicar/")
    assert "El catálogo ha cambiado" in text_of(page)
    assert Entity.objects.get().tone == "petrol"


def test_two_files_applied_one_after_the_other_are_both_seen(editor: PageClient) -> None:
    first, second = send(editor, a_file(tone="plum")), send(editor, a_file(tone="teal"))
    assert state_of(press(editor, first, "/aplicar/")) == ImportState.APPLIED
    assert "plum teal" in text_of(press(editor, second, "/aplicar/"))
    assert Entity.objects.get().tone == "plum"


def test_pressing_apply_twice_applies_once(editor: PageClient) -> None:
    page = send(editor, a_file())
    press(editor, page, "/aplicar/")
    assert state_of(press(editor, page, "/aplicar/")) == ImportState.APPLIED
    assert ProcedureVersion.objects.count() == 2


def test_only_one_of_two_who_ask_at_once_wins() -> None:
    user = a_staff_user(Role.EDITOR)
    run = run_of(user, state=ImportState.READY)
    assert [run.request_apply(user), run.request_apply(user)] == [True, False]
    assert ImportRun.objects.lease(run.pk) is not None
    assert ImportRun.objects.lease(run.pk) is None, "somebody is at it"


def test_another_editor_may_look_and_not_apply(editor: PageClient) -> None:
    page = send(editor, a_file())
    other = signed_in(a_staff_user(Role.EDITOR, name="otra"))
    seen = other.get(page.request["PATH_INFO"])
    assert "Solo quien lo envió puede aplicarlo" in text_of(seen)
    token = parse(other.get(IMPORT)).xpath("//form[@enctype]//input[@name='csrfmiddlewaretoken']")[0].get("value")
    for ending in ("aplicar/", "descartar/", "repetir/"):
        other.post(page.request["PATH_INFO"] + ending, {"csrfmiddlewaretoken": token})
    assert ImportRun.objects.get().state == ImportState.READY
    assert Entity.objects.get().tone == "petrol"


def test_a_worker_that_dies_while_writing_leaves_nothing_and_another_one_does_it(
    editor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(a_staff_user(Role.EDITOR, name="ana"), a_file())
    runner.run_import(run.pk)
    run.refresh_from_db()
    assert run.request_apply(run.user)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ImportRun, "finish_apply", killed)
        with pytest.raises(KeyboardInterrupt):
            runner.run_import(run.pk)
    assert Entity.objects.get().tone == "petrol", "the transaction took it back"
    assert tasks.reclaim_stalled_imports.call() == 0, "its lease has not run out"
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert tasks.reclaim_stalled_imports.call() == 1
        assert tasks.reclaim_stalled_imports.call() == 0
        run_tasks()
    run.refresh_from_db()
    assert (run.state, Entity.objects.get().tone) == (ImportState.APPLIED, "plum")


def test_a_run_that_fails_again_and_again_is_given_up_and_can_be_repeated(editor: PageClient) -> None:
    user = a_staff_user(Role.EDITOR, name="ana")
    past = timezone.now() - timedelta(minutes=1)
    run = run_of(user, a_file(), lease_until=past, lease_token=uuid4(), attempts=MAX_ATTEMPTS)
    assert tasks.reclaim_stalled_imports.call() == 0
    maker = signed_in(user)
    page = maker.get(f"{IMPORT}{run.pk}/")
    assert state_of(page) == ImportState.FAILED
    assert state_of(press(maker, page, "/repetir/")) == ImportState.READY


def test_a_worker_whose_lease_was_taken_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(a_staff_user(Role.EDITOR), a_file())
    runner.run_import(run.pk)
    run.refresh_from_db()
    run.request_apply(run.user)
    real = runner._apply

    def overtaken(mine: ImportRun, *rest: Any) -> None:
        ImportRun.objects.filter(pk=run.pk).update(lease_token=uuid4())
        real(mine, *rest)

    monkeypatch.setattr(runner, "_apply", overtaken)
    runner.run_import(run.pk)
    assert Entity.objects.get().tone == "petrol"
    assert ImportRun.objects.get().state == ImportState.APPLYING


def test_a_file_is_stored_for_a_day(editor: PageClient) -> None:
    send(editor, a_file())
    assert tasks.discard_old_imports.call() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert tasks.discard_old_imports.call() == 1
        assert tasks.discard_old_imports.call() == 0
    run = ImportRun.objects.get()
    assert (bytes(run.content), bytes(run.serialized), run.state) == (b"", b"", ImportState.DISCARDED)
    assert not ImportRow.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        tasks.discard_old_imports.call()
    assert not ImportRun.objects.exists()


def test_a_person_keeps_five_files_at_most() -> None:
    user = a_staff_user(Role.EDITOR)
    for _number in range(7):
        run_of(user, b"{}", state=ImportState.READY)
    assert ImportRun.objects.exclude(content=b"").count() == 5


def test_a_file_can_be_discarded(editor: PageClient) -> None:
    page = press(editor, send(editor, a_file()), "/descartar/")
    assert "se ha descartado" in " ".join(parse(page).text_content().split())
    assert ImportRun.objects.get().state == ImportState.DISCARDED


# --- Permissions-----------------------------------------------------------------------------------------------------

MAY_IMPORT = {Role.EDITOR}
MAY_EXPORT = {Role.EDITOR, Role.APPROVER}


@pytest.mark.parametrize("role", list(Role))
def test_only_users_with_the_permission_get_in(role: Role) -> None:
    maker = a_staff_user(Role.EDITOR, name="ana")
    run = run_of(maker, b"{}", state=ImportState.READY)
    client = signed_in(a_staff_user(role))
    for path in (IMPORT, f"{IMPORT}{run.pk}/"):
        assert client.get(path).status_code == (200 if role in MAY_IMPORT else 403)
    assert client.get(EXPORT).status_code == (200 if role in MAY_EXPORT else 403)


def test_a_person_who_is_not_signed_in_is_led_to_do_so() -> None:
    run = run_of(a_staff_user(Role.EDITOR))
    for path in (IMPORT, EXPORT, f"{IMPORT}{run.pk}/"):
        assert Client().get(path).headers["Location"].startswith("/gestion/login/")


def test_an_unknown_run_is_not_found(editor: PageClient) -> None:
    assert editor.get(f"{IMPORT}{uuid4()}/").status_code == 404


def test_applying_needs_a_post(editor: PageClient) -> None:
    path = send(editor, a_file()).request["PATH_INFO"]
    assert editor.get(f"{path}aplicar/").status_code == 405


# --- Export ---------------------------------------------------------------------------------------------------------


def download(client: PageClient, **fields: Any) -> Any:
    form = next(form for form in parse(client.get(EXPORT)).forms if "kinds" in form.fields)
    token = form.fields["csrfmiddlewaretoken"]
    return client.post(EXPORT, {"csrfmiddlewaretoken": token, **fields})


@pytest.mark.parametrize(
    ("format", "kinds", "ending"),
    [
        ("xlsx", ["entities", "versions"], "xlsx"),
        ("csv", ["entities"], "csv"),
        ("csv", ["entities", "versions"], "zip"),
        ("json", ["entities"], "json"),
    ],
)
@time_machine.travel("2026-05-20 12:34:00+02:00", tick=False)
def test_an_export_is_a_download_named_with_its_date(
    editor: PageClient, format: str, kinds: list[str], ending: str
) -> None:
    answer = download(editor, format=format, kinds=kinds)
    what = kinds[0] if len(kinds) == 1 else "catalogo"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="tramites-{what}-2026-05-20-1234.{ending}"'
    content = b"".join(answer.streaming_content)
    assert state_of(send(editor, content, f"a.{ending}")) == ImportState.READY


def test_an_export_of_one_entity_holds_no_other(editor: PageClient) -> None:
    an_entity("aeat")
    answer = download(editor, format="json", kinds=["entities"], entities=["aeat"])
    found = json.load(io.BytesIO(b"".join(answer.streaming_content)))
    assert [row["slug"] for row in found["entities"]] == ["aeat"]


def test_of_many_entities_the_slugs_are_typed(editor: PageClient) -> None:
    for number in range(70):
        an_entity(f"e{number}")
    assert not parse(editor.get(EXPORT)).xpath("//input[@type='checkbox'][@name='entities']")
    answer = download(editor, format="json", kinds=["entities"], entities="e1, e2")
    assert b"".join(answer.streaming_content).count(b'"slug"') == 2
    wrong = download(editor, format="json", kinds=["entities"], entities="dgtt")
    assert "No hay ningún organismo «dgtt». ¿Querías decir «dgt»?" in text_of(wrong)


def test_choosing_nothing_is_explained(editor: PageClient) -> None:
    page = download(editor, format="xlsx")
    assert page.status_code == 422
    assert "Elige al menos una cosa" in text_of(page)


def test_import_and_export_are_recorded_in_the_audit_log(editor: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("foundation.audit.record", lambda action, **_detail: seen.append(action))
    press(editor, send(editor, a_file()), "/aplicar/")
    assert b"".join(download(editor, format="json", kinds=["entities"]).streaming_content)
    wanted = ["catalogue.import_begun", "catalogue.import_applied", "catalogue.imported", "catalogue.exported"]
    assert [action for action in seen if action.startswith("catalogue.")] == wanted
