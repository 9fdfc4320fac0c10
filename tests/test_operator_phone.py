"""A call to the operator is offered, with the reference to say, on every page that says that something has failed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.failures import Failure
from accesses.models import Access, Outcome, State
from clave.models import Method, Operation
from clave.models import State as ValidationState
from clave.pin.notices import Notice
from tests.documents.factories import a_document
from tests.factories import a_device, a_user, a_validation, a_version, an_access, close
from tests.pages import PageClient, main_of
from tramites_site import errors

NUMBER = "910504060"
LINK = "tel:+34910504060"


@pytest.fixture(autouse=True)
def _called(settings: Settings, tmp_path: Path) -> None:
    settings.OPERATOR_PHONE = NUMBER
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "documents": backend}


def calls(page: Any) -> list[tuple[str, str]]:
    """Return the calls that the page offers, as (address, words)."""
    links = [link for link in main_of(page).iter("a") if (link.get("href") or "").startswith("tel:")]
    return [(link.get("href") or "", " ".join(link.text_content().split())) for link in links]


def an_access_of(client: PageClient, **changes: Any) -> Access:
    device = a_device(client)
    access = an_access(device, a_version(), {}, a_user(device))
    Access.objects.filter(pk=access.pk).update(**changes)
    access.refresh_from_db()
    return access


def _failed(client: PageClient) -> tuple[str, str]:
    access = an_access_of(
        client, state=State.FAILED, outcome=Outcome.FAILED, failure=Failure.AWAY, finished_at=timezone.now()
    )
    return f"/accesos/{access.pk}/resultado/", access.reference


def _expired(client: PageClient) -> tuple[str, str]:
    access = an_access_of(client, state=State.DISCARDED)
    return f"/accesos/{access.pk}/usuario/", access.reference


def _closed(client: PageClient) -> tuple[str, str]:
    access = an_access_of(client)
    close(access.version.procedure)
    return f"/accesos/{access.pk}/usuario/", access.reference


def _struggling(client: PageClient) -> tuple[str, str]:
    access = an_access_of(client, state=State.QUEUED, attempts=2, run_after=timezone.now())
    return f"/accesos/{access.pk}/espera/", access.reference


def _ended_validation(client: PageClient) -> tuple[str, str]:
    return _validation(client, state=ValidationState.FAILED, notice=Notice.WRONG_PIN), "7K4M-9QXD"


def _checking(client: PageClient) -> tuple[str, str]:
    soon = timezone.now() + timedelta(minutes=1)
    state = {"state": ValidationState.CHECKING, "checking_until": soon, "operation": Operation.VERIFICATION}
    return _validation(client, **state), "7K4M-9QXD"


def _validation(client: PageClient, **changes: Any) -> str:
    device = a_device(client)
    validation = a_validation(device, a_user(device), Method.PIN_APP, reference="7K4M-9QXD", **changes)
    return f"/clave/{validation.pk}/app/"


def _lost_file(client: PageClient) -> tuple[str, str]:
    document = a_document(a_device(client))
    Path(document_path(document)).unlink()
    return f"/descargas/{document.pk}/archivo", str(document.pk)[:8].upper()


def document_path(document: Any) -> str:
    from django.core.files.storage import storages

    return storages["documents"].path(document.file_path)


FAILURES = [_failed, _expired, _closed, _struggling, _ended_validation, _checking, _lost_file]


@pytest.mark.django_db
@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_each_failure_offers_a_call_and_the_reference_to_say(
    fail: Callable[[PageClient], tuple[str, str]], client: PageClient
) -> None:
    path, reference = fail(client)
    assert calls(client.get(path)) == [(LINK, f"Llama al 910 50 40 60 Di esta referencia: {reference}")]


@pytest.mark.django_db
@pytest.mark.parametrize("notice", [Notice.WRONG_PIN, Notice.CLAVE_WAIT])
def test_a_refused_step_offers_it_too(notice: Notice, client: PageClient) -> None:
    path = _validation(client, operation=Operation.VERIFICATION, notice=notice)
    assert [address for address, _words in calls(client.get(path))] == [LINK]


@pytest.mark.parametrize("path", ["/nada/", "/idioma/"])
def test_pages_of_errors_offer_a_call(path: str, client: PageClient) -> None:
    assert [address for address, _words in calls(client.post(path))] == [LINK]


def test_the_portals_own_failure_offers_it_with_its_reference() -> None:
    page = errors.server_error(RequestFactory().get("/a/"))
    [(address, words)] = calls(page)
    assert address == LINK
    assert "Di esta referencia: " in words


def test_even_when_the_page_for_failures_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.template.loader.render_to_string", lambda *_: 1 / 0)
    assert calls(errors.server_error(RequestFactory().get("/a/"))) == [(LINK, "Llama al 910 50 40 60")]


def test_maintenance_offers_it(client: PageClient, settings: Settings) -> None:
    settings.MAINTENANCE = "on"
    assert [address for address, _words in calls(client.get("/"))] == [LINK]


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "no es un número"])
def test_without_a_number_no_call_is_offered(number: str, client: PageClient, settings: Settings) -> None:
    settings.OPERATOR_PHONE = number
    path, reference = _failed(client)
    page = client.get(path)
    assert calls(page) == []
    assert reference in page.text
    assert calls(client.get("/nada/")) == []


@pytest.mark.django_db
def test_a_page_on_which_nothing_failed_offers_none(client: PageClient) -> None:
    a_version()
    for path in ("/", "/tramites/", "/descargas/", "/tramites/dgt/puntos/empezar/"):
        assert calls(client.get(path)) == []


@pytest.mark.parametrize(
    ("typed", "address", "read"),
    [
        ("910 50 40 60", LINK, "910 50 40 60"),
        ("+34 910-50-40-60", LINK, "910 50 40 60"),
        ("900123456", "tel:+34900123456", "900 123 456"),
        ("+33 1 23 45 67 89", "tel:+33123456789", "+33 1 23 45 67 89"),
        ("060", "tel:060", "060"),
    ],
)
def test_a_number_is_dialled_from_everywhere_and_read_with_spaces(
    typed: str, address: str, read: str, client: PageClient, settings: Settings
) -> None:
    settings.OPERATOR_PHONE = typed
    [(found, words)] = calls(client.get("/nada/"))
    assert (found, words.startswith(f"Llama al {read} ")) == (address, True)
    assert run_checks(tags=["operator"]) == []


@pytest.mark.parametrize("typed", ["91050406", "no", "+34", "0600", "http://example.org"])
def test_a_start_with_what_is_no_number_is_refused(typed: str, settings: Settings) -> None:
    settings.OPERATOR_PHONE = typed
    assert [error.id for error in run_checks(tags=["operator"])] == ["foundation.E001"]
