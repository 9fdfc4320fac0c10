"""Sign the local staff user in and out, in a browser."""

from __future__ import annotations

import time
from itertools import count

from playwright.sync_api import Page
from pyotp import TOTP

from tools.launcher import local_secrets
from tools.serving import Portal

_used_codes: set[str] = set()


def sign_in(page: Page, portal: Portal) -> None:
    """Sign in with password and code, as far as the back office's home page."""
    secrets = local_secrets.read(portal.data / "var" / "local.env")
    page.goto(f"{at_localhost(portal)}/gestion/login/")
    page.fill("[name=username]", secrets["STAFF_USER"])
    page.fill("[name=password]", secrets["STAFF_PASSWORD"])
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.fill("[name=code]", _unused_code(secrets["STAFF_TOTP_SECRET"]))
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url("**/gestion/")


def sign_out(page: Page) -> None:
    page.locator(".me summary").click()
    page.get_by_role("button", name="Salir").click()
    page.wait_for_url("**/gestion/login/")


def at_localhost(portal: Portal) -> str:
    """Return the portal's address under `localhost`: passkeys need a host name."""
    return portal.url.replace("127.0.0.1", "localhost")


def _unused_code(secret: str) -> str:
    """Return a code that no sign-in has used: each works once, also in the period before and after its own."""
    for attempt in count():
        for offset in (0, -1, 1):
            code = TOTP(secret).at(int(time.time()), counter_offset=offset)
            if code not in _used_codes:
                _used_codes.add(code)
                return code
        time.sleep(0.5 if attempt else 0)
    raise AssertionError
