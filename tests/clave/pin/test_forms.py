"""What the forms accept, what they reject on which field, and what they never render back."""

import pytest
from django import forms
from pytest_django.fixtures import Settings

from clave.models import Method
from clave.pin.forms import ContrastForm, MethodForm, PinAppForm, SmsPinForm
from clave.pin.gateways.base import Contrast
from tests.pasted import variants

SECRET = "Q7Q"


def errors(form: forms.Form) -> dict[str, list[str]]:
    """Return the error codes by field."""
    form.is_valid()
    return {name: [error.code or "" for error in found.as_data()] for name, found in form.errors.items()}


def test_a_method_must_be_chosen_among_those_there_are() -> None:
    assert errors(MethodForm(Method.values, {})) == {"method": ["required"]}
    assert errors(MethodForm(Method.values, {"method": "carta"})) == {"method": ["invalid_choice"]}
    assert errors(MethodForm(Method.values, {"method": "sms"})) == {}


def test_nothing_is_chosen_beforehand() -> None:
    assert "checked" not in str(MethodForm(Method.values)["method"])


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"code": "k7 mb", "pin": "x-4-b"}, {}),
        ({}, {"code": ["required"], "pin": ["required"]}),
        ({"code": "  ", "pin": "X4B"}, {"code": ["required"]}),
        ({"code": "K7M", "pin": "X4B"}, {"code": ["length"]}),
        ({"code": "K7MBB", "pin": "X4BB"}, {"code": ["length"], "pin": ["length"]}),
        ({"code": "K7M9", "pin": "X49"}, {"code": ["alphabet"], "pin": ["alphabet"]}),
        ({"code": "K7MÑ", "pin": "Х4В"}, {"code": ["alphabet"], "pin": ["alphabet"]}),
        ({"code": "K7MB", "pin": "X4\x00"}, {"pin": ["null_characters_not_allowed"]}),
        ({"code": "K" * 60_000, "pin": "X4B"}, {"code": ["length"]}),
    ],
)
def test_code_and_pin_of_the_app(typed: dict[str, str], wrong: dict[str, list[str]]) -> None:
    assert errors(PinAppForm(typed)) == wrong


def test_they_are_read_as_people_copy_them() -> None:
    for typed in (" k7-mb ", *variants("k7-mb")):
        form = PinAppForm({"code": typed, "pin": "x 4 b"})
        assert form.is_valid()
        assert form.cleaned_data == {"code": "K7MB", "pin": "X4B"}


@pytest.mark.parametrize("form", [SmsPinForm({"pin": SECRET}), SmsPinForm({"pin": SECRET + SECRET})])
def test_a_pin_is_never_shown_again(form: SmsPinForm) -> None:
    form.is_valid()
    assert SECRET not in str(form)
    assert SECRET not in str(form.errors)


def test_neither_is_the_code_of_the_app() -> None:
    form = PinAppForm({"code": SECRET * 3, "pin": SECRET * 3})
    assert not form.is_valid()
    assert SECRET not in str(form)


@pytest.mark.parametrize("form", [PinAppForm(), SmsPinForm()])
def test_the_phone_may_fill_in_the_pin(form: forms.Form) -> None:
    attributes = form.fields["pin"].widget.attrs
    assert attributes["autocomplete"] == "one-time-code"
    assert "maxlength" not in attributes


def test_the_phone_is_not_to_keep_the_code() -> None:
    attributes = PinAppForm().fields["code"].widget.attrs
    assert attributes["autocomplete"] == "off"
    assert "maxlength" not in attributes


@pytest.mark.parametrize(
    ("document_kind", "typed", "contrast"),
    [
        ("dni", {"issue_date": "5/11/2021"}, Contrast("issue_date", "2021-11-05")),
        ("nie", {"support_number": "c 1234567"}, Contrast("support_number", "C01234567")),
        ("nie", {"support_number": "e1"}, Contrast("support_number", "E00000001")),
    ],
)
def test_each_document_has_its_datum(document_kind: str, typed: dict[str, str], contrast: Contrast) -> None:
    form = ContrastForm(document_kind, typed)
    assert form.is_valid()
    assert form.contrast == contrast


def test_the_operator_decides_which_date_a_dni_is_asked_for(settings: Settings) -> None:
    settings.DNI_CONTRAST = "expiry_date"
    form = ContrastForm("dni", {"expiry_date": "01/01/9999"})
    assert form.is_valid()
    assert form.contrast == Contrast("expiry_date", "9999-01-01")
    assert list(ContrastForm("nie").fields) == ["support_number"]


@pytest.mark.parametrize(
    ("document_kind", "typed", "wrong"),
    [
        ("dni", {}, {"issue_date": ["required"]}),
        ("dni", {"support_number": "E12345678"}, {"issue_date": ["required"]}),
        ("dni", {"issue_date": "31/02/2021"}, {"issue_date": ["impossible"]}),
        ("dni", {"issue_date": "01/01/2999"}, {"issue_date": ["future"]}),
        ("dni", {"issue_date": "01/01/1950"}, {"issue_date": ["too_old"]}),
        ("dni", {"issue_date": "ayer"}, {"issue_date": ["format"]}),
        ("nie", {"issue_date": "05/11/2021"}, {"support_number": ["required"]}),
        ("nie", {"support_number": "12345678"}, {"support_number": ["support"]}),
    ],
)
def test_a_datum_that_cannot_be_is_refused(
    document_kind: str, typed: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    assert errors(ContrastForm(document_kind, typed)) == wrong


def test_what_was_typed_of_the_datum_stays() -> None:
    form = ContrastForm("dni", {"issue_date": "31/02/2021"})
    assert not form.is_valid()
    assert "31/02/2021" in str(form["issue_date"])
