"""What tests of the catalogue's pages share."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from backoffice.roles import Role
from procedures.models import Entity, Procedure, ProcedureVersion
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.pages import PageClient, parse

VERSIONS = "/gestion/procedures/procedureversion/"
TEXTS = {
    "name_es": "Mis multas",
    "summary_es": "Las que te quedan por pagar",
    "purpose_es": "Para saberlas",
    "needs_es": "Nada",
    "gets_es": "Una lista",
    "duration_es": "Al momento",
    "legal_basis_es": "Ley de Tráfico",
}


def a_draft(slug: str = "multas", author: User | None = None, **fields: Any) -> ProcedureVersion:
    """Create a complete draft of a procedure of the traffic authority."""
    entity, _made = Entity.objects.get_or_create(
        slug="dgt", defaults={"name_es": "Dirección General", "short_name_es": "Tráfico", "monogram": "DGT"}
    )
    procedure, _made = Procedure.objects.get_or_create(entity=entity, slug=slug)
    values = {"kind": "consultation", "connector": "{sandbox}/bodies/dgt/multas", **TEXTS, **fields}
    draft = ProcedureVersion.objects.create(procedure=procedure, **values)
    if author is not None:
        draft.authors.add(author)
    return draft


def an_editor(name: str = "editora") -> PageClient:
    return signed_in(a_staff_user(Role.EDITOR, name=name))


def an_approver(name: str = "aprobador") -> PageClient:
    return signed_in(a_staff_user(Role.APPROVER, name=name))


def change_path(version: ProcedureVersion) -> str:
    return f"{VERSIONS}{version.pk}/change/"


def main_form(page: Any) -> Any:
    """Return the form in which a row is edited."""
    return next(form for form in parse(page).forms if (form.get("id") or "").endswith("_form"))


def values_of(page: Any) -> dict[str, Any]:
    """Return what a browser would send of the untouched form; a name with several values has a list."""
    values: dict[str, list[str]] = {}
    for name, value in main_form(page).form_values():
        values.setdefault(name, []).append(value.removeprefix("\n"))  # browsers drop it in a textarea
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}


def save(client: PageClient, page: Any, **typed: Any) -> Any:
    """Submit the form of a page that was opened before."""
    path = page.request["PATH_INFO"]
    return client.post(path, {**values_of(page), **typed, "_save": "1"}, follow=True)


def press(client: PageClient, version: ProcedureVersion, key: str, page: Any = None, **typed: Any) -> Any:
    """Press the button of a step on the version's page, freshly opened unless ``page`` is given."""
    page = page or client.get(change_path(version))
    path = f"{VERSIONS}{version.pk}/step/{key}/"
    form = next((form for form in parse(page).forms if form.get("action") == path), None)
    assert form is not None, f"the step {key} is offered"
    return client.post(path, {**dict(form.form_values()), **typed}, follow=True)


def steps_offered(page: Any) -> list[str]:
    paths = [form.get("action") or "" for form in parse(page).forms]
    return [path.split("/")[-2] for path in paths if "/step/" in path]


def token(client: PageClient) -> dict[str, str]:
    return {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value}


def errors(page: Any) -> list[str]:
    found = parse(page).xpath("//ul[contains(@class,'errorlist')]/li")
    return [" ".join(item.text_content().split()) for item in found]


def said(page: Any) -> list[str]:
    return [" ".join(item.text_content().split()) for item in parse(page).xpath("//ul[@class='messagelist']/li")]
