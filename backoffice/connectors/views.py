"""The connectors: how each body is called, and a try of them with made-up data."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from accesses.connectors.http import address_of
from accesses.models import ConnectorProfile
from backoffice.connectors.diagnostics import as_rows, try_connector
from backoffice.model_admin import name_of
from backoffice.models import Trial
from backoffice.pages import page, show
from foundation import audit
from procedures.models import Entity, ProcedureVersion, VersionState

TEST = "procedures.test_connector"
VERSIONS_A_PAGE, MOST_LETTERS = 40, 80
REFRESH_SECONDS = 2


def urls(site: AdminSite) -> list[URLPattern]:
    return [
        page(site, "operacion/conectores/", connectors, "connectors", TEST),
        page(site, "operacion/conectores/<int:pk>/", connector, "connector_test", TEST),
        page(site, "operacion/conectores/prueba/<uuid:pk>/", trial, "connector_trial", TEST),
    ]


def connectors(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The published versions, of all bodies or of one, each with a way to its try."""
    entity = Entity.objects.filter(slug=request.GET.get("organismo", "")).first()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    versions = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).select_related("procedure__entity")
    if entity:
        versions = versions.filter(procedure__entity=entity)
    if words:
        versions = versions.filter(name_es__icontains=words) | versions.filter(connector__icontains=words)
    ordered = versions.order_by("procedure__entity__order", "procedure__entity__slug", "procedure__order", "pk")
    shown = Paginator(ordered, VERSIONS_A_PAGE).get_page(request.GET.get("p"))
    title = _("Conectores")
    return show(
        site, request, "backoffice/connectors/connectors.html", title=title, versions=shown, entity=entity, words=words
    )


def connector(site: AdminSite, request: HttpRequest, pk: int) -> HttpResponse:
    """What a try would do; a POST does it, once however often it is sent."""
    versions = ProcedureVersion.objects.select_related("procedure__entity")
    version: ProcedureVersion = get_object_or_404(versions, pk=pk)
    if request.method == "POST":
        return _try(request, version)
    profile = ConnectorProfile.objects.filter(pk=version.procedure.entity_id).first()
    return show(
        site,
        request,
        "backoffice/connectors/connector.html",
        title=_("Probar el conector"),
        subtitle=str(version),
        version=version,
        entity=version.procedure.entity,
        address=address_of(version.connector),
        profile=profile,
        trial_id=uuid4(),
    )


def _try(request: HttpRequest, version: ProcedureVersion) -> HttpResponse:
    begun = begin(request, version)
    if begun is None:
        return HttpResponseRedirect(reverse("admin:connector_test", args=[version.pk]))
    running, is_mine = begun
    if is_mine:
        steps = try_connector(version, running.pk)
        end(request, running, as_rows(steps), f"procedures.procedureversion:{version.pk}")
    return HttpResponseRedirect(reverse("admin:connector_trial", args=[running.pk]))


def begin(request: HttpRequest, version: ProcedureVersion | None) -> tuple[Trial, bool] | None:
    """The try that the form asks for, and whether it is this request's to run; None when it cannot be run."""
    if not request.user.has_perm(TEST):
        raise PermissionDenied
    try:
        pk = UUID(request.POST.get("trial", ""))
    except ValueError:
        pk = uuid4()
    if mine := Trial.objects.begin(pk, version):
        return mine, True
    if another := Trial.objects.filter(pk=pk, version=version).first():
        return another, False
    messages.warning(request, _("Hay demasiadas pruebas en marcha. Espera a que terminen y prueba otra vez"))
    return None


def end(request: HttpRequest, running: Trial, steps: list[dict[str, Any]], target: str) -> None:
    running.finish(steps)
    passed = all(step["state"] != "no" for step in steps)
    audit.record("connector.tested", actor=name_of(request), target=target, passed=passed)


def trial(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a try came; while it runs, the page looks again."""
    found = get_object_or_404(Trial.objects.select_related("version__procedure__entity"), pk=pk)
    answer = show(
        site,
        request,
        "backoffice/connectors/trial.html",
        title=_("Prueba del conector") if found.version else _("Prueba de Cl@ve"),
        subtitle=str(found.version or ""),
        trial=found,
        version=found.version,
    )
    if found.is_running:
        answer["Refresh"] = str(REFRESH_SECONDS)
    return answer
