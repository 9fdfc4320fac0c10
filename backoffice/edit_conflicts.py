"""Edit conflicts: when two people edit one row, the second is told who saved first and what differs.

The form carries the revision of the row that it was rendered from; it is saved only while the row is still at it.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Max, Model, QuerySet
from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from foundation.models import Revisioned

REVISION_FIELD = "seen_revision"
MAX_VALUE_LENGTH = 160


class StaleEdit(Exception):
    """The row changed between validating the form and saving it."""


class RevisionForm(forms.ModelForm[Any]):
    """A model form that knows which revision of the row it was rendered from."""

    seen_revision: Any = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if REVISION_FIELD in self.fields:
            self.fields[REVISION_FIELD].initial = self.instance.revision

    @property
    def seen(self) -> int:
        """The revision that the person has read; -1 when the form does not say."""
        seen: int | None = self.cleaned_data.get(REVISION_FIELD)
        return -1 if seen is None else seen

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and self.seen != self.instance.revision:
            raise ValidationError(_explain_conflict(self.instance, self._differing_fields()))
        return cleaned

    def _differing_fields(self) -> list[str]:
        """Return each field whose submitted value is not the saved one, with the saved one in words."""
        differing = []
        for name in self.changed_data:
            if name != REVISION_FIELD:
                saved = _display(self.fields[name], self.get_initial_for_field(self.fields[name], name))
                value = Truncator(saved).chars(MAX_VALUE_LENGTH)
                differing.append(_("%(field)s (ahora: «%(value)s»)") % {"field": self[name].label, "value": value})
        return differing


def _display(field: forms.Field, value: Any) -> str:
    prepared = field.prepare_value(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels = {str(key): str(label) for key, label in field.choices}  # type: ignore[union-attr, misc]
        values = prepared if isinstance(prepared, list) else [prepared]
        return ", ".join(labels.get(str(one), str(one)) for one in values)
    return "" if prepared is None else str(prepared)


def _explain_conflict(row: Revisioned, differing: list[str]) -> list[str]:
    """Return the sentences for the person whose edit is refused."""
    entry = log_entries(row).first()
    if entry is None:
        sentences = [_("Otra persona ha cambiado esto mientras lo editabas.")]
    else:
        who = entry.user.get_username()
        when = formats.date_format(timezone.localtime(entry.action_time), "DATETIME_FORMAT")
        sentence = _("%(who)s ha cambiado esto mientras lo editabas, el %(when)s. %(what)s")
        sentences = [sentence % {"who": who, "when": when, "what": entry.get_change_message()}]
    sentences.append(
        _("No se ha guardado nada; lo que has escrito sigue aquí. Abre la página otra vez para ver lo que hay ahora.")
    )
    if differing:
        sentences.append(_("Es distinto de lo que has escrito: %(fields)s.") % {"fields": "; ".join(differing)})
    return sentences


def log_entries(row: Revisioned) -> "QuerySet[LogEntry]":
    """Return the history of a row, latest first, each entry with its user."""
    content_type = ContentType.objects.get_for_model(row, for_concrete_model=False)
    entries = LogEntry.objects.filter(content_type=content_type, object_id=str(row.pk))
    return entries.select_related("user").order_by("-action_time", "-pk")


def last_entries(model: type[Model], rows: Iterable[Model]) -> dict[str, LogEntry]:
    """Return the latest entry of the history of each row that has one, by primary key, in one query."""
    content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
    keys = [str(row.pk) for row in rows]
    of_rows = LogEntry.objects.filter(content_type=content_type, object_id__in=keys)
    latest = of_rows.values("object_id").annotate(latest=Max("pk")).values("latest")
    return {str(entry.object_id): entry for entry in LogEntry.objects.filter(pk__in=latest).select_related("user")}
