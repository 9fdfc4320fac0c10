"""Somebody of the staff in a browser: signs in with name, password and a code, as `make run` prints them."""

from __future__ import annotations

import time
from itertools import count

from playwright.sync_api import Page

from tests.journeys.serving import Portal
from tramites_site import local
from tramites_site.staff_code import PERIOD, code_at

_used: set[str] = set()


def sign_in(page: Page, portal: Portal) -> None:
    """Come in as the local staff user; the page stands at the back office's home afterwards."""
    secrets = local.read(portal.data / "var" / "local.env")
    page.goto(f"{at_localhost(portal)}/gestion/login/")
    page.fill("[name=username]", secrets["STAFF_USER"])
    page.fill("[name=password]", secrets["STAFF_PASSWORD"])
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.fill("[name=code]", _code(secrets["STAFF_TOTP_SECRET"]))
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url("**/gestion/")


def sign_out(page: Page) -> None:
    page.locator(".me summary").click()
    page.get_by_role("button", name="Salir").click()
    page.wait_for_url("**/gestion/login/")


def at_localhost(portal: Portal) -> str:
    """The portal's address by the name that passkeys need."""
    return portal.url.replace("127.0.0.1", "localhost")


def _code(secret: str) -> str:
    """One that was not used yet: each opens once, and the one before and the one after open too."""
    for attempt in count():
        for offset in (0, -1, 1):
            code = code_at(secret, time.time() + offset * PERIOD)
            if code not in _used:
                _used.add(code)
                return code
        time.sleep(0.5 if attempt else 0)
    raise AssertionError
