"""DNI and NIE as people type them."""

import pytest
from django.core.exceptions import ValidationError

from foundation.forms.identity_numbers import IdentityNumber, mask, parse_identity_number
from tests.pasted import variants


@pytest.mark.parametrize(
    ("typed", "value", "kind"),
    [
        ("12345678Z", "12345678Z", "dni"),
        ("12345678z", "12345678Z", "dni"),
        (" 12.345.678-Z ", "12345678Z", "dni"),
        ("12 345 678 z", "12345678Z", "dni"),
        ("1234567L", "01234567L", "dni"),
        ("00000000T", "00000000T", "dni"),
        ("0t", "00000000T", "dni"),
        ("１２３４５６７８Ｚ", "12345678Z", "dni"),
        ("X1234567L", "X1234567L", "nie"),
        ("x-1234567-l", "X1234567L", "nie"),
        ("Y1234567X", "Y1234567X", "nie"),
        ("Z 1234567 R", "Z1234567R", "nie"),
        ("X01234567L", "X1234567L", "nie"),
        ("y-0.123.456.7-x", "Y1234567X", "nie"),
        ("١٢٣٤٥٦٧٨Z", "12345678Z", "dni"),
    ],
)
def test_what_people_type_is_read_and_kept_in_its_compact_form(typed: str, value: str, kind: str) -> None:
    number = parse_identity_number(typed)
    assert (number.value, number.kind) == (value, kind)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12345678A", "Revisa el número y la letra"),
        ("X1234567A", "Revisa el número y las letras"),
        ("12345678", "Falta la letra"),
        ("A12345674", "empresa o entidad"),
        ("B-1234567-4", "empresa o entidad"),
        ("K1234567L", "K, L o M"),
        ("L1234567L", "K, L o M"),
        ("M1234567L", "K, L o M"),
        ("123456789Z", "Escribe un DNI"),
        ("", "Escribe un DNI"),
        ("☃", "Escribe un DNI"),
        ("X12345678L", "Escribe un DNI"),
        ("X00123456L", "Revisa el número y las letras"),
        ("X001234567L", "Escribe un DNI"),
    ],
)
def test_what_is_no_dni_or_nie_is_refused_with_a_sentence_that_says_what_to_correct(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_identity_number(typed)
    assert said in refused.value.messages[0]


def test_numbers_are_masked_as_the_data_protection_agency_recommends() -> None:
    assert mask("12345678Z") == "***4567**"
    assert mask("X1234567L") == "****4567*"
    assert IdentityNumber("12345678Z", "dni").masked == "***4567**"


@pytest.mark.parametrize("typed", [*variants("12345678-Z"), *variants("12.345.678 z")])
def test_a_pasted_number_is_read_whatever_came_with_it(typed: str) -> None:
    assert parse_identity_number(typed) == IdentityNumber("12345678Z", "dni")
