"""The words that people use: what the catalogue knows of them, and what they searched for in vain."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.catalogue.model_admin import ChangesCatalogue
from procedures.models import Synonym, ZeroResultSearch


@admin.register(Synonym)
class SynonymAdmin(ChangesCatalogue):
    list_display = ["said", "language", "meant", "is_used"]
    list_filter = ["language", "is_used"]
    search_fields = ["said", "meant"]
    actions = ["use", "leave_out"]

    @admin.action(description=_("Usar los elegidos"), permissions=["change"])
    def use(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        self.set_each(request, queryset, is_used=True)

    @admin.action(description=_("No usar los elegidos"), permissions=["change"])
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        self.set_each(request, queryset, is_used=False)


@admin.register(ZeroResultSearch)
class ZeroResultSearchAdmin(admin.ModelAdmin[ZeroResultSearch]):
    """What people searched for and did not find: to read, so that the catalogue learns their words."""

    list_display = ["text", "language", "times", "last_at"]
    list_filter = ["language"]
    search_fields = ["text"]
    list_per_page = 100
    list_max_show_all = 100

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ZeroResultSearch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ZeroResultSearch | None = None) -> bool:
        return False
