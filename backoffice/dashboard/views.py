"""The dashboard: how the portal is doing, without personal data; each of its tables can be had as CSV."""

from collections.abc import Callable, Mapping

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _

from backoffice.dashboard import current_state, panels
from backoffice.dashboard.period_form import PeriodForm
from backoffice.dashboard.tables import Table
from backoffice.model_admin import actor_name
from backoffice.pages import GET, render_staff_page, staff_page
from backoffice.statistics.figures import Ending, Figures, Scope, read_figures
from foundation import audit

type Names = Mapping[str, str]
type Query = Mapping[str, str]

PERIOD_TABLES: dict[str, Callable[[Figures, Scope, Names, Query], Table]] = {
    "dias": lambda figures, scope, names, query: panels.by_day(figures, scope),
    "resultados": lambda figures, scope, names, query: panels.by_ending(figures),
    "pasos": lambda figures, scope, names, query: panels.funnel(figures),
    "abandonos": lambda figures, scope, names, query: panels.given_up(figures),
    "metodos": lambda figures, scope, names, query: panels.by_method(figures),
    "fallos": lambda figures, scope, names, query: panels.by_failure(figures),
    "organismos": lambda figures, scope, names, query: panels.by_entity(figures, names, query),
    "tramites": lambda figures, scope, names, query: panels.by_procedure(figures, query),
    "tiempos": lambda figures, scope, names, query: panels.step_times(figures),
    "organismos-tiempos": lambda figures, scope, names, query: panels.entity_times(figures, names),
}
CURRENT_TABLES: dict[str, Callable[[Names], Table]] = {
    "conexiones": current_state.connections,
    "averias": current_state.outages,
    "busquedas": lambda names: current_state.searches(),
    "almacen": lambda names: current_state.storage(),
}
PERIOD_FIELDS = ("days", "first", "last")


def urls(site: AdminSite) -> list[URLPattern]:
    permission = "backoffice.view_dashboard"
    return [
        staff_page(site, "operacion/", dashboard, "dashboard", permission, GET),
        staff_page(site, "operacion/<slug:key>.csv", export, "dashboard_csv", permission, GET),
    ]


def dashboard(site: AdminSite, request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET)
    scope, names = form.scope, form.entity_names
    figures = read_figures(scope)
    period = {name: request.GET[name] for name in PERIOD_FIELDS if request.GET.get(name)}
    tables = {key: make(figures, scope, names, period) for key, make in PERIOD_TABLES.items()}
    tables |= {key: make(names) for key, make in CURRENT_TABLES.items()}
    return render_staff_page(
        site,
        request,
        "backoffice/dashboard/dashboard.html",
        title=_("Operación"),
        form=form,
        scope=scope,
        figures=figures,
        tables={key.replace("-", "_"): table for key, table in tables.items()},
        chart=panels.days_chart(figures, scope),
        endings=list(Ending),
        queue=current_state.task_queue(),
        stored=current_state.stored_documents(),
        query=request.GET.urlencode(),
    )


def export(site: AdminSite, request: HttpRequest, key: str) -> HttpResponse:
    """Return one table as CSV, for the period that the query string chooses."""
    form = PeriodForm(request.GET)
    if key in CURRENT_TABLES:
        table = CURRENT_TABLES[key](form.entity_names)
    elif key in PERIOD_TABLES:
        table = PERIOD_TABLES[key](read_figures(form.scope), form.scope, form.entity_names, {})
    else:
        raise Http404
    audit.record("statistics.exported", actor=actor_name(request), target=key)
    name = f"tramites-{key}-{form.scope.first:%Y%m%d}-{form.scope.last:%Y%m%d}.csv"
    return HttpResponse(
        table.as_csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
