"""Pages for sharing a document by link, and the page that a link opens."""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.devices import DeviceRequest
from documents.delivery import deliver
from documents.forms import NewLinkForm, RevokeLinkForm
from documents.models import Document, FileMissing, LinkIdTaken, ShareLink, StorageFailed, TooManyLinks
from documents.views import owned, page_below, unreadable
from foundation.pages import Page, get_or_post, render_page


@get_or_post
@owned
def share(request: DeviceRequest, document: Document) -> HttpResponse:
    """Warn, offer the PDF itself and a link; create a link and show it this once; revoke links."""
    if "revoke" in request.POST:
        return _revoke(request, document)
    form = NewLinkForm(request.POST or None)
    made = None
    if form.is_valid():
        try:
            made = ShareLink.objects.make(document, form.cleaned_data["link"])
        except TooManyLinks:
            form.add_error(None, _("Este documento ya tiene demasiados enlaces abiertos. Cierra uno y crea otro"))
        except LinkIdTaken:
            return redirect("documents:share", document.pk)
        except Document.DoesNotExist as deleted:
            raise Http404 from deleted
    elif form.is_bound:
        return redirect("documents:share", document.pk)
    return render_page(
        request,
        "documents/share.html",
        page=page_below(document, _("Compartir"), "share"),
        form=form,
        document=document,
        fresh_id=uuid4(),
        link_hours=settings.SHARE_LINK_LIFETIME // timedelta(hours=1),
        link=request.build_absolute_uri(made.path) if made else "",
        made=made,
        links=list(document.links.live().order_by("-created_at")),
    )


@require_safe
def shared(request: DeviceRequest, token: str) -> HttpResponse:
    """Show the page of a shared document or, with ``?archivo=1``, deliver its PDF.

    Links that expired, were revoked or never existed are answered alike.
    """
    link = ShareLink.objects.find(token)
    page = Page(heading=_("Este enlace ya no funciona"), step="shared", has_tabs=False)
    if link is None:
        answer = render_page(request, "documents/shared_gone.html", page=page, status=HTTPStatus.NOT_FOUND)
    elif "archivo" in request.GET:
        answer = _shared_file(request, link)
    else:
        page = Page(
            heading=link.document.label,
            step="shared",
            subtitle=_("Documento compartido"),
            has_tabs=False,
            heading_language=link.document.label_language,
        )
        answer = render_page(request, "documents/shared.html", page=page, document=link.document, link=link)
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _shared_file(request: DeviceRequest, link: ShareLink) -> HttpResponse:
    try:
        content = link.document.read()
    except (FileMissing, StorageFailed) as error:
        return unreadable(request, link.document, error, Page(heading="", step="shared", has_tabs=False), shared=True)
    if request.method == "GET":
        link.record_opening()
    return deliver(link.document, content, head=request.method == "HEAD", download="descargar" in request.GET)


def _revoke(request: DeviceRequest, document: Document) -> HttpResponse:
    form = RevokeLinkForm(request.POST)
    if form.is_valid() and ShareLink.objects.revoke(document, form.cleaned_data["revoke"]):
        messages.success(request, _("Enlace cerrado: ya no abre el documento"))
    return redirect("documents:share", document.pk)
