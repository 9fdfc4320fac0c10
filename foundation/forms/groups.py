"""Several forms on one page, sent together."""

from collections.abc import Iterator
from itertools import chain

from django import forms
from django.forms.utils import ErrorList


class FormGroup:
    """Forms that a page and its error summary treat as one; none of them may share a field name with another."""

    def __init__(self, *members: forms.Form) -> None:
        self.members = members

    def __iter__(self) -> Iterator[forms.BoundField]:
        return chain.from_iterable(self.members)

    @property
    def is_bound(self) -> bool:
        return any(form.is_bound for form in self.members)

    @property
    def errors(self) -> dict[str, ErrorList]:
        return {name: errors for form in self.members for name, errors in form.errors.items()}

    def non_field_errors(self) -> list[str]:
        return [str(error) for form in self.members for error in form.non_field_errors()]

    def is_valid(self) -> bool:
        """Whether anything was sent, and all that was sent is valid; a form of which nothing was sent has no say."""
        return self.is_bound and not self.errors
