"""Running a trial of a connector or of Cl@ve's gateway, and showing how far it came."""

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from backoffice.connectors.diagnostics import Step
from backoffice.model_admin import actor_name
from backoffice.models import Trial
from backoffice.pages import render_staff_page
from foundation import audit
from procedures.models import ProcedureVersion

TEST = "procedures.test_connector"
REFRESH_SECONDS = 2


def run_trial(
    request: HttpRequest, version: ProcedureVersion | None, test: Callable[[UUID], list[Step]], target: str, back: str
) -> HttpResponse:
    """Run the trial that the form asks for, once however often it is sent, and redirect to its page.

    Redirects to ``back`` with a message when too many trials are running.
    """
    if not request.user.has_perm(TEST):
        raise PermissionDenied
    pk = _trial_id(request)
    if trial := Trial.objects.begin(pk, version):
        trial.finish([asdict(step) for step in test(pk)])
        audit.record("connector.tested", actor=actor_name(request), target=target, passed=trial.succeeded)
    elif not Trial.objects.filter(pk=pk, version=version).exists():
        messages.warning(request, _("Hay demasiadas pruebas en marcha. Espera a que terminen y prueba otra vez"))
        return redirect(back)
    return redirect("admin:connector_trial", pk)


def _trial_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("trial", ""))
    except ValueError:
        return uuid4()


def show_trial(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the steps of a trial; while it runs, the page refreshes itself."""
    trial = get_object_or_404(Trial.objects.select_related("version__procedure__entity"), pk=pk)
    response = render_staff_page(
        site,
        request,
        "backoffice/connectors/trial.html",
        title=_("Prueba del conector") if trial.version else _("Prueba de Cl@ve"),
        subtitle=str(trial.version or ""),
        trial=trial,
        version=trial.version,
    )
    if trial.is_running:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response
