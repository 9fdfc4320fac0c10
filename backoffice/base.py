"""What every page of the back office does: whatever is saved or deleted here is written into the audit log."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from foundation import audit


def name_of(request: HttpRequest) -> str:
    """Who acts, as the audit log knows them."""
    return request.user.get_username() if request.user.is_authenticated else ""


class StaffAdmin(admin.ModelAdmin[Any]):
    """The back office's page of one model."""

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
