"""Asking for the windows of a validation, sending them, and reading what they show."""

from typing import Any, cast

from clave.models import Validation
from tests.clave.pin.factories import window
from tests.pages import PageClient, main_of

HTMX = {"HX-Request": "true"}
RESTORE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
WRONG_APP = {"code": "AAAA", "pin": "AAA"}
"""A code and a PIN that no app has shown."""


def send(client: PageClient, validation: Validation, step: str, **typed: str) -> Any:
    return client.post(window(validation, step), typed)


def send_by_htmx(client: PageClient, validation: Validation, step: str, **typed: str) -> Any:
    return client.post(window(validation, step), typed, headers=HTMX)


def asked(client: PageClient, validation: Validation, step: str) -> Any:
    return client.get(window(validation, step))


def asked_by_htmx(client: PageClient, validation: Validation, step: str) -> Any:
    return client.get(window(validation, step), headers=HTMX)


def as_typed(page: Any, name: str) -> str | None:
    """What a field shows; None when it is empty."""
    return cast(str | None, main_of(page).xpath(f"//input[@name='{name}']")[0].get("value"))


def way_on(page: Any) -> list[str]:
    """Where the buttons of a page lead: links, and the forms of the others."""
    buttons = main_of(page).find_class("btn")
    return [button.get("href") or button.xpath("ancestor::form")[0].get("action") for button in buttons]


def links_of(page: Any) -> list[str]:
    return [link.get("href") for link in main_of(page).iter("a")]
