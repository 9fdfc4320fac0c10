from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from procedures.required_data.plates import parse_plate
from procedures.required_data.spanish_numbers import parse_cadastral_reference, parse_social_security_number
from tests.pasted import variants


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234 BBC", "1234BBC"),
        ("1234-bbc", "1234BBC"),
        ("M-1234-AB", "M1234AB"),
        ("M 123456", "M123456"),
        ("E 1234 BBC", "E1234BBC"),
    ],
)
def test_a_plate_is_parsed_as_people_type_it(typed: str, read: str) -> None:
    assert parse_plate(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "123 BBC", "1234 ABC", "1234 BBÑ", "12345 BBC", "BBC 1234", "1234 BQC", "٣23 BBC"]
)
def test_an_invalid_plate_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_plate(typed)


def test_a_cadastral_reference_is_parsed_in_groups_and_lower_case() -> None:
    assert parse_cadastral_reference("9872023 vh5797s 0001 wx") == "9872023VH5797S0001WX"


@pytest.mark.parametrize("typed", ["", "9872023VH5797S0001W", "9872023VH5797S0001WY", "9872023VH5797S0002WX"])
def test_a_wrong_cadastral_reference_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_cadastral_reference(typed)


@pytest.mark.parametrize("typed", ["281234567840", "28 1234567840", "28/12345678/40"])
def test_a_social_security_number_is_parsed_as_it_is_printed(typed: str) -> None:
    assert parse_social_security_number(typed) == "281234567840"


@pytest.mark.parametrize("typed", ["", "28123456784", "281234567841", "2812345678401", "28123456784O", "٢٨١٢٣٤٥٦٧٨٤١"])
def test_a_wrong_social_security_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_social_security_number(typed)


@pytest.mark.parametrize(
    ("parse", "typed", "read"),
    [
        *((parse_plate, typed, "1234BBC") for typed in [*variants("1234-bbc"), *variants("1234 BBC")]),
        *((parse_cadastral_reference, typed, "9872023VH5797S0001WX") for typed in variants("9872023 vh5797s-0001 wx")),
        *((parse_social_security_number, typed, "281234567840") for typed in variants("28 12345678-40")),
    ],
)
def test_a_pasted_number_is_parsed_whatever_came_with_it(parse: Callable[[str], str], typed: str, read: str) -> None:
    assert parse(typed) == read
