"""The pages of a version beside its form: previews, comparison, workflow steps, copying."""

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from backoffice.catalogue.comparison import compare_versions
from backoffice.catalogue.previews import (
    MAY_FRAME,
    PreviewedOffer,
    cannot_show,
    framed_preview,
    preview_language,
    procedure_page,
    start_page,
    unsaved_offer,
)
from backoffice.catalogue.stages import STAGES, completeness, stage_url, stepper
from backoffice.catalogue.version_steps import BY_KEY, WorkflowStep, step_form, take
from backoffice.pages import render_staff_page
from foundation.pages import get_or_post
from procedures.models import ProcedureVersion, RequiredDatum

if TYPE_CHECKING:
    from backoffice.catalogue.versions import ProcedureVersionAdmin

NAME = "procedures_procedureversion"
MAX_VERSIONS = 50
type VersionAdmin = ProcedureVersionAdmin
type VersionView = Callable[[HttpRequest, ProcedureVersion, VersionAdmin], HttpResponse]


def urls(model_admin: VersionAdmin) -> list[URLPattern]:
    """Return the URLs below the list of versions."""

    def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        guarded = model_admin.admin_site.admin_view(partial(view, model_admin=model_admin))
        return path(route, guarded, name=f"{NAME}_{name}")

    return [
        page("form-preview/", unsaved_preview, "unsaved_preview"),
        page("<int:pk>/form-preview/", unsaved_preview, "form_preview"),
        page("<int:pk>/preview/", preview, "preview"),
        page("<int:pk>/preview/page/", preview_procedure_page, "preview_page"),
        page("<int:pk>/preview/start/", preview_start_page, "preview_start"),
        page("<int:pk>/review/", review, "review"),
        page("<int:pk>/compare/", compare, "compare"),
        page("<int:pk>/step/<slug:key>/", take_step, "step"),
        page("<int:pk>/restore/", restore, "restore"),
    ]


def with_version(view: VersionView) -> Callable[..., HttpResponse]:
    """Pass the version to the view; raise ``PermissionDenied`` for users who may not look at it."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, *, model_admin: VersionAdmin) -> HttpResponse:
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        return view(request, get_object_or_404(model_admin.get_queryset(request), pk=pk), model_admin)

    return guarded


def change_url(version: ProcedureVersion) -> str:
    return reverse(f"admin:{NAME}_change", args=[version.pk])


def _render(
    request: HttpRequest, template: str, version: ProcedureVersion, model_admin: VersionAdmin, **context: Any
) -> HttpResponse:
    context |= {"version": version, "subtitle": str(version), "opts": model_admin.opts}
    path = f"backoffice/catalogue/{template}"
    return render_staff_page(model_admin.admin_site, request, path, **context)


@require_GET
@csp_override(MAY_FRAME)
@with_version
def preview(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    """Show the procedure's page and its form as wide as a phone, in a language."""
    language, title = preview_language(request), _("Como lo verá la gente")
    steps = stepper(version, "preview", version.gaps()) if model_admin.has_change_permission(request, version) else []
    return _render(request, "preview.html", version, model_admin, title=title, language=language, stepper=steps)


@require_GET
@with_version
def review(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    """Show what a draft lacks, each thing with a link to its field, and the button that sends it to review."""
    if not version.is_draft:
        return redirect(change_url(version))
    lacking = completeness(version)
    context = lacking | model_admin.panel(request, version)
    steps = stepper(version, "review", lacking["gaps"]) if model_admin.has_change_permission(request, version) else []
    return _render(request, "review.html", version, model_admin, title=_("Revisión"), stepper=steps, **context)


def hand_over(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    """Send a draft that was just saved to review; where something is missing, show what instead."""
    saved, step = model_admin.get_queryset(request).get(pk=version.pk), BY_KEY["submit"]
    lacking = completeness(saved)
    if not lacking["missing"] and not lacking["untranslated"]:
        form = step_form(step, saved, {"revision": saved.revision})
        if take(step, request, saved, form):
            return _taken(request, step, saved, model_admin)
        refused = " ".join(map(str, form.non_field_errors()))
    else:
        refused = _("Mira lo que falta antes de enviarla")
    model_admin.message_user(request, f"{_('Guardado')}. {refused}", messages.WARNING)
    return redirect(stage_url(saved, STAGES[-1]))


def _previewed_offer(request: HttpRequest, version: ProcedureVersion) -> PreviewedOffer:
    query = f"?lang={preview_language(request)}"
    start, page = (reverse(f"admin:{NAME}_preview_{name}", args=[version.pk]) + query for name in ("start", "page"))
    return PreviewedOffer(version, start_at=start, page_at=page)


@require_GET
@framed_preview
@with_version
def preview_procedure_page(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    return procedure_page(request, _previewed_offer(request, version))


@get_or_post
@framed_preview
@with_version
def preview_start_page(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    return start_page(request, _previewed_offer(request, version), version.required_data.all())


@require_POST
@framed_preview
def unsaved_preview(request: HttpRequest, pk: int | None = None, *, model_admin: VersionAdmin) -> HttpResponse:
    """Show the citizens' form made of submitted values, without saving them; data with errors are left out."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    saved = get_object_or_404(model_admin.get_queryset(request), pk=pk) if pk else None
    form = model_admin.get_form(request, saved, change=bool(saved))(request.POST, instance=saved)
    form.is_valid()
    data, problems = _submitted_data(request, saved, form.instance, model_admin)
    return start_page(request, unsaved_offer(form.instance), data, problems=problems)


def _submitted_data(
    request: HttpRequest, saved: ProcedureVersion | None, version: ProcedureVersion, model_admin: VersionAdmin
) -> tuple[list[RequiredDatum], list[str]]:
    """Return the submitted required data in their order, and a sentence for each that is invalid."""
    data, problems = [], []
    for formset, _inline in model_admin.get_formsets_with_inlines(request, saved):
        for number, row in enumerate(formset(request.POST, instance=version, prefix="required_data").forms, start=1):
            if row.data.get(row.add_prefix("DELETE")) or (not row.has_changed() and row.instance._state.adding):
                continue
            if row.is_valid():
                data.append(row.instance)
            else:
                problems += [cannot_show(number, reason) for reason in _reasons(row)]
    return sorted(data, key=lambda datum: datum.order), problems


def _reasons(row: Any) -> list[str]:
    """Return what is wrong with a submitted datum, each error with the name of its field."""
    labels = {name: f"{field.label}: " for name, field in row.fields.items()}
    return [f"{labels.get(name, '')}{error}" for name, errors in row.errors.items() for error in errors]


@require_GET
@with_version
def compare(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    """Compare the version with another of its procedure (``?with=<pk>``), by default the one before it."""
    others = version.procedure.versions.exclude(pk=version.pk).order_by("-number")
    chosen = request.GET.get("with", "")
    other = others.filter(pk=chosen).first() if chosen.isdecimal() else others.filter(number__lt=version.number).first()
    pair = sorted((other or version, version), key=lambda found: found.number)
    return _render(
        request,
        "compare.html",
        version,
        model_admin,
        title=_("Qué ha cambiado"),
        other=other,
        others=others.only("pk", "number", "state")[:MAX_VERSIONS],
        comparison=compare_versions(*pair) if other else None,
    )


@require_POST
def take_step(request: HttpRequest, pk: int, key: str, *, model_admin: VersionAdmin) -> HttpResponse:
    """Take a workflow step; when it is refused, show its form with the reasons."""
    if not model_admin.has_view_permission(request) or key not in BY_KEY:
        raise PermissionDenied
    version, step = get_object_or_404(model_admin.get_queryset(request), pk=pk), BY_KEY[key]
    form = step_form(step, version, request.POST)
    if take(step, request, version, form):
        return _taken(request, step, version, model_admin, form.cleaned_data.get("note"))
    context = {"step": step, "form": form, "errors": form.errors, "media": form.media}
    return _render(request, "step.html", version, model_admin, title=step.label, **context)


def _taken(
    request: HttpRequest,
    step: WorkflowStep,
    version: ProcedureVersion,
    model_admin: VersionAdmin,
    note: str | None = None,
) -> HttpResponse:
    model_admin.log_step(request, step.audit_action, version, f"{step.done}: {note}" if note else str(step.done))
    model_admin.message_user(request, f"{step.done}: «{version}»", messages.SUCCESS)
    return redirect(change_url(version))


@require_POST
@with_version
def restore(request: HttpRequest, version: ProcedureVersion, model_admin: VersionAdmin) -> HttpResponse:
    """Copy the version to a new draft."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    copy = model_admin.copy_version(request, version)
    if copy is None:
        return redirect(change_url(version))
    message = _("Este borrador dice lo mismo que la versión %(number)d. Cámbialo y envíalo a revisión")
    model_admin.message_user(request, message % {"number": version.number}, messages.SUCCESS)
    return redirect(change_url(copy))
