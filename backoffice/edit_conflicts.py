"""Two people at one page: the second is told who was first and what is different now, and nothing is overwritten.

The form carries the revision of the row that it was made from; saving goes on only while the row is still at it.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from foundation.models import Revisioned

SEEN = "seen_revision"
LONGEST_SHOWN = 160


class StaleEdit(Exception):
    """Somebody saved the row while it was being saved here."""


class RevisionForm(forms.ModelForm[Any]):
    """A form that knows which revision of the row it was made from."""

    seen_revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if SEEN in self.fields:
            self.fields[SEEN].initial = self.instance.revision

    @property
    def seen(self) -> int:
        """The revision that the person has read; -1 when the form does not say."""
        seen: int | None = self.cleaned_data.get(SEEN)
        return -1 if seen is None else seen

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and self.seen != self.instance.revision:
            raise ValidationError(_was_changed(self.instance, self._different()))
        return cleaned

    def _different(self) -> list[str]:
        """The fields that say something else here than in the row as it is now, with what stands there."""
        said = []
        for name in self.changed_data:
            if name != SEEN:
                now = Truncator(_shown(self.fields[name], self.get_initial_for_field(self.fields[name], name)))
                said.append(
                    _("%(field)s (ahora: «%(value)s»)") % {"field": self[name].label, "value": now.chars(LONGEST_SHOWN)}
                )
        return said


def _shown(field: forms.Field, value: Any) -> str:
    prepared = field.prepare_value(value)
    choices: Iterable[tuple[Any, Any]] = getattr(field, "choices", ()) if isinstance(field, forms.ChoiceField) else ()
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        names = {str(key): str(name) for key, name in choices}
        values = prepared if isinstance(prepared, list) else [prepared]
        return ", ".join(names.get(str(one), str(one)) for one in values)
    return "" if prepared is None else str(prepared)


def _was_changed(row: Revisioned, different: list[str]) -> list[str]:
    """The sentences for the second person."""
    entry = _last_entry(row)
    if entry is None:
        sentences = [_("Otra persona ha cambiado esto mientras lo editabas.")]
    else:
        who = entry.user.get_username()
        when = formats.date_format(timezone.localtime(entry.action_time), "DATETIME_FORMAT")
        said = _("%(who)s ha cambiado esto mientras lo editabas, el %(when)s. %(what)s")
        sentences = [said % {"who": who, "when": when, "what": entry.get_change_message()}]
    sentences.append(
        _("No se ha guardado nada; lo que has escrito sigue aquí. Abre la página otra vez para ver lo que hay ahora.")
    )
    if different:
        sentences.append(_("Es distinto de lo que has escrito: %(fields)s.") % {"fields": "; ".join(different)})
    return sentences


def _last_entry(row: Revisioned) -> LogEntry | None:
    kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    return entries.select_related("user").order_by("-action_time", "-pk").first()
