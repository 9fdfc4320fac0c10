"""The audit log as its auditor reads it: a list to filter, one entry, whether it is whole, and a copy to take along.

The list goes on from a number (``antes``), so that it costs the same at its millionth entry; nothing is counted.
"""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.tasks import TaskResultStatus
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from backoffice.audit.export import COPIES
from backoffice.model_admin import name_of
from foundation import audit
from foundation.audit.chain import expected_hash
from foundation.audit.verification import FaultKind
from foundation.models import AuditEntry, AuditEntryQuerySet
from foundation.tasks import FOUND_BROKEN, VERIFIED, verify_audit

ROWS_A_PAGE = 50
RECENT = 500
"""Of so many of the latest entries the names of their actions are offered."""

FAULTS = {
    FaultKind.ALTERED: _("la entrada no es como se escribió"),
    FaultKind.MISSING: _("faltan entradas antes de esta"),
    FaultKind.MOVED: _("la entrada no sigue a la anterior"),
    FaultKind.UNKNOWN_KEY: _("falta la clave con la que se selló"),
    FaultKind.TAIL: _("faltan entradas después de esta"),
    FaultKind.EXTRA: _("la entrada no la escribió el portal"),
    FaultKind.HEAD: _("el final del registro no es como se escribió"),
    FaultKind.CHECKPOINT: _("la entrada no es la que se guardó fuera"),
}


class FilterForm(forms.Form):
    """What of the log is shown; each field may stay empty."""

    action = forms.CharField(label=_("Qué"), required=False, max_length=80, help_text=_("O cómo empieza: version."))
    actor = forms.CharField(label=_("Quién"), required=False, max_length=150)
    target = forms.CharField(
        label=_("A qué"), required=False, max_length=160, help_text=_("O cómo empieza: procedures.entity:")
    )
    day = forms.DateField(
        label=_("Día"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def chosen(self) -> dict[str, str]:
        """The fields that say something, as an address carries them."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def entries(self) -> AuditEntryQuerySet:
        """Those that are asked for; none when the form is wrong."""
        found = AuditEntry.objects.all()
        if not self.is_valid():
            return found.none()
        asked = self.cleaned_data
        if asked["action"]:
            found = found.filter(action__startswith=asked["action"])
        if asked["actor"]:
            found = found.filter(actor=asked["actor"])
        if asked["target"]:
            found = found.filter(target__startswith=asked["target"])
        if asked["day"]:
            begins = timezone.make_aware(datetime.combine(asked["day"], time.min))
            ends = timezone.make_aware(datetime.combine(asked["day"] + timedelta(days=1), time.min))
            found = found.filter(moment__gte=begins, moment__lt=ends)
        return found


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin[AuditEntry]):
    """Read-only, for those who may view it; verifying and copying are recorded themselves."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("verificar/", view(require_POST(self.verify_view)), name="audit_verify"),
            path("copia/", view(require_POST(self.copy_view)), name="audit_copy"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._only_who_may_view(request)
        form = FilterForm(request.GET)
        entries = form.entries()
        before = request.GET.get("antes", "")
        rows = _page(entries.before(int(before)) if _is_number(before) else entries.order_by("-number"))
        shown, chosen = rows[:ROWS_A_PAGE], form.chosen() if form.is_valid() else {}
        older = urlencode({**chosen, "antes": shown[-1].number}) if len(rows) > ROWS_A_PAGE else ""
        context = {
            "title": _("Registro de auditoría"),
            "form": form,
            "entries": shown,
            "older": older,
            "latest": urlencode(chosen) if before else None,
            "chosen": chosen,
            "actions": _recent_actions(),
            "state": _state(),
            "copies": COPIES if request.user.has_perm("foundation.export_auditentry") else (),
        }
        return self._render(request, "backoffice/audit/entries.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._only_who_may_view(request)
        entry = AuditEntry.objects.filter(pk=object_id).first() if _is_number(object_id) else None
        if entry is None:
            raise Http404
        context = {"title": entry, "entry": entry, "is_sealed": entry.hash == expected_hash(entry)}
        return self._render(request, "backoffice/audit/entry.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An entry has no history: it is one."""
        self._only_who_may_view(request)
        raise Http404

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Have the log verified in the background."""
        self._only_who_may_view(request)
        if not _is_being_verified():
            audit.record("audit.verification_asked", actor=name_of(request))
            verify_audit.enqueue()
        messages.info(request, _("La verificación está en marcha. Recarga la página en un momento para ver cómo acaba"))
        return redirect("admin:foundation_auditentry_changelist")

    def copy_view(self, request: HttpRequest) -> HttpResponseBase:
        """The entries that the filter finds, the oldest first, as a file that is written while it is read."""
        if not request.user.has_perm("foundation.export_auditentry"):
            raise PermissionDenied
        copy, form = COPIES.get(request.POST.get("format", "")), FilterForm(request.POST)
        if copy is None or not form.is_valid():
            raise Http404
        asked = {f"filter_{name}": value for name, value in form.chosen().items()}
        audit.record("audit.exported", actor=name_of(request), format=copy.suffix, **asked)
        response = StreamingHttpResponse(copy.lines(form.entries()), content_type=copy.content_type)
        name = f"auditoria-{timezone.localdate():%Y-%m-%d}.{copy.suffix}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def _only_who_may_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _render(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, template, {**frame, **context})


def _page(entries: QuerySet[AuditEntry]) -> list[AuditEntry]:
    """One more than a page: whether there are older ones."""
    return list(entries[: ROWS_A_PAGE + 1])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _recent_actions() -> list[str]:
    latest = AuditEntry.objects.order_by("-number").values_list("action", flat=True)[:RECENT]
    return sorted(set(latest))


def _is_being_verified() -> bool:
    under_way = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return bool(DBTaskResult.objects.filter(task_path=verify_audit.module_path, status__in=under_way).exists())


def _state() -> dict[str, Any]:
    """How the last verification ended, and whether one is under way."""
    last = AuditEntry.objects.filter(action__in=[VERIFIED, FOUND_BROKEN]).order_by("-number").first()
    content = last.content if last else {}
    fault = {kind.name.lower(): label for kind, label in FAULTS.items()}.get(str(content.get("fault", "")), "")
    is_whole = last is not None and last.action == VERIFIED
    return {**content, "last": last, "is_whole": is_whole, "fault": fault, "is_running": _is_being_verified()}
