"""Cl@ve, as this portal meets it: whether it answers, what the operator says of its methods, and a try of its keys."""

from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from backoffice.connectors.diagnostics import as_rows, try_gateway
from backoffice.connectors.views import TEST, begin, end
from backoffice.pages import page, show
from clave.health import is_degraded
from clave.models import GatewayHealth, Method, MethodSwitch


def urls(site: AdminSite) -> list[URLPattern]:
    return [page(site, "operacion/clave/", gateway, "gateway", "procedures.view_operatorswitch")]


def gateway(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """How Cl@ve is; a POST asks it for its keys, once however often it is sent."""
    if request.method == "POST":
        return _try(request)
    known = MethodSwitch.objects.in_bulk()
    methods = [(method.label, known.get(method.value) or MethodSwitch(method=method)) for method in Method]
    return show(
        site,
        request,
        "backoffice/connectors/gateway.html",
        title="Cl@ve",
        origin=_origin(),
        health=GatewayHealth.objects.filter(pk=1).first(),
        is_degraded=is_degraded(),
        methods=methods,
        facts=_facts(),
        may_test=request.user.has_perm(TEST),
        trial_id=uuid4(),
    )


def _origin() -> str:
    parts = urlsplit(settings.CLAVE_URL)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}" if parts.hostname else ""


def _facts() -> list[tuple[str, str]]:
    seconds = _("%(seconds)g s")
    return [
        (_("Llamadas a la vez en cada proceso"), str(settings.CLAVE_CALLS_AT_ONCE)),
        (_("Espera de una respuesta"), seconds % {"seconds": settings.CLAVE_READ_SECONDS}),
        (_("Espera en total"), seconds % {"seconds": settings.CLAVE_TOTAL_SECONDS}),
        (_("Intentos en una validación"), str(settings.TRIES_PER_VALIDATION)),
        (_("SMS en una validación"), str(settings.SENDS_PER_VALIDATION)),
    ]


def _try(request: HttpRequest) -> HttpResponse:
    begun = begin(request, None)
    if begun is None:
        return HttpResponseRedirect(reverse("admin:gateway"))
    running, is_mine = begun
    if is_mine:
        end(request, running, as_rows(try_gateway()), "clave.gateway")
    return HttpResponseRedirect(reverse("admin:connector_trial", args=[running.pk]))
