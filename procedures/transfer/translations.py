"""The sheet of translations: one row per text, with its source in the default language beside the others.

``versions aeat/renta`` · ``name``: a row names the thing by sheet and key, and the text by field; the labels of a
choice are ``options.<value>``. An import fills in the other languages; an empty cell changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foundation import languages
from procedures.transfer.normalization import reads_alike
from procedures.transfer.resources import RESOURCES, Key, Values
from procedures.transfer.sheets import Row, RowError
from procedures.transfer.widgets import suggestion

TRANSLATED = ("entities", "versions", "required_data", "life_events", "life_event_steps")
OPTION = "options."


class TranslationRow:
    """One row of an export, with an attribute per column."""

    def __init__(self, object: str, field: str, texts: Mapping[str, str]) -> None:
        self.object, self.field = object, field
        for code in languages.codes():
            setattr(self, code, texts.get(code) or "")


def rows_of(instances_by_kind: Mapping[str, Iterable[Any]]) -> Iterator[TranslationRow]:
    """Yield a row for each text that is not empty in every language."""
    for kind, instances in instances_by_kind.items():
        resource = RESOURCES[kind]
        for instance in instances:
            key = " ".join([kind, *(str(resource.columns[key].get_value(instance)) for key in resource.keys)])
            for name in resource.texts:
                texts = {code: getattr(instance, languages.column(name, code)) for code in languages.codes()}
                if any(texts.values()):
                    yield TranslationRow(key, name, texts)
            for option in getattr(instance, "options", None) or ():
                yield TranslationRow(key, f"{OPTION}{option['value']}", option["label"])


class TranslationConflict(ValueError):
    """A translation that cannot be filled in; ``column`` is its language, or the default one."""

    def __init__(self, sentence: str, column: str) -> None:
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True)
class Translation:
    """An imported row: the texts, by language, for a field of the thing with this kind and key.

    ``source`` is the text in the default language that was translated.
    """

    row: Row
    kind: str
    key: Key
    field: str
    source: str
    texts: dict[str, str]

    def fill_in(self, values: Values, stored: Values, given: Values) -> list[str]:
        """Set the texts in ``values`` and return the columns that changed.

        Raises ``TranslationConflict`` when ``given``, which another row of the file says of the same thing, changes the
        same text to something else, and when neither ``values`` nor ``stored``, the catalogue, has the source.
        """
        changed = []
        for language, text in self.texts.items():
            before, now, stated = (_text(self.field, language, found) for found in (stored, values, given))
            if _says(text, before, now):
                continue
            if stated is not None and not _says(stated, before or ""):
                sentence = _("Otra hoja del archivo dice otra cosa de este texto: «%(text)s»") % {"text": stated}
                raise TranslationConflict(sentence, language)
            source = _text(self.field, languages.default(), values)
            if not _says(self.source, source, _text(self.field, languages.default(), stored)):
                sentence = _(
                    "El texto en español es otro desde que se exportó: «%(text)s». "
                    "Exporta otra vez y revisa la traducción"
                )
                raise TranslationConflict(sentence % {"text": source or ""}, languages.default())
            _set_text(self.field, language, values, text)
            changed.append("options" if self.field.startswith(OPTION) else languages.column(self.field, language))
        return changed


def parse_row(row: Row, values: Values) -> Translation | RowError:
    """Return the translation that a row of the sheet asks for, or what is wrong with the row."""
    kind, *key = values["object"].split(" ")
    if kind not in TRANSLATED or len(key) != len(RESOURCES[kind].keys):
        sentence = _("«%(text)s» no dice a qué pertenece el texto, así: %(example)s.%(nearest)s")
        example = "versions aeat/datos-fiscales"
        parameters = {"text": values["object"], "example": example, "nearest": suggestion(kind, TRANSLATED)}
        return RowError(row.kind, sentence % parameters, row, "object")
    field, texts = values["field"], RESOURCES[kind].texts
    if field not in texts and not (kind == "required_data" and field.startswith(OPTION)):
        sentence = _("«%(text)s» no es ninguno de sus textos: %(texts)s.%(nearest)s")
        parameters = {"text": field, "texts": ", ".join(texts), "nearest": suggestion(field, texts)}
        return RowError(row.kind, sentence % parameters, row, "field")
    others = {code: values[code] for code in languages.codes() if code != languages.default() and values.get(code)}
    return Translation(row, kind, tuple(key), field, values[languages.default()], others)


def _says(text: str, *others: str | None) -> bool:
    """Return whether one of the others reads like the text."""
    return any(reads_alike(text, other) for other in others)


def _text(field: str, language: str, values: Values) -> str | None:
    """Return the text of a field in a language; None when the values lack the field."""
    if field.startswith(OPTION):
        option = _option(field, values)
        return option["label"].get(language, "") if option else None
    text: str | None = values.get(languages.column(field, language))
    return text


def _set_text(field: str, language: str, values: Values, text: str) -> None:
    if not field.startswith(OPTION):
        values[languages.column(field, language)] = text
        return
    values["options"] = deepcopy(values["options"])
    option = _option(field, values)
    if option is None:
        raise TranslationConflict(_("Ese dato no tiene ya esa opción"), "field")
    option["label"][language] = text


def _option(field: str, values: Values) -> Any:
    value = field.removeprefix(OPTION)
    options = values.get("options")
    if not isinstance(options, list):
        return None
    return next((option for option in options if isinstance(option, dict) and option.get("value") == value), None)
