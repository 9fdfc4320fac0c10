"""What happens to people, and the procedures that it takes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from backoffice.catalogue.base import ChangesCatalogue
from procedures.models import CatalogueStamp, LifeEvent, LifeEventStep


class LifeEventStepInline(TranslationStackedInline[LifeEventStep, LifeEvent]):
    """The procedures that a life event takes."""

    model = LifeEventStep
    extra = 0
    autocomplete_fields = ["procedure"]


@admin.register(LifeEvent)
class LifeEventAdmin(ChangesCatalogue, TranslationAdmin[LifeEvent]):
    list_display = ["name", "slug", "is_shown", "order"]
    list_editable = ["is_shown", "order"]
    search_fields = ["slug", "name_es"]
    inlines = [LifeEventStepInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The stamp moves again when the steps are saved: a page made in between lacks them."""
        super().save_related(request, form, formsets, change)
        CatalogueStamp.bump()
