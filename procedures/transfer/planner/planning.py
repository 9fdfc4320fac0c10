"""From the sheets of a file to a plan: what each row would change, and every error that keeps it from doing so."""

from django.utils.translation import gettext as _

from procedures.transfer.plan import ImportMode, Plan
from procedures.transfer.planner.context import Planning, Report, unknown_procedure
from procedures.transfer.planner.life_event_steps import plan_steps
from procedures.transfer.planner.requested_rows import RequestedRow
from procedures.transfer.planner.versions import plan_versions
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Sheet
from procedures.transfer.widgets import suggestion


def plan_import(
    sheets: list[Sheet], mode: ImportMode = ImportMode.DRAFT, report: Report = lambda done, total: None
) -> Plan:
    """Return what these sheets would do to the catalogue. Nothing is written.

    Looks up the hosts of new connectors, which takes seconds when name servers are slow: not to be called in a
    transaction.
    """
    planning = Planning(sheets, mode, report)
    _plan_entities(planning)
    _plan_procedures(planning)
    plan_versions(planning)
    _plan_life_events(planning)
    for (language, said), requested in planning.requested.of("synonyms").items():
        planning.plan_row(requested, planning.snapshot.synonyms.get((language, said)), planning.plan.synonyms, {})
    if planning.plan.errors:
        planning.plan.outcomes.sort(key=lambda outcome: list(RESOURCES).index(outcome.row.kind))
    return planning.plan


def _plan_entities(planning: Planning) -> None:
    requested = planning.requested
    if not (requested.of("entities") or requested.of("procedures")):
        return
    stored = planning.snapshot.entities
    planning.entities = {slug: row.instance for slug, row in stored.items()}
    for (slug,), row in requested.of("entities").items():
        if (instance := planning.plan_row(row, stored.get(slug), planning.plan.entities, {})) is not None:
            planning.entities[slug] = instance


def _plan_procedures(planning: Planning) -> None:
    requested = planning.requested
    kinds = ("procedures", "versions", "required_data", "life_events", "life_event_steps")
    if not any(requested.of(kind) for kind in kinds):
        return
    stored = planning.snapshot.procedures
    planning.procedures = {code: row.instance for code, row in stored.items()}
    rows = {f"{entity}/{slug}": row for (entity, slug), row in requested.of("procedures").items()}
    codes = rows.keys() | stored.keys()
    replaced: dict[str, RequestedRow] = {}
    for code, row in rows.items():
        errors = _reference_errors(planning, row, codes)
        instance = planning.plan_row(row, stored.get(code), planning.plan.procedures, errors)
        if instance is None:
            continue
        if code not in stored:
            instance.entity = planning.entities[row.key[0]]
        planning.procedures[code] = instance
        now = stored[code].values["replaced_by"] if code in stored else ""
        if row.given.get("replaced_by", now) != now and not errors:
            replaced[code] = row
    _plan_replacements(planning, replaced)


def _reference_errors(planning: Planning, row: RequestedRow, codes: set[str]) -> dict[str, str]:
    errors = {}
    entity, successor = row.key[0], row.given.get("replaced_by", "")
    if entity not in planning.entities:
        sentence = _("No hay ningún organismo «%(slug)s».%(nearest)s")
        errors["entity"] = sentence % {"slug": entity, "nearest": suggestion(entity, list(planning.entities))}
    if successor and successor not in codes:
        errors["replaced_by"] = unknown_procedure(successor, codes)
    return errors


def _plan_replacements(planning: Planning, replaced: dict[str, RequestedRow]) -> None:
    """Plan which procedure replaces which; reject those that would replace themselves, however indirectly."""
    if not replaced:
        return
    successors = {code: row.values["replaced_by"] for code, row in planning.snapshot.procedures.items()}
    successors |= {code: row.given["replaced_by"] for code, row in replaced.items()}
    for code, row in replaced.items():
        seen, at = {code}, successors.get(code, "")
        while at and at not in seen:
            seen.add(at)
            at = successors.get(at, "")
        if at == code:
            sentence = _("Un trámite no puede sustituirse a sí mismo, tampoco a través de otros")
            row.reject(planning.plan, {"replaced_by": sentence})
        else:
            successor = planning.procedures.get(row.given["replaced_by"])
            planning.plan.replacements.append((planning.procedures[code], successor))


def _plan_life_events(planning: Planning) -> None:
    requested = planning.requested
    if not (requested.of("life_events") or requested.of("life_event_steps")):
        return
    stored = planning.snapshot.life_events
    planning.life_events = {slug: row.instance for slug, row in stored.items()}
    for (slug,), row in requested.of("life_events").items():
        if (instance := planning.plan_row(row, stored.get(slug), planning.plan.life_events, {})) is not None:
            planning.life_events[slug] = instance
    plan_steps(planning)
