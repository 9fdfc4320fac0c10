"""The form field of a day and a time of day, as every page of the back office reads it."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime

from foundation.forms.dates import YEARS_AHEAD
from foundation.forms.fields import TypedDateField, TypedTimeField


class MomentField(forms.SplitDateTimeField):
    widget = AdminSplitDateTime

    def __init__(self, **options: Any) -> None:
        fields = (TypedDateField(years_ahead=YEARS_AHEAD), TypedTimeField())
        forms.MultiValueField.__init__(self, fields, **options)
