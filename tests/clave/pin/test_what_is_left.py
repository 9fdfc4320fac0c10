"""What pages show as left is what is left; nothing is offered that cannot succeed; a person is not shut out."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import ClaveUser
from clave.models import Method, State, Validation
from clave.pin.messages import message
from clave.pin.notices import Notice
from foundation.models import AuditEntry, Spending
from tests.clave.pin.factories import WRONG_DATE, after, by_app, by_sms, pin_of, step_url, typed_date, with_sms
from tests.clave.pin.step_pages import WRONG_APP, button_targets, get_step, links_of, post_step
from tests.factories import ANA, a_device, a_user, a_validation, known_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, errors_of, main_of, step_of, text_of

pytestmark = pytest.mark.django_db


def browser(name: str, network: str = "127.0.0.1") -> PageClient:
    """Return a client that is another device, from a network of its own if one is given."""
    client = PageClient(REMOTE_ADDR=network)
    a_device(client, token=name.ljust(43, "x"))
    return client


def begin(client: PageClient, method: Method, number: str = ANA) -> Validation:
    device = a_device(token=client.cookies[settings.DEVICE_COOKIE_NAME].value)
    return a_validation(device, a_user(device, number), method)


def guess(client: PageClient, validation: Validation, times: int, **typed: str) -> Any:
    step = "contrast" if "issue_date" in typed else "pin_app"
    for _time in range(times):
        page = post_step(client, validation, step, **typed)
    return page


# --- The two stories that began it -----------------------------------------------------------------------------------


def test_two_wrong_dates_keep_nobody_from_the_right_one(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_sms(client)
    guess(client, validation, 2, issue_date=WRONG_DATE)
    sent = post_step(client, validation, "contrast", issue_date=typed_date(live_sandbox))
    assert sent.url == step_url(validation, "sms_pin")
    assert (after(validation).sends_left, after(validation).contrasts_left) == (2, 3)
    assert post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox)).url == validation.return_to


def test_after_wrong_pins_of_the_app_a_stranger_gives_the_datum_and_goes_on(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation, app = by_app(client), live_sandbox.app_pin(ANA)
    assert "Te quedan 3 intentos" in text_of(get_step(client, validation, "pin_app"))
    assert "Te quedan 2 intentos" in errors_of(guess(client, validation, 1, **WRONG_APP))[0]
    asked = guess(client, validation, 2, **WRONG_APP)
    assert (asked.status_code, step_of(asked)) == (422, "contrast")
    assert "intentos" not in text_of(asked)
    again = begin_again(client, validation)
    assert get_step(client, again, "pin_app").url == step_url(again, "contrast")
    assert post_step(client, again, "pin_app", code=app["code"], pin=app["pin"]).url == step_url(again, "contrast")
    proved = post_step(client, again, "contrast", issue_date=typed_date(live_sandbox))
    assert proved.url == step_url(again, "pin_app")
    page = get_step(client, again, "pin_app")
    assert "Te quedan 5 intentos" in text_of(page)
    assert "Usar el PIN del SMS" in text_of(page)
    assert post_step(client, again, "pin_app", code=app["code"], pin=app["pin"]).url == again.return_to
    assert live_sandbox.effects()["verifications"] == 4


def begin_again(client: PageClient, validation: Validation) -> Validation:
    Validation.objects.filter(pk=validation.pk).update(state=State.ABANDONED)
    return a_validation(validation.device, validation.user, Method.PIN_APP)


def test_the_app_and_the_sms_that_proved_it_are_both_offered(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    guess(client, validation, 3, **WRONG_APP)
    post_step(client, validation, "contrast", issue_date=typed_date(live_sandbox))
    assert post_step(client, validation, "method", method="sms").url == step_url(validation, "sms_pin")
    assert post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox)).url == validation.return_to


# --- Strangers and the person -----------------------------------------------------------------------------------------


def test_strangers_with_the_number_leave_a_new_phone_and_a_verified_one_their_tries(live_sandbox: LiveSandbox) -> None:
    for number in range(4):
        stranger = browser(f"s{number}", f"203.0.113.{number}")
        validation = begin(stranger, Method.PIN_APP)
        for _time in range(4):
            post_step(stranger, validation, "pin_app", **WRONG_APP)
    assert live_sandbox.effects()["verifications"] == 3
    new, own = browser("new"), browser("own")
    phone, known = begin(new, Method.PIN_APP), begin(own, Method.PIN_APP)
    known_to(known.user)
    assert "Te quedan 5 intentos" in text_of(get_step(own, known, "pin_app"))
    assert step_of(new.get(step_url(phone, "pin_app"), follow=True)) == "contrast"
    post_step(new, phone, "contrast", issue_date=typed_date(live_sandbox))
    assert "Te quedan 5 intentos" in text_of(get_step(new, phone, "pin_app"))


def test_strangers_who_guess_dates_wait_longer_and_longer_and_the_person_does_not(live_sandbox: LiveSandbox) -> None:
    with time_machine.travel("2026-03-02 12:00:10+01:00", tick=False) as clock:
        stranger = browser("s", "203.0.113.1")
        validation = begin(stranger, Method.SMS)
        page = guess(stranger, validation, 3, issue_date=WRONG_DATE)
        assert "a las 12:01" in errors_of(page)[0]
        assert "a las 12:00:40" in text_of(page)
        assert main_of(page).xpath("//button[@id='ask']/@disabled")
        assert post_step(stranger, validation, "contrast", issue_date=WRONG_DATE).status_code == 422
        clock.shift(timedelta(seconds=30))
        assert not main_of(get_step(stranger, validation, "contrast")).xpath("//button[@id='ask']/@disabled")
        assert "a las 12:02" in errors_of(guess(stranger, validation, 1, issue_date=WRONG_DATE))[0]
        new = browser("new")
        phone = begin(new, Method.SMS)
        sent = post_step(new, phone, "contrast", issue_date=typed_date(live_sandbox))
        assert sent.url == step_url(phone, "sms_pin")


def test_a_network_has_a_share_of_its_own(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.CONTRASTS_PER_IDENTITY_PER_DAY = 6
    for name in ("a", "b", "c"):
        near = browser(name, "203.0.113.1")
        guess(near, begin(near, Method.SMS), 2, issue_date=WRONG_DATE)
    assert len(Spending.objects.get(kind="clave-contrasts").entries) == 2
    far = browser("far", "203.0.113.2")
    assert "probar hasta 2 veces" in text_of(get_step(far, begin(far, Method.SMS), "contrast"))


@pytest.mark.parametrize(("second", "shared"), [("2001:db8:1:2::ffff", True), ("2001:db8:1:3::1", False)])
def test_of_ipv6_sixty_four_bits_are_a_network(live_sandbox: LiveSandbox, second: str, shared: bool) -> None:
    first = browser("a", "2001:db8:1:2::1")
    guess(first, begin(first, Method.SMS), 3, issue_date=WRONG_DATE)
    for _number in range(3):
        again = browser(f"b{_number}", "2001:db8:1:2::2")
        guess(again, begin(again, Method.SMS), 1, issue_date=WRONG_DATE)
    other = browser("c", second)
    page = get_step(other, begin(other, Method.SMS), "contrast")
    assert bool(main_of(page).xpath("//button[@id='ask']/@disabled")) == shared


def test_a_user_deleted_and_saved_again_frees_nothing(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    guess(client, validation, 3, **WRONG_APP)
    ClaveUser.objects.all().delete()
    again = by_app(client)
    assert get_step(client, again, "pin_app").url == step_url(again, "contrast")


def test_a_flushed_cache_resets_nothing(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    guess(client, validation, 3, **WRONG_APP)
    cache.clear()
    assert get_step(client, validation, "pin_app").url == step_url(validation, "contrast")


# --- Many people ------------------------------------------------------------------------------------------------------


def people(sandbox: LiveSandbox, number: int) -> list[str]:
    found = [one["document_number"] for one in sandbox.people() if one["kind"] == "dni"]
    return found[:number]


def test_one_device_tries_few_people_and_a_verified_one_is_not_counted(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.PEOPLE_PER_DEVICE_PER_HOUR = 2
    numbers = people(live_sandbox, 4)
    device = a_device(client)
    first = a_validation(device, a_user(device, numbers[0]), Method.PIN_APP)
    app = live_sandbox.app_pin(numbers[0])
    assert post_step(client, first, "pin_app", code=app["code"], pin=app["pin"]).url == first.return_to
    for number in numbers[1:3]:
        guess(client, a_validation(device, a_user(device, number), Method.PIN_APP), 1, **WRONG_APP)
    before = live_sandbox.effects()["verifications"]
    refused = a_validation(device, a_user(device, numbers[3]), Method.PIN_APP)
    page = get_step(client, refused, "pin_app")
    assert not main_of(page).xpath("//input[@name='pin']")
    assert "Podrás otra vez" in text_of(page)
    answer = post_step(client, refused, "pin_app", **WRONG_APP)
    assert errors_of(answer) == [message(after(refused), Notice.TOO_MANY_PEOPLE)]
    assert live_sandbox.effects()["verifications"] == before
    assert AuditEntry.objects.filter(action="device.people_exhausted").exists()
    known_to(a_user(device, numbers[3]))
    assert main_of(get_step(client, refused, "pin_app")).xpath("//input[@name='pin']")


def test_sms_of_a_network_and_in_all_have_a_day_and_an_alarm(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.SMS_PER_NETWORK_PER_DAY, settings.SMS_PER_DAY = 1, 2
    near, far = browser("near", "203.0.113.1"), browser("far", "203.0.113.2")
    number = people(live_sandbox, 2)[1]
    for one in (near, far):
        validation = begin(one, Method.SMS)
        assert post_step(one, validation, "contrast", issue_date=typed_date(live_sandbox)).status_code == 302
    for one in (near, browser("third", "203.0.113.3")):
        other = begin(one, Method.SMS, number)
        refused = post_step(one, other, "contrast", issue_date=typed_date(live_sandbox, number))
        assert errors_of(refused) == [message(after(other), Notice.SENDS_OF_THE_HOUR)]
    assert live_sandbox.effects()["sms_sent"] == 2
    assert {"sms.alarm", "sms.network_exhausted"} <= set(AuditEntry.objects.values_list("action", flat=True))


# --- Nothing is offered that cannot succeed ---------------------------------------------------------------------------


def exhausted(client: PageClient, settings: Settings) -> Validation:
    """Return a validation of a verified person whose tries of the day are used up, since 12:00."""
    settings.TRIES_PER_IDENTITY_PER_DAY = 1
    validation = by_app(client)
    known_to(validation.user)
    guess(client, validation, 1, **WRONG_APP)
    return validation


@time_machine.travel("2026-03-02 12:00:00+01:00", tick=False)
def test_no_page_offers_a_try_that_would_be_refused(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    validation = exhausted(client, settings)
    app, method = get_step(client, validation, "pin_app"), get_step(client, validation, "method")
    for page in (app, method):
        assert not main_of(page).xpath("//input[@name='pin' or @name='method']")
        assert not main_of(page).xpath("//button[@type='submit']")
        assert "el martes 3 a las 12:00" in text_of(page)
    assert errors_of(post_step(client, validation, "method", method="sms"))


@time_machine.travel("2026-03-02 12:00:00+01:00", tick=False)
def test_one_that_ended_offers_another_only_if_it_can_succeed(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    validation = exhausted(client, settings)
    Validation.objects.update(state=State.FAILED)
    page = get_step(client, validation, "pin_app")
    assert "Empezar otra validación" not in text_of(page)
    assert "Podrás otra vez el martes 3 a las 12:00" in text_of(page)
    settings.TRIES_PER_IDENTITY_PER_DAY = 10
    assert "Empezar otra validación" in text_of(get_step(client, validation, "pin_app"))


@pytest.mark.parametrize(("number", "datum"), [(ANA, "issue_date"), ("X1234567L", "support_number")])
def test_a_refusal_leads_on_in_one_tap(client: PageClient, live_sandbox: LiveSandbox, number: str, datum: str) -> None:
    validation = by_sms(client, number)
    typed = WRONG_DATE if datum == "issue_date" else "E99999999"
    refused = post_step(client, validation, "contrast", **{datum: typed})
    guide = reverse("guides:clave_pin")
    expected = {f"{guide}#register", f"{guide}#locked", f"{guide}#office", reverse(f"guides:{datum}")}
    assert expected <= set(links_of(refused))
    fragments = {link.partition("#")[2] for link in expected if "#" in link}
    assert fragments <= set(main_of(client.get(guide)).xpath("//@id"))
    assert f"{guide}#office" not in links_of(get_step(client, by_sms(client, number), "contrast"))


def test_another_sms_is_not_offered_when_the_hour_is_used_up(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.SENDS_PER_IDENTITY_PER_HOUR = 1
    validation = with_sms(live_sandbox, client)
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        page = get_step(client, validation, "sms_pin")
        assert not main_of(page).xpath("//input[@name='resend']")
        assert "Podrás otra vez" in text_of(page)
        assert main_of(page).xpath("//input[@name='pin']")


def test_without_the_sms_the_strangers_have_their_whole_part(live_sandbox: LiveSandbox, settings: Settings) -> None:
    """The contrast cannot be asked of a purpose that takes the app alone, so nothing asks for it."""
    for name, tries in (("a", 3), ("b", 2), ("c", 0)):
        client = browser(name, f"203.0.113.{ord(name)}")
        validation = begin(client, Method.PIN_APP)
        Validation.objects.filter(pk=validation.pk).update(methods=["pin_app"])
        for _time in range(4):
            page = post_step(client, validation, "pin_app", **WRONG_APP)
        assert after(validation).tries_left == 5 - tries
        assert step_of(page) == "pin_app"
        assert "Podrás otra vez" in text_of(page)


def test_buttons_of_the_refused_page_lead_somewhere(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    asked = guess(client, validation, 3, **WRONG_APP)
    assert set(button_targets(asked)) == {step_url(validation, "contrast")}
