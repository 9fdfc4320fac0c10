"""The form of a draft, with its required data as inline forms."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline
from modeltranslation.utils import get_translation_fields

from backoffice.catalogue.derived import derive_key, fill_from
from backoffice.catalogue.line_fields import MappingField, OptionsField, option_lines
from backoffice.catalogue.stages import Stage
from backoffice.edit_conflicts import REVISION_FIELD, RevisionForm
from clave.models import Method
from foundation import languages
from procedures.models import ProcedureVersion, RequiredDatum
from procedures.models.versions import all_methods
from procedures.required_data.checks import field_names


class VersionForm(RevisionForm):
    """The form of a version; ``refused_addresses`` are the sentences of ``resolve_addresses`` about what was submitted.

    Addresses are resolved before the form is validated, which happens inside the admin's transaction.
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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _allow_unfinished(self, but=("procedure", "methods"))

    def clean_connector(self) -> str:
        """Refuse a host inside our network; the form of the address is validated by the model."""
        connector: str = self.cleaned_data["connector"]
        if connector and (sentence := self.refused_addresses.get(connector)):
            raise ValidationError(sentence)
        return connector

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and not self.instance.is_draft:
            raise ValidationError(
                _("Ya no es un borrador, y no se ha guardado nada. Crea un borrador nuevo, o pide que te lo devuelvan")
            )
        return cleaned


MANAGEMENT_FIELDS = {"id", "version", "DELETE"}


class DatumForm(forms.ModelForm[RequiredDatum]):
    options = OptionsField(
        label=_("Opciones"),
        required=False,
        help_text=_("El valor es lo que recibe el organismo; el texto, lo que se lee"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _allow_unfinished(self)
        fill_from(self, "key", languages.column("label"), "key")

    def clean(self) -> dict[str, Any] | None:
        """Derive the key from the question when it was left empty."""
        cleaned = super().clean()
        if not self.cleaned_data.get("key") and "key" not in self.errors and self.has_changed():
            question = self.cleaned_data.get(languages.column("label")) or ""
            self.cleaned_data["key"] = derive_key(question) or f"dato_{self.cleaned_data.get('order') or 1}"
        return cleaned

    def _post_clean(self) -> None:
        """Leave the options of a choice for later while there are none."""
        has_none = self.cleaned_data.get("options") == []
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if has_none:
            self.errors.pop("options", None)

    class Meta:
        error_messages = {NON_FIELD_ERRORS: {"unique_together": _("Otro dato tiene ya esa clave")}}
        widgets = {"order": forms.NumberInput(attrs={"min": "0", "class": "vIntegerField"})}


def _allow_unfinished(form: forms.ModelForm[Any], but: tuple[str, ...] = ()) -> None:
    """Let a draft be saved with empty fields: they are asked for when it is sent to review."""
    for name, field in form.fields.items():
        if name not in but and isinstance(field, (forms.CharField, forms.ChoiceField)):
            field.required = False


class DataFormSet(forms.BaseInlineFormSet[RequiredDatum, ProcedureVersion, Any]):
    """Refuses required data that would give two form fields the same name."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Order a new datum last by default."""
        super().add_fields(form, index)
        if form.instance._state.adding:
            form.initial["order"] = 10 * ((self.initial_form_count() if index is None else index) + 1)

    def clean(self) -> None:
        if deleted := [form for form in self.initial_forms if form.instance._state.adding]:
            raise ValidationError([_explain_deletion(form) for form in deleted])
        kept = [form for form in self.forms if form.cleaned_data.get("key") and not form.cleaned_data.get("DELETE")]
        uses = Counter(name for form in kept for name in field_names(form.instance))
        for form in kept:
            repeated = [name for name in field_names(form.instance) if uses[name] > 1]
            if repeated and "key" not in form.errors:
                error = _("Otro dato hace ya el campo «%(name)s»: dale otra clave")
                form.add_error("key", error % {"name": repeated[0]})
        if not any("key" in form.errors for form in kept):
            super().clean()


def _explain_deletion(form: Any) -> str:
    """Say that another person deleted the datum, and quote what was submitted for it."""
    submitted = {name: form.data.get(form.add_prefix(name), "") for name in form.fields}
    written = "; ".join(
        f"{form[name].label}: {text}" for name, text in submitted.items() if text and name not in MANAGEMENT_FIELDS
    )
    return _("Otra persona ha quitado el dato «%(key)s». Habías escrito: %(text)s") % {
        "key": submitted["key"],
        "text": written,
    }


class RequiredDatumInline(TranslationStackedInline[RequiredDatum, ProcedureVersion]):
    """The required data of a version, which only a draft lets edit."""

    model = RequiredDatum
    form = DatumForm
    formset = DataFormSet
    template = "backoffice/catalogue/required_data.html"
    ordering = ["order", "pk"]
    readonly_fields = ["options_shown"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Return one empty form, for browsers without JavaScript."""
        return 1

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [
            tuple(get_translation_fields("label")),
            ("type", "required"),
            "options" if self.has_change_permission(request, obj) else "options_shown",
            tuple(get_translation_fields("hint")),
            ("minimum", "maximum", "default", "max_months"),
            ("key", "order"),
        ]
        return [(None, {"fields": fields})]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Label the empty choice, as ``StaffAdmin`` does."""
        options.setdefault("choices", db_field.get_choices(True, [("", _("Elige"))]))
        return super().formfield_for_choice_field(db_field, request, **options)

    @admin.display(description=_("Opciones"))
    def options_shown(self, datum: RequiredDatum) -> str:
        return option_lines(datum.options)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_submit(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_submit(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_submit(request, obj) and super().has_delete_permission(request, obj)


def may_submit(request: HttpRequest, version: ProcedureVersion | None) -> bool:
    """Return whether the form is editable.

    It stays so for whoever was still writing when somebody else submitted the draft: the form then keeps what was
    written and says why ``VersionForm`` saves none of it.
    """
    return version is None or version.is_draft or request.method == "POST"


def stage_fieldsets(version: ProcedureVersion | None, stage: Stage) -> Any:
    """Return the fieldset of one stage of writing a draft."""
    texts = [tuple(get_translation_fields(name)) for name in stage.texts]
    fields = [*([] if version else ["procedure"]), *texts, *stage.fields]
    return [(None, {"fields": fields})] if fields else [(None, {"fields": [REVISION_FIELD], "classes": ["bare"]})]


def version_fieldsets(version: ProcedureVersion | None, *, is_read_only: bool) -> Any:
    """Return the fieldsets; a read-only page shows JSON columns in words (``<name>_shown``)."""

    def texts(*names: str) -> list[tuple[str, ...]]:
        return [tuple(get_translation_fields(name)) for name in names]

    suffix = "_shown" if is_read_only else ""
    connection = ["connector", "honours_idempotency_key", f"mapping{suffix}"]
    return [
        *([] if version else [(None, {"fields": ["procedure"]})]),
        (_("Textos"), {"fields": texts("name", "summary", "purpose", "needs", "gets", "duration")}),
        (_("Tipo e identificación"), {"fields": [("kind", "level"), f"methods{suffix}"]}),
        (_("Búsqueda"), {"fields": texts("keywords")}),
        (_("Conexión con el organismo"), {"fields": connection}),
        (_("Base legal y plazos"), {"fields": [*texts("legal_basis"), ("retention_days", "expected_seconds")]}),
    ]
