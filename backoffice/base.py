"""What every page of the back office does: whatever is saved or deleted here is written into the audit log."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation import audit


def name_of(request: HttpRequest) -> str:
    """Who acts, as the audit log knows them."""
    return request.user.get_username() if request.user.is_authenticated else ""


class StaffAdmin(admin.ModelAdmin[Any]):
    """The back office's page of one model."""

    def get_action_choices(
        self,
        request: HttpRequest,
        default_choices: Any = None,
        action_location: Any = ActionLocation.CHANGE_LIST,
    ) -> Any:
        choose = default_choices or [("", _("Elige qué hacer"))]
        return super().get_action_choices(request, choose, action_location)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Say in the page's language that nothing is chosen yet; Django says it in English."""
        if db_field.name not in self.radio_fields:
            may_be_blank = db_field.blank or not db_field.has_default()
            options.setdefault("choices", db_field.get_choices(may_be_blank, [("", _("Elige"))]))
        return super().formfield_for_choice_field(db_field, request, **options)

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        """Name each field of a list for those who do not see its column's heading."""
        formset = super().get_changelist_formset(request, **options)
        for field in formset.form.base_fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)
        return formset

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        changed = message[0].get("changed", {}).get("fields", []) if message and isinstance(message, list) else []
        self._record(request, "changed", obj, fields=", ".join(changed))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record(request, "deleted", obj)
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, what: str, obj: Any, **detail: str) -> None:
        target = f"{obj._meta.label_lower}:{obj.pk}"
        audit.record(f"{obj._meta.model_name}.{what}", actor=name_of(request), target=target, name=str(obj), **detail)
