"""The public bodies."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from modeltranslation.utils import get_translation_fields

from backoffice.catalogue.model_admin import ChangesCatalogue
from backoffice.edit_conflicts import RevisionForm
from foundation import languages
from procedures.models import Entity

NAMES = {
    "petrol": _("petróleo"),
    "plum": _("ciruela"),
    "teal": _("turquesa"),
    "blue": _("azul"),
    "ochre": _("ocre"),
    "indigo": _("índigo"),
    "brick": _("ladrillo"),
    "forest": _("bosque"),
    "slate": _("pizarra"),
    "rose": _("rosa"),
    "olive": _("oliva"),
    "sky": _("cielo"),
}


def swatches() -> list[tuple[str, str]]:
    """The tones with a spot of their colour, which the stylesheet gives them."""
    spot = '<span class="swatch" data-tone="{}"></span> {}'
    return [(tone, format_html(spot, tone, name)) for tone, name in NAMES.items()]


class EntityForm(RevisionForm):
    """An entity, its tone chosen by eye."""

    tone = forms.ChoiceField(
        label=_("Tono"), choices=swatches, initial="petrol", widget=forms.RadioSelect(attrs={"class": "tones"})
    )


@admin.register(Entity)
class EntityAdmin(ChangesCatalogue, TranslationAdmin[Entity]):
    form = EntityForm
    list_display = ["short_name", "slug", "dir3", "order"]
    search_fields = ["slug", languages.column("name"), languages.column("short_name"), "dir3"]

    class Media:
        css = {"all": ["css/backoffice/catalogue.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Entity | None = None) -> list[str]:
        """Its address is fixed once people may have kept it."""
        return ["slug"] if obj is not None and obj.was_published else []

    def get_fieldsets(self, request: HttpRequest, obj: Entity | None = None) -> Any:
        texts = [tuple(get_translation_fields(name)) for name in ("name", "short_name")]
        sections = [
            (None, {"fields": ["slug", *texts]}),
            (_("Aspecto"), {"fields": ["monogram", "tone"]}),
            (_("Datos del organismo"), {"fields": ["dir3", "site", "contact"]}),
            (_("En la lista"), {"fields": ["order"]}),
        ]
        return self.with_revision(sections, request, obj)
