"""The form of a draft: its sections, and its required data edited in place."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline
from modeltranslation.utils import get_translation_fields

from backoffice.catalogue.line_fields import MappingField, OptionsField
from backoffice.edit_conflicts import RevisionForm
from clave.models import Method
from procedures.datum_checks import names_of
from procedures.models import ProcedureVersion, RequiredDatum
from procedures.models.versions import all_methods


class VersionForm(RevisionForm):
    """The texts, rules and connector of a draft.

    ``refused_addresses`` are the sentences of ``resolve_addresses`` about what was sent: they are made before the form
    is checked, which happens inside the admin's transaction.
    """

    refused_addresses: Mapping[str, str] = {}

    methods = forms.MultipleChoiceField(
        label=_("Formas de identificarse"),
        choices=Method.choices,
        initial=all_methods,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Elige al menos una forma de identificarse")},
    )
    mapping = MappingField(
        label=_("Nombres para el organismo"),
        required=False,
        help_text=_("Solo los datos que el organismo llama de otra manera, uno por línea: clave = nombre"),
    )

    def clean_connector(self) -> str:
        """Refuse a host inside our network; what is wrong with the form of the address, the model says."""
        connector: str = self.cleaned_data["connector"]
        if sentence := self.refused_addresses.get(connector):
            raise ValidationError(sentence)
        return connector

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and not self.instance.is_draft:
            raise ValidationError(
                _("Ya no es un borrador, y no se ha guardado nada. Crea un borrador nuevo, o pide que te lo devuelvan")
            )
        return cleaned


KEYS = {"id", "version", "DELETE"}


class DatumForm(forms.ModelForm[RequiredDatum]):
    """One required datum."""

    options = OptionsField(
        label=_("Opciones"), required=False, help_text=_("Una por línea: valor = texto en español | texto en inglés")
    )

    class Meta:
        widgets = {"order": forms.NumberInput(attrs={"min": "0", "class": "vIntegerField"})}


class DataFormSet(forms.BaseInlineFormSet[RequiredDatum, ProcedureVersion, Any]):
    """The data of a version: no two of them make the same field."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """A new one comes last, unless its place is written."""
        super().add_fields(form, index)
        if form.instance._state.adding:
            form.initial["order"] = 10 * ((self.initial_form_count() if index is None else index) + 1)

    def clean(self) -> None:
        if gone := [form for form in self.initial_forms if form.instance._state.adding]:
            raise ValidationError([_gone(form) for form in gone])
        kept = [form for form in self.forms if form.cleaned_data.get("key") and not form.cleaned_data.get("DELETE")]
        made = Counter(name for form in kept for name in names_of(form.instance))
        for form in kept:
            twice = [name for name in names_of(form.instance) if made[name] > 1]
            if twice and "key" not in form.errors:
                said = _("Otro dato hace ya el campo «%(name)s»: dale otra clave")
                form.add_error("key", said % {"name": twice[0]})
        if not any("key" in form.errors for form in kept):
            super().clean()


def _gone(form: Any) -> str:
    """That another person took a datum away, with what was being written of it, which has no place any more."""
    typed = {name: form.data.get(form.add_prefix(name), "") for name in form.fields}
    written = "; ".join(f"{form[name].label}: {text}" for name, text in typed.items() if text and name not in KEYS)
    return _("Otra persona ha quitado el dato «%(key)s». Habías escrito: %(text)s") % {
        "key": typed["key"],
        "text": written,
    }


class RequiredDatumInline(TranslationStackedInline[RequiredDatum, ProcedureVersion]):
    """The data of a draft; those of any other version can only be looked at."""

    model = RequiredDatum
    form = DatumForm
    formset = DataFormSet
    template = "backoffice/catalogue/required_data.html"
    ordering = ["order", "pk"]
    readonly_fields = ["options_shown"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """One is there to be filled in without JavaScript."""
        return 1

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [
            ("key", "type", "order", "required"),
            tuple(get_translation_fields("label")),
            tuple(get_translation_fields("hint")),
            ("minimum", "maximum", "default", "max_months"),
            "options" if self.has_change_permission(request, obj) else "options_shown",
        ]
        return [(None, {"fields": fields})]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Say in the page's language that nothing is chosen yet; Django says it in English."""
        options.setdefault("choices", db_field.get_choices(True, [("", _("Elige"))]))
        return super().formfield_for_choice_field(db_field, request, **options)

    @admin.display(description=_("Opciones"))
    def options_shown(self, datum: RequiredDatum) -> str:
        return str(OptionsField().prepare_value(datum.options))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_be_sent(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_be_sent(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_be_sent(request, obj) and super().has_delete_permission(request, obj)


def may_be_sent(request: HttpRequest, version: ProcedureVersion | None) -> bool:
    """Whether the form is shown to be filled in.

    What somebody was still writing when another submitted the draft is answered with a form that says so, and keeps
    what was written; ``VersionForm`` saves none of it.
    """
    return version is None or version.is_draft or request.method == "POST"


def sections(version: ProcedureVersion | None, *, to_read: bool) -> Any:
    """The fieldsets of the form, texts with their languages side by side; what JSON keeps is told in words to read."""

    def texts(*names: str) -> list[tuple[str, ...]]:
        return [tuple(get_translation_fields(name)) for name in names]

    shown = "_shown" if to_read else ""
    connection = ["connector", "honours_idempotency_key", f"mapping{shown}"]
    return [
        *([] if version else [(None, {"fields": ["procedure"]})]),
        (_("Textos"), {"fields": texts("name", "summary", "purpose", "needs", "gets", "duration")}),
        (_("Tipo e identificación"), {"fields": [("kind", "level"), f"methods{shown}"]}),
        (_("Búsqueda"), {"fields": texts("keywords")}),
        (_("Conexión con el organismo"), {"fields": connection}),
        (_("Base legal y plazos"), {"fields": [*texts("legal_basis"), ("retention_days", "expected_seconds")]}),
    ]
