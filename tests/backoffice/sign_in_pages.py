"""Signing in by the forms, as a staff user does."""

from typing import Any

from pyotp import TOTP

from tests.backoffice.staff_users import PASSWORD
from tests.pages import PageClient, check, parse

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = "/gestion/login/"
OWN = "/gestion/cuenta/"


def browser() -> PageClient:
    return PageClient(enforce_csrf_checks=True)


def try_password(client: PageClient, name: str, password: str = PASSWORD, then: str = "") -> Any:
    page = client.get(LOGIN + (f"?next={then}" if then else ""))
    check(page, fragment=False)
    return client.submit(page, username=name, password=password, follow=True)


def try_code(client: PageClient, page: Any, code: str = "") -> Any:
    return client.submit(page, code=code or TOTP(SECRET).now(), follow=True)


def path_of(page: Any) -> str:
    return str(page.request["PATH_INFO"])


def csrf(page: Any) -> str:
    return str(parse(page).xpath("//input[@name='csrfmiddlewaretoken']/@value")[0])


def text_of_page(page: Any) -> str:
    return " ".join(parse(page).text_content().split())
