"""Mobiles, Spanish and foreign."""

import pytest
from django.core.exceptions import ValidationError

from accounts.phones import parse_mobile
from tests.pasted import variants


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("612345678", "+34612345678"),
        ("612 34 56 78", "+34612345678"),
        ("+34 612-345-678", "+34612345678"),
        ("0034612345678", "+34612345678"),
        ("712345678", "+34712345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+44 7911 123456", "+447911123456"),
        ("+1 201 555 0123", "+12015550123"),
    ],
)
def test_a_mobile_is_kept_in_its_international_form(typed: str, kept: str) -> None:
    assert parse_mobile(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("912345678", "no es un móvil"),
        ("812345678", "no es un móvil"),
        ("752345678", "no existe"),
        ("61234567", "no existe"),
        ("hola", "Escribe un móvil"),
        ("+999 123", "Escribe un móvil"),
    ],
)
def test_what_can_receive_no_sms_is_refused_with_its_reason(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_mobile(typed)
    assert said in refused.value.messages[0]


@pytest.mark.parametrize(
    "typed", [*variants("612-345-678"), *variants("+34 612 34 56 78"), *variants("0034 612345678")]
)
def test_a_pasted_number_is_read_whatever_came_with_it(typed: str) -> None:
    assert parse_mobile(typed) == "+34612345678"
