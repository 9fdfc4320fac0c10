"""Where a step of an access leads when it is visited too early, too late, or by another device."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses.models import Access, Outcome, State
from accesses.steps import STEPS, current_url, offer_of, progress
from accounts.models import ClaveUser
from clave.models import Method, Validation
from clave.models import State as ValidationState
from foundation.vault import place, seal_mapping
from procedures.models import ProcedureVersion
from procedures.published_catalogue import forget_published
from tests.factories import ANA, a_device, a_user, a_validation, a_version, an_access, an_identity
from tests.pages import PageClient, main_of, step_of, text_of

pytestmark = pytest.mark.django_db

LEO = "X1234567L"


@pytest.fixture
def access(client: PageClient) -> Access:
    """Return an access of the client's device, with its user chosen."""
    device = a_device(client)
    return an_access(device, a_version(), user=a_user(device))


def validated(access: Access, user: ClaveUser | None = None, **changes: Any) -> Validation:
    """Return a validation of this access that Cl@ve has verified."""
    user = user or access.user
    assert user is not None
    validation = a_validation(access.device, user, Method.PIN_APP, purpose=access.purpose)
    identity = an_identity(user.document_number).as_mapping()
    Validation.objects.filter(pk=validation.pk).update(
        state=ValidationState.VERIFIED,
        identity_cell=seal_mapping(identity, place(validation, "identity_cell", validation.pk)),
        verified_until=timezone.now() + timedelta(minutes=2),
        return_to=f"/accesos/{access.pk}/espera/",
        **changes,
    )
    validation.refresh_from_db()
    return validation


def in_state(access: Access, state: State, **changes: Any) -> Access:
    Access.objects.filter(pk=access.pk).update(state=state, **changes)
    return Access.objects.get(pk=access.pk)


ALLOWED = {
    State.STARTED: {"user", "new_user", "wait"},
    State.QUEUED: {"wait"},
    State.RUNNING: {"wait"},
    State.DONE: {"result"},
    State.FAILED: {"result"},
    State.EXPIRED: set(),
    State.DISCARDED: set(),
}


@pytest.mark.parametrize("state", State)
def test_the_table_says_which_steps_each_state_allows(state: State) -> None:
    assert {step.key for step in STEPS if step.is_allowed(Access(state=state))} == ALLOWED[state]


@pytest.mark.parametrize(
    ("state", "step"), [("queued", "wait"), ("running", "wait"), ("done", "result"), ("failed", "result")]
)
def test_any_step_leads_to_the_furthest_one_allowed(client: PageClient, access: Access, state: str, step: str) -> None:
    outcome = {"done": Outcome.DOCUMENT, "failed": Outcome.FAILED}.get(state, "")
    in_state(access, State(state), outcome=outcome, finished_at=timezone.now(), run_after=timezone.now())
    for path in ("", "usuario/", "usuario/nuevo/", "espera/", "resultado/"):
        assert step_of(client.get(f"/accesos/{access.pk}/{path}", follow=True)) == step


def test_before_identification_every_step_leads_to_the_choice_of_the_user(client: PageClient, access: Access) -> None:
    for path in ("", "usuario/", "espera/", "resultado/"):
        assert step_of(client.get(f"/accesos/{access.pk}/{path}", follow=True)) == "user"


def test_an_open_validation_is_continued(access: Access) -> None:
    assert access.user is not None
    validation = a_validation(access.device, access.user, Method.PIN_APP, purpose=access.purpose)
    assert current_url(access) == f"/clave/{validation.pk}/app/"


def test_a_validation_that_has_ended_is_not_continued(access: Access) -> None:
    assert access.user is not None
    a_validation(access.device, access.user, purpose=access.purpose, expires_at=timezone.now())
    assert current_url(access) == f"/accesos/{access.pk}/usuario/"


def test_returning_too_late_to_a_verified_validation_requires_another(client: PageClient, access: Access) -> None:
    """After two minutes unused, and before the sweep: nobody is redirected in circles."""
    validated(access)
    with time_machine.travel(timezone.now() + timedelta(minutes=2, seconds=1)):
        for path in ("espera/", "resultado/", ""):
            page = client.get(f"/accesos/{access.pk}/{path}", follow=True)
            assert step_of(page) == "user", path
        again = client.submit(page, user=str(access.user_id), follow=True)
    assert step_of(again) == "pin_app", "by the method of before"


def test_a_verified_identity_is_consumed_once(client: PageClient, access: Access) -> None:
    validated(access)
    page = client.get(f"/accesos/{access.pk}/espera/")
    assert step_of(page) == "wait"
    assert Access.objects.get().state == State.QUEUED
    assert Validation.objects.get().state == ValidationState.CONSUMED
    queued_at = Access.objects.get().queued_at
    client.get(f"/accesos/{access.pk}/espera/")
    assert Access.objects.get().queued_at == queued_at


def test_the_access_is_filed_under_the_validated_person_not_a_later_choice(client: PageClient, access: Access) -> None:
    """Leo is chosen in one tab while Cl@ve checks Ana in another: Ana's data never appear under Leo's name."""
    validated(access)
    access.choose_user(a_user(access.device, LEO, "Leo"))
    client.get(f"/accesos/{access.pk}/espera/")
    queued = Access.objects.get()
    assert queued.identity.document_number == ANA
    assert queued.user is not None
    assert queued.user.document_number == ANA


@pytest.mark.parametrize(
    ("state", "said"), [(State.EXPIRED, "ha caducado"), (State.DISCARDED, "Descartaste este trámite")]
)
@pytest.mark.parametrize("path", ["usuario/", "usuario/nuevo/", "espera/", "resultado/"])
def test_an_access_that_is_over_says_so_and_offers_to_start_again(
    client: PageClient, access: Access, state: State, said: str, path: str
) -> None:
    in_state(access, state)
    page = client.get(f"/accesos/{access.pk}/{path}")
    assert (page.status_code, step_of(page)) == (410, "ended")
    assert said in text_of(page)
    assert "/tramites/dgt/puntos/empezar/" in [link.get("href") for link in main_of(page).iter("a")]


def test_an_access_abandoned_for_a_day_has_expired_even_before_the_sweep(
    client: PageClient, access: Access, settings: Settings
) -> None:
    with time_machine.travel(timezone.now() + settings.ACCESS_LIFETIME + timedelta(seconds=1)):
        assert client.get(f"/accesos/{access.pk}/usuario/").status_code == 410
        assert client.get(f"/accesos/{access.pk}/", follow=True).status_code == 410


def test_a_step_of_an_unknown_access_is_not_found(client: PageClient) -> None:
    a_device(client)
    assert client.get(f"/accesos/{uuid4()}/usuario/").status_code == 404


def test_no_access_is_found_without_a_valid_device_cookie(client: PageClient, access: Access) -> None:
    client.cookies.clear()
    for cookie in ("", "short", "o" * 43, "\x00" * 43):
        client.cookies["device"] = cookie
        assert client.get(f"/accesos/{access.pk}/usuario/").status_code == 404


def test_an_access_keeps_the_texts_of_its_version(client: PageClient, access: Access) -> None:
    newer = access.version.copy_to_draft()
    ProcedureVersion.objects.filter(pk=newer.pk).update(name_es="Tu saldo de puntos")
    newer.publish()
    forget_published()
    assert offer_of(access).version.pk == access.version_id
    assert "Mis puntos" in client.get(f"/accesos/{access.pk}/usuario/").text


def test_a_retired_version_is_read_in_one_query(
    access: Access, django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    access.version.copy_to_draft().publish()
    settings.CATALOGUE_SEEN_SECONDS = 60
    forget_published()
    mine = Access.objects.get()
    assert offer_of(mine).version.state == "retired"
    mine = Access.objects.get()
    with django_assert_num_queries(1):
        for _time in range(2):
            offer = offer_of(mine)
            assert (offer.entity.slug, offer.version.procedure.slug) == ("dgt", "puntos")


def test_the_progress_says_which_of_three_steps_it_is() -> None:
    assert [progress(number).bars.count(True) for number in (1, 2, 3)] == [1, 2, 3]
    assert {step.number for step in STEPS} == {1, 3}


def test_the_waiting_page_reclaims_stalled_work_once(client: PageClient, access: Access) -> None:
    past = timezone.now() - timedelta(minutes=5)
    in_state(access, State.RUNNING, run_after=past, lease_until=past, lease_token=uuid4())
    client.get(f"/accesos/{access.pk}/espera/")
    taken_up = Access.objects.get()
    assert (taken_up.state, taken_up.lease_token) == (State.QUEUED, None)
    assert not Access.objects.reclaim(access.pk)
