"""How values of the catalogue are written to a cell and read from one.

``clean`` raises ``ValueError`` with a sentence for whoever filled in the cell. With ``native``, which is for JSON,
``render`` leaves numbers, lists, tables and truth values as they are; the cells of a spreadsheet hold text.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from import_export import widgets
from rapidfuzz import fuzz, process

from foundation.text import clean_code
from procedures.transfer.normalization import canonical, clean_key, clean_value

LARGEST_NUMBER = 32767
"""What a ``PositiveSmallIntegerField`` can hold in every database."""
TRUE = {"sí", "si", "true", "verdadero", "1", "x"}
FALSE = {"no", "false", "falso", "0"}
_UNSAVABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL holds neither NUL nor lone surrogates


def suggestion(text: str, known: Sequence[str]) -> str:
    """Return " ¿Querías decir «aeat»?" when something known is similar, else ``""``."""
    found = process.extractOne(text, known, scorer=fuzz.ratio, score_cutoff=60)
    return " " + _("¿Querías decir «%(text)s»?") % {"text": found[0]} if found else ""


class Text(widgets.Widget):  # type: ignore[misc]  # the library has no types
    """Any text, kept verbatim but for what ``clean_value`` removes."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                raise ValueError(_("Aquí va un texto, y la celda dice verdadero o falso: dale formato de texto"))
            case str():
                if _UNSAVABLE.search(value):
                    raise ValueError(_("Lleva caracteres que no se pueden guardar"))
                return clean_value(value)
            case int():
                return str(value)
            case float():
                return str(int(value)) if value.is_integer() else repr(value)
            case date() | time() | timedelta():
                raise ValueError(_("La hoja de cálculo lo ha convertido en una fecha: da a la celda formato de texto"))
        raise ValueError(_("Aquí va un texto"))

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "" if value is None else str(value)


class Choice(Text):
    """One of a fixed set of words."""

    def __init__(self, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__()
        self.words = [word for word, _label in choices]

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        text = clean_key(super().clean(value))
        if text not in self.words:
            reason = _("«%(text)s» no vale.") % {"text": text} if text else _("Falta.")
            allowed = _("Puede ser: %(words)s") % {"words": ", ".join(self.words)}
            raise ValueError(f"{reason}{suggestion(text, self.words)} {allowed}")
        return text


class Number(widgets.Widget):  # type: ignore[misc]  # as above
    """An integer from 0 to ``LARGEST_NUMBER``."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> int:
        found = re.fullmatch(r"([0-9]{1,6})([.,]0)?", clean_code(str(value)))
        if not found or int(found[1]) > LARGEST_NUMBER:
            reason = _("Falta un número.") if value in (None, "") else _("«%(text)s» no vale.") % {"text": value}
            raise ValueError(f"{reason} " + _("Escribe un número entero, de 0 a %(most)d") % {"most": LARGEST_NUMBER})
        return int(found[1])

    def render(self, value: Any, obj: Any = None, *, native: bool = False, **options: Any) -> Any:
        return value if native else str(value)


class YesNo(widgets.Widget):  # type: ignore[misc]  # as above
    """A truth value; "sí" or "no" in a cell."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> bool:
        word = clean_code(str(value)).lower()
        if word in TRUE:
            return True
        if word in FALSE:
            return False
        raise ValueError(_("«%(text)s» no vale. Escribe «sí» o «no»") % {"text": "" if value is None else value})

    def render(self, value: Any, obj: Any = None, *, native: bool = False, **options: Any) -> Any:
        return bool(value) if native else ("sí" if value else "no")


class Words(widgets.Widget):  # type: ignore[misc]  # as above
    """A list of words; one per line in a cell."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[str]:
        if isinstance(value, str):
            return [word for word in map(clean_key, canonical(value).splitlines()) if word]
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return value
        raise ValueError(_("Escribe una palabra por línea"))

    def render(self, value: Any, obj: Any = None, *, native: bool = False, **options: Any) -> Any:
        return value if native else "\n".join(value)


class Structure(widgets.Widget):  # type: ignore[misc]  # as above
    """A JSON value of the type that ``empty`` makes; an empty cell stands for ``empty()``."""

    def __init__(self, empty: Callable[[], Any], example: str) -> None:
        super().__init__()
        self.empty, self.example = empty, example

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        if value is None or (isinstance(value, str) and not clean_key(value)):
            return self.empty()
        if isinstance(value, str):
            try:
                value = json.loads(clean_key(value))
            except (ValueError, RecursionError):
                raise ValueError(_("No es JSON, que se escribe así: %(example)s") % {"example": self.example}) from None
        if type(value) is not type(self.empty()):
            raise ValueError(_("Se escribe así: %(example)s") % {"example": self.example})
        if _UNSAVABLE.search(json.dumps(value, ensure_ascii=False)) or "\\u0000" in json.dumps(value):
            raise ValueError(_("Lleva caracteres que no se pueden guardar"))
        return value

    def render(self, value: Any, obj: Any = None, *, native: bool = False, **options: Any) -> Any:
        if native:
            return value
        return json.dumps(value, ensure_ascii=False) if value else ""
