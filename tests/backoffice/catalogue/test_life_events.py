"""Life events in the back office."""

import pytest

from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.pages import PageClient, parse, text_of

pytestmark = pytest.mark.django_db


def test_an_editor_adds_a_life_event_that_citizens_see_at_once(client: PageClient) -> None:
    editor = signed_in(a_staff_user(is_superuser=True))
    version = a_version()
    page = editor.get("/gestion/procedures/lifeevent/add/")
    form = next(form for form in parse(page).forms if form.get("id") == "lifeevent_form")
    typed = {
        "slug": "me-mudo", "icon": "truck", "name_es": "Me mudo", "summary_es": "Las cartas", "steps-TOTAL_FORMS": "1",
        "steps-0-procedure": str(version.procedure.pk), "steps-0-order": "1", "steps-0-note_es": "Lo primero",
    }  # fmt: skip
    wrong = editor.post("/gestion/procedures/lifeevent/add/", {**dict(form.form_values()), **typed, "icon": "nada"})
    assert "no es un icono" in wrong.content.decode()
    editor.post("/gestion/procedures/lifeevent/add/", {**dict(form.form_values()), **typed})
    assert "Lo primero" in text_of(client.get("/situaciones/me-mudo/"))
