"""Fetch and submit the pages of the validation steps, and read what they show."""

from typing import Any, cast

from clave.models import Validation
from tests.clave.pin.factories import step_url
from tests.pages import PageClient, main_of

HTMX = {"HX-Request": "true"}
RESTORE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
WRONG_APP = {"code": "AAAA", "pin": "AAA"}
"""A code and PIN that no app has issued."""


def post_step(client: PageClient, validation: Validation, step: str, **typed: str) -> Any:
    return client.post(step_url(validation, step), typed)


def post_by_htmx(client: PageClient, validation: Validation, step: str, **typed: str) -> Any:
    return client.post(step_url(validation, step), typed, headers=HTMX)


def get_step(client: PageClient, validation: Validation, step: str) -> Any:
    return client.get(step_url(validation, step))


def get_by_htmx(client: PageClient, validation: Validation, step: str) -> Any:
    return client.get(step_url(validation, step), headers=HTMX)


def shown_value(page: Any, name: str) -> str | None:
    """Return the value shown in a field, or None if it is empty."""
    return cast(str | None, main_of(page).xpath(f"//input[@name='{name}']")[0].get("value"))


def button_targets(page: Any) -> list[str]:
    """Return the targets of a page's buttons: the link, or the action of the form."""
    buttons = main_of(page).find_class("btn")
    return [button.get("href") or button.xpath("ancestor::form")[0].get("action") for button in buttons]


def links_of(page: Any) -> list[str]:
    return [link.get("href") for link in main_of(page).iter("a")]
