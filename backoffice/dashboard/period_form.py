"""What the dashboard shows: which days, and of which public body or procedure."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from backoffice.statistics.days import today
from backoffice.statistics.figures import Scope
from foundation.forms.fields import TypedDateField
from foundation.text import clean_code
from procedures.models import Entity, Procedure

DEFAULT_DAYS = 30
MAX_DAYS = 3 * 366
MAX_ENTITIES = 500


class PeriodForm(forms.Form):
    """A form sent by GET; while it is invalid, its errors are shown and the default period is."""

    days = forms.ChoiceField(
        label=_("Periodo"),
        required=False,
        choices=[
            ("7", _("Últimos 7 días")),
            ("30", _("Últimos 30 días")),
            ("90", _("Últimos 90 días")),
            ("", _("Entre dos fechas")),
        ],
    )
    first = TypedDateField(label=_("Desde"), required=False)
    last = TypedDateField(label=_("Hasta"), required=False)
    entity = forms.ChoiceField(label=_("Organismo"), required=False)
    procedure = forms.CharField(
        label=_("Trámite"), required=False, max_length=100, help_text=_("Su código, como dgt/puntos")
    )

    def __init__(self, data: "MultiValueDict[str, str]") -> None:
        super().__init__(data if data else {"days": str(DEFAULT_DAYS)})
        self.entity_names = {
            slug: str(name or slug) for slug, name in Entity.objects.values_list("slug", "short_name")[:MAX_ENTITIES]
        }
        by_name = sorted(self.entity_names.items(), key=lambda pair: pair[1].lower())
        self.fields["entity"].choices = [("", _("Todos")), *by_name]  # type: ignore[attr-defined]

    def clean_procedure(self) -> str:
        code = clean_code(self.cleaned_data["procedure"]).lower()
        entity, _slash, slug = code.partition("/")
        if code and not Procedure.objects.filter(entity__slug=entity, slug=slug).exists():
            raise ValidationError(_("No hay ningún trámite con ese código. Un código es como dgt/puntos"))
        return code

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if self.cleaned_data.get("days") or self.errors:
            return
        if first is None or last is None:
            self.add_error("first" if first is None else "last", _("Escribe las dos fechas, o elige un periodo"))
        elif first > last:
            self.add_error("last", _("La segunda fecha no puede ser anterior a la primera"))
        elif (last - first).days >= MAX_DAYS:
            self.add_error("first", _("Como mucho se ven tres años de una vez"))

    @property
    def scope(self) -> Scope:
        """The chosen scope; the default period of everything while the form is invalid."""
        if not self.is_valid():
            return _last_days(DEFAULT_DAYS)
        chosen = self.cleaned_data
        entity, _slash, procedure = chosen["procedure"].partition("/")
        period = _last_days(int(chosen["days"])) if chosen["days"] else Scope(chosen["first"], chosen["last"])
        return Scope(period.first, period.last, entity or chosen["entity"], procedure)


def _last_days(days: int) -> Scope:
    return Scope(today() - timedelta(days=days - 1), today())
