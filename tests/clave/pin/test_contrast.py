from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from clave.pin.contrast import parse_expiry_date, parse_issue_date, parse_support_number
from tests.pasted import variants


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("E12345678", "E12345678"),
        ("e 123 456 78", "E12345678"),
        ("C1234567", "C01234567"),
        ("E1", "E00000001"),
        ("c-0123-4567", "C01234567"),
    ],
)
def test_a_support_number_gets_its_zeros(typed: str, read: str) -> None:
    assert parse_support_number(typed) == read


@pytest.mark.parametrize("typed", ["", "12345678", "X1234567L", "E123456789", "EC1234567", "E", "E12B45678"])
def test_what_is_no_support_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_support_number(typed)


@pytest.mark.parametrize("typed", ["05/11/2021", "5/11/2021", "05-11-2021", "05.11.2021", "05112021", " 5 11 2021 "])
def test_an_issue_date_is_read_as_people_type_it(typed: str) -> None:
    assert parse_issue_date(typed) == date(2021, 11, 5)


@pytest.mark.parametrize("typed", ["", "hoy", "2021-02-30", "31/02/2021", "00/01/2021", "29/02/2023", "31/12/1950"])
def test_an_impossible_issue_date_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_issue_date(typed)


@time_machine.travel("2026-03-01 12:00:00+01:00", tick=False)
def test_today_is_an_issue_date_and_tomorrow_is_none() -> None:
    assert parse_issue_date("01/03/2026") == date(2026, 3, 1)
    with pytest.raises(ValidationError) as refused:
        parse_issue_date("02/03/2026")
    assert refused.value.code == "future"


def test_a_permanent_dni_has_its_own_expiry_date() -> None:
    assert parse_expiry_date("01/01/9999") == date(9999, 1, 1)


@pytest.mark.parametrize("typed", [*variants("E-12345678"), *variants("e 123 456 78")])
def test_a_pasted_support_number_is_read_whatever_came_with_it(typed: str) -> None:
    assert parse_support_number(typed) == "E12345678"


@pytest.mark.parametrize("typed", [*variants("05-11-2021"), *variants("5/11/2021"), *variants("05 11 2021")])
def test_a_pasted_date_is_read_whatever_came_with_it(typed: str) -> None:
    assert parse_issue_date(typed) == date(2021, 11, 5)
    assert parse_expiry_date(typed) == date(2021, 11, 5)
