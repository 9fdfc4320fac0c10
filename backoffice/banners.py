"""Banners: sentences that an operator puts above the citizens' pages for a while."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from backoffice.catalogue.model_admin import CatalogueAdmin
from foundation import languages
from procedures.models import Banner, Stamp


@admin.register(Banner)
class BannerAdmin(CatalogueAdmin, TranslationAdmin[Banner]):
    """Saving a banner renews the cached pages; when one begins or ends, a background task does."""

    stamp = Stamp.AVAILABILITY
    list_display = ["text", "audience", "entity", "starts_at", "ends_at", "is_shown"]
    list_filter = ["audience", "tone"]
    list_select_related = ["entity"]
    list_per_page = 50
    search_fields = languages.columns("text")
    autocomplete_fields = ["entity"]
    fieldsets = [
        (None, {"fields": ["text", "tone", "link"]}),
        (_("Quién lo ve"), {"fields": ["audience", "entity"]}),
        (_("Cuándo"), {"fields": ["starts_at", "ends_at"]}),
    ]

    @admin.display(description=_("se ve ahora"), boolean=True)
    def is_shown(self, banner: Banner) -> bool:
        return banner.is_shown

    def save_model(self, request: HttpRequest, obj: Banner, form: Any, change: bool) -> None:
        obj.is_announced = obj.is_shown
        super().save_model(request, obj, form, change)
