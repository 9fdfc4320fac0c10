"""Pages of Downloads."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.devices import DeviceRequest
from accounts.models import ClaveUser
from documents.delivery import deliver, deliver_picture
from documents.forms import RenameForm
from documents.models import Document, FileMissing, StorageFailed
from foundation.pages import Page, get_or_post, render_page

logger = logging.getLogger(__name__)

PAGE_SIZE = 25


def owned(
    view: Callable[[DeviceRequest, Document], HttpResponse],
) -> Callable[[DeviceRequest, UUID], HttpResponse]:
    """Pass the view the document that the path names; answer 404 when this device has no such document."""

    @wraps(view)
    def with_document(request: DeviceRequest, pk: UUID) -> HttpResponse:
        mine = Document.objects.owned_by(request.device_cookie.key).live().select_related("user")
        return view(request, get_object_or_404(mine, pk=pk))

    return with_document


@require_safe
def downloads(request: DeviceRequest) -> HttpResponse:
    """List the device's documents, latest first; ``?usuario=<id>`` shows those of one saved user."""
    key = request.device_cookie.key
    users = list(ClaveUser.objects.owned_by(key).listed())
    chosen = next((user for user in users if str(user.pk) == request.GET.get("usuario")), None)
    documents = Document.objects.owned_by(key).live().recent()
    if chosen:
        documents = documents.filter(user=chosen)
    shown = Paginator(documents, PAGE_SIZE).get_page(request.GET.get("pagina"))
    saved = {user.pk: user for user in users}
    for document in shown:
        document.user = saved.get(document.user_id) if document.user_id else None
    page = Page(heading=_("Descargas"), step="downloads", section="downloads")
    return render_page(request, "documents/downloads.html", page=page, documents=shown, users=users, chosen=chosen)


@require_safe
@owned
def document(request: DeviceRequest, document: Document) -> HttpResponse:
    return render_page(
        request,
        "documents/document.html",
        page=_page(document, "document"),
        document=document,
        open_links=document.links.live().count(),
    )


@require_safe
@owned
def file(request: DeviceRequest, document: Document) -> HttpResponse:
    """Deliver the PDF, to be opened in the browser or, with ``?descargar=1``, saved."""
    try:
        content = document.read()
    except (FileMissing, StorageFailed) as error:
        return unreadable(request, document, error, _page(document, "file"))
    if request.method == "GET":
        document.record_opening()
    return deliver(document, content, head=request.method == "HEAD", download="descargar" in request.GET)


@require_safe
@owned
def picture(request: DeviceRequest, document: Document) -> HttpResponse:
    """Show the first page as a picture, or a drawn page when there is none."""
    content = document.read_picture()
    if not content:
        return redirect(static("img/page.svg"))
    return deliver_picture(content, head=request.method == "HEAD")


@get_or_post
@owned
def rename(request: DeviceRequest, document: Document) -> HttpResponse:
    form = RenameForm(request.POST or None, initial={"name": document.label})
    if form.is_valid():
        document.rename(form.cleaned_data["name"])
        messages.success(request, _("Nombre cambiado"))
        return redirect(document)
    page = page_below(document, _("Cambiar el nombre"), "rename")
    return render_page(request, "documents/rename.html", page=page, form=form, document=document)


@get_or_post
@owned
def delete(request: DeviceRequest, document: Document) -> HttpResponse:
    """Ask, then delete the document with its file and its links."""
    if request.method == "POST":
        document.delete()
        messages.success(request, _("Documento borrado"))
        return redirect("documents:downloads")
    page = page_below(document, _("¿Borrar este documento?"), "delete")
    return render_page(request, "documents/delete.html", page=page, document=document)


def unreadable(
    request: DeviceRequest, document: Document, error: FileMissing | StorageFailed, page: Page, *, shared: bool = False
) -> HttpResponse:
    """Show that a file is missing for good (410), or that the storage is unavailable now (503)."""
    logger.error("The file of document %s cannot be read: %s", document.pk, type(error).__name__)
    missing = isinstance(error, FileMissing)
    heading = _("El archivo ya no está") if missing else _("Ahora no podemos abrir el archivo")
    status = HTTPStatus.GONE if missing else HTTPStatus.SERVICE_UNAVAILABLE
    page = replace(page, heading=heading, heading_language="")
    return render_page(
        request,
        "documents/unreadable.html",
        page=page,
        status=status,
        document=document,
        missing=missing,
        shared=shared,
        reference=str(document.pk)[:8].upper(),
    )


def _page(document: Document, step: str) -> Page:
    if step != "document":
        return replace(page_below(document, document.label, step), heading_language=document.label_language)
    return Page(
        heading=document.label,
        step=step,
        section="downloads",
        back=reverse("documents:downloads"),
        back_label=_("Descargas"),
        heading_language=document.label_language,
    )


def page_below(document: Document, heading: str, step: str) -> Page:
    """Return the frame of a page whose arrow leads back to the document."""
    return Page(
        heading=heading,
        step=step,
        section="downloads",
        back=document.get_absolute_url(),
        back_label=document.label,
        subtitle_language=document.label_language,
    )
