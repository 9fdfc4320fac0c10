"""The forms with which staff import a file and choose what to export."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import languages
from procedures.models import Entity
from procedures.transfer.export import Format
from procedures.transfer.resources import RESOURCES
from procedures.transfer.upload import MOST_BYTES
from procedures.transfer.widgets import suggestion

MAX_CHECKBOXES = 60
"""When there are more entities, their slugs are typed."""
TOO_LARGE_MESSAGE = gettext_lazy("El archivo pasa de 10 MB. Repártelo en varios, por ejemplo uno por organismo.")


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Archivo JSON, XLSX o CSV (o un zip de CSV)"),
        widget=forms.FileInput({"accept": ".json,.xlsx,.csv,.zip"}),
        error_messages={"required": gettext_lazy("Elige un archivo"), "empty": gettext_lazy("El archivo está vacío")},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE_MESSAGE)
        return file


class ExportForm(forms.Form):
    """What to export; no entity means all of them."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Qué"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Elige al menos una cosa")},
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Formato"),
        widget=forms.RadioSelect,
        initial=Format.XLSX.value,
        choices=[
            (Format.XLSX.value, gettext_lazy("Libro de Excel (XLSX): una hoja por tipo")),
            (Format.CSV.value, gettext_lazy("CSV: un archivo, o un zip con uno por tipo")),
            (Format.JSON.value, gettext_lazy("JSON: para programas")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = self.fields["kinds"]
        kinds.choices = [(kind, resource.title) for kind, resource in RESOURCES.items()]  # type: ignore[attr-defined]
        kinds.initial = [kind for kind in RESOURCES if kind != "translations"]
        self.fields["entities"] = self._entities_field()

    def _entities_field(self) -> forms.Field:
        entities = Entity.objects.order_by("order", "slug").values_list("slug", languages.column("short_name"))
        names = list(entities[: MAX_CHECKBOXES + 1])
        if len(names) <= MAX_CHECKBOXES:
            return forms.MultipleChoiceField(
                label=_("De qué organismos"),
                required=False,
                choices=names,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Sin marcar ninguno, de todos"),
            )
        help_text = _("Sus identificadores, separados por comas: aeat, dgt. Sin escribir ninguno, de todos")
        return forms.CharField(label=_("De qué organismos"), required=False, max_length=2000, help_text=help_text)

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("entities") or []
        if isinstance(chosen, str):
            chosen = [slug.strip() for slug in chosen.replace("\n", ",").split(",") if slug.strip()]
            known = set(Entity.objects.filter(slug__in=chosen).values_list("slug", flat=True))
            for slug in [slug for slug in chosen if slug not in known][:5]:
                every = list(Entity.objects.values_list("slug", flat=True)[:5000])
                message = _("No hay ningún organismo «%(slug)s».%(nearest)s")
                self.add_error("entities", message % {"slug": slug, "nearest": suggestion(slug, every)})
        self.cleaned_data["entities"] = chosen
        return self.cleaned_data
