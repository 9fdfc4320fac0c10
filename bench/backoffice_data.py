"""Fill a SQLite database for `bench.backoffice`: a large catalogue, and a season of accesses.

A few rows of each kind are made as the portal makes them, then copied by the database itself with other keys, times
and procedures, so that a new column needs no change here.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import connection, models, transaction
from django.utils import timezone

from accesses.failures import Failure
from accesses.models import Access, ConnectorProfile, Outcome, State
from backoffice.statistics import daily_statistics
from backoffice.statistics.days import today
from clave.models import Method, Validation
from guides.models import CitizenQuestion, PublicQuestion
from procedures.models import (
    Entity,
    LifeEvent,
    LifeEventStep,
    OperatorSwitch,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    VersionState,
    ZeroResultSearch,
)
from tests.backoffice.access_factory import People
from tests.factories import a_device, a_user

DAYS = 90
VALIDATIONS_DAYS = 30
ENTITIES = 200
AGO = f"((n.i * 2654435761) % {DAYS * 86400})"
NEW_KEY = "lower(hex(randomblob(16)))"
BATCH = 500


def fill_catalogue(procedures: int) -> None:
    """Create published procedures of 200 bodies, each with two required data, and some of everything else."""
    texts = ("name_es", "short_name_es")
    Entity.objects.bulk_create(
        Entity(slug=f"b{number}", monogram="B", **dict.fromkeys(texts, f"Organismo {number}"))
        for number in range(ENTITIES)
    )
    entities = list(Entity.objects.all())
    Procedure.objects.bulk_create(
        (Procedure(entity=entities[number % ENTITIES], slug=f"t{number}") for number in range(procedures)), BATCH
    )
    ProcedureVersion.objects.bulk_create(
        (_a_version(procedure, number) for number, procedure in enumerate(Procedure.objects.order_by("pk"))), BATCH
    )
    RequiredDatum.objects.bulk_create(
        (
            RequiredDatum(version=version, key=key, type="plate", label_es="Matrícula")
            for version in ProcedureVersion.objects.only("pk")
            for key in ("plate", "other")
        ),
        BATCH,
    )
    ConnectorProfile.objects.bulk_create(ConnectorProfile(entity=entity) for entity in entities)
    OperatorSwitch.objects.bulk_create(OperatorSwitch(entity=entity) for entity in entities)
    _fill_words(list(Procedure.objects.order_by("pk")[:400]))


def _a_version(procedure: Procedure, number: int) -> ProcedureVersion:
    texts = dict.fromkeys(("summary", "purpose", "needs", "gets", "duration", "legal_basis"), "Un texto")
    return ProcedureVersion(
        procedure=procedure,
        number=1,
        state=VersionState.PUBLISHED,
        published_at=timezone.now(),
        kind="consultation",
        connector="{sandbox}/bodies/b/t",
        name_es=f"Trámite {number}",
        **{f"{name}_es": text for name, text in texts.items()},
    )


def _fill_words(procedures: list[Procedure]) -> None:
    LifeEvent.objects.bulk_create(LifeEvent(slug=f"s{number}", name_es=f"Situación {number}") for number in range(100))
    events = list(LifeEvent.objects.all())
    LifeEventStep.objects.bulk_create(
        LifeEventStep(life_event=events[number % 100], procedure=procedure)
        for number, procedure in enumerate(procedures)
    )
    ZeroResultSearch.objects.bulk_create(
        ZeroResultSearch(text=f"búsqueda {number}", language="es", times=number, last_at=timezone.now())
        for number in range(5000)
    )
    PublicQuestion.objects.bulk_create(
        PublicQuestion(section="data", question_es=f"¿{number}?", answer_es="Sí.") for number in range(100)
    )
    question, _new = CitizenQuestion.objects.ask(uuid4(), topic="sms", language="es", email="a@b.es", text="¿Y el SMS?")
    _multiply(question, 10_000, reference=_reference(0), created_at=_moment(0))


def fill_accesses(many: int) -> None:
    """Create accesses of the last 90 days, their validations of the last 30, and the statistics of each day."""
    device = a_device()
    people = People(device, a_user(device))
    version = ProcedureVersion.objects.order_by("pk")[0]
    moment = timezone.now() - timedelta(days=1)
    kinds = [
        (0.40, people.finish(version, moment)),
        (0.20, people.finish(version, moment, outcome=Outcome.DOCUMENT, method=Method.SMS)),
        (0.10, people.finish(version, moment, outcome=Outcome.NOTHING)),
        (0.05, people.finish(version, moment, failure=Failure.AWAY)),
        (0.05, people.finish(version, moment, failure=Failure.REFUSED)),
        (0.20, people.begin(version, moment, State.EXPIRED)),
    ]
    for place, (share, access) in enumerate(kinds):
        _multiply_access(access, round(many * share), place)
        for validation in Validation.objects.filter(purpose=access.purpose):
            _multiply_validation(validation, access, place)
    connection.cursor().execute("ANALYZE")
    for ago in range(DAYS):
        daily_statistics.aggregate_day(today() - timedelta(days=ago))


def _multiply_access(access: Access, many: int, place: int) -> None:
    versions = ProcedureVersion.objects.count()
    first = ProcedureVersion.objects.order_by("pk").values_list("pk", flat=True)[0]
    skewed = f"{first} + (((n.i * 48271) % {versions}) * ((n.i * 16807) % {versions}) / {versions})"
    times = {"created_at": _moment(0), "expires_at": _moment(86400)}
    if access.queued_at:
        times |= {"queued_at": _moment(70), "sent_at": _moment(70), "finished_at": _moment(71, "+ (n.i * 40503) % 50")}
    _multiply(access, many, reference=_reference(place + 1), version_id=skewed, stage=f"'{place}'", **times)


def _multiply_validation(validation: Validation, access: Access, place: int) -> None:
    """Copy a validation for each recent copy of its access, which ``stage`` identifies."""
    key = "a.id"
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    dashed = "||'-'||".join(f"substr({key}, {start}, {length})" for start, length in parts)
    changed = {"id": NEW_KEY, "purpose": f"'access:'||{dashed}", "created_at": "datetime(a.created_at, '+10 seconds')"}
    columns, values = _columns(validation, changed)
    recent = f"a.created_at > datetime('now', '-{VALIDATIONS_DAYS} days')"
    accesses = f"{Access._meta.db_table} a ON {recent} AND a.stage = '{place}' AND a.id != '{access.pk.hex}'"
    _run(f"INSERT INTO {validation._meta.db_table} ({columns}) SELECT {values} "  # noqa: S608  only names of this module
         f"FROM {validation._meta.db_table} t JOIN {accesses} WHERE t.id = '{validation.pk.hex}'")  # fmt: skip


def _multiply(row: models.Model, many: int, **changed: str) -> None:
    columns, values = _columns(row, {"id": NEW_KEY, **changed})
    numbers = f"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {many})"  # noqa: S608
    table = row._meta.db_table
    _run(f"{numbers} INSERT INTO {table} ({columns}) SELECT {values} "  # noqa: S608  only names of this module
         f"FROM {table} t CROSS JOIN n WHERE t.id = '{row.pk.hex}'")  # fmt: skip


def _columns(row: models.Model, changed: dict[str, str]) -> tuple[str, str]:
    columns = [str(field.column) for field in row._meta.concrete_fields]
    return ", ".join(f'"{name}"' for name in columns), ", ".join(changed.get(name, f't."{name}"') for name in columns)


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _moment(after: int, more: str = "") -> str:
    """Return SQL for a time, in seconds after the copied access began."""
    return f"datetime('now', ({after} {more} - {AGO}) || ' seconds')"


def _reference(place: int) -> str:
    number = f"printf('%08X', n.i + {place} * 10000000)"
    return f"substr({number}, 1, 4) || '-' || substr({number}, 5, 4)"
