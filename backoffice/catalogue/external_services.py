"""Services of other sites, which the search answers with where no body of the portal offers them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from backoffice.catalogue.model_admin import CatalogueAdmin
from foundation import languages
from procedures.models import ExternalService


@admin.register(ExternalService)
class ExternalServiceAdmin(CatalogueAdmin, TranslationAdmin[ExternalService]):
    list_display = ["name", "body", "url", "is_shown", "order"]
    list_filter = ["is_shown"]
    search_fields = ["slug", "url", *languages.columns("name", "keywords")]
    actions = ["show", "hide"]

    @admin.action(description=_("Mostrar los elegidos"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[ExternalService]) -> None:
        self.set_fields(request, queryset, is_shown=True)

    @admin.action(description=_("No mostrar los elegidos"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[ExternalService]) -> None:
        self.set_fields(request, queryset, is_shown=False)
