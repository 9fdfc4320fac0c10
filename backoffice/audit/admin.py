"""The audit log for its auditor: a filtered list, single entries, verification, and exports.

The list pages by entry number (``antes``) and counts nothing, so that its millionth entry costs what the first does.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.tasks import TaskResultStatus
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from backoffice.audit.export import EXPORTS
from backoffice.model_admin import ReadOnlyAdmin, actor_name
from backoffice.pages import render_staff_page
from backoffice.statistics.days import ONE_DAY, start_of
from foundation import audit
from foundation.audit.chain import expected_hash
from foundation.audit.verification import FaultKind
from foundation.forms.fields import TypedDateField
from foundation.models import AuditEntry, AuditEntryQuerySet
from foundation.tasks import FOUND_BROKEN, VERIFIED, verify_audit

ROWS_PER_PAGE = 50
RECENT = 500
"""The filter suggests the actions of this many latest entries."""

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
    """Which entries are listed; empty fields do not filter."""

    action = forms.CharField(label=_("Qué"), required=False, max_length=80, help_text=_("O cómo empieza: version."))
    actor = forms.CharField(label=_("Quién"), required=False, max_length=150)
    target = forms.CharField(
        label=_("A qué"), required=False, max_length=160, help_text=_("O cómo empieza: procedures.entity:")
    )
    day = TypedDateField(
        label=_("Día"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def query(self) -> dict[str, str]:
        """Return the fields that filter, as the query string of a link."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def entries(self) -> AuditEntryQuerySet:
        """Return the matching entries, and none when the form is invalid."""
        if not self.is_valid():
            return AuditEntry.objects.none()
        chosen = self.cleaned_data
        lookups = {
            "action__startswith": chosen["action"],
            "actor": chosen["actor"],
            "target__startswith": chosen["target"],
            "moment__gte": chosen["day"] and start_of(chosen["day"]),
            "moment__lt": chosen["day"] and start_of(chosen["day"] + ONE_DAY),
        }
        return AuditEntry.objects.filter(**{name: value for name, value in lookups.items() if value})


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Verifying and exporting the log are recorded in it."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("verificar/", view(require_POST(self.verify_view)), name="audit_verify"),
            path("copia/", view(require_POST(self.export_view)), name="audit_export"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._require_view_permission(request)
        form = FilterForm(request.GET)
        entries = form.entries()
        before = request.GET.get("antes", "")
        found = entries.before(int(before)) if _is_number(before) else entries.order_by("-number")
        rows = list(found[: ROWS_PER_PAGE + 1])  # the entry after the page tells whether there is another
        listed, query = rows[:ROWS_PER_PAGE], form.query() if form.is_valid() else {}
        context = {
            "form": form,
            "entries": listed,
            "older": urlencode({**query, "antes": listed[-1].number}) if len(rows) > ROWS_PER_PAGE else "",
            "latest": urlencode(query) if before else None,
            "query": query,
            "actions": sorted(set(AuditEntry.objects.order_by("-number").values_list("action", flat=True)[:RECENT])),
            "state": _verification_state(),
            "exports": EXPORTS if request.user.has_perm("foundation.export_auditentry") else (),
        }
        return self._render(request, "backoffice/audit/entries.html", _("Registro de auditoría"), **context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._require_view_permission(request)
        entry = AuditEntry.objects.filter(pk=object_id).first() if _is_number(object_id) else None
        if entry is None:
            raise Http404
        is_sealed = entry.hash == expected_hash(entry)
        return self._render(request, "backoffice/audit/entry.html", entry, entry=entry, is_sealed=is_sealed)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Raise ``Http404``: entries do not change."""
        self._require_view_permission(request)
        raise Http404

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Start a verification in the background, unless one is under way."""
        self._require_view_permission(request)
        if not _is_being_verified():
            audit.record("audit.verification_asked", actor=actor_name(request))
            verify_audit.enqueue()
        messages.info(request, _("La verificación está en marcha. Recarga la página en un momento para ver cómo acaba"))
        return redirect("admin:foundation_auditentry_changelist")

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Stream the filtered entries, oldest first, as a file."""
        if not request.user.has_perm("foundation.export_auditentry"):
            raise PermissionDenied
        export, form = EXPORTS.get(request.POST.get("format", "")), FilterForm(request.POST)
        if export is None or not form.is_valid():
            raise Http404
        filters = {f"filter_{name}": value for name, value in form.query().items()}
        audit.record("audit.exported", actor=actor_name(request), format=export.suffix, **filters)
        response = StreamingHttpResponse(export.lines(form.entries()), content_type=export.content_type)
        name = f"auditoria-{timezone.localdate():%Y-%m-%d}.{export.suffix}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def _require_view_permission(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _render(self, request: HttpRequest, template: str, title: Any, **context: Any) -> HttpResponse:
        return render_staff_page(self.admin_site, request, template, title=title, opts=self.opts, **context)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _is_being_verified() -> bool:
    under_way = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return bool(DBTaskResult.objects.filter(task_path=verify_audit.module_path, status__in=under_way).exists())


def _verification_state() -> dict[str, Any]:
    """Return the outcome of the last verification, and whether another is under way."""
    last = AuditEntry.objects.filter(action__in=[VERIFIED, FOUND_BROKEN]).order_by("-number").first()
    content = last.content if last else {}
    fault = {kind.name.lower(): text for kind, text in FAULTS.items()}.get(str(content.get("fault", "")), "")
    is_intact = last is not None and last.action == VERIFIED
    return {**content, "last": last, "is_intact": is_intact, "fault": fault, "is_running": _is_being_verified()}
