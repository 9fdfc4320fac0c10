"""The pages of the validation steps: what they say, what they accept, and how they handle mistakes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from clave import health, switches
from clave.models import State, Validation
from clave.pin.codes import CODE_LENGTH
from clave.pin.messages import message
from clave.pin.notices import Notice
from tests.clave.pin.factories import (
    WRONG_DATE,
    after,
    by_app,
    by_sms,
    pin_of,
    step_url,
    typed_date,
    with_pin,
    with_sms,
)
from tests.clave.pin.step_pages import (
    HTMX,
    RESTORE,
    WRONG_APP,
    button_targets,
    get_by_htmx,
    get_step,
    links_of,
    post_by_htmx,
    post_step,
    shown_value,
)
from tests.factories import ANA, a_device, a_user, a_validation, known_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, errors_of, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

Make = Callable[[Client], Validation]


def none_chosen(client: Client) -> Validation:
    device = a_device(client)
    return a_validation(device, a_user(device))


STEP_PAGES: list[tuple[str, Make]] = [
    ("method", none_chosen),
    ("pin_app", by_app),
    ("contrast", by_sms),
    ("sms_pin", with_pin),
]
WRONG_TYPED: dict[str, dict[str, str]] = {
    "method": {},
    "pin_app": {"code": "AAA", "pin": "AA"},
    "contrast": {"issue_date": "ayer"},
    "sms_pin": {"pin": "AAAA"},
}


# --- Every page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "make"), STEP_PAGES)
def test_each_page_is_whole_plainly_a_fragment_to_htmx_and_whole_from_history(
    client: PageClient, key: str, make: Make
) -> None:
    path = step_url(make(client), key)
    plain, fragment, restored = client.get(path), client.get(path, headers=HTMX), client.get(path, headers=RESTORE)
    for page, is_whole in ((plain, True), (fragment, False), (restored, True)):
        assert (page.status_code, step_of(page)) == (200, key)
        assert page.content.startswith(b"<!doctype html>") == is_whole
        assert "HX-Request" in page.headers["Vary"]
        assert page.headers["Cache-Control"] == "no-store, private"
    assert "HX-Push-Url" not in fragment.headers


@pytest.mark.parametrize(("key", "make"), STEP_PAGES)
def test_what_is_wrong_comes_back_in_the_same_page_with_words(client: PageClient, key: str, make: Make) -> None:
    validation = make(client)
    path = step_url(validation, key)
    for headers in ({}, HTMX):
        refused = client.post(path, WRONG_TYPED[key], headers=headers)
        assert (refused.status_code, step_of(refused)) == (422, key)
        assert errors_of(refused)
        assert refused.headers.get("HX-Push-Url") == ("false" if headers else None)
    assert (after(validation).tries_left, after(validation).sends_left) == (5, 3)


@pytest.mark.parametrize(("key", "make"), STEP_PAGES)
def test_each_page_costs_few_queries(
    client: PageClient, key: str, make: Make, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    path = step_url(make(client), key)
    health.is_degraded()  # cached for a few seconds, so not counted here
    switches.current_switches()  # likewise
    with django_assert_max_num_queries(2):  # the validation, and what has been spent
        client.get(path)
    with django_assert_max_num_queries(2):
        client.post(path, WRONG_TYPED[key])


@pytest.mark.parametrize(("key", "make"), STEP_PAGES)
def test_each_page_says_whose_validation_it_is(client: PageClient, key: str, make: Make) -> None:
    text = text_of(get_step(client, make(client), key))
    assert "Ana" in text
    assert ANA not in text
    if key != "sms_pin":
        assert "DNI ***4567**" in text
        assert "móvil …78" in text


@time_machine.travel("2026-03-01 12:00:00+01:00", tick=False)
def test_the_app_page_says_until_when_and_how_often(client: PageClient) -> None:
    page = get_step(client, by_app(client, tries_left=1), "pin_app")
    assert "móvil de Ana" in text_of(page)
    assert "hasta las 12:30" in text_of(page)
    assert "Te queda 1 intento." in text_of(page)
    assert parse(page).xpath("//time[@data-countdown='2026-03-01T12:30:00+01:00']")


@time_machine.travel("2026-03-01 12:00:00+01:00", tick=False)
def test_the_contrast_page_says_how_many_sms_and_when(client: PageClient) -> None:
    validation = by_sms(client, resend_at=timezone.now() + timedelta(seconds=42))
    known_to(validation.user)
    text = text_of(get_step(client, validation, "contrast"))
    for said in ("a las 12:00:42", "hasta las 12:30"):
        assert said in text
    Validation.objects.update(resend_at=timezone.now())
    text = text_of(get_step(client, validation, "contrast"))
    assert "hasta 3 SMS" in text
    assert "otra vez a las" not in text


def test_a_stranger_is_told_how_often_the_datum_may_be_tried_and_not_how_many_sms_there_were(
    client: PageClient,
) -> None:
    text = text_of(get_step(client, by_sms(client), "contrast"))
    assert "hasta 5 veces" in text
    assert not re.search(r"\d SMS", text)


def test_the_contrast_page_of_one_who_has_no_send_left_offers_another_validation(client: PageClient) -> None:
    validation = by_sms(client, sends_left=0)
    page = get_step(client, validation, "contrast")
    assert "Ya has pedido todos los SMS" in text_of(page)
    assert validation.restart in button_targets(page)
    refused = post_step(client, validation, "contrast", issue_date="01/01/2020")
    assert errors_of(refused) == [message(validation, Notice.NO_SENDS)]


@time_machine.travel("2026-03-01 12:00:00+01:00", tick=False)
def test_the_pin_page_says_whose_phone_code_time_tries_and_sends(client: PageClient) -> None:
    validation = with_pin(client, sends_left=2, tries_left=4, resend_at=timezone.now() + timedelta(seconds=42))
    page = get_step(client, validation, "sms_pin")
    for said in ("móvil de Ana, acabado en 78", "hasta las 12:10", "Te quedan 4 intentos", "Quedan 2 envíos"):
        assert said in text_of(page)
    assert main_of(page).xpath("//code")[0].text == validation.access_code
    assert main_of(page).xpath("//time[@data-enables='resend']")[0].get("datetime") == "2026-03-01T12:00:42+01:00"


@pytest.mark.parametrize(("key", "make"), [("pin_app", by_app), ("sms_pin", with_pin)])
def test_the_phone_may_fill_in_the_pin(client: PageClient, key: str, make: Make) -> None:
    page = get_step(client, make(client), key)
    assert main_of(page).xpath("//input[@name='pin']")[0].get("autocomplete") == "one-time-code"


def test_a_foreigner_is_asked_for_the_support_number(client: PageClient) -> None:
    page = get_step(client, by_sms(client, "X1234567L"), "contrast")
    assert main_of(page).xpath("//input[@name='support_number']")
    assert "NIE ****4567*" in text_of(page)


def test_no_page_takes_another_method() -> None:
    bare = Client()
    for key, make in STEP_PAGES:
        assert bare.put(step_url(make(bare), key)).status_code == 405


# --- The way through --------------------------------------------------------------------------------------------------


def test_by_the_app(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation, app = none_chosen(client), live_sandbox.app_pin(ANA)
    assert post_step(client, validation, "method", method="pin_app").url == step_url(validation, "pin_app")
    typed = {"code": app["code"].lower(), "pin": f" {app['pin'][0]}-{app['pin'][1:]} "}
    assert post_step(client, validation, "pin_app", **typed).url == validation.return_to
    assert after(validation).identity["document_number"] == ANA


def test_by_sms(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = none_chosen(client)
    assert post_step(client, validation, "method", method="sms").url == step_url(validation, "contrast")
    sent = post_step(client, validation, "contrast", issue_date=typed_date(live_sandbox))
    assert sent.url == step_url(validation, "sms_pin")
    assert f"código {after(validation).access_code}" in live_sandbox.messages(ANA)[0]["text"]
    assert post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox)).url == validation.return_to
    assert after(validation).state == State.VERIFIED


def test_by_sms_with_a_support_number_without_its_zeros(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_sms(client, "Y2345678Z")
    assert post_step(client, validation, "contrast", support_number="e456789").url == step_url(validation, "sms_pin")


def test_to_htmx_each_step_is_a_redirect_that_ends_at_the_next_steps_fragment(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation = none_chosen(client)
    for key, typed, following in (
        ("method", {"method": "sms"}, "contrast"),
        ("contrast", {"issue_date": typed_date(live_sandbox)}, "sms_pin"),
        ("method", {"method": "pin_app"}, "pin_app"),
        ("method", {"method": "sms"}, "sms_pin"),
    ):
        moved = post_by_htmx(client, validation, key, **typed)
        assert (moved.status_code, moved.url) == (302, step_url(validation, following))
        assert "HX-Push-Url" not in moved.headers
        fragment = get_by_htmx(client, validation, following)
        assert (fragment.status_code, step_of(fragment)) == (200, following)
        assert "HX-Push-Url" not in fragment.headers


def test_the_code_on_the_page_is_the_same_whenever_one_looks_and_that_of_the_sms(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation = with_sms(live_sandbox, client)
    codes = {main_of(get_step(client, validation, "sms_pin")).xpath("//code")[0].text for _time in range(3)}
    assert len(codes) == 1
    assert len(code := codes.pop() or "") == CODE_LENGTH
    assert f"código {code}." in live_sandbox.messages(ANA)[0]["text"]


def test_leaving_and_coming_back_finds_the_step_its_data_and_the_time_left(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    with time_machine.travel("2026-03-01 12:00:00+01:00", tick=False) as clock:
        validation = none_chosen(client)
        post_step(client, validation, "method", method="sms")
        post_step(client, validation, "contrast", issue_date=typed_date(live_sandbox))
        clock.shift(timedelta(minutes=7))
        page = client.get(step_url(validation, "contrast").replace("contraste", "pin"))
        assert f"{timedelta(minutes=3).seconds // 60} minutos" in text_of(page).replace("\xa0", " ")
        assert main_of(page).xpath("//code")[0].text == validation.access_code
        assert post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox)).url == validation.return_to


# --- What is typed wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Escribe la fecha de expedición"),
        ("31/02/2021", "no existe"),
        ("01/01/2999", "no puede ser futura"),
        ("01/01/1950", "anterior a 1951"),
        ("11-2021", "día/mes/año"),
    ],
)
def test_an_impossible_date_is_explained_and_kept(client: PageClient, typed: str, said: str) -> None:
    validation = by_sms(client)
    refused = post_step(client, validation, "contrast", issue_date=typed)
    assert refused.status_code == 422
    assert said in errors_of(refused)[0]
    assert (shown_value(refused, "issue_date") or "") == typed
    assert after(validation).sends_left == 3


@pytest.mark.parametrize("typed", ["12345678", "X1234567L", "E123456789", "E12B45678"])
def test_what_is_no_support_number_is_explained_and_kept(client: PageClient, typed: str) -> None:
    refused = post_step(client, by_sms(client, "X1234567L"), "contrast", support_number=typed)
    assert refused.status_code == 422
    assert "soporte válido" in errors_of(refused)[0]
    assert shown_value(refused, "support_number") == typed


@pytest.mark.parametrize("typed", ["", "Q7", "Q7QQ", "Q71", "Q7Ñ", "Q7\x00"])
def test_a_pin_of_wrong_length_or_alphabet_spends_nothing_and_is_not_shown_again(
    client: PageClient, typed: str
) -> None:
    for key, make, others in (("pin_app", by_app, {"code": "K7MB"}), ("sms_pin", with_pin, {})):
        validation = make(client)
        refused = post_step(client, validation, key, pin=typed, **others)
        assert refused.status_code == 422
        assert len(errors_of(refused)) == 1
        assert shown_value(refused, "pin") is None
        assert after(validation).tries_left == 5


def test_a_form_without_anything_is_refused_and_not_just_shown_again(client: PageClient) -> None:
    for key, make in STEP_PAGES:
        assert post_step(client, make(client), key).status_code == 422


# --- Changing one's mind, going back, tapping twice -------------------------------------------------------------------


def test_changing_the_method_midway_and_back_keeps_the_sms(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    assert client.submit(get_step(client, validation, "sms_pin"), method="pin_app").url == step_url(
        validation, "pin_app"
    )
    assert client.submit(get_step(client, validation, "pin_app"), method="sms").url == step_url(validation, "sms_pin")
    assert post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox)).url == validation.return_to


def test_an_old_form_of_the_other_method_spends_nothing(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    post_step(client, validation, "method", method="pin_app")
    moved = post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox))
    assert moved.url == step_url(validation, "pin_app")
    assert post_step(client, validation, "contrast", issue_date=WRONG_DATE).url == step_url(validation, "pin_app")
    assert (after(validation).tries_left, after(validation).sends_left) == (5, 2)
    assert live_sandbox.effects()["verifications"] == 0


def test_an_old_form_of_another_persons_tab_says_that_the_procedure_goes_on_elsewhere(client: PageClient) -> None:
    first = by_app(client)
    a_validation(first.device, a_user(first.device, "X1234567L", "Yasmin"), purpose=first.purpose)
    refused = post_step(client, first, "pin_app", **WRONG_APP)
    assert refused.status_code == 422
    assert "Has empezado otra validación" in text_of(refused)
    assert button_targets(refused) == [first.return_to]


def test_sending_the_datum_again_while_the_sms_is_fresh_sends_none(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation, typed = by_sms(client), typed_date(live_sandbox)
    answers = [post_step(client, validation, "contrast", issue_date=typed) for _tap in range(3)]
    assert {moved.url for moved in answers} == {step_url(validation, "sms_pin")}
    assert (live_sandbox.effects()["sms_sent"], after(validation).sends_left) == (1, 2)


def test_an_sms_is_sent_again_after_its_pause_and_not_before(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    page = get_step(client, validation, "sms_pin")
    early = client.submit(page, resend="1")
    assert (early.status_code, errors_of(early)) == (422, [message(after(validation), Notice.TOO_EARLY)])
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert client.submit(page, resend="1").url == step_url(validation, "sms_pin")
        twice = client.submit(page, resend="1")
    assert errors_of(twice) == [message(after(validation), Notice.TOO_EARLY)]
    assert (live_sandbox.effects()["sms_sent"], after(validation).sends_left) == (2, 1)
    assert len({message["pin"] for message in live_sandbox.messages(ANA)}) == 1


def test_nothing_is_sent_again_for_a_pin_that_has_expired(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    page = get_step(client, validation, "sms_pin")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        refused = client.submit(page, resend="1")
        assert (refused.status_code, errors_of(refused)) == (422, [message(validation, Notice.PIN_EXPIRED)])
        assert step_url(validation, "contrast") in links_of(refused)
    assert live_sandbox.effects()["sms_sent"] == 1


def test_after_the_last_sms_the_page_offers_the_app_and_no_other_sms(client: PageClient) -> None:
    validation = with_pin(client, sends_left=0)
    page = get_step(client, validation, "sms_pin")
    assert "Ya has pedido todos los SMS" in text_of(page)
    assert not main_of(page).xpath("//input[@name='resend']")
    assert main_of(page).xpath("//input[@name='method' and @value='pin_app']")


def test_a_used_validation_spends_nothing_when_its_old_form_is_sent(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation, app = by_app(client), live_sandbox.app_pin(ANA)
    typed = {"code": app["code"], "pin": app["pin"]}
    assert [post_step(client, validation, "pin_app", **typed).url for _tap in range(3)] == [validation.return_to] * 3
    assert live_sandbox.effects()["verifications"] == 1
