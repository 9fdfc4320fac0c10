"""Writing a plan: whole, in one transaction, and only onto the catalogue that it was made from.

Everything is written in batches; nothing asks the database row by row.
"""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from procedures.models import (
    CatalogueStamp,
    Entity,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Synonym,
    VersionState,
)
from procedures.transfer.plan import Batch, NewContent, NewSteps, Plan
from procedures.transfer.planner.versions import values_in_order
from procedures.transfer.validation import set_values

BATCH = 500


class CatalogueChanged(Exception):
    """The catalogue is not what the plan was made from any more: nothing was written."""


def apply(plan: Plan, author: Any = None) -> list[ProcedureVersion]:
    """Write the plan and answer the drafts that it made or changed, written by ``author`` (a staff user).

    Raises ``CatalogueChanged`` when somebody was faster, and writes nothing then.
    """
    if plan.problems:
        raise ValueError("a plan with problems cannot be applied")
    if not plan.writes_something:
        return []
    try:
        with transaction.atomic():
            _claim(plan.stamp)
            return _write(plan, author)
    except IntegrityError as error:
        raise CatalogueChanged from error


def _claim(stamp: int) -> None:
    """Move the stamp from where the plan saw it; whoever else would do so waits here, and then does not find it."""
    if CatalogueStamp.objects.filter(pk=1, number=stamp).update(number=F("number") + 1):
        return
    if stamp or not CatalogueStamp.objects.get_or_create(pk=1, defaults={"number": 1})[1]:
        raise CatalogueChanged


def _write(plan: Plan, author: Any) -> list[ProcedureVersion]:
    _save(Entity, plan.entities)
    _save(Procedure, plan.procedures)
    if plan.replaced:
        for procedure, following in plan.replaced:
            procedure.replaced_by = following
        procedures = [procedure for procedure, _following in plan.replaced]
        Procedure.objects.bulk_update(procedures, ["replaced_by"], batch_size=BATCH)
    drafts = _save_contents(plan.contents, author)
    _save(LifeEvent, plan.life_events)
    _save_steps(plan.steps)
    _save(Synonym, plan.synonyms)
    return drafts


def _save(model: type[models.Model], batch: Batch) -> None:
    """Make what is new and change what is there; what was changed since it was read raises ``CatalogueChanged``."""
    manager = model._default_manager
    manager.bulk_create(batch.new, batch_size=BATCH)
    _still_as_read(manager, batch.changed)
    for instance in batch.changed:
        instance.revision += 1
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    manager.bulk_create(
        batch.changed, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=columns
    )


def _still_as_read(manager: Any, instances: Sequence[Any], **where: Any) -> None:
    for start in range(0, len(instances), BATCH):
        chunk = {instance.pk: instance.revision for instance in instances[start : start + BATCH]}
        rows = manager.select_for_update().filter(pk__in=list(chunk), **where).order_by()
        if dict(rows.values_list("pk", "revision")) != chunk:
            raise CatalogueChanged


def _save_contents(contents: list[NewContent], author: Any) -> list[ProcedureVersion]:
    batch = Batch()
    changed = [content.draft.instance for content in contents if content.draft]
    _still_as_read(ProcedureVersion.objects, changed, state=VersionState.DRAFT)
    versions = []
    for content in contents:
        version = content.draft.instance if content.draft else ProcedureVersion(procedure=content.procedure)
        set_values("versions", version, content.values)
        version.number = content.number
        version.digest = content.digest or version.digest
        (batch.changed if content.draft else batch.new).append(version)
        versions.append(version)
    _save(ProcedureVersion, batch)
    _save_data(list(zip(versions, contents, strict=True)))
    if author is not None:
        authors = ProcedureVersion.authors.through
        rows = [authors(procedureversion_id=version.pk, user_id=author.pk) for version in versions]
        authors._default_manager.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return versions


def _save_data(pairs: list[tuple[ProcedureVersion, NewContent]]) -> None:
    """What each version asks for, made anew where it is other than it was."""
    old = [version.pk for version, content in pairs if content.draft and content.data is not None]
    for start in range(0, len(old), BATCH):
        RequiredDatum.objects.filter(version__in=old[start : start + BATCH]).delete()
    data = []
    for version, content in pairs:
        for values in values_in_order(content.data or []):
            datum = RequiredDatum(version=version)
            set_values("required_data", datum, values)
            data.append(datum)
    RequiredDatum.objects.bulk_create(data, batch_size=BATCH)


def _save_steps(planned: list[NewSteps]) -> None:
    kept = [one.life_event.pk for one in planned]
    LifeEventStep.objects.filter(life_event__in=kept).delete()
    steps = []
    for one in planned:
        for procedure, values in one.steps:
            step = LifeEventStep(life_event=one.life_event, procedure=procedure)
            set_values("life_event_steps", step, values)
            steps.append(step)
    LifeEventStep.objects.bulk_create(steps, batch_size=BATCH)
