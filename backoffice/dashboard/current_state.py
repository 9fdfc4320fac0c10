"""How things are just now: the queue, Cl@ve, the bodies, what Downloads holds, what was searched for in vain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult, get_date_max

from accesses.models import ConnectorProfile
from backoffice.connectors.outage_alerts import failures_of_the_hour
from backoffice.dashboard import charts
from backoffice.dashboard.tables import NOTHING, Row, Table
from backoffice.models import Outage, StoredDocuments
from clave.models import GatewayHealth
from clave.models.gateway_health import FAILURES, REMEMBERED
from procedures.models import Availability, ConnectorHealth, ZeroResultSearch

MOST_SEARCHES = 30
MOST_BODIES = 200
MOST_OUTAGES = 10


@dataclass(frozen=True)
class Queue:
    """The work in the background; ``oldest`` is since when the job waits that has been due longest."""

    waiting: int
    running: int
    failed: int
    oldest: datetime | None

    @property
    def is_slow(self) -> bool:
        """Whether somebody has waited for more than a minute: no worker runs, or too few do."""
        return self.oldest is not None and (timezone.now() - self.oldest).total_seconds() > 60


def queue() -> Queue:
    ready = Q(status=TaskResultStatus.READY)
    deferred = ~Q(run_after=get_date_max())
    due = ready & (~deferred | Q(run_after__lte=timezone.now()))
    found = DBTaskResult.objects.order_by().aggregate(
        waiting=Count("pk", filter=due),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        soon=Min("enqueued_at", filter=due & ~deferred),
        later=Min("run_after", filter=due & deferred),
    )
    moments = [moment for moment in (found["soon"], found["later"]) if moment]
    return Queue(found["waiting"], found["running"], found["failed"], min(moments, default=None))


def clave_row() -> Row:
    """Cl@ve as its last calls have seen it."""
    health = GatewayHealth.objects.filter(pk=1).first()
    is_degraded = bool(health and health.failures >= FAILURES and health.failed_at > timezone.now() - REMEMBERED)
    state = _("No responde") if is_degraded else _("Responde")
    failed_at = health.failed_at if health and health.failures else None
    return Row(("Cl@ve", state, health.failures if health else 0, _moment(failed_at), None, None))


def connectors(names: Mapping[str, str]) -> Table:
    """Cl@ve and every body, what is amiss first."""
    known = {row.entity_slug: row for row in ConnectorHealth.objects.filter(entity_slug__in=list(names))}
    failed = failures_of_the_hour()
    thresholds = dict(ConnectorProfile.objects.values_list("entity__slug", "alert_failures"))
    usual = ConnectorProfile._meta.get_field("alert_failures").default
    says = {
        Availability.OK: _("Responde"),
        Availability.SLOW: _("Lento"),
        Availability.DOWN: _("No responde"),
        Availability.CLOSED: _("Cerrado"),
    }
    rows = []
    for slug, name in sorted(names.items(), key=lambda pair: (pair[0] not in failed, pair[1].lower())):
        health = known.get(slug)
        state = Availability(health.state) if health else Availability.OK
        count = failed.get(slug, (0, None))[0]
        threshold = thresholds.get(slug, usual) or None
        in_a_row = health.failures if health else 0
        rows.append(Row((name, says[state], in_a_row, _moment(health.failed_at if health else None), count, threshold)))
    columns = (
        _("Conexión"),
        _("Estado"),
        _("Fallos seguidos"),
        _("Último fallo"),
        _("Fallidos en una hora"),
        _("Avisa con"),
    )
    rows = [clave_row(), *sorted(rows, key=lambda row: row.cells[1] == _("Responde"))[:MOST_BODIES]]
    return Table("conexiones", _("Cl@ve y los organismos, ahora"), columns, rows)


def outages(names: Mapping[str, str]) -> Table:
    """The latest times in which a body failed too often."""
    rows = [
        Row((names.get(one.entity_slug, one.entity_slug), _moment(one.began_at), _moment(one.ended_at), one.failures))
        for one in Outage.objects.order_by("-began_at")[:MOST_OUTAGES]
    ]
    columns = (_("Organismo"), _("Desde"), _("Hasta"), _("Fallidos en una hora"))
    return Table("averias", _("Últimas averías"), columns, rows, empty=_("Ninguna todavía."))


def searches() -> Table:
    """What people look for and do not find, the most asked first."""
    found = list(ZeroResultSearch.objects.order_by("-times", "-last_at")[:MOST_SEARCHES])
    longest = max((one.times for one in found), default=0)
    rows = [
        Row((one.text, one.times, one.language, _moment(one.last_at)), charts.plain_bar(one.times, longest))
        for one in found
    ]
    columns = (_("Búsqueda"), _("Veces"), _("Idioma"), _("Última vez"))
    title, empty = _("Búsquedas sin resultado"), _("Todo lo que se busca se encuentra.")
    return Table("busquedas", title, columns, rows, drawn=_("Parte"), empty=empty)


def stored() -> StoredDocuments | None:
    """What Downloads held when it was last looked at."""
    return StoredDocuments.objects.order_by(F("day").desc()).first()


def storage() -> Table:
    """What Downloads held on the last days."""
    rows = [
        Row((one.day, one.documents, round(one.bytes / 1_000_000, 1)))
        for one in StoredDocuments.objects.order_by("-day")[:31]
    ]
    columns = (_("Día"), _("Documentos"), _("Megabytes"))
    return Table("almacen", _("Documentos guardados"), columns, rows, empty=_("Todavía no se ha medido."))


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else NOTHING
