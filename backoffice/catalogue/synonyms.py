"""Synonyms that the search knows, and searches without results, from which editors learn what people call things."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.catalogue.model_admin import CatalogueAdmin
from backoffice.model_admin import ReadOnlyAdmin
from procedures.models import Synonym, ZeroResultSearch


@admin.register(Synonym)
class SynonymAdmin(CatalogueAdmin):
    list_display = ["said", "language", "meant", "is_used"]
    list_filter = ["language", "is_used"]
    search_fields = ["said", "meant"]
    actions = ["use", "leave_out"]

    @admin.action(description=_("Usar los elegidos"), permissions=["change"])
    def use(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        self.set_fields(request, queryset, is_used=True)

    @admin.action(description=_("No usar los elegidos"), permissions=["change"])
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        self.set_fields(request, queryset, is_used=False)


@admin.register(ZeroResultSearch)
class ZeroResultSearchAdmin(ReadOnlyAdmin):
    list_display = ["text", "language", "times", "last_at"]
    list_filter = ["language"]
    search_fields = ["text"]
    list_per_page = 100
    list_max_show_all = 100
