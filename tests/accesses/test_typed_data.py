"""Required data of every type as people type and paste them into the start page: what is sent on, or answered."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import translation

from accesses.models import Access
from procedures.models import DatumType
from procedures.required_data.form import display_rows
from tests.factories import a_datum, a_device, a_version
from tests.pages import PageClient, errors_of, main_of
from tests.pasted import variants

pytestmark = pytest.mark.django_db

START = "/tramites/dgt/puntos/empezar/"
NOW = "2026-11-29 12:00:00+01:00"
IBAN = "ES9121000418450200051332"

DATES = [
    *(variants("05-11-2021") + variants("5/11/2021") + variants(" 5 11 21 ")),
    *("05112021", "051121", "5/11/21", "5.11.2021", "5,11,2021", "05/112021", "0511-2021", "05/11/2021."),
    *("2021-11-05", "2021.11.5", "20211105", "٠٥/١١/٢٠٢١", "5 de noviembre de 2021", "05-NOV-21", "5 nov 2021"),
]
PLATES = [
    *((typed, "1234BBC") for typed in [*variants("1234-bbc"), *variants("1234 BBC"), "1234·BBC", "1234/bbc"]),
    *((typed, "M1") for typed in ["M-1", "m 1", "M–1"]),
    *((f"{code}-{number}", f"{code}{number}") for code in ("A", "CC", "CAS") for number in (7, 960985)),
    *(("ALB-1", "ALB1"), ("CAC 22", "CAC22"), ("SEG-333", "SEG333"), ("TER-4444", "TER4444"), ("FP-5555", "FP5555")),
    *(("M-1234-A", "M1234A"), ("M-1234-AB", "M1234AB"), ("GI 1234 B", "GI1234B"), ("IB-9999-DT", "IB9999DT")),
    *(("M-12345-VE", "M12345VE"), ("SE-1-VE", "SE1VE"), ("M-12345-R", "M12345R"), ("B-001234-R", "B001234R")),
    *(("E 1234 BBC", "E1234BBC"), ("R-1234-BBC", "R1234BBC"), ("H-1234-BBC", "H1234BBC"), ("M-1234-H", "M1234H")),
    *(("C 1234 BBC", "C1234BBC"), ("P-1234-BBC", "P1234BBC"), ("ET-12345", "ET12345"), ("PGC-1234-A", "PGC1234A")),
]

TAKEN: dict[str, list[tuple[str, Any]]] = {
    "date": [(typed, "2021-11-05") for typed in DATES],
    "plate": PLATES,
    "cadastral_reference": [
        (typed, "9872023VH5797S0001WX") for typed in [*variants("9872023 vh5797s-0001 wx"), "9872023·VH5797S·0001·WX"]
    ],
    "social_security_number": [
        (typed, "281234567840")
        for typed in [*variants("28 12345678-40"), "28/1234567840", "28.12345678.40", "٢٨١٢٣٤٥٦٧٨٤٠"]
    ],
    "text": [(" Á\u202evila\u200b ", "Ávila"), ("2.º A – izda.", "2.º A – izda.")],
    "yes_no": [("yes", True), ("no", False)],
    "number": [
        *(
            (typed, 1234)
            for typed in [*variants("1 234"), "1234", "1.234", "1,234", "1'234", "+1234", "1234,00", "١٢٣٤"]
        ),
        *(("0", 0), ("007", 7), ("1.234.567", 1234567), ("12 345 678", 12345678)),
    ],
    "amount": [
        *((typed, "1234.50") for typed in [*variants("1.234,50 €"), "1234,5", "1234.50", "1,234.50", "1 234,50 euros"]),
        *(
            ("1.234", "1234.00"),
            ("12", "12.00"),
            ("0,5", "0.50"),
            ("€ 12,30", "12.30"),
            ("12 EUR", "12.00"),
            ("0", "0.00"),
        ),
    ],
    "email": [
        *((typed, "ana@ejemplo.es") for typed in variants("ana@ejemplo.es")),
        *(("mailto:ana@ejemplo.es", "ana@ejemplo.es"), ("Ana <ana@ejemplo.es>", "ana@ejemplo.es")),
        *(("ana@ejemplo.es.", "ana@ejemplo.es"), ("o'hara+1@sub.ejemplo.es", "o'hara+1@sub.ejemplo.es")),
    ],
    "iban": [
        *((typed, IBAN) for typed in variants("es91 2100-0418 4502 0005 1332")),
        *((f"IBAN {IBAN}", IBAN), ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000")),
    ],
    "identity_number": [
        *((typed, "12345678Z") for typed in variants("12.345.678-z")),
        *(("X01234567L", "X1234567L"), ("1234567L", "01234567L")),
    ],
}


def start(client: PageClient, **typed: str) -> tuple[dict[str, Any], list[str]]:
    """Submit the start page; return what would be sent on, and what the page answers to correct."""
    a_device(client)
    access_id = uuid4()
    page = client.post(START, {"access": str(access_id), "identification": "clave_pin", **typed})
    access = Access.objects.filter(pk=access_id).first()
    return (access.inputs if access else {}), errors_of(page) if page.content else []


@pytest.mark.parametrize("type", TAKEN)
def test_every_way_to_type_or_paste_a_datum_is_taken(client: PageClient, type: str) -> None:
    a_datum(a_version(), "it", type)
    for typed, value in TAKEN[type]:
        assert start(client, it=typed) == ({"it": value}, []), typed


def test_both_dates_of_a_period_are_taken_and_the_parts_of_an_address(client: PageClient) -> None:
    version = a_version()
    a_datum(version, "when", "period")
    a_datum(version, "home", "address")
    address = {"home_street": "C/ Mayor, 2.º\u200b A", "home_postal_code": " 8001 ", "home_town": " Barcelona "}
    inputs, errors = start(client, when_from="010121", when_to="31–12–2021", **address)
    assert errors == []
    assert inputs == {
        "when_from": "2021-01-01",
        "when_to": "2021-12-31",
        "home_street": "C/ Mayor, 2.º A",
        "home_postal_code": "08001",
        "home_town": "Barcelona",
    }


@pytest.mark.parametrize(
    ("type", "typed", "sentence"),
    [
        ("date", "31/02/2021", "Esa fecha no existe. Revisa el día y el mes"),
        ("date", "5112021", "Escribe la fecha así: día/mes/año, por ejemplo 05/11/2021"),
        ("date", "30/11/26", "Escribe una fecha entre el 01/01/1900 y el 29/11/2026"),
        ("plate", "1234 ABC", "Esa matrícula no es correcta"),
        ("plate", "BBC 1234", "Esa matrícula no es correcta"),
        ("plate", "XX-12", "Esa matrícula no es correcta"),
        ("plate", "M-1234567", "Esa matrícula no es correcta"),
        ("number", "doce", "Escribe un número sin decimales"),
        ("number", "12,5", "Escribe un número sin decimales"),
        ("number", "1.23", "Escribe un número sin decimales"),
        ("number", "-1", "Escribe una cantidad entre 0 y"),
        ("number", "1" * 60_000, ""),
        ("amount", "1,234,5", "Escribe una cantidad en euros"),
        ("amount", "12,345,6", "Escribe una cantidad en euros"),
        ("amount", "0,125", "Escribe una cantidad en euros"),
        ("amount", "12 $", "Escribe una cantidad en euros"),
        ("email", "ana@", "Escribe un correo electrónico"),
        ("email", "ana ejemplo.es", "Escribe un correo electrónico"),
        ("iban", "ES91 2100 0418 4502 0005 133", "Un IBAN español tiene ES y 22 cifras, y has escrito 23 caracteres"),
        ("iban", "ES92 2100 0418 4502 0005 1332", "Ese IBAN no es correcto"),
        ("iban", "2100 0418 4502 0005 1332", "Ese IBAN no es correcto"),
        ("identity_number", "12345678A", "Revisa el número y la letra"),
        ("identity_number", "K1234567L", "Escribe el DNI o el NIE de una persona"),
        ("identity_number", "A12345674", "Escribe el DNI o el NIE de una persona"),
        ("yes_no", "quizá", "Elige una de las opciones"),
        *((type, "\u200b", "Rellena este dato") for type in ("plate", "number", "amount", "email", "iban", "text")),
    ],
)
def test_what_cannot_be_taken_gets_its_sentence_and_stays_on_the_page(
    client: PageClient, type: str, typed: str, sentence: str
) -> None:
    a_datum(a_version(), "it", type)
    with time_machine.travel(NOW, tick=False):
        inputs, errors = start(client, it=typed)
    assert inputs == {}
    assert [sentence in error for error in errors] == [True]


def test_an_address_that_is_half_given_is_asked_for_whole(client: PageClient) -> None:
    a_datum(a_version(), "home", "address", required=False)
    assert start(client) == ({}, [])
    assert start(client, home_town="Barcelona") == ({}, ["Rellena este dato", "Rellena este dato"])
    wrong = start(client, home_street="Mayor", home_postal_code="99001", home_town="Barcelona")
    assert wrong == ({}, ["Un código postal tiene 5 cifras, por ejemplo 28013"])


@pytest.mark.parametrize(
    ("type", "bounds", "typed", "sentence"),
    [
        ("number", {"minimum": "2", "maximum": "1500"}, "1501", "Escribe una cantidad entre 2 y 1 500"),
        ("amount", {"minimum": "-10.50", "maximum": "1500"}, "-11", "Escribe una cantidad entre -10,50 € y 1 500,00 €"),
    ],
)
def test_a_quantity_out_of_bounds_is_told_them(
    client: PageClient, type: str, bounds: dict[str, str], typed: str, sentence: str
) -> None:
    a_datum(a_version(), "it", type, **bounds)
    errors = start(client, it=typed)[1]
    assert [error.replace("\u00a0", " ") for error in errors] == [sentence]


@pytest.mark.parametrize(
    ("type", "attributes"),
    [
        ("date", {"inputmode": "numeric", "autocomplete": "off"}),
        ("number", {"inputmode": "numeric", "autocomplete": "off"}),
        ("amount", {"inputmode": "decimal", "autocomplete": "off"}),
        ("email", {"inputmode": "email", "autocomplete": "email", "type": "email"}),
        ("iban", {"autocomplete": "off", "autocapitalize": "characters"}),
        ("identity_number", {"autocomplete": "off", "autocapitalize": "characters"}),
        ("social_security_number", {"inputmode": "numeric"}),
        ("plate", {"autocapitalize": "characters"}),
    ],
)
def test_each_type_asks_for_its_keypad_and_cuts_nothing(
    client: PageClient, type: str, attributes: dict[str, str]
) -> None:
    a_datum(a_version(), "it", type)
    field = main_of(client.get(START)).xpath("//input[@name='it']")[0]
    assert {name: field.get(name) for name in attributes} == attributes
    assert field.get("maxlength") is None


def test_the_parts_of_an_address_are_filled_in_by_the_browser(client: PageClient) -> None:
    a_datum(a_version(), "home", "address")
    fields = main_of(client.get(START)).xpath("//input[starts-with(@name, 'home_')]")
    assert [field.get("autocomplete") for field in fields] == ["address-line1", "postal-code", "address-level2"]
    assert fields[1].get("inputmode") == "numeric"


@pytest.mark.parametrize(
    ("type", "value", "es", "en"),
    [
        ("yes_no", False, "No", "No"),
        ("yes_no", True, "Sí", "Yes"),
        ("number", 12345, "12 345", "12,345"),
        ("amount", "1234.50", "1 234,50 €", "1,234.50 €"),
        ("iban", IBAN, "ES91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1332"),
        ("email", "ana@ejemplo.es", "ana@ejemplo.es", "ana@ejemplo.es"),
    ],
)
def test_data_are_shown_as_people_read_them_and_fill_the_form_again(
    client: PageClient, type: str, value: Any, es: str, en: str
) -> None:
    version = a_version()
    datum = a_datum(version, "it", type)
    for language, shown in (("es", es), ("en", en)):
        with translation.override(language):
            assert [text.replace("\u00a0", " ") for _label, text in display_rows([datum], {"it": value})] == [shown]


def test_every_type_is_in_one_of_these_tables() -> None:
    assert set(DatumType.values) == {*TAKEN, "period", "address", "year", "choice"}
