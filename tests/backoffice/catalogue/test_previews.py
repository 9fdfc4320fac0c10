"""Previews of a draft: in the citizens' own templates, framed by the portal alone, creating nothing."""

from typing import Any

import pytest
from django.conf import settings

from accesses.models import Access
from accounts.models import Device
from backoffice.roles import Role
from procedures.models import ProcedureVersion, RequiredDatum
from tests.backoffice.catalogue_pages import VERSIONS, a_draft, an_editor, change_path, values_of
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum
from tests.pages import PageClient, check, main_of, parse, text_of

pytestmark = pytest.mark.django_db


def path_of(version: ProcedureVersion, page: str = "") -> str:
    return f"{VERSIONS}{version.pk}/preview/{page}"


def unsaved(editor: PageClient, version: ProcedureVersion | None, **typed: str) -> Any:
    """Return what the preview shows of submitted values."""
    page = editor.get(change_path(version) if version else f"{VERSIONS}add/")
    button = parse(page).get_element_by_id("refresh-preview")
    assert button.get("formtarget") == "form-preview"
    return editor.post(button.get("formaction"), {**values_of(page), **typed})


def test_a_draft_is_shown_in_the_citizens_pages_at_the_width_of_a_phone() -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula")
    outer = editor.get(path_of(draft))
    frames = parse(outer).xpath("//iframe[@class='phone']")
    assert [frame.get("width") for frame in frames] == ["360", "360"]
    page, start = (editor.get(frame.get("src")) for frame in frames)
    for framed in (page, start):
        check(framed, fragment=False)
    assert "Las que te quedan por pagar" in text_of(page)
    assert "Matrícula" in text_of(start)
    begins = next(link for link in parse(page).iter("a") if link.text_content() == "Empezar")
    assert begins.get("href") == f"{path_of(draft, 'start/')}?lang=es"


def test_only_previews_may_be_framed_and_by_us_alone() -> None:
    draft, editor = a_draft(), an_editor()
    for path in (path_of(draft, "page/"), path_of(draft, "start/")):
        framed = editor.get(path)
        assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
        assert "script-src 'none'" in framed.headers["Content-Security-Policy"]
        assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert framed.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert parse(framed).xpath("//meta[@name='robots' and contains(@content, 'noindex')]")
    for path in (path_of(draft), change_path(draft)):
        outer = editor.get(path)
        assert "frame-src 'self'" in outer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in outer.headers["Content-Security-Policy"]
        assert outer.headers["X-Frame-Options"] == "DENY"
    assert "frame-src" not in editor.get(VERSIONS).headers["Content-Security-Policy"]


def test_the_previewed_form_is_validated_and_creates_nothing() -> None:
    draft, editor = a_draft(mapping={"plate": "matricula"}), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula")
    start = editor.get(path_of(draft, "start/"))
    refused = editor.submit(start, plate="nada")
    assert refused.status_code == 422
    checked = editor.submit(start, plate="1234 BBC")
    assert "El formulario está bien" in text_of(checked)
    assert "matricula: 1234BBC" in text_of(checked)
    assert not Access.objects.exists()
    assert not Device.objects.exists()
    assert settings.DEVICE_COOKIE_NAME not in editor.cookies


def test_it_is_shown_in_the_requested_language_if_there_is_one() -> None:
    draft, editor = a_draft(name_en="My fines"), an_editor()
    assert "My fines" in editor.get(f"{path_of(draft, 'page/')}?lang=en").text
    assert "Mis multas" in editor.get(f"{path_of(draft, 'page/')}?lang=es").text
    assert editor.get(f"{path_of(draft, 'page/')}?lang=../x").status_code == 200
    assert "preview/page/?lang=en" in editor.get(f"{path_of(draft)}?lang=en").text


def test_who_may_not_look_at_versions_sees_no_preview(client: PageClient) -> None:
    draft = a_draft()
    nobody = signed_in(a_staff_user(name="nadie"))
    for path in (path_of(draft), path_of(draft, "page/"), path_of(draft, "start/"), f"{VERSIONS}{draft.pk}/compare/"):
        assert nobody.get(path).status_code == 403
        assert client.get(path).status_code == 302
    assert signed_in(a_staff_user(Role.AUDITOR)).get(path_of(draft)).status_code == 200
    assert an_editor().get(f"{VERSIONS}99999/preview/").status_code == 404


def test_the_form_that_is_being_written_is_shown_and_not_saved() -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula", order=10)
    row = {"key": "year", "type": "year", "label_es": "Ejercicio", "minimum": "2020", "order": "5"}
    shown = unsaved(editor, draft, **{f"required_data-1-{name}": text for name, text in row.items()})
    labels = [" ".join(label.text_content().split()) for label in main_of(shown).iter("label")]
    assert labels[:2] == ["Ejercicio", "Matrícula"]
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert [datum.key for datum in RequiredDatum.objects.all()] == ["plate"]
    left_out = unsaved(editor, draft, **{"required_data-0-DELETE": "on"})
    assert "Matrícula" not in text_of(left_out)


def test_an_invalid_datum_is_reported_and_the_others_are_previewed() -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula", order=10)
    row = {"key": "year", "type": "year", "label_es": "Ejercicio", "minimum": "2020", "maximum": "2010"}
    shown = unsaved(editor, draft, **{f"required_data-1-{name}": text for name, text in row.items()})
    assert "El dato 2 no se puede enseñar todavía. Mínimo: El mínimo no puede ser mayor que el máximo" in shown.text
    assert "Matrícula" in text_of(shown)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"type": "choice", "label_es": "Cuál"}, "Opciones: Escribe las opciones"),
        ({"type": "", "label_es": "Cuál"}, "tipo: falta"),
        ({"type": "plate"}, "pregunta: falta"),
        ({"type": "plate", "label_es": "Cuál", "key": "Ñ"}, "Clave: "),
        ({"type": "plate", "label_es": "Cuál", "key": "plate"}, "Otro dato tiene ya esa clave"),
        ({"type": "plate", "label_es": "Cuál", "order": "x"}, "Orden: "),
        ({"type": "choice", "label_es": "Cuál", "options": "{"}, "Opciones: Esto no es JSON"),
        ({"type": "nada", "label_es": "Cuál"}, "Tipo: "),
    ],
)
def test_whatever_is_unfinished_or_wrong_is_named_with_its_field(typed: dict[str, str], reason: str) -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula", order=10)
    shown = unsaved(editor, draft, **{f"required_data-1-{name}": text for name, text in typed.items()})
    assert shown.status_code == 200
    says = " ".join(parse(shown).find_class("note")[0].text_content().split()).lower()
    assert "el dato 2 no se puede enseñar todavía." in says
    assert reason.lower() in says


def test_the_form_of_a_version_that_is_not_saved_yet_is_shown_too() -> None:
    row = {"key": "which", "type": "choice", "label_es": "Cuáles", "options": "all = Todas | All\ndue = Pendientes"}
    shown = unsaved(an_editor(), None, **{f"required_data-0-{name}": text for name, text in row.items()})
    assert "Todas" in text_of(shown)
    assert "Pendientes" in text_of(shown)


def test_read_only_users_get_no_preview_button() -> None:
    draft = a_draft()
    page = signed_in(a_staff_user(Role.AUDITOR)).get(change_path(draft))
    assert "refresh-preview" not in page.text
