"""Codes, PINs and contrast data as people type and paste them: what each page takes from them, or answers."""

from datetime import date
from typing import Any

import pytest
import time_machine

from clave.models import Validation
from clave.pin import upstream
from clave.pin.gateways.base import Contrast
from clave.pin.notices import Notice
from tests.clave.pin.factories import by_app, by_sms, with_pin
from tests.clave.pin.step_pages import get_step, post_step
from tests.factories import a_device, a_user, a_validation
from tests.pages import PageClient, errors_of, main_of
from tests.pasted import variants

pytestmark = pytest.mark.django_db

SANDBOX_SMS = (
    "Cl@ve: tu PIN es X4B para el código %s. Caduca en 10 minutos. No se lo des a nadie. [SANDBOX: no es Cl@ve]"
)
LETTERS_FOR_DIGITS = [("018", "OIB"), ("o1b", "OIB"), ("X 0 8", "XOB"), ("０１８", "OIB")]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the list of what the pages hand on to Cl@ve, which refuses everything."""
    given: list[Any] = []

    def refuse(validation: Validation, *values: Any) -> Notice:
        given.append(values[0] if len(values) == 1 else values)
        return Notice.WRONG_PIN

    for name in ("verify_sms", "verify_app", "request_sms"):
        monkeypatch.setattr(upstream, name, refuse)
    return given


def typed_pins(code: str) -> list[tuple[str, str]]:
    """Return PINs as typed or pasted, and what they are; ``code`` is the access code of the request."""
    return [
        *((typed, "X4B") for typed in [*variants("x-4 b"), "X.4.B", "x_4_b", "X/4/B", "X:4:B", "X４b", "x٤b"]),
        *LETTERS_FOR_DIGITS,
        (SANDBOX_SMS % code, "X4B"),
        (f"\u2068{SANDBOX_SMS % code}\u2069\r\n", "X4B"),
        (f"Cl@ve PIN: su PIN es: PIN. Código {code}", "PIN"),
        (f"El PIN de acceso para el código {code} es X4B. Válido hasta el 10-11-2026 13:17", "X4B"),
        ("PIN: X4B", "X4B"),
        ("Your PIN is X4B, valid for 10 minutes", "X4B"),
        ("Your PIN\nis «X4B»", "X4B"),
    ]


def test_every_way_to_type_or_paste_a_pin_is_taken(client: PageClient, taken: list[Any]) -> None:
    validation = with_pin(client)
    for typed, pin in typed_pins(validation.access_code):
        post_step(client, validation, "sms_pin", pin=typed)
        assert taken[-1:] == [pin], typed
        taken.clear()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("X4", "El PIN tiene 3 caracteres"),
        ("X4BC", "El PIN tiene 3 caracteres"),
        ("X4B C", "El PIN tiene 3 caracteres"),
        ("PIN", ""),
        ("No se lo des a nadie", "El PIN tiene 3 caracteres"),
        ("Uno de dos: X4B o bien X4C", "El PIN tiene 3 caracteres"),
        ("K" * 60_000, "El PIN tiene 3 caracteres"),
        ("X4Ñ", "solo lleva letras"),
        ("Х4В", "solo lleva letras"),
        ("X49", "solo lleva letras"),
        (SANDBOX_SMS % "ZZZZ", "Ese SMS es de otra petición"),
        ("\u200b", "Escribe el PIN"),
        ("", "Escribe el PIN"),
    ],
)
def test_what_is_no_pin_spends_no_try(client: PageClient, taken: list[Any], typed: str, sentence: str) -> None:
    validation = with_pin(client)
    page = post_step(client, validation, "sms_pin", pin=typed)
    assert taken == ([] if sentence else [typed])
    assert not sentence or [sentence in said for said in errors_of(page)] == [True]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((typed, "K7MB") for typed in [*variants("k7-mb"), "k.7.m.b"]),
        ("k710", "K7IO"),
        ("0188", "OIBB"),
        ("Código: K7MB", "K7MB"),
        ("Tu código es K7MB y tu PIN es X4B", "K7MB"),
    ],
)
def test_every_way_to_copy_the_code_of_the_app_is_taken(
    client: PageClient, taken: list[Any], typed: str, code: str
) -> None:
    post_step(client, by_app(client), "pin_app", code=typed, pin="x 1 b")
    assert taken == [(code, "XIB")]


DATES = [
    *variants("05-11-2021"),
    *variants("5/11/2021"),
    *variants(" 5 11 21 "),
    *(
        "05112021",
        "051121",
        "5/11/21",
        "5-11-2021",
        "5.11.2021",
        "5,11,2021",
        "05 / 11 / 2021",
        "05/11/2021.",
        "5-11-21",
    ),
    *("2021-11-05", "2021/11/5", "20211105", "٠٥/١١/٢٠٢١", "5 de noviembre de 2021", "05 NOV 2021", "5-nov-21"),
]


@pytest.mark.parametrize("typed", DATES)
def test_every_way_to_type_or_paste_an_issue_date_is_taken(client: PageClient, taken: list[Any], typed: str) -> None:
    post_step(client, by_sms(client), "contrast", issue_date=typed)
    assert taken == [Contrast("issue_date", "2021-11-05")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2021", "Esa fecha no existe"),
        ("310221", "Esa fecha no existe"),
        ("00/01/2021", "Esa fecha no existe"),
        ("20212105", "Esa fecha no existe"),
        ("5 de brumario de 2021", "Escribe la fecha así"),
        ("5112021", "Escribe la fecha así"),
        ("5/11", "Escribe la fecha así"),
        ("11/2021", "Escribe la fecha así"),
        ("ayer", "Escribe la fecha así"),
        ("1/1/27", "no puede ser futura"),
        ("31/12/1950", "anterior a 1951"),
        ("31/12/26", "no puede ser futura"),
        ("1" * 60_000, "Escribe la fecha así"),
        ("\u200b", "Escribe la fecha"),
    ],
)
def test_what_is_no_issue_date_gets_its_sentence(
    client: PageClient, taken: list[Any], typed: str, sentence: str
) -> None:
    with time_machine.travel("2026-11-29 12:00:00+01:00", tick=False):
        page = post_step(client, by_sms(client), "contrast", issue_date=typed)
    assert [sentence in said for said in errors_of(page)] == [True]
    assert taken == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("5/11/31", date(2031, 11, 5)),
        ("05112031", date(2031, 11, 5)),
        ("5/11/19", date(2019, 11, 5)),
        ("01-01-9999", date(9999, 1, 1)),
        ("9999-01-01", date(9999, 1, 1)),
        ("01019999", date(9999, 1, 1)),
    ],
)
def test_a_date_of_validity_may_be_in_the_future(
    client: PageClient, taken: list[Any], settings: Any, typed: str, read: date
) -> None:
    settings.DNI_CONTRAST = "expiry_date"
    post_step(client, by_sms(client), "contrast", expiry_date=typed)
    assert taken == [Contrast("expiry_date", read.isoformat())]


@pytest.mark.parametrize(
    "typed", [*variants("e-1234 5678"), "E.12.345.678", "E/12345678", "e:12345678", "E١٢٣٤٥٦٧٨", "E_12345678"]
)
def test_every_way_to_type_or_paste_a_support_number_is_taken(client: PageClient, taken: list[Any], typed: str) -> None:
    device = a_device(client)
    validation = a_validation(device, a_user(device, "X1234567L"), "sms")  # type: ignore[arg-type]  # as stored
    post_step(client, validation, "contrast", support_number=typed)
    assert taken == [Contrast("support_number", "E12345678")]


@pytest.mark.parametrize(
    ("step", "make"), [("pin_app", by_app), ("contrast", by_sms), ("sms_pin", with_pin)], ids=lambda one: str(one)[:9]
)
def test_no_field_of_a_step_cuts_what_is_pasted(client: PageClient, step: str, make: Any) -> None:
    assert main_of(get_step(client, make(client), step)).xpath("//input[@maxlength]") == []
