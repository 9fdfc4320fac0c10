"""Services of other sites in the back office: written by editors, found by the search at once."""

import pytest

from backoffice.model_admin import audit_target
from backoffice.roles import Role
from foundation.models import AuditEntry
from procedures.models import ExternalService
from procedures.published_catalogue import published
from tests.backoffice.staff_users import a_staff_user, sign_in
from tests.pages import PageClient

pytestmark = pytest.mark.django_db

LIST = "/gestion/procedures/externalservice/"
TYPED = {
    "slug": "dni",
    "url": "https://www.citapreviadnie.es",
    "order": "10",
    "is_shown": "on",
    "name_es": "Renovar el DNI",
    "body_es": "Policía Nacional",
    "summary_es": "Con cita previa.",
    "keywords_es": "cita previa",
}


@pytest.fixture
def editor() -> PageClient:
    client = PageClient()
    sign_in(client, a_staff_user(Role.EDITOR))
    return client


def test_what_an_editor_adds_is_found_at_once_and_audited(editor: PageClient) -> None:
    editor.post(f"{LIST}add/", TYPED)
    assert [service.slug for service in published().search("cita previa").external_services] == ["dni"]
    target = audit_target(ExternalService.objects.get())
    assert AuditEntry.objects.filter(target=target).exists()


@pytest.mark.parametrize("url", ["http://www.dni.es", "javascript:alert(1)", "ftp://dni.es", "dni", ""])
def test_only_an_https_address_is_taken(editor: PageClient, url: str) -> None:
    assert editor.post(f"{LIST}add/", TYPED | {"url": url}).status_code == 200
    assert not ExternalService.objects.exists()


def test_the_chosen_are_hidden_and_shown_again(editor: PageClient) -> None:
    editor.post(f"{LIST}add/", TYPED)
    for action, is_shown in (("hide", False), ("show", True)):
        editor.post(LIST, {"action": action, "_selected_action": [ExternalService.objects.get().pk]})
        assert ExternalService.objects.get().is_shown is is_shown
        assert bool(published().search("cita previa").external_services) is is_shown
