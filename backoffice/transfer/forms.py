"""What staff choose: a file to bring in, or what to take out and how."""

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

FEW_ENTITIES = 60
"""So many can be ticked; of more, the names are written."""
TOO_LARGE_SENTENCE = gettext_lazy("El archivo pasa de 10 MB. Repártelo en varios, por ejemplo uno por organismo.")


class ImportForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("Archivo JSON, XLSX o CSV (o un zip de CSV)"),
        widget=forms.FileInput({"accept": ".json,.xlsx,.csv,.zip"}),
        error_messages={
            "required": gettext_lazy("Elige un archivo"),
            "empty": gettext_lazy("El archivo está vacío"),
        },
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE_SENTENCE)
        return file


class ExportForm(forms.Form):
    """Kinds, format and entities; no entity means all."""

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
        self.fields["entities"] = self._entities()

    def _entities(self) -> forms.Field:
        entities = Entity.objects.order_by("order", "slug").values_list("slug", languages.column("short_name"))
        names = list(entities[: FEW_ENTITIES + 1])
        if len(names) <= FEW_ENTITIES:
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
                said = _("No hay ningún organismo «%(slug)s».%(nearest)s")
                self.add_error("entities", said % {"slug": slug, "nearest": suggestion(slug, every)})
        self.cleaned_data["entities"] = chosen
        return self.cleaned_data
