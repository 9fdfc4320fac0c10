"""Import and export: a file is looked through, shown field by field, and applied by whoever sent it."""

from collections.abc import Callable
from functools import wraps
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.model_admin import name_of
from backoffice.models import ImportRun
from backoffice.transfer.forms import TOO_LARGE_SENTENCE, ExportForm, ImportForm
from backoffice.transfer.import_report import found_in, legend
from backoffice.transfer.tasks import begin
from backoffice.transfer.uploads import TOO_LARGE
from foundation import audit, languages
from foundation.pages import get_or_post
from procedures.transfer import export
from procedures.transfer.export import CONTENT_TYPES, Format
from procedures.transfer.sheets import UnreadableFile

LATEST = 10
REFRESH_SECONDS = 2
may_import = permission_required("procedures.import_catalogue", raise_exception=True)
may_export = permission_required("procedures.export_catalogue", raise_exception=True)

type View = Callable[..., HttpResponse | FileResponse]


def urls(site: AdminSite) -> list[URLPattern]:
    """The addresses in the back office."""

    def of(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, **options: Any) -> HttpResponse | FileResponse:
            return view(request, context=site.each_context, **options)

        return site.admin_view(shown)

    return [
        path("importar/", of(import_catalogue), name="catalogue_import"),
        path("importar/<uuid:pk>/", of(import_run), name="catalogue_import_run"),
        path("importar/<uuid:pk>/aplicar/", of(apply_import), name="catalogue_import_apply"),
        path("importar/<uuid:pk>/repetir/", of(repeat_import), name="catalogue_import_repeat"),
        path("importar/<uuid:pk>/descartar/", of(discard_import), name="catalogue_import_discard"),
        path("exportar/", of(export_catalogue), name="catalogue_export"),
    ]


@get_or_post
@may_import
def import_catalogue(request: HttpRequest, context: Callable[..., Any]) -> HttpResponse:
    """Choose a file; what was brought in lately."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.META.get(TOO_LARGE):
        form.errors["file"] = form.error_class([str(TOO_LARGE_SENTENCE)])
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = ImportRun.objects.take(request.user, file.name, file.read(), languages.current())
        audit.record("catalogue.import_begun", actor=name_of(request), target=f"import:{run.pk}", file=run.file_name)
        begin(run)
        return redirect("admin:catalogue_import_run", pk=run.pk)
    shown = {"form": form, "runs": ImportRun.objects.listed()[:LATEST], "legend": legend()}
    page = {**context(request), "title": _("Importar el catálogo"), **shown}
    return TemplateResponse(request, "backoffice/transfer/import.html", page, status=422 if form.errors else 200)


@require_safe
@may_import
def import_run(request: HttpRequest, context: Callable[..., Any], pk: UUID) -> HttpResponse:
    """How far a run is; then what it found, and the button that applies it."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    is_mine = run.user_id == request.user.pk
    shown = {"run": run, "is_mine": is_mine, "refresh": REFRESH_SECONDS if run.is_under_way else 0}
    if not run.is_under_way:
        shown |= found_in(run, request.GET)
    page = {**context(request), "title": _("Importación de «%(name)s»") % {"name": run.file_name}, **shown}
    return TemplateResponse(request, "backoffice/transfer/run.html", page)


@require_POST
@may_import
def apply_import(request: HttpRequest, context: Callable[..., Any], pk: UUID) -> HttpResponse:
    """Apply what was shown; pressed twice, or by somebody else, it does nothing more."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    if run.ask_to_apply(request.user):
        audit.record("catalogue.import_applied", actor=name_of(request), target=f"import:{run.pk}", file=run.file_name)
        begin(run)
    elif run.user_id != request.user.pk:
        messages.error(request, _("Solo quien ha enviado el archivo puede aplicarlo. Pídeselo, o envíalo tú también."))
    return redirect("admin:catalogue_import_run", pk=run.pk)


@require_POST
@may_import
def repeat_import(request: HttpRequest, context: Callable[..., Any], pk: UUID) -> HttpResponse:
    """Look a file through again whose work was interrupted."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    if run.ask_to_check(request.user):
        begin(run)
    return redirect("admin:catalogue_import_run", pk=run.pk)


@require_POST
@may_import
def discard_import(request: HttpRequest, context: Callable[..., Any], pk: UUID) -> HttpResponse:
    """Drop a file that will not be applied."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    if ImportRun.objects.filter(pk=pk, user=request.user.pk, state__in=("ready", "refused", "failed")).forget():
        audit.record("catalogue.import_discarded", actor=name_of(request), target=f"import:{pk}", file=run.file_name)
        messages.success(request, _("El archivo se ha descartado. No se ha cambiado nada."))
    return redirect("admin:catalogue_import")


@get_or_post
@may_export
def export_catalogue(request: HttpRequest, context: Callable[..., Any]) -> HttpResponse | FileResponse:
    """Choose what to take out, and get it."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _download(request, form)
        except UnreadableFile as refused:
            form.add_error("format", str(refused))
    page = {**context(request), "title": _("Exportar el catálogo"), "form": form, "legend": legend()}
    return TemplateResponse(request, "backoffice/transfer/export.html", page, status=422 if form.errors else 200)


def _download(request: HttpRequest, form: ExportForm) -> FileResponse:
    kinds, entities = form.cleaned_data["kinds"], form.cleaned_data["entities"]
    format = Format(form.cleaned_data["format"])
    stream = TemporaryFile()  # noqa: SIM115  the response closes it
    rows = export.write(stream, format, kinds, entities)
    stream.seek(0)
    ending = export.extension(format, kinds)
    what = kinds[0] if len(kinds) == 1 else "catalogo"
    name = f"tramites-{what}-{timezone.localtime():%Y-%m-%d-%H%M}.{ending}"
    audit.record(
        "catalogue.exported",
        actor=name_of(request),
        target=name,
        kinds=", ".join(kinds),
        entities=", ".join(entities)[:500],
        rows=rows,
    )
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPES[ending])
