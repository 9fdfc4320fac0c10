"""The connectors of the published procedures, and the page from which each is tested."""

from functools import partial
from uuid import uuid4

from django.contrib.admin import AdminSite
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from accesses.connectors.http import address_of
from accesses.models import ConnectorProfile
from backoffice.connectors.diagnostics import run_connector_test
from backoffice.connectors.trials import TEST, run_trial, show_trial
from backoffice.model_admin import audit_target
from backoffice.pages import render_staff_page, search_words, staff_page
from foundation import languages
from procedures.models import Entity, ProcedureVersion, VersionState

VERSIONS_PER_PAGE = 40


def urls(site: AdminSite) -> list[URLPattern]:
    return [
        staff_page(site, "operacion/conectores/", connectors, "connectors", TEST),
        staff_page(site, "operacion/conectores/<int:pk>/", connector, "connector_test", TEST),
        staff_page(site, "operacion/conectores/prueba/<uuid:pk>/", show_trial, "connector_trial", TEST),
    ]


def connectors(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """List the published versions, of one public body or of all."""
    entity = Entity.objects.filter(slug=request.GET.get("organismo", "")).first()
    words = search_words(request)
    versions = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).select_related("procedure__entity")
    if entity:
        versions = versions.filter(procedure__entity=entity)
    if words:
        versions = versions.filter(Q((f"{languages.column('name')}__icontains", words)) | Q(connector__icontains=words))
    ordered = versions.order_by("procedure__entity__order", "procedure__entity__slug", "procedure__order", "pk")
    return render_staff_page(
        site,
        request,
        "backoffice/connectors/connectors.html",
        title=_("Conectores"),
        versions=Paginator(ordered, VERSIONS_PER_PAGE).get_page(request.GET.get("p")),
        entity=entity,
        words=words,
    )


def connector(site: AdminSite, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the connector of a version; a POST tests it."""
    versions = ProcedureVersion.objects.select_related("procedure__entity")
    version: ProcedureVersion = get_object_or_404(versions, pk=pk)
    if request.method == "POST":
        back = reverse("admin:connector_test", args=[version.pk])
        return run_trial(request, version, partial(run_connector_test, version), audit_target(version), back)
    return render_staff_page(
        site,
        request,
        "backoffice/connectors/connector.html",
        title=_("Probar el conector"),
        subtitle=str(version),
        version=version,
        entity=version.procedure.entity,
        address=address_of(version.connector),
        profile=ConnectorProfile.objects.filter(pk=version.procedure.entity_id).first(),
        trial_id=uuid4(),
    )
