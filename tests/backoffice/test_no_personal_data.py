"""No page of the back office shows a citizen's DNI, phone number, name, inputs, result or document."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.models import Access, Outcome, State
from foundation.vault import place, seal
from tests.backoffice.permission_table import OPEN
from tests.backoffice.site_map import browser_of, path_of, routes
from tests.backoffice.staff_users import a_staff_user
from tests.documents.factories import a_document
from tests.factories import a_datum, a_device, a_user, a_version, an_access, an_identity

pytestmark = pytest.mark.django_db

NUMBER, PHONE, ALIAS = "12345678Z", "+34612345678", "Anastasia de Prueba"
INPUT, RESULT, DETAIL = "9999ZZZ", "saldo de doce puntos", "lo que dijo el organismo"
DOCUMENT_NAME = "Justificante de Anastasia"
SECRETS = (NUMBER, NUMBER[:-1], PHONE, PHONE[3:], "612 34 56 78", ALIAS, "García", INPUT, RESULT, DETAIL, DOCUMENT_NAME)


@pytest.fixture(autouse=True)
def _citizens(settings: Settings, tmp_path: Path) -> None:
    """Create accesses that wait, have a result, have a document, and have failed."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "documents": backend}
    device = a_device()
    user = a_user(device, NUMBER, ALIAS, PHONE)
    version = a_version("dgt/secreto")
    a_datum(version, "plate", "plate")
    document = a_document(device, user)
    type(document).objects.filter(pk=document.pk).update(name_cell=_sealed(document, "name_cell", DOCUMENT_NAME))
    content = {"title": RESULT, "issued_at": "", "sections": [], "notice": RESULT}
    for state, outcome in ((State.QUEUED, ""), (State.DONE, Outcome.CONSULTATION), (State.FAILED, Outcome.FAILED)):
        access = an_access(device, version, {"plate": INPUT}, user)
        access.queue(an_identity(NUMBER))
        Access.objects.filter(pk=access.pk).update(
            state=state,
            outcome=outcome,
            result_cell=access.seal_result(content),
            detail_cell=_sealed(access, "detail_cell", DETAIL),
            document=document,
            finished_at=timezone.now(),
        )


def _sealed(row: Any, field: str, text: str) -> bytes:
    return seal(text, place(row, field, row.pk))


def _content(response: Any) -> str:
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode(errors="replace")


def test_the_personal_data_are_found_where_they_are_stored() -> None:
    access = Access.objects.filter(state=State.DONE).get()
    assert (access.inputs, access.result["title"], access.detail) == ({"plate": INPUT}, RESULT, DETAIL)
    assert access.user is not None
    assert (access.user.document_number, access.user.alias) == (NUMBER, ALIAS)


@pytest.mark.parametrize("route", [route for route in routes() if route not in OPEN])
def test_no_page_shows_any_of_it(route: str) -> None:
    client = browser_of(a_staff_user(name="root", is_superuser=True))
    response = client.get(path_of(route), follow=True)
    said = _content(response)
    assert [secret for secret in SECRETS if secret in said] == []
