"""The procedures of the bodies: what does not change from version to version."""

from django.contrib import admin

from backoffice.catalogue.base import ChangesCatalogue
from procedures.models import Procedure


@admin.register(Procedure)
class ProcedureAdmin(ChangesCatalogue):
    list_display = ["code", "entity", "order"]
    list_editable = ["order"]
    list_filter = ["entity"]
    list_select_related = ["entity"]
    search_fields = ["slug", "entity__slug", "versions__name_es"]
    autocomplete_fields = ["entity"]
