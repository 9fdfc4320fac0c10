"""Plain inputs rendered in Python: Django's widget templates take longer than the rest of a step's page.

Only inputs and selects with Django's own templates are rendered here; any other widget goes through its template.
"""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = "django/forms/widgets/"
INPUTS = frozenset(f"{FOLDER}{name}.html" for name in ("text", "email", "hidden", "number", "date", "radio_option"))
SELECT, OPTION = f"{FOLDER}select.html", f"{FOLDER}select_option.html"


class PlainInputs(DjangoTemplates):
    """The renderer of the portal's forms (``FORM_RENDERER``)."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        widget = context.get("widget", {})
        if template_name in INPUTS and not widget.get("wrap_label"):
            return _input(widget)
        if template_name == SELECT and all(_is_plain(group) for group in widget["optgroups"]):
            return _select(widget)
        return mark_safe(super().render(template_name, context, request))  # noqa: S308  a template's output


def _is_plain(group: tuple[Any, list[dict[str, Any]], int]) -> bool:
    name, options, _index = group
    return name is None and all(option["template_name"] == OPTION for option in options)


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else _attribute("value", widget["value"])
    start = f'<input type="{conditional_escape(widget["type"])}" name="{conditional_escape(widget["name"])}"'
    return mark_safe(f"{start}{value}{_attributes(widget['attrs'])}>")  # noqa: S308  every value is escaped


def _select(widget: dict[str, Any]) -> SafeString:
    options = "".join(
        f"<option{_attribute('value', option['value'])}{_attributes(option['attrs'])}>"
        f"{conditional_escape(option['label'])}</option>"
        for _name, group, _index in widget["optgroups"]
        for option in group
    )
    start = f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>'
    return mark_safe(f"{start}{options}</select>")  # noqa: S308  every value is escaped


def _attributes(attributes: dict[str, Any]) -> str:
    """Render attributes as Django does: True stands without a value, False is left out."""
    return "".join(
        f" {name}" if value is True else _attribute(name, value)
        for name, value in attributes.items()
        if value is not False
    )


def _attribute(name: str, value: Any) -> str:
    return f' {name}="{conditional_escape(str(value))}"'
