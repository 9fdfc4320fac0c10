"""Planning the content of procedures: a new draft, or a change of the only draft there is.

A file is compared with what an export would say, and when both say the same nothing is planned. In a file with a sheet
of required data, a procedure's rows in it are all that the procedure asks for.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from procedures.connector_checks import resolve_addresses
from procedures.required_data.checks import duplicate_field_names
from procedures.transfer.plan import ImportMode, PlannedVersion
from procedures.transfer.planner.context import NOT_FOUND, Planning
from procedures.transfer.planner.requested_rows import RequestedRow, ResolvedRow
from procedures.transfer.resources import Values
from procedures.transfer.snapshot import StoredContent, StoredVersion


def plan_versions(planning: Planning) -> None:
    """Plan the sheets of versions and of required data, procedure by procedure."""
    versions = {code: row for (code,), row in planning.requested.of("versions").items()}
    data: dict[str, dict[str, RequestedRow]] = {}
    for (code, key), row in planning.requested.of("required_data").items():
        data.setdefault(code, {})[key] = row
    address_errors = resolve_addresses(_new_connectors(planning, versions))
    for code in dict.fromkeys([*versions, *data]):
        planning.advance()
        version = versions.get(code) or RequestedRow("versions", (code,))
        _ContentPlanner(planning, version, data.get(code, {}), address_errors).plan_content()


def _new_connectors(planning: Planning, versions: dict[str, RequestedRow]) -> set[str]:
    """Return the connectors that no current version of their procedure has yet."""
    connectors = set()
    for code, row in versions.items():
        content = planning.snapshot.contents.get(code, StoredContent())
        known = {stored.values["connector"] for stored in (content.shown, *content.open) if stored}
        connectors |= {row.given.get("connector", "")} - known
    return connectors


@dataclass
class _ResolvedContent:
    """What a version and each of its required data, by key, will say."""

    version: ResolvedRow
    data: dict[str, ResolvedRow]

    @property
    def data_values(self) -> dict[str, Values]:
        return {key: resolved.values for key, resolved in self.data.items()}

    def equals(self, stored: StoredVersion) -> bool:
        return self.version.values == stored.values and self.data_values == stored.data


class _ContentPlanner:
    """Plans the content of one procedure."""

    def __init__(
        self,
        planning: Planning,
        version: RequestedRow,
        data: dict[str, RequestedRow],
        address_errors: dict[str, str],
    ) -> None:
        self.planning, self.plan = planning, planning.plan
        self.version, self.data, self.address_errors = version, data, address_errors
        self.code = version.key[0]
        self.stored = planning.snapshot.contents.get(self.code, StoredContent())
        if planning.mode == ImportMode.PUBLISH:
            self.stored = StoredContent(last_number=self.stored.last_number)
        has_data = any(requested.row is not None for requested in data.values())
        self.lists_data = has_data or ("required_data" in planning.requested.kinds and version.row is not None)

    def plan_content(self) -> None:
        if self.planning.procedure(self.code) is None:
            return self._reject({"procedure": self.planning.unknown_procedure(self.code)})
        shown, draft = self.stored.shown, self.stored.draft
        if shown is None and self.version.row is None:
            return self._reject({"procedure": _("Falta su fila en la hoja «versions»: el trámite no tiene contenido")})
        errors = len(self.plan.errors)
        content = self._resolve(shown)
        if len(self.plan.errors) > errors:
            return None
        if shown is not None and content.equals(shown):
            return self._record(content, shown)
        if draft is not None and draft is not shown:
            content = self._resolve(draft)
        for stored in self.stored.open:
            if content.equals(stored):
                note = _("ya lo dice la versión %(number)d") % {"number": stored.instance.number}
                return self._record(content, stored, note)
        return self._plan_version(content, draft)

    def _resolve(self, start: StoredVersion | None) -> _ResolvedContent:
        """Resolve the content from what this version says."""
        shown = self.stored.shown
        version = self.version.resolve(self.plan, start.values if start else None, shown.values if shown else None)
        before, stored = start.data if start else {}, shown.data if shown else {}
        data = {} if self.lists_data else {key: ResolvedRow(values) for key, values in before.items()}
        for key, requested in self.data.items():
            if requested.row is None and key not in before:
                requested.reject(self.plan, {"object": NOT_FOUND})
            else:
                data[key] = requested.resolve(self.plan, before.get(key), stored.get(key))
        return _ResolvedContent(version, data)

    def _plan_version(self, content: _ResolvedContent, draft: StoredVersion | None) -> None:
        before = draft or self.stored.shown
        if not self._is_valid(content, before):
            return
        number = draft.instance.number if draft else self.stored.last_number + 1
        note = _("cambia el borrador %(number)d") if draft else _("borrador nuevo, versión %(number)d")
        self._record(content, before, note % {"number": number})
        data = None if draft and content.data_values == draft.data else list(content.data_values.values())
        digest = self.version.row.digest if self.version.row else ""
        procedure = self.planning.procedure(self.code)
        self.plan.versions.append(PlannedVersion(procedure, number, content.version.values, data, draft, digest))

    def _is_valid(self, content: _ResolvedContent, before: StoredVersion | None) -> bool:
        """Validate what is new in the content, rejecting the rows that are not valid."""
        count = len(self.plan.errors)
        version = content.version
        if (before is None or version.values != before.values) and (errors := self._version_errors(version.values)):
            self._row_of(self.version).reject(self.plan, errors, version)
        for key, datum in content.data.items():
            is_new = before is None or datum.values != before.data.get(key)
            if is_new and (errors := self.planning.validator.errors("required_data", datum.values)):
                self._row_of(self.data.get(key)).reject(self.plan, errors, datum)
        if len(self.plan.errors) == count:
            fields: list[Any] = [SimpleNamespace(**values) for values in content.data_values.values()]
            if twice := duplicate_field_names(fields):
                sentence = _("Más de un dato hace el campo %(name)s") % {"name": ", ".join(twice)}
                self._row_of(next(iter(self.data.values()), None)).reject(self.plan, {"key": sentence})
        return len(self.plan.errors) == count

    def _version_errors(self, values: Values) -> dict[str, str]:
        errors = self.planning.validator.errors("versions", values)
        if sentence := self.address_errors.get(values["connector"]):
            errors["connector"] = sentence
        return errors

    def _row_of(self, requested: RequestedRow | None) -> RequestedRow:
        """Return the thing to report an error at: itself when the file has a row of it, else any of the procedure."""
        candidates = (requested, self.version, *self.data.values())
        return next(one for one in candidates if one is not None and one.rows)

    def _record(self, content: _ResolvedContent, before: StoredVersion | None, note: str = "") -> None:
        old = before.data if before else {}
        self.version.record(
            self.plan, content.version, before.values if before else None, is_new=self.stored.shown is None, note=note
        )
        for key, requested in self.data.items():
            if key in content.data:
                requested.record(self.plan, content.data[key], old.get(key), is_new=key not in old, note=note)
        for key in old:
            if key not in content.data:
                self.plan.remove("required_data", f"{self.code} {key}", old[key], note)

    def _reject(self, errors: dict[str, str]) -> None:
        """Reject the first row of the procedure, and so the whole file."""
        self._row_of(None).reject(self.plan, errors)
