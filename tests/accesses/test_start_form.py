"""The start page as the whole question: data, person and method at once, or what is left of it on the next pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.models import Access
from accounts.models import ClaveUser, Device
from clave.models import Method, MethodSwitch, Validation
from clave.switches import forget_switches
from procedures.models import SwitchState
from tests.accounts.factories import a_dni
from tests.factories import ANA, a_datum, a_device, a_user, a_version
from tests.pages import PageClient, errors_of, form_with, main_of, step_of, text_of

pytestmark = pytest.mark.django_db

START = "/tramites/dgt/puntos/empezar/"
LEO = "X1234567L"


@pytest.fixture
def device(client: PageClient) -> Device:
    return a_device(client)


def chosen(user: ClaveUser, method: str, minutes_ago: int = 0) -> ClaveUser:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    ClaveUser.objects.filter(pk=user.pk).update(chosen_at=moment, method=method)
    return user


def fields_of(page: Any) -> set[str]:
    return set(form_with(page, "access").fields) - {"csrfmiddlewaretoken", "access", "identification"}


def checked(page: Any, name: str) -> list[str]:
    return [str(value) for value in main_of(page).xpath(f"//input[@name='{name}'][@checked]/@value")]


def test_the_person_and_the_method_of_last_time_are_preselected(client: PageClient, device: Device) -> None:
    a_version()
    chosen(a_user(device), Method.PIN_APP, minutes_ago=5)
    leo = chosen(a_user(device, LEO, "Leo"), Method.SMS)
    page = client.get(START)
    assert fields_of(page) == {"user", "method"}
    assert (checked(page, "user"), checked(page, "method")) == ([str(leo.pk)], ["sms"])
    assert step_of(client.submit(page, follow=True)) == "contrast"


@pytest.mark.parametrize(("method", "step"), [("pin_app", "pin_app"), ("sms", "contrast")])
def test_who_returns_is_at_their_method_after_one_form(
    client: PageClient, device: Device, method: str, step: str
) -> None:
    a_version()
    user = a_user(device)
    page = client.submit(client.get(START), user=str(user.pk), method=method, follow=True)
    assert step_of(page) == step
    access, validation = Access.objects.get(), Validation.objects.get()
    assert (access.user, validation.user, validation.method) == (user, user, method)
    assert checked(client.get(START), "method") == [method], "what was chosen now is preselected next time"


def test_a_verified_choice_is_not_needed_to_remember_it_on_the_page_of_the_method(
    client: PageClient, device: Device
) -> None:
    a_version()
    a_user(device)
    page = client.submit(client.get(START), follow=True)
    assert step_of(page) == "method", "nothing was chosen before"
    client.submit(page, method="sms")
    assert checked(client.get(START), "method") == ["sms"]


def test_whoever_sends_neither_person_nor_method_gets_a_page_for_each(client: PageClient, device: Device) -> None:
    a_version()
    user = chosen(a_user(device), Method.SMS)
    page = client.submit(client.get(START), user=None, method=None, follow=True)
    assert step_of(page) == "user"
    page = client.submit(page, user=str(user.pk), method=None, follow=True)
    assert step_of(page) == "method"
    assert step_of(client.submit(page, method="pin_app", follow=True)) == "pin_app"


# --- Somebody new -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "step"), [("pin_app", "pin_app"), ("sms", "contrast"), (None, "method")])
def test_somebody_new_writes_their_data_on_the_same_page(client: PageClient, method: str | None, step: str) -> None:
    a_version()
    page = client.get(START)
    assert fields_of(page) == {"document_number", "alias", "phone", "method"}
    assert checked(page, "method") == []
    page = client.submit(page, document_number=ANA, alias="Ana", phone="612 345 678", method=method, follow=True)
    assert step_of(page) == step
    assert ClaveUser.objects.get().document_number == ANA


def test_somebody_new_who_writes_nothing_yet_is_asked_on_the_next_page(client: PageClient) -> None:
    a_version()
    page = client.submit(client.get(START), method="sms", follow=True)
    assert step_of(page) == "new_user"
    assert checked(page, "method") == ["sms"]
    assert step_of(client.submit(page, document_number=ANA, alias="Ana", follow=True)) == "contrast"


def test_half_of_the_data_of_somebody_new_is_refused_and_nothing_is_made(client: PageClient) -> None:
    a_datum(a_version(), "plate", "plate")
    page = client.submit(client.get(START), document_number="12345678A", alias="", plate="mal")
    assert page.status_code == 422
    assert len(errors_of(page)) == 3
    assert main_of(page).xpath("//input[@name='document_number']/@value") == ["12345678A"]
    assert not Access.objects.exists()
    assert not Device.objects.exists()


def test_another_person_is_asked_for_on_a_page_of_its_own_with_the_method_kept(
    client: PageClient, device: Device
) -> None:
    a_version()
    chosen(a_user(device), Method.SMS)
    page = client.get(START)
    assert "Otra persona" in text_of(page)
    page = client.submit(page, user="new", follow=True)
    assert (step_of(page), checked(page, "method")) == ("new_user", ["sms"])
    page = client.submit(page, document_number=LEO, alias="Leo", follow=True)
    assert step_of(page) == "contrast"
    assert Validation.objects.get().user.alias == "Leo"


def test_a_full_device_offers_nobody_new_and_refuses_one_without_a_trace(
    client: PageClient, device: Device, settings: Settings
) -> None:
    settings.USERS_PER_DEVICE = 2
    a_version()
    for number in range(2):
        a_user(device, a_dni(number))
    assert "Otra persona" not in text_of(client.get(START))
    page = client.post(START, {"document_number": a_dni(5), "alias": "Leo", "method": "sms"})
    assert page.status_code == 422
    assert "ya guarda todos los usuarios" in errors_of(page)[0]
    assert not Access.objects.exists()


# --- What is refused --------------------------------------------------------------------------------------------------


def test_nobody_starts_with_a_user_of_another_device(client: PageClient, device: Device) -> None:
    a_version()
    a_user(device)
    stranger = a_user(a_device(token="o" * 43), LEO)
    page = client.post(START, {"user": str(stranger.pk), "method": "sms"})
    assert page.status_code == 422
    assert "ya no está en este dispositivo" in errors_of(page)[0]
    assert not Access.objects.exists()


@pytest.mark.parametrize("method", ["sms", "carta", "\x00", "PIN_APP"])
def test_a_method_that_cannot_be_used_is_refused(client: PageClient, device: Device, method: str) -> None:
    a_version(methods=["pin_app"])
    user = a_user(device)
    page = client.post(START, {"user": str(user.pk), "method": method})
    assert page.status_code == 422
    assert "no se puede usar ahora" in errors_of(page)[0]
    assert not Access.objects.exists()


def test_the_only_method_that_is_open_is_preselected(client: PageClient, device: Device) -> None:
    a_version()
    chosen(a_user(device), Method.SMS)
    MethodSwitch.objects.create(method=Method.SMS, state=SwitchState.CLOSED)
    forget_switches()
    page = client.get(START)
    assert main_of(page).xpath("//input[@name='method']/@value") == checked(page, "method") == ["pin_app"]


# --- What fits on the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "known", "asked"),
    [
        (3, True, {"user", "method"}),
        (4, True, set()),
        (1, False, {"document_number", "alias", "phone", "method"}),
        (2, False, set()),
    ],
)
def test_few_data_stand_above_the_person_and_many_alone(
    client: PageClient, data: int, known: bool, asked: set[str]
) -> None:
    version = a_version()
    keys = [f"place_{number}" for number in range(data)]
    for key in keys:
        a_datum(version, key, "text")
    if known:
        a_user(a_device(client))
    page = client.get(START)
    assert fields_of(page) == {*keys, *asked}
    typed: dict[str, Any] = dict.fromkeys(keys, "Ávila")
    page = client.submit(page, follow=True, **typed)
    expected = "method" if asked and known else "user" if known else "new_user"
    assert step_of(page) == expected
    assert Access.objects.get().inputs == typed


def test_a_datum_named_like_a_field_of_the_person_is_never_taken_for_it(client: PageClient, device: Device) -> None:
    a_datum(a_version(), "phone", "text")
    a_user(device)
    page = client.get(START)
    assert fields_of(page) == {"phone"}
    assert step_of(client.submit(page, phone="987", follow=True)) == "user"
    assert Access.objects.get().inputs == {"phone": "987"}


# --- Once -------------------------------------------------------------------------------------------------------------


def test_looking_at_the_page_makes_nothing(client: PageClient) -> None:
    a_version()
    client.get(START)
    assert not Device.objects.exists()
    assert not Access.objects.exists()


def test_a_double_tap_makes_one_of_each(client: PageClient) -> None:
    a_version()
    page = client.get(START)
    typed: dict[str, Any] = {"document_number": ANA, "alias": "Ana", "method": "sms"}
    first, second = (client.submit(page, **typed) for _tap in range(2))
    assert first.url == second.url
    counts = [model.objects.count() for model in (Device, ClaveUser, Access, Validation)]
    assert counts == [1, 1, 1, 1]


def test_two_tabs_make_an_access_each(client: PageClient, device: Device) -> None:
    a_version()
    user = a_user(device)
    for page in [client.get(START), client.get(START)]:
        assert step_of(client.submit(page, user=str(user.pk), method="pin_app", follow=True)) == "pin_app"
    assert Access.objects.count() == Validation.objects.count() == 2
