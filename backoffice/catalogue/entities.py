"""The pages of the public bodies."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin
from modeltranslation.utils import get_translation_fields

from backoffice.catalogue.derived import SlugForm, fill_from, initials
from backoffice.catalogue.model_admin import CatalogueAdmin
from foundation import languages
from procedures.models import Entity, VersionState

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


class EntityForm(SlugForm):
    tone = forms.ChoiceField(
        label=_("Tono"), choices=tone_choices, initial="petrol", widget=forms.RadioSelect(attrs={"class": "tones"})
    )

    slug_source = "short_name"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fill_from(self, "monogram", languages.column("short_name"), "initials")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.cleaned_data.get("monogram") and "monogram" not in self.errors:
            self.cleaned_data["monogram"] = initials(self.cleaned_data.get(languages.column("short_name")) or "")
        return cleaned


@admin.register(Entity)
class EntityAdmin(CatalogueAdmin, TranslationAdmin[Entity]):
    form = EntityForm
    list_display = ["short_name", "name", "procedures_shown", "changed", "order"]
    change_form_template = "backoffice/catalogue/entity.html"
    search_fields = ["slug", languages.column("name"), languages.column("short_name"), "dir3"]

    class Media:
        css = {"all": ["css/backoffice/catalogue.css"]}
        js = ["js/backoffice/derived.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entity]:
        """Count the procedures in the list's own query."""
        published = Count("procedures", distinct=True, filter=Q(procedures__versions__state=VersionState.PUBLISHED))
        entities: QuerySet[Entity] = super().get_queryset(request)
        return entities.annotate(procedure_count=Count("procedures", distinct=True), published_count=published)

    @admin.display(description=_("trámites"), ordering="procedure_count")
    def procedures_shown(self, entity: Any) -> str:
        published = ngettext("%(n)d publicado", "%(n)d publicados", entity.published_count)
        return f"{entity.procedure_count} · {published % {'n': entity.published_count}}"

    def response_add(self, request: HttpRequest, obj: Entity, *args: Any, **options: Any) -> Any:
        return self._to_procedure(request, obj) or super().response_add(request, obj, *args, **options)

    def response_change(self, request: HttpRequest, obj: Entity) -> Any:
        return self._to_procedure(request, obj) or super().response_change(request, obj)

    def _to_procedure(self, request: HttpRequest, entity: Entity) -> HttpResponse | None:
        if "_procedure" not in request.POST:
            return None
        self.message_user(request, _("Guardado"), messages.SUCCESS)
        return redirect(f"{reverse('admin:procedures_procedure_add')}?entity={entity.pk}")

    def get_readonly_fields(self, request: HttpRequest, obj: Entity | None = None) -> list[str]:
        """Fix the slug of a published entity: it is part of an address that people may have bookmarked."""
        return ["slug"] if obj is not None and obj.was_published else []

    def get_fieldsets(self, request: HttpRequest, obj: Entity | None = None) -> Any:
        texts = [tuple(get_translation_fields(name)) for name in ("name", "short_name")]
        sections = [
            (None, {"fields": [*texts, "slug"]}),
            (_("Aspecto"), {"fields": ["monogram", "tone"]}),
            (_("Datos del organismo"), {"fields": ["dir3", "site", "contact"]}),
            (_("En la lista"), {"fields": ["order"]}),
        ]
        return self.with_revision(sections, request, obj)
