"""The public bodies."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from backoffice.catalogue.base import ChangesCatalogue
from procedures.models import Entity


@admin.register(Entity)
class EntityAdmin(ChangesCatalogue, TranslationAdmin[Entity]):
    list_display = ["short_name", "slug", "order"]
    list_editable = ["order"]
    search_fields = ["slug", "name_es", "short_name_es"]
