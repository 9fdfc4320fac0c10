"""The sheet of translations: every text in a row of its own, its Spanish beside the other languages.

``versions aeat/renta`` · ``name``: which thing it belongs to, by its sheet and key, and which text of it; a choice's
labels are ``options.<value>``. Importing fills what the other languages say; an empty cell leaves what is there.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foundation import languages
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Problem, Row
from procedures.transfer.snapshot import Values
from procedures.transfer.widgets import nearest

TRANSLATED = ("entities", "versions", "required_data", "life_events", "life_event_steps")
OPTION = "options."

type Key = tuple[str, ...]


class Translated:
    """One row of the sheet."""

    def __init__(self, object: str, field: str, texts: Mapping[str, str]) -> None:
        self.object, self.field = object, field
        for language in languages.codes():
            setattr(self, language, texts.get(language) or "")


def texts_of(parts: Mapping[str, Iterable[Any]]) -> Iterator[Translated]:
    """A row for each text that says something, of the instances of each kind."""
    for kind, instances in parts.items():
        resource = RESOURCES[kind]
        for instance in instances:
            named = " ".join([kind, *(str(resource.columns[key].get_value(instance)) for key in resource.keys)])
            for name in resource.texts:
                texts = {code: getattr(instance, languages.column(name, code)) for code in languages.codes()}
                if any(texts.values()):
                    yield Translated(named, name, texts)
            for option in getattr(instance, "options", None) or ():
                yield Translated(named, f"{OPTION}{option['value']}", option["label"])


@dataclass(frozen=True)
class Amendment:
    """What a row of translations wants said: of which thing, which text, its Spanish, the other languages' words."""

    row: Row
    kind: str
    key: Key
    field: str
    spanish: str
    texts: dict[str, str]


def amendment(row: Row, values: Values) -> Amendment | Problem:
    """The row as it was read, or what is wrong with it."""
    kind, *key = values["object"].split(" ")
    if kind not in TRANSLATED or len(key) != len(RESOURCES[kind].keys):
        example = "versions aeat/datos-fiscales"
        said = _("«%(text)s» no dice a qué pertenece el texto, así: %(example)s.%(nearest)s")
        hint = nearest(kind, TRANSLATED)
        where = {"text": values["object"], "example": example, "nearest": hint}
        return Problem(row.kind, said % where, row, "object")
    field, texts = values["field"], RESOURCES[kind].texts
    if field not in texts and not (kind == "required_data" and field.startswith(OPTION)):
        said = _("«%(text)s» no es ninguno de sus textos: %(texts)s.%(nearest)s")
        words = {"text": field, "texts": ", ".join(texts), "nearest": nearest(field, texts)}
        return Problem(row.kind, said % words, row, "field")
    others = {code: values[code] for code in languages.codes() if code != languages.default() and values.get(code)}
    return Amendment(row, kind, tuple(key), field, values[languages.default()], others)


class Conflict(ValueError):
    """A translation that cannot be filled in; ``column`` is its language, or the Spanish."""

    def __init__(self, sentence: str, column: str) -> None:
        super().__init__(sentence)
        self.column = column


def amend(change: Amendment, wanted: Values, known: Values, given: Mapping[str, Any]) -> list[str]:
    """Fill the words into ``wanted``; answers the columns that say something new.

    ``known`` is what the catalogue says; ``given`` what another row of the file says of the same thing: where that
    changes the same text into something else, and where the Spanish is another one by now, ``Conflict`` is raised.
    """
    changed = []
    for language, text in change.texts.items():
        before, now, stated = (_said(change.field, language, values) for values in (known, wanted, given))
        if text in (before, now):
            continue
        if stated is not None and stated != (before or ""):
            raise Conflict(
                _("Otra hoja del archivo dice otra cosa de este texto: «%(text)s»") % {"text": stated}, language
            )
        spanish = _said(change.field, languages.default(), wanted)
        if change.spanish not in (spanish, _said(change.field, languages.default(), known)):
            said = _(
                "El texto en español es otro desde que se exportó: «%(text)s». Exporta otra vez y revisa la traducción"
            )
            raise Conflict(said % {"text": spanish or ""}, languages.default())
        _say(change.field, language, wanted, text)
        changed.append("options" if change.field.startswith(OPTION) else languages.column(change.field, language))
    return changed


def _said(field: str, language: str, values: Mapping[str, Any]) -> str | None:
    """What the values say there; None when they say nothing about it."""
    if field.startswith(OPTION):
        option = _option(field, values)
        return option["label"].get(language, "") if option else None
    said: str | None = values.get(languages.column(field, language))
    return said


def _say(field: str, language: str, values: Values, text: str) -> None:
    if not field.startswith(OPTION):
        values[languages.column(field, language)] = text
        return
    values["options"] = deepcopy(values["options"])
    option = _option(field, values)
    if option is None:
        raise Conflict(_("Ese dato no tiene ya esa opción"), "field")
    option["label"][language] = text


def _option(field: str, values: Mapping[str, Any]) -> Any:
    wanted = field.removeprefix(OPTION)
    options = values.get("options")
    if not isinstance(options, list):
        return None
    return next((option for option in options if isinstance(option, dict) and option.get("value") == wanted), None)
