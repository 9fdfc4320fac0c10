"""The base class of the catalogue's pages: every process must see what is changed here.

The pages run under the portal's own content security policy, without inline scripts or styles.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from backoffice.edit_conflicts import last_entries
from backoffice.model_admin import StaffAdmin
from procedures.models import CatalogueStamp, Stamp

ROWS_PER_PAGE = 20


class CatalogueAdmin(StaffAdmin):
    """Bumps the catalogue's stamp whenever rows are saved or deleted."""

    stamp = Stamp.CONTENT
    list_per_page = ROWS_PER_PAGE
    list_max_show_all = ROWS_PER_PAGE
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Fetch who changed each row of the page last, and when, in one query for ``changed``."""
        changelist = super().get_changelist_instance(request)
        if "changed" in changelist.list_display:
            self.prepare_rows(changelist)
            rows = list(changelist.result_list)
            entries = last_entries(self.model, rows)
            for row in rows:
                row.last_entry = entries.get(str(row.pk))
            changelist.result_list = rows
        return changelist

    def prepare_rows(self, changelist: Any) -> None:
        """Fetch what the rows of the list show besides their own columns."""

    @admin.display(description=_("último cambio"))
    def changed(self, row: Any) -> str:
        """Show date and author; of what nobody has changed here, the date of publication."""
        entry = row.last_entry
        moment = entry.action_time if entry else getattr(row, "published_at", None)
        if moment is None:
            return "–"
        date = date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
        return f"{date} · {entry.user.get_username()}" if entry else date

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        CatalogueStamp.bump(self.stamp)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        CatalogueStamp.bump(self.stamp)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        CatalogueStamp.bump(self.stamp)

    def set_fields(self, request: HttpRequest, queryset: QuerySet[Any], **values: bool) -> None:
        """Save each row by itself, so that its revision moves and forms that are open with it turn out stale."""
        changed = list(queryset.exclude(**values))
        names = [str(self.opts.get_field(name).verbose_name) for name in values]  # type: ignore[union-attr]
        for row in changed:
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
            self.log_change(request, row, [{"changed": {"fields": names}}])
        CatalogueStamp.bump(self.stamp)
        self.message_user(request, _("Cambiados: %(count)d") % {"count": len(changed)})
