"""The report of the links that lead out of the portal."""

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.tasks import TaskResultStatus
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from backoffice.links.checks import check_all_links
from backoffice.model_admin import actor_name
from backoffice.models import OutsideLink
from backoffice.models.outside_links import LinkState
from backoffice.pages import render_staff_page, staff_page
from foundation import audit

LINKS_PER_PAGE = 50
CHECK = "procedures.change_operatorswitch"


def urls(site: AdminSite) -> list[URLPattern]:
    return [staff_page(site, "operacion/enlaces/", links, "outside_links", "backoffice.view_outsidelink")]


def links(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """List the links, broken ones first; a POST has all of them checked in the background."""
    if request.method == "POST":
        return _check(request)
    counts = dict(OutsideLink.objects.values_list("state").annotate(count=Count("pk")))
    state = request.GET.get("estado", "")
    found = OutsideLink.objects.order_by("-broken_since", "state", "url")
    if state in LinkState.values:
        found = found.filter(state=state)
    return render_staff_page(
        site,
        request,
        "backoffice/links/links.html",
        title=_("Enlaces externos"),
        links=Paginator(found, LINKS_PER_PAGE).get_page(request.GET.get("p")),
        states=[(state, counts.get(state.value, 0)) for state in LinkState],
        chosen_state=state,
        total=sum(counts.values()),
        is_checking=_is_checking(),
        may_check=request.user.has_perm(CHECK),
    )


def _is_checking() -> bool:
    under_way = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return bool(DBTaskResult.objects.filter(task_path=check_all_links.module_path, status__in=under_way).exists())


def _check(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(CHECK):
        raise PermissionDenied
    if _is_checking():
        messages.info(request, _("Ya se están mirando. Los resultados salen aquí según llegan"))
    else:
        check_all_links.enqueue()
        audit.record("links.checked", actor=actor_name(request))
        messages.success(request, _("Se van a mirar todos, de uno en uno. Los resultados salen aquí según llegan"))
    return redirect("admin:outside_links")
