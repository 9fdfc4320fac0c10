"""The report of the links that lead out of the portal."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.tasks import TaskResultStatus
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from backoffice.links.checks import check_all_links
from backoffice.model_admin import name_of
from backoffice.models import OutsideLink
from backoffice.models.outside_links import LinkState
from backoffice.pages import page, show
from foundation import audit

LINKS_A_PAGE = 50
CHECK = "procedures.change_operatorswitch"


def urls(site: AdminSite) -> list[URLPattern]:
    return [page(site, "operacion/enlaces/", links, "outside_links", "backoffice.view_outsidelink")]


def links(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The links, the broken ones first; a POST has all of them looked at now, by a task."""
    if request.method == "POST":
        return _check(request)
    counts = dict(OutsideLink.objects.values_list("state").annotate(count=Count("pk")))
    wanted = request.GET.get("estado", "")
    found = OutsideLink.objects.order_by("-broken_since", "state", "url")
    if wanted in LinkState.values:
        found = found.filter(state=wanted)
    return show(
        site,
        request,
        "backoffice/links/links.html",
        title=_("Enlaces externos"),
        links=Paginator(found, LINKS_A_PAGE).get_page(request.GET.get("p")),
        states=[(state, counts.get(state.value, 0)) for state in LinkState],
        wanted=wanted,
        total=sum(counts.values()),
        is_checking=_tasks().exists(),
        may_check=request.user.has_perm(CHECK),
    )


def _tasks() -> Any:
    """The checks that wait or run."""
    going_on = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(task_path=check_all_links.module_path, status__in=going_on)


def _check(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(CHECK):
        raise PermissionDenied
    if _tasks().exists():
        messages.info(request, _("Ya se están mirando. Los resultados salen aquí según llegan"))
    else:
        check_all_links.enqueue()
        audit.record("links.checked", actor=name_of(request))
        messages.success(request, _("Se van a mirar todos, de uno en uno. Los resultados salen aquí según llegan"))
    return HttpResponseRedirect(reverse("admin:outside_links"))
