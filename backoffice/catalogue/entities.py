"""The pages of the public bodies."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from modeltranslation.utils import get_translation_fields

from backoffice.catalogue.model_admin import CatalogueAdmin
from backoffice.edit_conflicts import RevisionForm
from foundation import languages
from procedures.models import Entity

TONE_NAMES = {
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


def tone_choices() -> list[tuple[str, str]]:
    """Return the tones, each with a spot that the stylesheet colours."""
    spot = '<span class="swatch" data-tone="{}"></span> {}'
    return [(tone, format_html(spot, tone, name)) for tone, name in TONE_NAMES.items()]


class EntityForm(RevisionForm):
    tone = forms.ChoiceField(
        label=_("Tono"), choices=tone_choices, initial="petrol", widget=forms.RadioSelect(attrs={"class": "tones"})
    )


@admin.register(Entity)
class EntityAdmin(CatalogueAdmin, TranslationAdmin[Entity]):
    form = EntityForm
    list_display = ["short_name", "slug", "dir3", "order"]
    search_fields = ["slug", languages.column("name"), languages.column("short_name"), "dir3"]

    class Media:
        css = {"all": ["css/backoffice/catalogue.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Entity | None = None) -> list[str]:
        """Fix the slug of a published entity: it is part of an address that people may have bookmarked."""
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
