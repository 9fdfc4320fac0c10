"""The state of things right now: task queue, Cl@ve, public bodies, storage, searches without results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult, get_date_max

from accesses.models import ConnectorProfile
from backoffice.connectors.outage_alerts import recent_failures
from backoffice.dashboard import charts
from backoffice.dashboard.tables import EMPTY_CELL, Row, Table
from backoffice.models import Outage, StoredDocuments
from clave.models import GatewayHealth
from clave.models.gateway_health import FAILURES, REMEMBERED
from procedures.models import Availability, ConnectorHealth, ZeroResultSearch

MAX_SEARCHES = 30
MAX_ENTITIES = 200
MAX_OUTAGES = 10
MAX_STORAGE_DAYS = 31
SLOW_SECONDS = 60


@dataclass(frozen=True)
class TaskQueue:
    """Background tasks; ``oldest`` is when the one that has waited longest became due."""

    waiting: int
    running: int
    failed: int
    oldest: datetime | None

    @property
    def is_slow(self) -> bool:
        """Whether a task has waited for so long that no worker can be running, or too few are."""
        return self.oldest is not None and (timezone.now() - self.oldest).total_seconds() > SLOW_SECONDS


def task_queue() -> TaskQueue:
    ready = Q(status=TaskResultStatus.READY)
    deferred = ~Q(run_after=get_date_max())
    due = ready & (~deferred | Q(run_after__lte=timezone.now()))
    found = DBTaskResult.objects.order_by().aggregate(
        waiting=Count("pk", filter=due),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        oldest_enqueued=Min("enqueued_at", filter=due & ~deferred),
        oldest_deferred=Min("run_after", filter=due & deferred),
    )
    moments = filter(None, (found["oldest_enqueued"], found["oldest_deferred"]))
    return TaskQueue(found["waiting"], found["running"], found["failed"], min(moments, default=None))


def _clave_row() -> Row:
    health = GatewayHealth.objects.filter(pk=1).first()
    is_degraded = bool(health and health.failures >= FAILURES and health.failed_at > timezone.now() - REMEMBERED)
    state = _("No responde") if is_degraded else _("Responde")
    failed_at = health.failed_at if health and health.failures else None
    return Row(("Cl@ve", state, health.failures if health else 0, _moment(failed_at), None, None))


def connections(names: Mapping[str, str]) -> Table:
    """Tabulate Cl@ve and the public bodies, those with problems first."""
    health_by_slug = {row.entity_slug: row for row in ConnectorHealth.objects.filter(entity_slug__in=list(names))}
    failures = recent_failures()
    thresholds = dict(ConnectorProfile.objects.values_list("entity__slug", "alert_failures"))
    default_threshold = ConnectorProfile._meta.get_field("alert_failures").default
    labels = {
        Availability.OK: _("Responde"),
        Availability.SLOW: _("Lento"),
        Availability.DOWN: _("No responde"),
        Availability.CLOSED: _("Cerrado"),
    }
    rows = []
    for slug, name in sorted(names.items(), key=lambda pair: (pair[0] not in failures, pair[1].lower())):
        health = health_by_slug.get(slug)
        state = labels[Availability(health.state) if health else Availability.OK]
        in_a_row, failed_at = (health.failures, health.failed_at) if health else (0, None)
        in_an_hour = failures.get(slug, (0, None))[0]
        threshold = thresholds.get(slug, default_threshold) or None
        rows.append(Row((name, state, in_a_row, _moment(failed_at), in_an_hour, threshold)))
    columns = (
        _("Conexión"),
        _("Estado"),
        _("Fallos seguidos"),
        _("Último fallo"),
        _("Fallidos en una hora"),
        _("Avisa con"),
    )
    rows = [_clave_row(), *sorted(rows, key=lambda row: row.cells[1] == labels[Availability.OK])[:MAX_ENTITIES]]
    return Table("conexiones", _("Cl@ve y los organismos, ahora"), columns, rows)


def outages(names: Mapping[str, str]) -> Table:
    rows = [
        Row((names.get(one.entity_slug, one.entity_slug), _moment(one.began_at), _moment(one.ended_at), one.failures))
        for one in Outage.objects.order_by("-began_at")[:MAX_OUTAGES]
    ]
    columns = (_("Organismo"), _("Desde"), _("Hasta"), _("Fallidos en una hora"))
    return Table("averias", _("Últimas averías"), columns, rows, empty=_("Ninguna todavía."))


def searches() -> Table:
    """Tabulate the searches that find nothing, most frequent first."""
    found = list(ZeroResultSearch.objects.order_by("-times", "-last_at")[:MAX_SEARCHES])
    longest = max((one.times for one in found), default=0)
    rows = [
        Row((one.text, one.times, one.language, _moment(one.last_at)), charts.plain_bar(one.times, longest))
        for one in found
    ]
    columns = (_("Búsqueda"), _("Veces"), _("Idioma"), _("Última vez"))
    title, empty = _("Búsquedas sin resultado"), _("Todo lo que se busca se encuentra.")
    return Table("busquedas", title, columns, rows, chart_title=_("Parte"), empty=empty)


def stored_documents() -> StoredDocuments | None:
    """Return the latest measurement of the storage."""
    return StoredDocuments.objects.order_by("-day").first()


def storage() -> Table:
    rows = [
        Row((one.day, one.documents, round(one.bytes / 1_000_000, 1)))
        for one in StoredDocuments.objects.order_by("-day")[:MAX_STORAGE_DAYS]
    ]
    columns = (_("Día"), _("Documentos"), _("Megabytes"))
    return Table("almacen", _("Documentos guardados"), columns, rows, empty=_("Todavía no se ha medido."))


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else EMPTY_CELL
