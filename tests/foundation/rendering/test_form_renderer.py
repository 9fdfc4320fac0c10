"""Inputs rendered in Python are those of Django's templates."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from foundation.rendering.form_renderer import PlainInputs

HOSTILE = "\"'><script>&amp;"
CHOICES = [("", "—"), ("a", "Álava"), (HOSTILE, HOSTILE)]
ATTRIBUTES = {"id": "id_x", "required": True, "disabled": False, "data-x": HOSTILE, "maxlength": 9}


@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(),
        forms.EmailInput(),
        forms.NumberInput(),
        forms.HiddenInput(),
        forms.DateInput(),
        forms.Select(choices=CHOICES),
        forms.Select(choices=[("Norte", CHOICES)]),
        forms.RadioSelect(choices=CHOICES),
        forms.Textarea(),
    ],
    ids=lambda widget: type(widget).__name__,
)
@pytest.mark.parametrize("value", [None, "", "a", HOSTILE, 5])
def test_an_input_is_the_one_of_djangos_template(widget: forms.Widget, value: Any) -> None:
    plain = widget.render(HOSTILE, value, ATTRIBUTES, renderer=PlainInputs())
    assert parse_html(plain) == parse_html(widget.render(HOSTILE, value, ATTRIBUTES, renderer=DjangoTemplates()))


def test_an_option_of_a_radio_select_is_rendered_without_its_label() -> None:
    class Answer(forms.Form):
        choice = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)

    options = [str(option.tag()) for option in Answer()["choice"]]
    assert options[1] == '<input type="radio" name="choice" value="a" id="id_choice_1" required>'
