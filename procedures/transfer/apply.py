"""Writing a plan: whole, in one transaction, and only to the catalogue that it was made from.

Everything is written in batches: the number of queries does not grow with the rows but with the batches.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from procedures.models import CatalogueStamp, LifeEventStep, Procedure, ProcedureVersion, RequiredDatum, VersionState
from procedures.transfer.plan import Batch, Plan, PlannedSteps, PlannedVersion
from procedures.transfer.resources import RESOURCES
from procedures.transfer.validation import set_values

BATCH = 500


class CatalogueChanged(Exception):
    """The catalogue has changed since the plan was made; nothing was written."""


def apply(plan: Plan, author: Any = None) -> list[ProcedureVersion]:
    """Write the plan and return the drafts that it created or changed, with ``author``, a staff user, as their author.

    Raises ``CatalogueChanged`` when somebody else was faster.
    """
    if plan.errors:
        raise ValueError("a plan with errors cannot be applied")
    if not plan.writes_something:
        return []
    try:
        with transaction.atomic():
            _claim(plan.stamp)
            return _write(plan, author)
    except IntegrityError as error:
        raise CatalogueChanged from error


def _claim(stamp: int) -> None:
    """Move the stamp on from where the plan saw it; a competitor waits here, and then finds it moved."""
    if CatalogueStamp.objects.filter(pk=1, number=stamp).update(number=F("number") + 1):
        return
    if stamp or not CatalogueStamp.objects.get_or_create(pk=1, defaults={"number": 1})[1]:
        raise CatalogueChanged


def _write(plan: Plan, author: Any) -> list[ProcedureVersion]:
    for kind, batch in plan.batches.items():
        _save(RESOURCES[kind].model, batch)
    for procedure, successor in plan.replacements:
        procedure.replaced_by = successor
    Procedure.objects.bulk_update([procedure for procedure, _ in plan.replacements], ["replaced_by"], batch_size=BATCH)
    _replace_steps(plan.steps)
    return _save_versions(plan.versions, author)


def _save(model: type[models.Model], batch: Batch) -> None:
    """Create and update; raise ``CatalogueChanged`` for what was changed since it was read."""
    manager = model._default_manager
    manager.bulk_create(batch.new, batch_size=BATCH)
    _check_revisions(manager, batch.changed)
    for instance in batch.changed:
        instance.revision += 1
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    manager.bulk_create(
        batch.changed, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=columns
    )


def _check_revisions(manager: Any, instances: Sequence[Any], **where: Any) -> None:
    """Lock the rows; raise ``CatalogueChanged`` unless all are at the revision that was read."""
    for chunk in _chunks(instances):
        revisions = {instance.pk: instance.revision for instance in chunk}
        rows = manager.select_for_update().filter(pk__in=list(revisions), **where).order_by()
        if dict(rows.values_list("pk", "revision")) != revisions:
            raise CatalogueChanged


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _save_versions(planned: list[PlannedVersion], author: Any) -> list[ProcedureVersion]:
    drafts = [one.draft.instance for one in planned if one.draft]
    _check_revisions(ProcedureVersion.objects, drafts, state=VersionState.DRAFT)
    batch = Batch()
    versions = []
    for one in planned:
        version = one.draft.instance if one.draft else ProcedureVersion(procedure=one.procedure)
        set_values("versions", version, one.values)
        version.number = one.number
        version.digest = one.digest or version.digest
        (batch.changed if one.draft else batch.new).append(version)
        versions.append(version)
    _save(ProcedureVersion, batch)
    _save_required_data(list(zip(versions, planned, strict=True)))
    if author is not None:
        through = ProcedureVersion.authors.through
        rows = [through(procedureversion_id=version.pk, user_id=author.pk) for version in versions]
        through._default_manager.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return versions


def _save_required_data(pairs: list[tuple[ProcedureVersion, PlannedVersion]]) -> None:
    """Write the required data of each version anew where they differ, in the order in which they are shown."""
    for chunk in _chunks([version.pk for version, planned in pairs if planned.draft and planned.data is not None]):
        RequiredDatum.objects.filter(version__in=chunk).delete()
    data = []
    for version, planned in pairs:
        for values in sorted(planned.data or [], key=lambda values: int(values["order"])):
            datum = RequiredDatum(version=version)
            set_values("required_data", datum, values)
            data.append(datum)
    RequiredDatum.objects.bulk_create(data, batch_size=BATCH)


def _replace_steps(planned: list[PlannedSteps]) -> None:
    for chunk in _chunks([one.life_event.pk for one in planned]):
        LifeEventStep.objects.filter(life_event__in=chunk).delete()
    steps = []
    for one in planned:
        for procedure, values in one.steps:
            step = LifeEventStep(life_event=one.life_event, procedure=procedure)
            set_values("life_event_steps", step, values)
            steps.append(step)
    LifeEventStep.objects.bulk_create(steps, batch_size=BATCH)
