from typing import Any

import pytest
import time_machine
from django.utils import translation

from procedures.models import RequiredDatum
from procedures.required_data.form import RequiredDataForm, display_rows, initial_from
from tests.pasted import INVISIBLE, variants

TODAY = "2026-05-20 12:00:00+02:00"
pytestmark = pytest.mark.usefixtures("_in_may")


@pytest.fixture
def _in_may() -> Any:
    with time_machine.travel(TODAY, tick=False):
        yield


def datum(key: str, type: str, **fields: Any) -> RequiredDatum:
    return RequiredDatum(key=key, type=type, label_es=key.capitalize(), **fields)


CHOICE = datum(
    "report",
    "choice",
    options=[
        {"value": "reduced", "label": {"es": "Reducido", "en": "Reduced"}},
        {"value": "full", "label": {"es": "Completo", "en": "Full"}},
    ],
)


@pytest.mark.parametrize(
    ("required", "typed", "inputs"),
    [
        (datum("year", "year", minimum="-5", maximum="-1"), {"year": "2025"}, {"year": 2025}),
        (datum("day", "date"), {"day": "5/11/2021"}, {"day": "2021-11-05"}),
        (datum("day", "date", maximum="today"), {"day": "20/05/2026"}, {"day": "2026-05-20"}),
        (
            datum("period", "period"),
            {"period_from": "01/01/2025", "period_to": "31/12/2025"},
            {"period_from": "2025-01-01", "period_to": "2025-12-31"},
        ),
        (CHOICE, {"report": "full"}, {"report": "full"}),
        (datum("place", "text", minimum="2"), {"place": "  Ávila "}, {"place": "Ávila"}),
        (datum("plate", "plate"), {"plate": "1234 bbc"}, {"plate": "1234BBC"}),
        (
            datum("reference", "cadastral_reference"),
            {"reference": "9872023 VH5797S 0001 WX"},
            {"reference": "9872023VH5797S0001WX"},
        ),
        (
            datum("number", "social_security_number"),
            {"number": "28 1234567840"},
            {"number": "281234567840"},
        ),
        (datum("place", "text", required=False), {"place": ""}, {}),
        (datum("plate", "plate", required=False), {"plate": ""}, {}),
    ],
)
def test_each_type_is_read_and_typed(required: RequiredDatum, typed: dict[str, str], inputs: dict[str, Any]) -> None:
    form = RequiredDataForm([required], typed)
    assert form.is_valid(), form.errors
    assert form.inputs == inputs


@pytest.mark.parametrize(
    ("required", "typed", "field"),
    [
        (datum("year", "year", minimum="-5", maximum="-1"), {"year": "2026"}, "year"),
        (datum("year", "year", minimum="-5", maximum="-1"), {"year": "2020"}, "year"),
        (datum("year", "year"), {"year": "MMXX"}, "year"),
        (datum("year", "year"), {}, "year"),
        (datum("day", "date"), {"day": "31/02/2025"}, "day"),
        (datum("day", "date", maximum="today"), {"day": "21/05/2026"}, "day"),
        (datum("day", "date", minimum="-5y"), {"day": "19/05/2021"}, "day"),
        (datum("period", "period"), {"period_from": "02/01/2025", "period_to": "01/01/2025"}, "period_to"),
        (
            datum("period", "period", max_months=12),
            {"period_from": "01/01/2024", "period_to": "02/01/2025"},
            "period_to",
        ),
        (CHOICE, {"report": "other"}, "report"),
        (datum("place", "text", minimum="2"), {"place": "A"}, "place"),
        (datum("place", "text", maximum="5"), {"place": "Alcorcón"}, "place"),
        (datum("plate", "plate"), {"plate": "ABCD"}, "plate"),
        (datum("plate", "plate"), {"plate": "1234\x00BBC"}, "plate"),
        (datum("place", "text"), {"place": "\u200e \u202e\x00"}, "place"),
        (datum("place", "text", minimum="2"), {"place": "A\u202e\u202e"}, "place"),
        (datum("day", "date"), {"day": "01/01/2025\x00"}, "day"),
        (datum("period", "period", required=False), {"period_from": "01/01/2025"}, "period_to"),
        (datum("period", "period", required=False), {"period_to": "01/01/2025"}, "period_from"),
        (datum("period", "period", required=False), {"period_from": "x", "period_to": "01/01/2025"}, "period_from"),
    ],
)
def test_what_is_out_of_range_is_refused_at_its_field(
    required: RequiredDatum, typed: dict[str, str], field: str
) -> None:
    form = RequiredDataForm([required], typed)
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_a_text_loses_what_cannot_be_seen() -> None:
    form = RequiredDataForm([datum("place", "text")], {"place": "Á\u202evila"})
    assert form.is_valid()
    assert form.inputs == {"place": "Ávila"}


def test_the_inputs_are_shown_as_a_person_reads_them() -> None:
    rows = display_rows([CHOICE, datum("day", "date")], {"report": "full", "day": "2021-11-05"})
    assert rows == [("Report", "Completo"), ("Day", "05/11/2021")]


def test_choices_speak_the_language_in_use() -> None:
    with translation.override("en"):
        assert display_rows([CHOICE], {"report": "full"})[0][1] == "Full"


def test_earlier_inputs_fill_the_form_again() -> None:
    data = [datum("day", "date"), datum("plate", "plate")]
    form = RequiredDataForm(data, initial=initial_from(data, {"day": "2021-11-05", "plate": "1234BBC"}))
    assert 'value="05/11/2021"' in str(form["day"])
    assert 'value="1234BBC"' in str(form["plate"])


def test_inputs_of_another_versions_datum_fill_nothing() -> None:
    """An editor may give a key another type: what was typed under the old one is no date now."""
    data = [datum("day", "date"), datum("when", "period"), datum("year", "year"), CHOICE]
    earlier = {"day": "Ávila", "when_from": 7, "when_to": None, "year": "MMXX", "report": "none", "gone": "x"}
    form = RequiredDataForm(data, initial=initial_from(data, earlier))
    for field in form:
        assert "checked" not in str(field)
        assert "selected" not in str(field)
        assert "Ávila" not in str(field)


def test_a_year_may_be_counted_forward() -> None:
    form = RequiredDataForm([datum("year", "year", minimum="0", maximum="+1")], {"year": "2027"})
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    "today", ["2024-02-29 12:00:00+01:00", "2026-12-31 23:30:00+01:00", "2027-01-01 00:30:00+01:00"]
)
def test_bounds_move_with_the_day_in_madrid(today: str) -> None:
    with time_machine.travel(today, tick=False):
        day = datum("day", "date", minimum="-5y", maximum="today")
        typed = "/".join(reversed(today[:10].split("-")))
        assert RequiredDataForm([day], {"day": typed}).is_valid()
        assert RequiredDataForm([datum("year", "year")], {"year": today[:4]}).is_valid()


@pytest.mark.parametrize(
    ("required", "typed", "inputs"),
    [
        *((datum("day", "date"), {"day": typed}, {"day": "2025-01-31"}) for typed in variants("31-01-2025")),
        *((datum("plate", "plate"), {"plate": typed}, {"plate": "1234BBC"}) for typed in variants("1234-bbc")),
        *(
            (datum("place", "text", maximum="7"), {"place": f"{mark}Piso {mark}2º{mark}"}, {"place": "Piso 2º"})
            for name, mark in INVISIBLE.items()
            if name not in ("zero width joiner", "variation selector")
        ),
        (datum("plate", "plate", required=False), {"plate": "\u200b"}, {}),
        (datum("day", "date", required=False), {"day": "\u200b"}, {}),
        (datum("place", "text", required=False), {"place": "\u200b"}, {}),
    ],
)
def test_pasted_data_are_read_whatever_came_with_them(
    required: RequiredDatum, typed: dict[str, str], inputs: dict[str, Any]
) -> None:
    form = RequiredDataForm([required], typed)
    assert form.is_valid(), form.errors
    assert form.inputs == inputs


@pytest.mark.parametrize("type", ["plate", "date", "text", "cadastral_reference", "social_security_number"])
def test_what_cannot_be_seen_answers_nothing_that_is_required(type: str) -> None:
    assert list(RequiredDataForm([datum("it", type)], {"it": "\u200b\u2060"}).errors) == ["it"]
