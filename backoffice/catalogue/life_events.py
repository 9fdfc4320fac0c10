"""Life events: what happens to people, and the procedures that it takes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from backoffice.catalogue.derived import SlugForm
from backoffice.catalogue.model_admin import CatalogueAdmin
from foundation import languages
from procedures.models import CatalogueStamp, LifeEvent, LifeEventStep


class LifeEventStepInline(TranslationStackedInline[LifeEventStep, LifeEvent]):
    model = LifeEventStep
    extra = 0
    autocomplete_fields = ["procedure"]


@admin.register(LifeEvent)
class LifeEventAdmin(CatalogueAdmin, TranslationAdmin[LifeEvent]):
    form = SlugForm
    list_display = ["name", "slug", "is_shown", "changed", "order"]
    list_filter = ["is_shown"]
    actions = ["show", "hide"]
    search_fields = ["slug", languages.column("name")]
    inlines = [LifeEventStepInline]

    class Media:
        js = ["js/backoffice/derived.js"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bump the stamp once more: a page rendered since ``save_model`` lacks the steps."""
        super().save_related(request, form, formsets, change)
        CatalogueStamp.bump()

    @admin.action(description=_("Mostrar las elegidas"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[LifeEvent]) -> None:
        self.set_fields(request, queryset, is_shown=True)

    @admin.action(description=_("No mostrar las elegidas"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[LifeEvent]) -> None:
        self.set_fields(request, queryset, is_shown=False)
