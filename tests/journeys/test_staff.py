"""Staff sign-in and the frame of the back office, in a real browser under the portal's content security policy."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize, expect

from backoffice.menu import MENU
from tools.serving import Portal
from tools.staff_session import at_localhost, sign_in, sign_out

pytestmark = pytest.mark.journey

LOOKS = [(1280, 800, "light"), (820, 1180, "dark"), (360, 800, "light")]
WHAT_AXE_LOOKS_AT = {"preload": False, "resultTypes": ["violations"]}
"""axe reloads style sheets into the page, which the policy refuses."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PAGES = (
    *sorted(reverse(entry.url).removeprefix("/gestion/") for section in MENU for entry in section.entries),
    "", "procedures/procedureversion/1/change/", "procedures/procedureversion/add/", "procedures/entity/add/",
    "procedures/procedure/1/change/", "procedures/lifeevent/1/change/", "procedures/synonym/1/delete/",
    "procedures/banner/add/", "accesses/connectorprofile/add/", "guides/publicquestion/1/change/", "buscar/?q=vida",
    "auth/user/add/", "foundation/auditentry/1/change/",
    "cuenta/", "cuenta/sesiones/", "cuenta/contrasena/", "cuenta/llaves/nueva/", "cuenta/recuperacion/nuevos/",
)  # fmt: skip


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=ViewportSize(width=1280, height=800), locale="es-ES")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not complaints, complaints


def test_a_passkey_is_added_and_opens_alone_and_after_the_password(desk: Page, portal: Portal) -> None:
    browser_tools = desk.context.new_cdp_session(desk)
    browser_tools.send("WebAuthn.enable")
    browser_tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(desk, portal)
    desk.goto(f"{at_localhost(portal)}/gestion/cuenta/llaves/nueva/")
    desk.fill("[name=name]", "Portátil")
    desk.check("[name=passwordless]")
    desk.get_by_role("button", name="Añadir").click()
    expect(desk.locator("h1")).to_have_text("Tus códigos de recuperación")
    sign_out(desk)
    desk.get_by_role("button", name="Entrar con una llave de acceso").click()
    expect(desk.locator("h1")).to_have_text("Inicio")


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_every_kind_of_page_fits_and_can_be_read(
    desk: Page, portal: Portal, axe: Axe, width: int, height: int, scheme: str
) -> None:
    sign_in(desk, portal)
    desk.set_viewport_size(ViewportSize(width=width, height=height))
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    wrong: list[str] = []
    for path in PAGES:
        desk.goto(f"{at_localhost(portal)}/gestion/{path}")
        too_wide = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{path}: {too_wide} px too wide"] if too_wide > 0 else []
        found = axe.run(desk, options=WHAT_AXE_LOOKS_AT).response["violations"]
        wrong += [f"{path}: {one['id']} {node['html'][:120]}" for one in found for node in one["nodes"]]
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_widgets_of_django_work_under_the_policy(desk: Page, portal: Portal) -> None:
    sign_in(desk, portal)
    desk.goto(f"{at_localhost(portal)}/gestion/procedures/procedureversion/add/")
    desk.locator(".select2-selection").first.click()
    desk.get_by_role("searchbox", name="Trámite").fill("vida")
    desk.locator(".select2-results__option", has_text="tgss/vida-laboral").click()
    expect(desk.locator(".select2-selection__rendered").first).to_have_text("tgss/vida-laboral")
    rows = desk.locator(".inline-related:not(.empty-form)")
    before = rows.count()
    desk.locator(".add-row a").first.click()
    expect(rows).to_have_count(before + 1)
    desk.goto(f"{at_localhost(portal)}/gestion/procedures/banner/add/")
    desk.locator(".field-starts_at .date-icon").first.click()
    desk.locator(".calendarbox:visible td.selected a, .calendarbox:visible td.today a").first.click()
    expect(desk.locator("#id_starts_at_0")).not_to_have_value("")
