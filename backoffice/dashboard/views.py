"""The dashboard: how the portal does, without anything of anybody; and each of its tables as CSV."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from backoffice.dashboard import current_state as present
from backoffice.dashboard import panels
from backoffice.dashboard.period_form import PeriodForm
from backoffice.dashboard.tables import Table
from backoffice.model_admin import name_of
from backoffice.statistics.figures import End, Figures, Scope, figures
from foundation import audit

type Names = Mapping[str, str]
type Query = Mapping[str, str]

OF_THE_PERIOD: dict[str, Callable[[Figures, Scope, Names, Query], Table]] = {
    "dias": lambda found, scope, names, query: panels.days(found, scope),
    "resultados": lambda found, scope, names, query: panels.ends(found),
    "pasos": lambda found, scope, names, query: panels.funnel(found),
    "metodos": lambda found, scope, names, query: panels.methods(found),
    "fallos": lambda found, scope, names, query: panels.failures(found),
    "organismos": lambda found, scope, names, query: panels.entities(found, names, query),
    "tramites": lambda found, scope, names, query: panels.procedures(found, query),
    "tiempos": lambda found, scope, names, query: panels.steps(found),
    "organismos-tiempos": lambda found, scope, names, query: panels.bodies(found, names),
}
OF_NOW: dict[str, Callable[[Names], Table]] = {
    "conexiones": present.connectors,
    "averias": present.outages,
    "busquedas": lambda names: present.searches(),
    "almacen": lambda names: present.storage(),
}


def urls(site: AdminSite) -> list[URLPattern]:
    """The dashboard's addresses in the back office."""
    return [
        path("operacion/", site.admin_view(_dashboard(site)), name="dashboard"),
        path("operacion/<slug:key>.csv", site.admin_view(export), name="dashboard_csv"),
    ]


def _dashboard(site: AdminSite) -> Callable[[HttpRequest], HttpResponse]:
    @require_GET
    @permission_required("backoffice.view_dashboard", raise_exception=True)
    def dashboard(request: HttpRequest) -> HttpResponse:
        form = PeriodForm(request.GET)
        context = {**site.each_context(request), "title": _("Operación"), **_content(form, request)}
        return TemplateResponse(request, "backoffice/dashboard/dashboard.html", context)

    return dashboard


@require_GET
@permission_required("backoffice.view_dashboard", raise_exception=True)
def export(request: HttpRequest, key: str) -> HttpResponse:
    """One table as CSV, of the same choice as the page's."""
    form = PeriodForm(request.GET)
    if key in OF_NOW:
        table = OF_NOW[key](form.names)
    elif key in OF_THE_PERIOD:
        table = OF_THE_PERIOD[key](figures(form.scope), form.scope, form.names, {})
    else:
        raise Http404
    audit.record("statistics.exported", actor=name_of(request), target=key)
    name = f"tramites-{key}-{form.scope.first:%Y%m%d}-{form.scope.last:%Y%m%d}.csv"
    return HttpResponse(
        table.as_csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _content(form: PeriodForm, request: HttpRequest) -> dict[str, Any]:
    scope, names = form.scope, form.names
    found = figures(scope)
    kept = ("days", "first", "last")
    query = {name: request.GET[name] for name in kept if request.GET.get(name)}
    tables = {key: make(found, scope, names, query) for key, make in OF_THE_PERIOD.items()}
    tables |= {key: make(names) for key, make in OF_NOW.items()}
    return {
        "form": form,
        "scope": scope,
        "found": found,
        "finished": found.total - found.ends[End.FAILED] - sum(found.ends[end] for end in panels.NOT_FINISHED),
        "failed": found.ends[End.FAILED],
        "unfinished": sum(found.ends[end] for end in panels.NOT_FINISHED),
        "tables": {key.replace("-", "_"): table for key, table in tables.items()},
        "chart": panels.chart_of_days(found, scope),
        "ends": list(End),
        "queue": present.queue(),
        "stored": present.stored(),
        "query": request.GET.urlencode(),
    }
