"""Editing versions: an editor publishes what citizens then see, and cannot break it for them."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from procedures.models import CatalogueStamp, Entity, Procedure, ProcedureVersion, RequiredDatum, VersionState
from procedures.models.versions import PublishedVersionIsImmutable
from procedures.published_catalogue import forget_published
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_device, a_version, an_access
from tests.pages import PageClient, parse, text_of

pytestmark = pytest.mark.django_db

INLINE = "required_data"
LIST = "/gestion/procedures/procedureversion/"
TEXTS = {
    "name_es": "Mis multas",
    "summary_es": "Las que te quedan por pagar",
    "purpose_es": "Para saberlas",
    "needs_es": "Nada",
    "gets_es": "Una lista",
    "duration_es": "Al momento",
    "legal_basis_es": "Ley de Tráfico",
    "name_en": "My fines",
}


@pytest.fixture
def editor() -> PageClient:
    """Return an editor's browser, with CSRF checks on."""
    return signed_in(a_staff_user(name="editor", is_superuser=True))


@pytest.fixture
def procedure() -> Procedure:
    entity = Entity.objects.create(slug="dgt", name_es="Dirección General", short_name_es="Tráfico", monogram="DGT")
    return Procedure.objects.create(entity=entity, slug="multas")


def a_draft(procedure: Procedure, **fields: Any) -> ProcedureVersion:
    values = {"kind": "consultation", "connector": "{sandbox}/bodies/dgt/multas", **TEXTS, **fields}
    return ProcedureVersion.objects.create(procedure=procedure, **values)


def act(editor: PageClient, action: str, *versions: ProcedureVersion) -> Any:
    """Run an action of the list on these versions."""
    token = parse(editor.get(LIST)).xpath("//form[@id='changelist-form']//input[@name='csrfmiddlewaretoken']")[0]
    chosen = {"action": action, "_selected_action": [version.pk for version in versions]}
    return editor.post(LIST, {**chosen, "csrfmiddlewaretoken": token.get("value")}, follow=True)


def submit(editor: PageClient, *drafts: ProcedureVersion) -> Any:
    return act(editor, "submit", *drafts)


def publish(editor: PageClient, *drafts: ProcedureVersion) -> Any:
    """Have drafts approved by somebody else, and publish them."""
    submit(editor, *drafts)
    for draft in ProcedureVersion.objects.filter(state=VersionState.IN_REVIEW):
        assert draft.approve(User.objects.get_or_create(username="approver")[0])
    return act(editor, "publish", *drafts)


def said(page: Any) -> list[str]:
    return [" ".join(item.text_content().split()) for item in parse(page).xpath("//ul[@class='messagelist']/li")]


def errors(page: Any) -> list[str]:
    return [
        " ".join(item.text_content().split()) for item in parse(page).xpath("//ul[contains(@class,'errorlist')]/li")
    ]


def inline(*data: dict[str, str]) -> dict[str, str]:
    """Return the fields of the inline forms of required data."""
    fields = {f"{INLINE}-TOTAL_FORMS": str(len(data)), f"{INLINE}-INITIAL_FORMS": "0"}
    for number, datum in enumerate(data):
        usual = {"order": "0", "required": "on", "label_es": "Dato", "max_months": "0", "options": "[]"}
        fields |= {f"{INLINE}-{number}-{name}": text for name, text in {**usual, **datum}.items()}
    return fields


def send(editor: PageClient, path: str, **fields: str) -> Any:
    """Fill in and submit the main form of a page."""
    page = editor.get(path)
    form = next(form for form in parse(page).forms if form.get("id", "").endswith("_form"))
    return editor.post(path, {**dict(form.form_values()), **fields, "_save": "1"}, follow=True)


def check_policy(page: Any) -> None:
    """Assert that the page needs nothing that the content security policy forbids."""
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for element in parse(page).iter():
        if not isinstance(element.tag, str):
            continue
        source = element.get("src") or (element.get("href") if element.tag == "link" else "") or ""
        assert element.tag != "style"
        assert element.tag != "script" or source.startswith("/"), "no inline script"
        assert not source.startswith(("http", "//", "data:")), source
        assert not [name for name in element.attrib if str(name).startswith("on") or name == "style"], element.tag


def a_version_form(procedure: Procedure, *data: dict[str, str], **fields: str) -> dict[str, str]:
    connector = "{sandbox}/bodies/dgt/multas"
    usual = {"procedure": str(procedure.pk), "number": "1", "kind": "consultation", "connector": connector, **TEXTS}
    return {**usual, **fields, **inline(*data)}


ADD_VERSION = f"{LIST}add/"


def test_from_nothing_to_what_a_citizen_sees(editor: PageClient, client: PageClient) -> None:
    send(
        editor,
        "/gestion/procedures/entity/add/",
        slug="dgt",
        name_es="Dirección General de Tráfico",
        short_name_es="Tráfico",
        monogram="DGT",
    )
    send(editor, "/gestion/procedures/procedure/add/", entity=str(Entity.objects.get().pk), slug="multas")
    procedure = Procedure.objects.get()
    choice = (
        '[{"value": "due", "label": {"es": "Pendientes", "en": "Due"}}, {"value": "all", "label": {"es": "Todas"}}]'
    )
    saved = send(
        editor,
        ADD_VERSION,
        **a_version_form(
            procedure,
            {"key": "plate", "type": "plate", "label_es": "Matrícula"},
            {"key": "since", "type": "year", "label_es": "Desde", "minimum": "-5", "maximum": "0", "default": "-1"},
            {"key": "which", "type": "choice", "label_es": "Cuáles", "options": choice},
        ),
    )
    assert not errors(saved)
    draft = ProcedureVersion.objects.get()
    assert draft.state == VersionState.DRAFT
    assert client.get("/tramites/dgt/multas/").status_code == 404
    assert said(publish(editor, draft)) == ["Versiones publicadas: 1"]
    assert "Las que te quedan por pagar" in text_of(client.get("/tramites/dgt/multas/"))
    start = client.get("/tramites/dgt/multas/empezar/")
    assert "Matrícula" in text_of(start)
    assert client.submit(start, plate="1234 BBC", since="2020", which="due").status_code in (302, 422)


def test_a_person_without_an_account_sees_the_sign_in_page_alone(client: PageClient) -> None:
    for path in ("", "procedures/entity/", "procedures/procedureversion/1/change/", "nada/"):
        page = client.get(f"/gestion/{path}")
        assert page.status_code in (302, 404)
        assert page.status_code == 404 or page.headers["Location"].startswith("/gestion/login/")
    check_policy(client.get("/gestion/login/"))
    check_policy(client.post("/gestion/login/", {"username": "editor", "password": "wrong\x00"}))


@pytest.mark.parametrize(
    "path",
    [
        "/gestion/",
        "/gestion/procedures/",
        "/gestion/procedures/entity/",
        "/gestion/procedures/entity/add/",
        "/gestion/procedures/procedure/",
        "/gestion/procedures/procedure/add/",
        LIST,
        ADD_VERSION,
        f"{LIST}{{draft}}/change/",
        f"{LIST}{{published}}/change/",
        f"{LIST}{{draft}}/delete/",
        f"{LIST}{{draft}}/history/",
        "/gestion/password_change/",
    ],
)
def test_every_page_works_under_the_portals_own_policy(editor: PageClient, procedure: Procedure, path: str) -> None:
    published = a_draft(procedure)
    RequiredDatum.objects.create(version=published, key="plate", type="plate", label_es="Matrícula")
    published.publish()
    draft = published.copy_to_draft()
    check_policy(editor.get(path.format(draft=draft.pk, published=published.pk)))


def test_a_published_version_is_read_only(editor: PageClient, procedure: Procedure) -> None:
    version = a_draft(procedure)
    RequiredDatum.objects.create(version=version, key="plate", type="plate", label_es="Matrícula")
    version.publish()
    path = f"{LIST}{version.pk}/"
    page = editor.get(f"{path}change/")
    assert "Mis multas" in page.text
    assert not parse(page).xpath("//input[@name='_save' or @name='name_es' or contains(@name, 'required_data-0-key')]")
    token = editor.cookies[settings.CSRF_COOKIE_NAME].value
    changed = {**a_version_form(procedure, name_es="Otra"), "csrfmiddlewaretoken": token}
    assert errors(editor.post(f"{path}change/", changed))
    assert editor.post(f"{path}delete/", {"post": "yes", "csrfmiddlewaretoken": token}).status_code == 403
    version.refresh_from_db()
    assert str(version.name) == "Mis multas"
    with pytest.raises(PublishedVersionIsImmutable):
        version.save()


def test_a_published_version_is_copied_to_a_draft_that_can_be_changed_and_published(
    editor: PageClient, client: PageClient, procedure: Procedure
) -> None:
    version = a_draft(procedure)
    a_datum(version, "plate", "plate", label_es="Matrícula")
    version.publish()
    copied = act(editor, "copy_to_draft", version)
    assert said(copied) == ["Borradores creados: 1"]
    draft = ProcedureVersion.objects.get(state=VersionState.DRAFT)
    assert draft.number == 2
    assert [datum.key for datum in draft.required_data.all()] == ["plate"]
    assert not errors(send(editor, f"{LIST}{draft.pk}/change/", name_es="Multas por pagar"))
    publish(editor, draft)
    assert "Multas por pagar" in client.get("/tramites/dgt/multas/").text
    assert dict(ProcedureVersion.objects.values_list("number", "state")) == {1: "retired", 2: "published"}


def test_publishing_what_is_published_or_retired_publishes_nothing(editor: PageClient, procedure: Procedure) -> None:
    retired = a_draft(procedure)
    retired.publish()
    published = retired.copy_to_draft()
    published.publish()
    stamp = CatalogueStamp.current()
    assert said(publish(editor, retired, published)) == ["Versiones publicadas: 0"]
    with pytest.raises(PublishedVersionIsImmutable):
        retired.publish()
    published.refresh_from_db()
    assert (published.state, CatalogueStamp.current()) == (VersionState.PUBLISHED, stamp)


# --- Invalid input ---------------------------------------------------------------------------------------------------

BROKEN_DATA: list[tuple[dict[str, Any], str]] = [
    ({"type": "choice", "options": []}, "opciones"),
    ({"type": "choice", "options": {"a": 1}}, "opciones"),
    ({"type": "year", "minimum": "-1", "maximum": "-5"}, "mínimo no puede ser mayor"),
    ({"type": "year", "minimum": "abc"}, "«abc» no es un año"),
    ({"type": "date", "minimum": "2023-02-30"}, "«2023-02-30» no es una fecha"),
    ({"type": "text", "maximum": "-1"}, "«-1» no es un número de caracteres"),
    ({"type": "colour"}, "colour"),
    ({"type": "plate", "label_es": ""}, "pregunta"),
    ({"type": "plate", "key": "access"}, "Esa clave ya la usa el formulario"),
]


@pytest.mark.parametrize(("fields", "sentence"), BROKEN_DATA)
def test_a_draft_with_a_broken_datum_is_not_submitted_and_a_sentence_says_why(
    editor: PageClient, client: PageClient, procedure: Procedure, fields: dict[str, Any], sentence: str
) -> None:
    """Whether it was written by hand or saved before the rule existed."""
    draft = a_draft(procedure)
    RequiredDatum.objects.create(version=draft, **{"key": "datum", "label_es": "Dato", **fields})
    page = submit(editor, draft)
    assert page.status_code == 200
    assert sentence in said(page)[0]
    assert "sigue como estaba" in said(page)[0]
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT
    forget_published()
    assert client.get("/tramites/dgt/multas/empezar/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"connector": ""}, "dirección del conector"),
        ({"connector": "ftp://a"}, "dirección del conector"),
        ({"connector": "https://"}, "dirección entera"),
        ({"connector": "https://[a"}, "dirección entera"),
        ({"connector": "https://a b"}, "dirección entera"),
        ({"connector": "{sandbox}/ñ"}, "dirección entera"),
        ({"name_es": ""}, "nombre"),
        ({"legal_basis_es": ""}, "base legal"),
        ({"kind": "query"}, "query"),
    ],
)
def test_a_broken_draft_is_not_submitted_and_a_sentence_says_why(
    editor: PageClient, procedure: Procedure, fields: dict[str, Any], sentence: str
) -> None:
    draft = a_draft(procedure, **fields)
    assert sentence in said(submit(editor, draft))[0]
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT


def test_data_with_the_same_field_name_are_not_submitted(editor: PageClient, procedure: Procedure) -> None:
    draft = a_draft(procedure)
    RequiredDatum.objects.create(version=draft, key="when", type="period", label_es="Cuándo")
    RequiredDatum.objects.create(version=draft, key="when_to", type="date", label_es="Hasta")
    assert "when_to" in said(submit(editor, draft))[0]


def test_one_broken_draft_does_not_keep_another_from_being_submitted(editor: PageClient, procedure: Procedure) -> None:
    good = a_draft(procedure)
    other = Procedure.objects.create(entity=procedure.entity, slug="puntos")
    broken = a_draft(other, connector="")
    messages = said(submit(editor, good, broken))
    assert any("Versiones enviadas a revisión: 1" in message for message in messages)
    assert any("sigue como estaba" in message for message in messages)
    good.refresh_from_db()
    assert good.state == VersionState.IN_REVIEW


@pytest.mark.parametrize(
    ("datum", "sentence"),
    [
        ({"key": "a", "type": "choice", "options": "[1]"}, "Cada opción lleva"),
        (
            {"key": "a", "type": "choice", "options": '[{"value": "a\\u0000", "label": {"es": "a"}}]'},
            "Cada opción lleva",
        ),
        ({"key": "a", "type": "choice", "options": "{"}, "JSON"),
        ({"key": "a", "type": "year", "minimum": "5", "maximum": "2"}, "no es un año"),
        ({"key": "a", "type": "date", "minimum": "today", "maximum": "-1y"}, "mínimo no puede ser mayor"),
        ({"key": "identification", "type": "plate"}, "Esa clave ya la usa el formulario"),
        ({"key": "Ñ", "type": "plate"}, ""),
        ({"key": "a", "type": "nada"}, ""),
        ({"key": "a\x00", "type": "plate"}, ""),
        ({"key": "a", "type": "plate", "label_es": "\x00"}, ""),
    ],
)
def test_a_broken_datum_cannot_be_saved(
    editor: PageClient, procedure: Procedure, datum: dict[str, str], sentence: str
) -> None:
    page = send(editor, ADD_VERSION, **a_version_form(procedure, datum))
    assert page.status_code == 200
    assert any(sentence in error for error in errors(page)), errors(page)
    assert not ProcedureVersion.objects.exists()


@pytest.mark.parametrize("connector", ["http://a.example/", "https://", "https://[", "{sandbox}/a b", "javascript:1"])
def test_a_broken_connector_cannot_be_saved(editor: PageClient, procedure: Procedure, connector: str) -> None:
    page = send(editor, ADD_VERSION, **a_version_form(procedure, connector=connector))
    assert errors(page)
    assert not ProcedureVersion.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"slug": "dos palabras"}, {"tone": "azure"}, {"site": "javascript:alert(1)"}, {"monogram": "TOOLONG"}]
)
def test_a_broken_entity_cannot_be_saved(editor: PageClient, fields: dict[str, str]) -> None:
    usual = {"slug": "dgt", "name_es": "a", "short_name_es": "a", "monogram": "a"}
    assert errors(send(editor, "/gestion/procedures/entity/add/", **{**usual, **fields}))
    assert not Entity.objects.exists()


def test_a_new_version_takes_the_next_number(editor: PageClient, procedure: Procedure) -> None:
    a_draft(procedure, number=4)
    assert not errors(send(editor, ADD_VERSION, **a_version_form(procedure)))
    assert sorted(ProcedureVersion.objects.values_list("number", flat=True)) == [4, 5]


def test_who_copies_while_another_does_gets_a_sentence(
    editor: PageClient, procedure: Procedure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object) -> None:
        raise IntegrityError

    draft = a_draft(procedure)
    monkeypatch.setattr(ProcedureVersion, "copy_to_draft", taken)
    assert "Otra persona acaba de cambiar «Mis multas" in said(act(editor, "copy_to_draft", draft))[0]


# --- Changes that citizens see ---------------------------------------------------------------------------------------


def test_what_citizens_have_used_cannot_be_deleted(editor: PageClient) -> None:
    version = a_version()
    an_access(a_device(), version)
    for thing in (version.procedure.entity, version.procedure):
        path = reverse(f"admin:procedures_{thing._meta.model_name}_delete", args=[thing.pk])
        page = editor.get(path)
        assert page.status_code == 200
        token = editor.cookies[settings.CSRF_COOKIE_NAME].value
        editor.post(path, {"post": "yes", "csrfmiddlewaretoken": token})
    assert ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).exists()


def test_deleting_a_draft_moves_the_stamp(editor: PageClient, procedure: Procedure) -> None:
    draft = a_draft(procedure)
    stamp = CatalogueStamp.current()
    editor.submit(editor.get(f"{LIST}{draft.pk}/delete/"), post="yes", follow=True)
    assert not ProcedureVersion.objects.exists()
    assert CatalogueStamp.current() > stamp


@pytest.mark.parametrize("many", [1, 15])
def test_the_lists_cost_the_same_however_long_they_are(
    editor: PageClient, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        a_version(f"dgt/tramite-{number}")
    editor.get("/gestion/procedures/entity/")  # content types, which stay in memory
    for model, queries in (("entity", 5), ("procedure", 7), ("procedureversion", 7)):
        with django_assert_num_queries(queries):
            assert editor.get(f"/gestion/procedures/{model}/").status_code == 200
