import uuid

import pytest
from django.core.exceptions import ValidationError

from clave.pin.codes import access_code, parse_code, parse_pin
from tests.pasted import variants


def test_the_access_code_of_a_validation_is_always_the_same_four_characters() -> None:
    validation_id = uuid.uuid4()
    code = access_code(validation_id)
    assert code == access_code(validation_id)
    assert parse_code(code) == code


def test_other_validations_have_other_codes() -> None:
    assert len({access_code(uuid.uuid4()) for _ in range(50)}) > 40


@pytest.mark.parametrize("typed", ["k7mb", " K7MB ", "K7-MB", "k 7 m b"])
def test_a_code_is_read_as_people_copy_it(typed: str) -> None:
    assert parse_code(typed) == "K7MB"


@pytest.mark.parametrize("typed", ["", "K7M", "K7MBA", "K7MÑ", "K7M9", "K7M٩"])
def test_a_code_of_wrong_length_or_alphabet_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_code(typed)


@pytest.mark.parametrize("typed", ["x4b", "X 4 B"])
def test_a_pin_is_read_as_people_copy_it(typed: str) -> None:
    assert parse_pin(typed) == "X4B"


@pytest.mark.parametrize("typed", ["", "X4", "X4BC", "X4Ñ", "X49"])
def test_a_pin_of_wrong_length_or_alphabet_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_pin(typed)


@pytest.mark.parametrize("typed", [*variants("k7-mb"), *variants("K7 MB")])
def test_a_pasted_code_is_read_whatever_came_with_it(typed: str) -> None:
    assert parse_code(typed) == "K7MB"


@pytest.mark.parametrize("typed", variants("x-4 b"))
def test_a_pasted_pin_is_read_whatever_came_with_it(typed: str) -> None:
    assert parse_pin(typed) == "X4B"
