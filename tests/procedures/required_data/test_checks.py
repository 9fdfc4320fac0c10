"""The checks of required data: whatever passes makes a form that works."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from procedures.models import DatumType, RequiredDatum
from procedures.required_data.bounds import read_date, read_length, read_year
from procedures.required_data.checks import datum_errors, duplicate_field_names, field_names
from procedures.required_data.fields import form_fields
from procedures.required_data.form import RequiredDataForm, display_rows, initial_from

TODAY = "2024-02-29 12:00:00+01:00"
OPTIONS = [{"value": "a", "label": {"es": "Una", "en": "One"}}, {"value": "b", "label": {"es": "Otra"}}]


@pytest.fixture(autouse=True)
def _on_a_leap_day() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def datum(type: str, **fields: Any) -> RequiredDatum:
    return RequiredDatum(**{"key": "datum", "type": type, "label_es": "Dato", **fields})


@pytest.mark.parametrize(
    ("text", "year"), [("", 7), ("2020", 2020), ("0", 2024), ("-5", 2019), ("+1", 2025), ("1900", 1900)]
)
def test_a_year_is_absolute_or_relative(text: str, year: int) -> None:
    assert read_year(text, 7) == year


@pytest.mark.parametrize(
    "text", ["abc", "20", "1", "12345", "2020.5", " 2020", "2020\n", "²0²0", "-5y", "--5", "1899", "-"]
)
def test_an_invalid_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="year"):
        read_year(text, 7)


@pytest.mark.parametrize(
    ("text", "day"),
    [("", "1900-01-01"), ("today", "2024-02-29"), ("-5y", "2019-02-28"), ("+1y", "2025-02-28"), ("2020-12-31",) * 2],
)
def test_a_date_is_absolute_or_relative(text: str, day: str) -> None:
    assert read_date(text, read_date("1900-01-01", None)).isoformat() == day  # type: ignore[arg-type]  # not used here


@pytest.mark.parametrize("text", ["abc", "2020", "2020-13-01", "2023-02-29", "-5", "tomorrow", "31/12/2020", "-3000y"])
def test_an_invalid_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each reader of the standard library says it in its own words
        read_date(text, read_date("today", None))  # type: ignore[arg-type]  # not used here


@pytest.mark.parametrize("text", ["abc", "-1", "2001", "1e3", "٣"])
def test_an_invalid_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="length"):
        read_length(text, 7)
    assert read_length("", 7) == 7


GOOD = [
    datum("year"),
    datum("year", minimum="-5", maximum="-1", default="-1"),
    datum("year", minimum="2000", maximum="+1", default="0"),
    datum("date", minimum="1967-01-01", maximum="today", default="nonsense that nothing reads"),
    datum("period", minimum="-5y", maximum="+1y", max_months=12),
    datum("choice", options=OPTIONS, default="b"),
    datum("choice", options=OPTIONS, required=False),
    datum("text", minimum="2", maximum="2000"),
    datum("text"),
    datum("plate", minimum="not read"),
    datum("cadastral_reference"),
    datum("social_security_number"),
    datum("yes_no", default="no"),
    datum("yes_no", required=False),
    datum("number", minimum="-5", maximum="5", default="0"),
    datum("amount", minimum="-10.50", maximum="99999999.99", default="1500"),
    *(datum(type) for type in ("number", "amount", "email", "iban", "identity_number", "address")),
]


@pytest.mark.parametrize("good", GOOD, ids=lambda datum: datum.type)
def test_a_valid_datum_makes_a_form_that_can_be_shown_and_sent(good: RequiredDatum) -> None:
    good.full_clean(exclude=["version"], validate_constraints=False)
    names = field_names(good)
    assert list(form_fields(good)) == names
    assert all(f'name="{name}"' in str(RequiredDataForm([good])) for name in names)
    sent = RequiredDataForm([good], dict.fromkeys(names, "x\x00"))
    sent.is_valid()
    RequiredDataForm([good], initial=initial_from([good], dict.fromkeys(names, "of another type")))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (datum("text", key="access"), "key"),
        (datum("text", key="identification"), "key"),
        (datum("text", key="csrfmiddlewaretoken"), "key"),
        (datum("text", key="key\n"), "key"),
        (datum("text", key="Clave"), "key"),
        (datum("text", key="1a"), "key"),
        (datum("text", key=""), "key"),
        (datum("year", minimum="abc"), "minimum"),
        (datum("year", maximum="-5y"), "maximum"),
        (datum("year", minimum="-1", maximum="-5"), "minimum"),
        (datum("year", minimum="+1"), "minimum"),
        (datum("year", maximum="+199"), "minimum"),
        (datum("year", minimum="-5", default="-9"), "default"),
        (datum("year", default="soon"), "default"),
        (datum("date", minimum="2023-02-29"), "minimum"),
        (datum("date", minimum="today", maximum="-1y"), "minimum"),
        (datum("period", maximum="-99999y"), "maximum"),
        (datum("text", minimum="-1"), "minimum"),
        (datum("text", minimum="5", maximum="2"), "minimum"),
        (datum("text", maximum="0"), "maximum"),
        (datum("text", maximum="99999"), "maximum"),
        (datum("text", minimum="300"), "minimum"),
        (datum("choice", options=OPTIONS, default="c"), "default"),
        (datum("yes_no", default="sí"), "default"),
        (datum("number", minimum="1.5"), "minimum"),
        (datum("number", maximum="muchos"), "maximum"),
        (datum("number", minimum="5", maximum="4"), "minimum"),
        (datum("number", maximum="4", default="5"), "default"),
        (datum("number", default="x"), "default"),
        (datum("amount", minimum="1,50"), "minimum"),
        (datum("amount", maximum="1.505"), "maximum"),
        (datum("amount", minimum="1.51", maximum="1.50"), "minimum"),
        (datum("amount", maximum="1.50", default="1.51"), "default"),
    ],
    ids=str,
)
def test_a_datum_that_would_break_the_form_is_refused_by_its_field(bad: RequiredDatum, field: str) -> None:
    assert list(datum_errors(bad)) == [field]
    with pytest.raises(ValidationError) as refused:
        bad.full_clean(exclude=["version"], validate_constraints=False)
    assert field in refused.value.message_dict
    for sentence in refused.value.message_dict[field]:
        assert "%(" not in sentence


@pytest.mark.parametrize(
    "options",
    [
        [],
        {},
        None,
        "a",
        7,
        ["a", "b"],
        [{}],
        [{"value": "a"}],
        [{"label": {"es": "a"}}],
        [{"value": "", "label": {"es": "a"}}],
        [{"value": " ", "label": {"es": "a"}}],
        [{"value": 7, "label": {"es": "a"}}],
        [{"value": "a", "label": "a"}],
        [{"value": "a", "label": {"en": "a"}}],
        [{"value": "a", "label": {"es": ""}}],
        [{"value": "a", "label": {"es": "a", "en": 7}}],
        [{"value": "a\x00", "label": {"es": "a"}}],
        [{"value": "a", "label": {"es": "a\ud800"}}],
        [{"value": "a" * 61, "label": {"es": "a"}}],
        [{"value": "a", "label": {"es": "a" * 201}}],
        [{"value": "a", "label": {"es": "a"}}] * 2,
        [{"value": str(number), "label": {"es": "a"}} for number in range(101)],
    ],
    ids=lambda options: repr(options)[:40],
)
def test_options_that_cannot_be_shown_are_refused(options: Any) -> None:
    assert list(datum_errors(datum("choice", options=options))) == ["options"]


def test_an_unknown_type_is_refused_by_its_field() -> None:
    with pytest.raises(ValidationError) as refused:
        datum("colour").full_clean(exclude=["version"], validate_constraints=False)
    assert "type" in refused.value.message_dict


def test_two_data_with_the_same_field_are_found() -> None:
    period, text, plate = datum("period", key="when"), datum("text", key="when_to"), datum("plate", key="plate")
    assert duplicate_field_names([period, text, plate]) == ["when_to"]
    assert duplicate_field_names([period, plate]) == []


def test_every_type_is_checked_and_makes_fields() -> None:
    for type in DatumType:
        one = datum(type, options=OPTIONS)
        assert datum_errors(one) == {}
        assert display_rows([one], {}) == []
        assert form_fields(one)
