"""The pages of importing (check a file, show what it would change, apply it) and of exporting the catalogue."""

from pathlib import PurePath
from tempfile import TemporaryFile
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.model_admin import actor_name
from backoffice.models import ImportRun
from backoffice.models.imports import DISCARDABLE
from backoffice.pages import GET, POST, render_staff_page, staff_page
from backoffice.transfer.forms import TOO_LARGE_MESSAGE, ExportForm, ImportForm
from backoffice.transfer.import_report import import_report, row_errors, sheet_legends
from backoffice.transfer.tasks import start_import
from backoffice.transfer.uploads import TOO_LARGE
from foundation import audit, languages
from foundation.text import clean_text
from procedures.transfer import corrected_copy, export
from procedures.transfer.export import CONTENT_TYPES, Format
from procedures.transfer.sheets import UnreadableFile

LISTED_RUNS = 10
REFRESH_SECONDS = 2
IMPORT, EXPORT = "procedures.import_catalogue", "procedures.export_catalogue"


def urls(site: AdminSite) -> list[URLPattern]:
    return [
        staff_page(site, "importar/", import_catalogue, "catalogue_import", IMPORT),
        staff_page(site, "importar/<uuid:pk>/", show_run, "catalogue_import_run", IMPORT, GET),
        staff_page(site, "importar/<uuid:pk>/copia/", download_copy, "catalogue_import_copy", IMPORT, GET),
        staff_page(site, "importar/<uuid:pk>/aplicar/", apply_run, "catalogue_import_apply", IMPORT, POST),
        staff_page(site, "importar/<uuid:pk>/repetir/", repeat_run, "catalogue_import_repeat", IMPORT, POST),
        staff_page(site, "importar/<uuid:pk>/descartar/", discard_run, "catalogue_import_discard", IMPORT, POST),
        staff_page(site, "exportar/", export_catalogue, "catalogue_export", EXPORT),
    ]


def import_catalogue(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Take a file, and list the latest imports."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.META.get(TOO_LARGE):
        form.errors["file"] = form.error_class([str(TOO_LARGE_MESSAGE)])
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = ImportRun.objects.store(request.user, file.name, file.read(), languages.current())
        _record(request, "begun", run)
        start_import(run)
        return redirect("admin:catalogue_import_run", pk=run.pk)
    return render_staff_page(
        site,
        request,
        "backoffice/transfer/import.html",
        title=_("Importar el catálogo"),
        status=422 if form.errors else 200,
        form=form,
        runs=ImportRun.objects.listed()[:LISTED_RUNS],
        legends=sheet_legends(),
    )


def show_run(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the progress of a run; once it is done, its findings and the button that applies it."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    report = {} if run.is_under_way else import_report(run, request.GET)
    return render_staff_page(
        site,
        request,
        "backoffice/transfer/run.html",
        title=_("Importación de «%(name)s»") % {"name": run.file_name},
        run=run,
        is_own=run.user_id == request.user.pk,
        refresh_seconds=REFRESH_SECONDS if run.is_under_way else 0,
        **report,
    )


def apply_run(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Apply what was shown, once however often it is asked for, and only for the user who sent the file."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    if run.request_apply(request.user):
        _record(request, "applied", run)
        start_import(run)
    elif run.user_id != request.user.pk:
        messages.error(request, _("Solo quien ha enviado el archivo puede aplicarlo. Pídeselo, o envíalo tú también."))
    return redirect("admin:catalogue_import_run", pk=run.pk)


def repeat_run(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check a file again whose run was interrupted."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    if run.request_check(request.user):
        start_import(run)
    return redirect("admin:catalogue_import_run", pk=run.pk)


def discard_run(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a file that will not be applied."""
    run = get_object_or_404(ImportRun.objects.listed(), pk=pk)
    if ImportRun.objects.filter(pk=pk, user=request.user.pk, state__in=DISCARDABLE).discard():
        _record(request, "discarded", run)
        messages.success(request, _("El archivo se ha descartado. No se ha cambiado nada."))
    return redirect("admin:catalogue_import")


def download_copy(site: AdminSite, request: HttpRequest, pk: UUID) -> FileResponse:
    """Send a copy of a file with errors, which says beside each wrong row what is wrong with it."""
    run = get_object_or_404(ImportRun.objects.with_wrong_rows(), pk=pk)
    stream = TemporaryFile()  # noqa: SIM115  the response closes it
    extension = corrected_copy.write(stream, bytes(run.content), row_errors(run))
    stream.seek(0)
    _record(request, "copied", run)
    name = f"{clean_text(PurePath(run.file_name).stem)}-{_('corregir')}.{extension}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPES[extension])


def _record(request: HttpRequest, action: str, run: ImportRun) -> None:
    actor, target = actor_name(request), f"import:{run.pk}"
    audit.record(f"catalogue.import_{action}", actor=actor, target=target, file=run.file_name)


def export_catalogue(site: AdminSite, request: HttpRequest) -> HttpResponse | FileResponse:
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _download(request, form)
        except UnreadableFile as error:
            form.add_error("format", str(error))
    return render_staff_page(
        site,
        request,
        "backoffice/transfer/export.html",
        title=_("Exportar el catálogo"),
        status=422 if form.errors else 200,
        form=form,
        legends=sheet_legends(),
    )


def _download(request: HttpRequest, form: ExportForm) -> FileResponse:
    kinds, entities = form.cleaned_data["kinds"], form.cleaned_data["entities"]
    format = Format(form.cleaned_data["format"])
    stream = TemporaryFile()  # noqa: SIM115  the response closes it
    rows = export.write(stream, format, kinds, entities)
    stream.seek(0)
    extension = export.extension(format, kinds)
    subject = kinds[0] if len(kinds) == 1 else "catalogo"
    name = f"tramites-{subject}-{timezone.localtime():%Y-%m-%d-%H%M}.{extension}"
    audit.record(
        "catalogue.exported",
        actor=actor_name(request),
        target=name,
        kinds=", ".join(kinds),
        entities=", ".join(entities)[:500],
        rows=rows,
    )
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPES[extension])
