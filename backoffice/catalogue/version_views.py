"""The pages around a version: its previews, its comparison with another, its steps, its copy."""

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from backoffice.catalogue.comparison import compare
from backoffice.catalogue.previews import (
    MAY_FRAME,
    PreviewedOffer,
    framed,
    language_of,
    procedure_page,
    start_page,
    unsaved_offer,
)
from backoffice.catalogue.version_steps import BY_KEY, step_form, take
from foundation.pages import get_or_post
from procedures.models import ProcedureVersion

if TYPE_CHECKING:
    from backoffice.catalogue.versions import ProcedureVersionAdmin

NAME = "procedures_procedureversion"
type OnVersion = Callable[[HttpRequest, ProcedureVersion, "ProcedureVersionAdmin"], HttpResponse]


def urls(of: "ProcedureVersionAdmin") -> list[URLPattern]:
    """The paths under the list of versions; the names are the admin's."""

    def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        return path(route, of.admin_site.admin_view(partial(view, of=of)), name=f"{NAME}_{name}")

    return [
        page("form-preview/", unsaved_preview, "unsaved_preview"),
        page("<int:pk>/form-preview/", unsaved_preview, "form_preview"),
        page("<int:pk>/preview/", preview, "preview"),
        page("<int:pk>/preview/page/", previewed_page, "preview_page"),
        page("<int:pk>/preview/start/", previewed_start, "preview_start"),
        page("<int:pk>/compare/", comparison, "compare"),
        page("<int:pk>/step/<slug:key>/", step, "step"),
        page("<int:pk>/restore/", restore, "restore"),
    ]


def on_version(view: OnVersion) -> Callable[..., HttpResponse]:
    """Give the view a version that this person may look at; anybody else is refused."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, *, of: "ProcedureVersionAdmin") -> HttpResponse:
        if not of.has_view_permission(request):
            raise PermissionDenied
        return view(request, get_object_or_404(of.get_queryset(request), pk=pk), of)

    return guarded


def change_url(version: ProcedureVersion) -> str:
    return reverse(f"admin:{NAME}_change", args=[version.pk])


@require_GET
@csp_override(MAY_FRAME)
@on_version
def preview(request: HttpRequest, version: ProcedureVersion, of: "ProcedureVersionAdmin") -> HttpResponse:
    """The procedure's page and its form at the size of a phone, in a language."""
    context = {**of.admin_site.each_context(request), "version": version, "language": language_of(request)}
    context |= {"title": _("Como lo verá la gente"), "subtitle": str(version), "opts": of.opts}
    return TemplateResponse(request, "backoffice/catalogue/preview.html", context)


def offer_of(request: HttpRequest, version: ProcedureVersion) -> PreviewedOffer:
    query = f"?lang={language_of(request)}"
    start, page = (reverse(f"admin:{NAME}_preview_{name}", args=[version.pk]) + query for name in ("start", "page"))
    return PreviewedOffer(version, start_at=start, page_at=page)


@require_GET
@framed
@on_version
def previewed_page(request: HttpRequest, version: ProcedureVersion, of: "ProcedureVersionAdmin") -> HttpResponse:
    return procedure_page(request, offer_of(request, version))


@get_or_post
@framed
@on_version
def previewed_start(request: HttpRequest, version: ProcedureVersion, of: "ProcedureVersionAdmin") -> HttpResponse:
    return start_page(request, offer_of(request, version), version.required_data.all())


@require_POST
@framed
def unsaved_preview(request: HttpRequest, pk: int | None = None, *, of: "ProcedureVersionAdmin") -> HttpResponse:
    """The form that the values make which somebody is writing; nothing is saved, and what cannot be shown is said."""
    if not of.has_view_permission(request):
        raise PermissionDenied
    saved = get_object_or_404(of.get_queryset(request), pk=pk) if pk else None
    form = of.get_form(request, saved, change=bool(saved))(request.POST, instance=saved)
    form.is_valid()
    version = form.instance
    data, problems = [], []
    for formset, _inline in of.get_formsets_with_inlines(request, saved):
        for number, row in enumerate(formset(request.POST, instance=version, prefix="required_data").forms, start=1):
            if row.data.get(row.add_prefix("DELETE")) or (not row.has_changed() and row.instance._state.adding):
                continue
            if row.is_valid():
                data.append(row.instance)
            else:
                problems.append(_("El dato %(number)d no se puede enseñar todavía: tiene errores") % {"number": number})
    data.sort(key=lambda datum: datum.order)
    return start_page(request, unsaved_offer(version), data, problems=problems)


@require_GET
@on_version
def comparison(request: HttpRequest, version: ProcedureVersion, of: "ProcedureVersionAdmin") -> HttpResponse:
    """This version against another one of its procedure (``?with=<pk>``), by default the one before it."""
    others = version.procedure.versions.exclude(pk=version.pk).order_by("-number")
    chosen = request.GET.get("with", "")
    other = others.filter(pk=chosen).first() if chosen.isdecimal() else others.filter(number__lt=version.number).first()
    pair = sorted((other or version, version), key=lambda found: found.number)
    context = {
        **of.admin_site.each_context(request),
        "title": _("Qué ha cambiado"),
        "subtitle": str(version),
        "opts": of.opts,
        "version": version,
        "other": other,
        "others": others.only("pk", "number", "state")[:50],
        "comparison": compare(*pair) if other else None,
    }
    return TemplateResponse(request, "backoffice/catalogue/compare.html", context)


@require_POST
def step(request: HttpRequest, pk: int, key: str, *, of: "ProcedureVersionAdmin") -> HttpResponse:
    """Take a step; what refuses it is said on a page of its own, with what was written."""
    if not of.has_view_permission(request) or key not in BY_KEY:
        raise PermissionDenied
    version, taken = get_object_or_404(of.get_queryset(request), pk=pk), BY_KEY[key]
    form = step_form(taken, version, request.POST)
    if take(taken, request, version, form):
        note = form.cleaned_data.get("note")
        of.log_step(request, taken.audited, version, f"{taken.done}: {note}" if note else str(taken.done))
        of.message_user(request, f"{taken.done}: «{version}»", messages.SUCCESS)
        return redirect(change_url(version))
    context = {**of.admin_site.each_context(request), "version": version, "step": taken, "form": form, "opts": of.opts}
    context |= {"title": taken.label, "subtitle": str(version), "errors": form.errors, "media": form.media}
    return TemplateResponse(request, "backoffice/catalogue/step.html", context)


@require_POST
@on_version
def restore(request: HttpRequest, version: ProcedureVersion, of: "ProcedureVersionAdmin") -> HttpResponse:
    """A new draft that says what this version said."""
    if not of.has_add_permission(request):
        raise PermissionDenied
    copy = of.copied(request, version)
    if copy is None:
        return redirect(change_url(version))
    said = gettext_lazy("Este borrador dice lo mismo que la versión %(number)d. Cámbialo y envíalo a revisión")
    of.message_user(request, said % {"number": version.number}, messages.SUCCESS)
    return redirect(change_url(copy))
