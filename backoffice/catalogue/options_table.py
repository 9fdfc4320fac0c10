"""The options of a choice as a small table: a value, and its text in each language."""

import json
import re
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from backoffice.catalogue.derived import derive_key
from foundation import languages

SPARE_ROWS = 3
"""Empty rows below those that are filled, for browsers without JavaScript."""
_ROW = re.compile(r"-(\d{1,3})-value")


class OptionsTable(forms.Widget):
    """Shows options as a table, and as JSON in a text area when they have parts that the table has no column for.

    Submitted, it gives the rows that are filled; a text under the field's own name goes before them.
    """

    template_name = "backoffice/catalogue/options_table.html"

    class Media:
        js = ["js/backoffice/options-table.js"]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        options = value if isinstance(value, list) else []
        names = languages.names()
        rows = [_row(option) for option in [*options, *({} for _spare in range(SPARE_ROWS))]]
        context["widget"] |= {
            "is_table": not value or fits_table(value),
            "languages": names.items(),
            "rows": [(value, [(code, texts.get(code, "")) for code in names]) for value, texts in rows],
        }
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Render with the project's templates, which Django's own renderer of forms does not know."""
        return super().render(name, value, attrs, TemplatesSetting())

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data[name]
        numbers = sorted(int(match[1]) for key in data if (match := _ROW.fullmatch(key.removeprefix(name))))
        rows = [_submitted(data, f"{name}-{number}") for number in numbers if f"{name}-{number}-value" in data]
        return [row for row in rows if row["value"] or row["label"]]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and not any(_ROW.fullmatch(key.removeprefix(name)) for key in data)

    def id_for_label(self, id_: str) -> str:
        return ""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


def fits_table(options: Any) -> bool:
    """Return whether a table can show all of it."""
    return isinstance(options, list) and all(
        isinstance(option, dict)
        and option.keys() <= {"value", "label"}
        and isinstance(option.get("value", ""), str)
        and isinstance(option.get("label", {}), dict)
        and option.get("label", {}).keys() <= set(languages.codes())
        and all(isinstance(text, str) for text in option.get("label", {}).values())
        for option in options
    )


def as_json(options: Any) -> str:
    return json.dumps(options, ensure_ascii=False)


def _row(option: Any) -> tuple[str, dict[str, str]]:
    return (str(option.get("value", "")), option.get("label", {})) if isinstance(option, dict) else ("", {})


def _submitted(data: Any, prefix: str) -> dict[str, Any]:
    """Return a row; its value is derived from its text when it was left empty."""
    texts = {code: data.get(f"{prefix}-{code}", "").strip() for code in languages.codes()}
    label = {code: text for code, text in texts.items() if text}
    value = data.get(f"{prefix}-value", "").strip() or derive_key(next(iter(label.values()), ""))
    return {"value": value, "label": label}
