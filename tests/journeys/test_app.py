"""The portal as an app: installable in Chrome, offline, updated, and on the home screen."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tools.browser import ARGUMENTS, PHONE, chromium_path
from tools.person import Person
from tools.serving import Portal, free_port, serving

CONTROLLED = "() => Boolean(navigator.serviceWorker.controller)"
CACHES = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    found[name] = (await cache.keys()).map((request) => request.url.replace(location.origin, ""));
  }
  return found;
}"""
UNTIL_CACHED = """async (start) => {
  for (let found = false; !found; await new Promise((done) => setTimeout(done, 20)))
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys())
        found ||= url.replace(location.origin, "").startsWith(start);
}"""
"""Ends when something whose address starts so is cached."""
TEXT_OF_CACHES = """async () => {
  let text = "";
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) text += await (await cache.match(request)).text();
  }
  return text;
}"""
MAY_BE_KEPT = re.compile(
    r"/static/(css/portal|js/[a-z]+|img/[a-z-]+|django_htmx/htmx-2\.min)\.[0-9a-f]{12}\.(css|js|svg)"
    r"|/sin-conexion/\?idioma=[a-z-]+|/sw\.js\?idioma"
    r"|/ayuda/([a-z-]+/)?\?idioma=[a-z-]+|/static/img/clave-app/[a-z]+\.[0-9a-f]{12}\.svg"
)
OFFER = """(outcome) => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = () => { window.asked = (window.asked ?? 0) + 1; };
  event.userChoice = Promise.resolve({ outcome });
  window.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def controlled(page: Page) -> None:
    """Wait until the service worker controls the page."""
    page.wait_for_function(CONTROLLED)


def only_cache(page: Page) -> str:
    """Return the name of the cache that is left once the worker has deleted old ones."""
    for _ in range(100):
        if len(found := page.evaluate("caches.keys()")) == 1:
            break
        page.wait_for_timeout(50)
    (name,) = found
    return str(name)


@pytest.fixture
def phone(browser: Browser, portal: Portal) -> Iterator[Person]:
    """A phone without a network, whose console errors are expected."""
    portal.sandbox.work()
    context = browser.new_context(viewport=PHONE, locale="es-ES", has_touch=True, is_mobile=True)
    context.set_default_timeout(15_000)
    yield Person(context.new_page(), portal.url, portal.sandbox)
    context.close()


# --- What Chrome says -----------------------------------------------------------------------------------------------


def test_chrome_finds_nothing_that_keeps_it_from_being_installed(
    browser: Browser, portal: Portal, tmp_path: Path
) -> None:
    """A phone with a persistent profile, since a private window installs nothing."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium_path(), args=list(ARGUMENTS), viewport=PHONE, locale="es-ES"
    )
    page = context.new_page()
    page.goto(portal.url)
    controlled(page)
    session = context.new_cdp_session(page)
    manifest: dict[str, Any] = session.send("Page.getAppManifest")
    assert manifest["url"] == f"{portal.url}/manifest.webmanifest"
    assert manifest["errors"] == []
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    context.close()


# --- Without a network ----------------------------------------------------------------------------------------------


def test_without_a_network_a_page_says_so_and_comes_by_itself_afterwards(phone: Person, axe: Axe) -> None:
    phone.opens("/")
    controlled(phone.page)
    phone.page.context.set_offline(True)
    phone.opens("/tramites/?q=paro")
    phone.sees_step("offline")
    phone.sees("No tienes conexión")
    phone.sees("no guarda páginas con tus datos")
    assert phone.path == "/tramites/"
    assert phone.page.evaluate("getComputedStyle(document.querySelector('.btn')).minHeight") == "52px"
    assert phone.page.evaluate("document.querySelector('main img').naturalWidth") > 0
    results = axe.run(phone.page)
    assert results.violations_count == 0, results.generate_report()
    phone.taps("Probar otra vez")
    phone.sees_step("offline")
    phone.page.context.set_offline(False)
    phone.sees_step("search")
    assert phone.page.url.endswith("/tramites/?q=paro")


def test_without_a_network_the_page_speaks_the_language_of_the_last_one(phone: Person) -> None:
    phone.opens("/")
    controlled(phone.page)
    phone.opens("/idioma/?to=en")
    phone.opens("/tramites/")
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.page.context.set_offline(True)
    phone.opens("/descargas/")
    phone.sees_step("offline")
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")


def test_the_help_is_read_without_a_network_once_it_was_opened(phone: Person) -> None:
    phone.opens("/")
    controlled(phone.page)
    assert not [url for urls in phone.page.evaluate(CACHES).values() for url in urls if url.startswith("/ayuda/")]
    phone.opens("/ayuda/")
    phone.page.evaluate(UNTIL_CACHED, "/ayuda/accesibilidad/?idioma=es")
    phone.page.evaluate(UNTIL_CACHED, "/static/img/clave-app/unlock")
    phone.page.context.set_offline(True)
    phone.opens("/ayuda/app-clave-pin/")
    phone.sees("Agencia Tributaria")
    drawing = phone.page.locator("img[src*='clave-app/store']")
    drawing.scroll_into_view_if_needed()
    phone.page.wait_for_function("image => image.naturalWidth > 0", arg=drawing.element_handle())
    phone.opens("/ayuda/preguntas/")
    phone.sees_step("offline")


def test_static_files_are_served_without_a_network(phone: Person) -> None:
    phone.opens("/")
    controlled(phone.page)
    addresses = phone.page.evaluate(
        "[...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((one) => one.href || one.src)"
    )
    phone.page.context.set_offline(True)
    for address in addresses:
        assert phone.page.evaluate("async (address) => (await fetch(address, { cache: 'no-store' })).ok", address)
    assert not phone.page.evaluate("fetch('/robots.txt', { cache: 'no-store' }).then(() => true, () => false)")


def test_what_is_typed_stays_when_the_network_goes_in_the_middle_of_a_step(phone: Person) -> None:
    phone.opens("/")
    controlled(phone.page)
    phone.starts("dgt/puntos")
    phone.page.context.set_offline(True)
    phone.sends(document_number=phone.somebody(1), alias="Manuel")
    phone.hears("Lo que has escrito sigue aquí")
    phone.sees_step("start")
    expect(phone.page.locator("[name=alias]")).to_have_value("Manuel")
    phone.page.context.set_offline(False)
    phone.hears("Ya hay conexión otra vez")
    phone.main_button().click()
    phone.sees_step("method")


def test_no_page_of_a_person_is_in_any_cache(person: Person) -> None:
    number = person.somebody(2)
    person.opens("/")
    controlled(person.page)
    person.starts("sepe/certificado-situacion")
    person.saves_user(number, alias="Remedios")
    person.validates_by_sms(number)
    person.sees_result("document")
    person.page.reload()
    person.taps("Ver el documento")
    person.opens("/descargas/")
    person.opens("/usuarios/")
    person.sees("Remedios")
    person.opens("/accesos/")
    person.opens("/dispositivo/")
    (kept,) = person.page.evaluate(CACHES).values()
    assert any(path.startswith("/static/css/portal.") for path in kept)
    assert any(path.startswith("/sin-conexion/") for path in kept)
    assert [path for path in kept if not MAY_BE_KEPT.fullmatch(path)] == []
    text = person.page.evaluate(TEXT_OF_CACHES)
    for private in ("Remedios", number, person.sandbox.person(document_number=number)["given_name"]):
        assert private not in text


# --- A new version --------------------------------------------------------------------------------------------------


def test_a_new_version_waits_to_be_wanted_and_then_takes_the_place_of_the_old_one(
    browser: Browser, tmp_path: Path
) -> None:
    port = str(free_port())
    context: BrowserContext = browser.new_context(viewport=PHONE, locale="es-ES")
    context.set_default_timeout(15_000)
    loads: list[str] = []
    with serving(tmp_path, PORT=port) as portal:
        person = Person(context.new_page(), portal.url, portal.sandbox)
        person.opens("/tramites/")
        controlled(person.page)
        (old,) = person.page.evaluate(CACHES)
    with serving(tmp_path, PORT=port, APP_SALT="new") as portal:
        person = Person(person.page, portal.url, portal.sandbox)
        person.opens("/tramites/")
        person.hears("Hay una versión nueva")
        assert set(person.page.evaluate(CACHES)) > {old}
        person.starts("dgt/puntos")
        person.hears("Hay una versión nueva")  # said on the next pages too, those that are swapped in among them
        person.fills(alias="Manuel")
        person.page.on("framenavigated", lambda frame: loads.append(frame.url))
        person.taps("Actualizar")
        expect(person.page.locator("#update")).to_have_count(0)
        expect(person.page.locator("[name=alias]")).to_have_value("Manuel")  # nothing typed is lost to it
        assert loads == []
        new = only_cache(person.page)
        assert new != old
    with serving(tmp_path, PORT=port, APP_SALT="newer") as portal:
        person = Person(person.page, portal.url, portal.sandbox)
        person.opens("/tramites/")
        person.hears("Hay una versión nueva")
        del loads[:]
        person.taps("Actualizar")
        expect(person.page.locator("#update")).to_have_count(0)
        person.sees_step("entities")
        person.page.wait_for_timeout(1000)
        assert loads == [f"{portal.url}/tramites/"]
        newest = only_cache(person.page)
        assert newest not in (old, new)
    context.close()


def test_an_older_worker_and_what_it_kept_are_replaced(phone: Person) -> None:
    """Older versions kept pages and files in caches with other names."""
    phone.page.route("**/static/js/app.*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    phone.opens("/")
    phone.page.evaluate("caches.open('tramites-1').then((cache) => cache.add('/'))")
    assert list(phone.page.evaluate(CACHES)) == ["tramites-1"]
    phone.page.unroute("**/static/js/app.*.js")
    phone.opens("/ayuda/")
    phone.page.evaluate("navigator.serviceWorker.register('/sw.js')")
    controlled(phone.page)
    assert only_cache(phone.page) != "tramites-1"


# --- The home screen ------------------------------------------------------------------------------------------------


@pytest.fixture
def at_a_result(person: Person) -> Callable[[int], Person]:
    def go(position: int) -> Person:
        number = person.somebody(position)
        _has_a_result(person, number)
        person.starts_again("dgt/permiso")
        assert person.page.evaluate(OFFER, "dismissed") is True
        expect(person.page.locator("#install")).to_have_count(0)
        person.validates_by_app(number)
        person.sees_result("consultation")
        return person

    return go


def _has_a_result(person: Person, number: str) -> None:
    """Get a first result, at which nothing is offered."""
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.page.evaluate(OFFER, "dismissed")
    person.validates_by_app(number)
    person.sees_result("consultation")
    expect(person.page.locator("#install")).to_have_count(0)


def test_the_home_screen_is_offered_at_the_second_result_and_not_before(
    at_a_result: Callable[[int], Person], axe: Axe
) -> None:
    person = at_a_result(0)
    card = person.page.locator("#install")
    expect(card).to_be_visible()
    expect(person.page.locator(".action ~ #install")).to_have_count(1)
    expect(card).to_contain_text("Ten Trámites en tu pantalla de inicio")
    results = axe.run(person.page)
    assert results.violations_count == 0, results.generate_report()
    person.taps("Añadir")
    expect(card).to_be_hidden()
    assert person.page.evaluate("window.asked") == 1
    person.page.reload()
    person.page.evaluate(OFFER, "accepted")
    expect(person.page.locator("#install")).to_be_hidden()  # the browser's own question was answered with no


def test_a_no_is_remembered_for_ninety_days(at_a_result: Callable[[int], Person]) -> None:
    person = at_a_result(1)
    card = person.page.locator("#install")
    person.taps("Ahora no")
    expect(card).to_be_hidden()
    person.page.reload()
    person.page.evaluate(OFFER, "accepted")
    expect(card).to_be_hidden()
    person.page.evaluate("localStorage['install-refused'] = Date.now() - 91 * 24 * 3600 * 1000")
    person.page.evaluate(OFFER, "accepted")
    expect(card).to_be_visible()
    person.taps("Añadir")
    expect(card).to_be_hidden()
    person.page.evaluate(OFFER, "accepted")
    expect(card).to_be_visible()


def test_a_browser_that_asks_nothing_by_itself_is_told_how(person: Person) -> None:
    """Safari and Firefox do not have the event."""
    person.page.add_init_script("delete window.onbeforeinstallprompt; delete Window.prototype.onbeforeinstallprompt")
    number = person.somebody(2)
    _has_a_result(person, number)
    person.starts_again("dgt/permiso")
    person.validates_by_app(number)
    person.sees_result("consultation")
    expect(person.page.locator("#install [data-yes]")).to_be_hidden()
    person.taps("Ver cómo se hace")
    person.sees_step("app")
    person.sees("iPhone")


def test_in_the_app_itself_nothing_is_offered(person: Person) -> None:
    person.page.add_init_script(
        "const real = window.matchMedia.bind(window);"
        "window.matchMedia = (asked) => asked.includes('standalone') ? { matches: true } : real(asked)"
    )
    number = person.somebody(3)
    _has_a_result(person, number)
    person.starts_again("dgt/permiso")
    person.page.evaluate(OFFER, "accepted")
    person.validates_by_app(number)
    person.sees_result("consultation")
    expect(person.page.locator("#install")).to_be_hidden()


def test_the_page_that_tells_how_is_readable_by_everybody(person: Person, axe: Axe) -> None:
    person.opens("/aplicacion/")
    person.sees_step("app")
    results = axe.run(person.page)
    assert results.violations_count == 0, results.generate_report()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


# --- On a real phone ------------------------------------------------------------------------------------------------


def test_over_https_the_whole_way_works_and_the_app_is_kept(browser: Browser, tmp_path: Path) -> None:
    """What a phone of the same network does after `make run TLS=on`; this browser trusts no local authority."""
    with serving(tmp_path, TLS="on") as portal:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            args=[*ARGUMENTS, "--ignore-certificate-errors"],
            viewport=PHONE,
            locale="es-ES",
        )
        context.set_default_timeout(15_000)
        person = Person(context.new_page(), portal.url, portal.sandbox)
        person.opens("/")
        controlled(person.page)
        assert person.page.evaluate("isSecureContext && 'clipboard' in navigator")
        number = person.somebody()
        person.starts("dgt/puntos")
        person.saves_user(number)
        person.validates_by_app(number)
        person.sees_result("consultation")
        cookies = context.cookies()
        assert {cookie["name"] for cookie in cookies} >= {"__Host-device", "__Host-csrf"}
        assert all(cookie["secure"] for cookie in cookies)
        context.close()
