"""Cl@ve's gateway: whether it answers, how the portal calls it, and a trial that asks for its keys."""

from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from backoffice.connectors.diagnostics import run_gateway_test
from backoffice.connectors.trials import TEST, run_trial
from backoffice.pages import render_staff_page, staff_page
from backoffice.switches import method_switches
from clave.health import is_degraded
from clave.models import GatewayHealth


def urls(site: AdminSite) -> list[URLPattern]:
    return [staff_page(site, "operacion/clave/", gateway, "gateway", "procedures.view_operatorswitch")]


def gateway(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show the state of the gateway; a POST runs a trial."""
    if request.method == "POST":
        return run_trial(request, None, lambda _trial_id: run_gateway_test(), "clave.gateway", reverse("admin:gateway"))
    return render_staff_page(
        site,
        request,
        "backoffice/connectors/gateway.html",
        title="Cl@ve",
        origin=_origin(),
        health=GatewayHealth.objects.filter(pk=1).first(),
        is_degraded=is_degraded(),
        methods=[(method.label, switch) for method, switch in method_switches()],
        call_settings=_call_settings(),
        may_test=request.user.has_perm(TEST),
        trial_id=uuid4(),
    )


def _origin() -> str:
    parts = urlsplit(settings.CLAVE_URL)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}" if parts.hostname else ""


def _call_settings() -> list[tuple[str, str]]:
    seconds = _("%(seconds)g s")
    return [
        (_("Llamadas a la vez en cada proceso"), str(settings.CLAVE_CALLS_AT_ONCE)),
        (_("Espera de una respuesta"), seconds % {"seconds": settings.CLAVE_READ_SECONDS}),
        (_("Espera en total"), seconds % {"seconds": settings.CLAVE_TOTAL_SECONDS}),
        (_("Intentos en una validación"), str(settings.TRIES_PER_VALIDATION)),
        (_("SMS en una validación"), str(settings.SENDS_PER_VALIDATION)),
    ]
