"""Planning the steps of life events: the steps that a file lists for an event are all that it will have."""

from django.utils.translation import gettext as _

from procedures.transfer.plan import PlannedSteps
from procedures.transfer.planner.context import NOT_FOUND, Planning
from procedures.transfer.planner.requested_rows import RequestedRow, ResolvedRow
from procedures.transfer.resources import Values
from procedures.transfer.widgets import suggestion


def plan_steps(planning: Planning) -> None:
    """Plan the sheet of steps, event by event."""
    requested = planning.requested
    steps: dict[str, dict[str, RequestedRow]] = {}
    if "life_event_steps" in requested.kinds:
        steps = {slug: {} for (slug,), row in requested.of("life_events").items() if row.row is not None}
    for (slug, code), row in requested.of("life_event_steps").items():
        steps.setdefault(slug, {})[code] = row
    events = [slug for (slug,) in planning.instances("life_events")] if steps else []
    for slug, rows in steps.items():
        planning.advance()
        if slug in events:
            _plan_event(planning, slug, rows)
            continue
        sentence = _("No hay ninguna situación «%(slug)s».%(nearest)s")
        sentence %= {"slug": slug, "nearest": suggestion(slug, events)}
        for row in rows.values():
            row.reject(planning.plan, {"life_event": sentence})


def _plan_event(planning: Planning, slug: str, rows: dict[str, RequestedRow]) -> None:
    plan = planning.plan
    stored = planning.snapshot.of("life_event_steps")
    old = {code: row.values for (event, code), row in stored.items() if event == slug}
    lists_all = any(row.row is not None for row in rows.values()) or not rows
    steps = {} if lists_all else {code: ResolvedRow(values) for code, values in old.items()}
    errors = len(plan.errors)
    for code, row in rows.items():
        if resolved := _resolve(planning, code, row, old.get(code)):
            steps[code] = resolved
            row.record(plan, resolved, old.get(code), is_new=code not in old)
    if len(plan.errors) > errors:
        return
    for code in old:
        if code not in steps:
            plan.remove("life_event_steps", f"{slug} {code}", old[code])
    if {code: step.values for code, step in steps.items()} != old:
        pairs = [(planning.procedure(code), step.values) for code, step in steps.items()]
        plan.steps.append(PlannedSteps(planning.instances("life_events")[slug,], pairs))


def _resolve(planning: Planning, code: str, row: RequestedRow, old: Values | None) -> ResolvedRow | None:
    """Return what the step will say; None when it is rejected."""
    if old is None and row.row is None:
        row.reject(planning.plan, {"object": NOT_FOUND})
        return None
    if planning.procedure(code) is None:
        row.reject(planning.plan, {"procedure": planning.unknown_procedure(code)})
        return None
    resolved = row.resolve(planning.plan, old, old)
    if resolved.values != old and (errors := planning.validator.errors("life_event_steps", resolved.values)):
        row.reject(planning.plan, errors, resolved)
        return None
    return resolved
