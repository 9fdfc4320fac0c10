"""From the sheets of a file to a plan: what each row would change, and every error that keeps it from doing so."""

from django.utils.translation import gettext as _

from procedures.transfer.plan import ImportMode, Plan
from procedures.transfer.planner.context import Planning, Report
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
    _plan_rows(planning, "entities")
    _plan_procedures(planning)
    plan_versions(planning)
    _plan_rows(planning, "life_events")
    plan_steps(planning)
    _plan_rows(planning, "synonyms")
    if planning.plan.errors:
        kinds = list(RESOURCES)
        planning.plan.outcomes.sort(key=lambda outcome: (kinds.index(outcome.row.kind), outcome.row.number))
    return planning.plan


def _plan_rows(planning: Planning, kind: str) -> None:
    for requested in planning.requested.of(kind).values():
        planning.plan_row(requested)


def _plan_procedures(planning: Planning) -> None:
    requested = planning.requested.of("procedures")
    if not requested:
        return
    stored = planning.snapshot.of("procedures")
    replaced: list[RequestedRow] = []
    for key, row in requested.items():
        errors = _reference_errors(planning, row)
        planning.plan_row(row, errors)
        instance = planning.instances("procedures").get(key)
        if instance is None or errors:
            continue
        if key not in stored:
            instance.entity = planning.instances("entities")[key[:1]]
        now = stored[key].values["replaced_by"] if key in stored else ""
        if row.given.get("replaced_by", now) != now:
            replaced.append(row)
    if replaced:
        _plan_replacements(planning, replaced)


def _reference_errors(planning: Planning, row: RequestedRow) -> dict[str, str]:
    errors = {}
    entities, slug = planning.instances("entities"), row.key[0]
    if (slug,) not in entities:
        sentence = _("No hay ningún organismo «%(slug)s».%(nearest)s")
        errors["entity"] = sentence % {"slug": slug, "nearest": suggestion(slug, [known for (known,) in entities])}
    successor = row.given.get("replaced_by", "")
    key = tuple(successor.split("/"))
    if successor and key not in planning.snapshot.of("procedures") and key not in planning.requested.of("procedures"):
        errors["replaced_by"] = planning.unknown_procedure(successor)
    return errors


def _plan_replacements(planning: Planning, replaced: list[RequestedRow]) -> None:
    """Plan which procedure replaces which; reject those that would replace themselves, however indirectly."""
    stored = planning.snapshot.of("procedures")
    successors = {"/".join(key): row.values["replaced_by"] for key, row in stored.items()}
    successors |= {"/".join(row.key): row.given["replaced_by"] for row in replaced}
    for row in replaced:
        code = "/".join(row.key)
        seen, at = {code}, successors[code]
        while at and at not in seen:
            seen.add(at)
            at = successors.get(at, "")
        if at == code:
            sentence = _("Un trámite no puede sustituirse a sí mismo, tampoco a través de otros")
            row.reject(planning.plan, {"replaced_by": sentence})
        else:
            successor = planning.procedure(successors[code])
            planning.plan.replacements.append((planning.procedure(code), successor))
