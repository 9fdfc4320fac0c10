"""What a file makes of the content of procedures: a new draft, or a change of the one draft that there is.

What a file says is compared with what an export would have said: when that is the same, nothing is made. Where a file
has a sheet of required data, a procedure's rows in it are all that the procedure asks for.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from procedures.connector_checks import resolve_addresses
from procedures.datum_checks import made_twice
from procedures.transfer.plan import NewContent, Outcome, Plan, Status, differences
from procedures.transfer.planner.requested_rows import File, RequestedRow, ResolvedRow, refuse, said_by, tell
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Row
from procedures.transfer.snapshot import CatalogueSnapshot, Content, StoredVersion, Values
from procedures.transfer.validation import wrong
from procedures.transfer.widgets import nearest


class ImportMode(Enum):
    """What content becomes: a draft that the review looks at, or always a new version, which the caller publishes."""

    DRAFT = auto()
    PUBLISH = auto()


class Contents:
    """Plans the sheets of versions and required data."""

    def __init__(
        self,
        plan: Plan,
        file: File,
        catalogue: CatalogueSnapshot,
        procedures: Mapping[str, Any],
        manner: ImportMode,
        step: Callable[[], None],
    ) -> None:
        self.plan, self.file, self.catalogue, self.procedures = plan, file, catalogue, procedures
        self.manner, self.step = manner, step
        self.data: dict[str, dict[str, RequestedRow]] = {}
        for (code, key), wanted in file.of("required_data").items():
            self.data.setdefault(code, {})[key] = wanted
        self.refused_addresses = resolve_addresses(self._new_connectors())

    def _new_connectors(self) -> set[str]:
        """The connectors of the file that no version of their procedure has yet."""
        connectors = set()
        for (code,), wanted in self.file.of("versions").items():
            content = self.catalogue.contents.get(code, Content())
            known = {held.values["connector"] for held in (content.shown, *content.open) if held}
            connectors |= {wanted.given.get("connector", "")} - known
        return connectors

    def take(self) -> None:
        versions = {key[0]: wanted for key, wanted in self.file.of("versions").items()}
        for code in dict.fromkeys([*versions, *self.data]):
            self.step()
            version = versions.get(code) or RequestedRow("versions", (code,))
            _Content(self, code, version, self.data.get(code, {})).take()

    def states_data(self, version: RequestedRow, data: Mapping[str, RequestedRow]) -> bool:
        """Whether the file says all that a procedure asks for: by rows of its own, or by having none of it."""
        if any(wanted.row is not None for wanted in data.values()):
            return True
        return "required_data" in self.file.kinds and version.row is not None


class _Named(SimpleNamespace):
    """As much of a datum as it takes to name its fields."""

    key: str
    type: str
    minimum: str
    maximum: str
    default: str
    options: Any

    def __init__(self, values: Values) -> None:
        super().__init__(**values)


class _Content:
    """One procedure's."""

    def __init__(self, contents: Contents, code: str, version: RequestedRow, data: dict[str, RequestedRow]) -> None:
        self.plan, self.manner, self.code = contents.plan, contents.manner, code
        self.version, self.data = version, data
        self.procedure = contents.procedures.get(code)
        self.known = contents.procedures
        self.refused_addresses = contents.refused_addresses
        self.states_data = contents.states_data(version, data)
        is_held = code in contents.catalogue.procedures
        self.held = contents.catalogue.contents.get(code, Content()) if is_held else Content()
        if self.manner == ImportMode.PUBLISH:
            self.held = Content(last_number=self.held.last_number)

    def take(self) -> None:
        if self.procedure is None:
            said = _("No hay ningún trámite «%(code)s».%(nearest)s")
            hint = nearest(self.code, list(self.known))
            return self._refuse_all({"procedure": said % {"code": self.code, "nearest": hint}})
        shown = self.held.shown
        if shown is None and self.version.row is None:
            return self._refuse_all(
                {"procedure": _("Falta su fila en la hoja «versions»: el trámite no tiene contenido")}
            )
        problems = len(self.plan.problems)
        version, data = self._said(shown)
        if len(self.plan.problems) > problems:
            return self._refuse_all({})
        if shown is not None and self._is(shown, version, data):
            return self._tell(version, data, shown, "")
        draft = self.held.draft
        if draft is not None and draft is not shown:
            version, data = self._said(draft)
        for held in self.held.open:
            if self._is(held, version, data):
                return self._tell(
                    version, data, held, _("ya lo dice la versión %(number)d") % {"number": held.instance.number}
                )
        return self._write(version, data, draft)

    def _said(self, start: StoredVersion | None) -> tuple[ResolvedRow, dict[str, ResolvedRow]]:
        """What the version and each datum will say, from what this version says."""
        shown = self.held.shown
        version = said_by(self.version, self.plan, start.values if start else None, shown.values if shown else None)
        before, known = start.data if start else {}, shown.data if shown else {}
        data: dict[str, ResolvedRow] = {}
        if not self.states_data:
            data = {key: ResolvedRow(values, {}) for key, values in before.items()}
        for key, wanted in self.data.items():
            if wanted.row is None and key not in before:
                refuse(self.plan, wanted, {"object": _("No existe y el archivo tampoco lo trae")})
            else:
                data[key] = said_by(wanted, self.plan, before.get(key), known.get(key))
        return version, data

    def _is(self, held: StoredVersion, version: ResolvedRow, data: dict[str, ResolvedRow]) -> bool:
        return version.values == held.values and {key: said.values for key, said in data.items()} == held.data

    def _write(self, version: ResolvedRow, data: dict[str, ResolvedRow], draft: StoredVersion | None) -> None:
        before = draft or self.held.shown
        if not self._may_stand(version, data, before):
            return
        number = draft.instance.number if draft else self.held.last_number + 1
        note = _("cambia el borrador %(number)d") if draft else _("borrador nuevo, versión %(number)d")
        self._tell(version, data, before, note % {"number": number})
        values = [said.values for said in data.values()]
        is_same = draft is not None and {key: said.values for key, said in data.items()} == draft.data
        digest = self.version.row.digest if self.version.row else ""
        self.plan.contents.append(
            NewContent(self.procedure, number, version.values, None if is_same else values, draft, digest)
        )

    def _may_stand(self, version: ResolvedRow, data: dict[str, ResolvedRow], before: StoredVersion | None) -> bool:
        """Whether the models accept it; what was there before is not looked at again."""
        problems = len(self.plan.problems)
        if (before is None or version.values != before.values) and (sentences := self._wrong(version.values)):
            refuse(self.plan, self._speaker(self.version), sentences, version)
        for key, said in data.items():
            is_news = before is None or said.values != before.data.get(key)
            if is_news and (sentences := wrong("required_data", said.values)):
                refuse(self.plan, self._speaker(self.data.get(key)), sentences, said)
        if len(self.plan.problems) == problems:
            twice = made_twice(_Named(said.values) for said in data.values())
            if twice:
                sentence = _("Más de un dato hace el campo %(name)s") % {"name": ", ".join(twice)}
                refuse(self.plan, self._speaker(next(iter(self.data.values()), None)), {"key": sentence})
        return len(self.plan.problems) == problems

    def _wrong(self, values: Values) -> dict[str, str]:
        """What is wrong with a version, the place that its connector leads to among it."""
        refused = self.refused_addresses.get(values["connector"])
        return wrong("versions", values) | ({"connector": refused} if refused else {})

    def _speaker(self, wanted: RequestedRow | None) -> RequestedRow:
        """Whose row a sentence stands at: its own, or any of the procedure's."""
        for one in (wanted, self.version, *self.data.values()):
            if one is not None and any(one.rows()):
                return one
        raise AssertionError("a procedure is planned because of a row")

    def _tell(
        self, version: ResolvedRow, data: dict[str, ResolvedRow], before: StoredVersion | None, note: str
    ) -> None:
        is_new = self.held.shown is None
        tell(self.plan, self.version, version, before.values if before else None, is_new=is_new, note=note)
        held = before.data if before else {}
        for key, wanted in self.data.items():
            if key in data:
                tell(self.plan, wanted, data[key], held.get(key), is_new=key not in held, note=note)
        for key in held.keys() - data.keys():
            row = Row("required_data", 0, {})
            own = RESOURCES["required_data"].own
            lost = [one for one in differences("required_data", {}, held[key], own) if one.new]
            swapped = [type(one)(one.column, one.new, "") for one in lost]
            self.plan.outcomes.append(Outcome(row, f"{self.code} {key}", Status.REMOVED, swapped, note))

    def _refuse_all(self, wrong: dict[str, str]) -> None:
        """Refuse the first row of the procedure; the others go with it."""
        if wrong:
            refuse(self.plan, self._speaker(None), wrong)


def values_in_order(data: list[Values]) -> list[Values]:
    """Required data as they are shown: by their order, then as the file has them."""
    return sorted(data, key=lambda values: int(values["order"]))
