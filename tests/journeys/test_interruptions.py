"""What happens to a page on a phone: Back, reload, two tabs, double taps, no network, a slow one, no JavaScript."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.live_sandbox import LiveSandbox
from tools.person import Person, contrast_of

UUID = r"[0-9a-f]{8}-[0-9a-f-]{27}"
PATHS = {
    "procedure": r"/tramites/[a-z-]+/[a-z-]+/",
    "start": r"/tramites/[a-z-]+/[a-z-]+/empezar/",
    "user": rf"/accesos/{UUID}/usuario/",
    "new_user": rf"/accesos/{UUID}/usuario/nuevo/",
    "method": rf"/clave/{UUID}/metodo/",
    "pin_app": rf"/clave/{UUID}/app/",
    "contrast": rf"/clave/{UUID}/contraste/",
    "sms_pin": rf"/clave/{UUID}/pin/",
    "result": rf"/accesos/{UUID}/resultado/",
}
"""The path in the address bar at each step."""
PARTS = ("#top", "nav.tabs", "main", "h1", "footer")
SECRETS = "main :is([name=pin], [name=code], [name=issue_date], [name=support_number])"
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def effects(sandbox: LiveSandbox) -> Counter[str]:
    """Count the effects at Cl@ve and the bodies so far, so that two counts can be subtracted."""
    told = sandbox.effects()
    return Counter({"sms": told["sms_sent"], "verifications": told["verifications"], **told["procedure_runs"]})


# --- Back, forward, reload ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stop:
    """A visited step: its path, and texts that it showed."""

    step: str
    path: str
    says: tuple[str, ...]


@dataclass
class Way:
    """Goes from step to step; at each one reloads, goes back and forward again.

    With JavaScript a step replaces the one before in the browser's history, so Back leaves for the procedure's page.
    """

    person: Person
    replaces: bool = True
    stops: list[Stop] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def arrives(self, step: str, *says: str) -> None:
        self.person.sees_step(step)
        here, before = Stop(step, self.person.path, says), self.stops[-1] if self.stops else None
        self.look(here, "arriving")
        for arriving in ("swapped in", "loaded whole"):
            if before:
                self._half_type()
                self.person.page.go_back()
                self.look(before, f"Back from {step} ({arriving})")
                self.person.page.go_forward()
                self.look(here, f"forward again ({arriving})")
            if arriving == "swapped in":
                self._half_type()
                self.person.page.reload()
                self.look(here, "reloaded")
        if not self.replaces or not self.stops:
            self.stops.append(here)

    def _half_type(self) -> None:
        """Leave a secret typed and unsent, as people do who go back."""
        for typed in self.person.page.locator(SECRETS).all():
            typed.fill("ABC")

    def look(self, stop: Stop, when: str) -> None:
        """It is the whole page of this step, under its address, without any secret."""
        page = self.person.page
        with self._noting(f"{stop.step}, {when}"):
            expect(page).to_have_url(f"{self.person.portal}{stop.path}")
        self.person.sees_step(stop.step)
        seen = {
            f"it says {stop.says}": all(text in page.locator("main").inner_text() for text in stop.says),
            f"it has a step's address: {self.person.path}": re.fullmatch(PATHS[stop.step], self.person.path),
            "it is a whole page": all(page.locator(part).count() == 1 for part in PARTS),
            "its title begins with its heading": page.title().startswith(page.locator("h1").inner_text()),
            "it holds no secret": not any(typed.input_value() for typed in self.person.page.locator(SECRETS).all()),
        }
        self.faults += [f"{stop.step}, {when}: not so: {what}" for what, is_so in seen.items() if not is_so]

    @contextmanager
    def _noting(self, where: str) -> Iterator[None]:
        try:
            yield
        except AssertionError as error:
            self.faults.append(f"{where}: {str(error).splitlines()[0]}")


def _walks_by_sms(way: Way, number: str) -> None:
    """Get a document by SMS for a new user, on a device that has another user saved."""
    person = way.person
    person.starts("dgt/puntos")
    person.saves_user(person.somebody(6), alias="Otro")
    person.opens("/tramites/sepe/certificado-situacion/")
    way.arrives("procedure", "Para qué sirve")
    person.taps("Empezar")
    way.arrives("start", "Quién recibe tus datos", "Otro")
    person.page.get_by_label("Otra persona").check()
    person.main_button().click()
    way.arrives("new_user")
    person.sends(document_number=number, alias="Nerea")
    way.arrives("method", "Nerea")
    person.chooses("sms")
    way.arrives("contrast", "Nerea")
    somebody = person.sandbox.person(document_number=number)
    person.sends(**contrast_of(somebody))
    person.sees_step("sms_pin")
    sms = person.sandbox.messages(number)[0]
    code = person.page.locator(".ticket code").inner_text()
    assert code in sms["text"]
    way.arrives("sms_pin", "Nerea", code, somebody["phone"][-2:])
    person.sends(pin=sms["pin"])
    person.sees_result("document")


def test_back_leaves_the_steps_and_forward_and_reload_find_each_whole(person: Person) -> None:
    way = Way(person)
    _walks_by_sms(way, person.somebody(4))
    here, happened = _at_the_result(way), effects(person.sandbox)
    person.page.go_back()
    way.look(way.stops[0], "Back from the result")
    person.page.go_forward()
    way.look(here, "forward again")
    assert effects(person.sandbox) == happened
    assert not way.faults, "\n".join(way.faults)


def test_back_and_reload_without_javascript_find_every_step_whole(without_javascript: Person) -> None:
    """Back from a result leads to the result, under its own address, and repeats nothing."""
    person, way = without_javascript, Way(without_javascript, replaces=False)
    _walks_by_sms(way, person.somebody(5))
    here, happened = _at_the_result(way), effects(person.sandbox)
    person.page.go_back()
    person.sees_result("document")
    way.look(here, "Back from the result")
    person.page.go_forward()
    way.look(here, "forward again")
    assert effects(person.sandbox) == happened
    assert not way.faults, "\n".join(way.faults)


def _at_the_result(way: Way) -> Stop:
    here = Stop("result", way.person.path, ("Tu documento está listo",))
    way.look(here, "arriving")
    way.person.page.reload()
    way.look(here, "reloaded")
    return here


def test_results_do_not_pile_up_behind_one_another(person: Person) -> None:
    """After two procedures Back leads from page to page where they were begun, to none of their steps."""
    number = person.somebody(1)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    person.starts("dgt/permiso")
    person.validates_by_app(number)
    person.sees_result("consultation")
    person.page.go_back()
    person.sees_step("procedure")
    person.page.go_back()
    person.sees_result("consultation")
    person.page.go_back()
    person.sees_step("procedure")


def test_after_another_method_or_another_person_back_leads_to_the_step_that_counts(person: Person) -> None:
    person.starts("dgt/puntos")
    person.saves_user(person.somebody(1), alias="Ana")
    person.starts("dgt/puntos")
    person.saves_another_user(person.somebody(2), alias="Papá")
    person.chooses("pin_app")
    person.taps("Cambiar de método")
    person.chooses("sms")
    person.page.go_back()
    person.sees_step("contrast")
    person.sees("Papá")
    person.taps("Cambiar de usuario")
    person.page.get_by_label("Ana").check()
    person.chooses("pin_app")
    person.page.go_back()
    person.sees("Has empezado otra validación")
    person.taps("Continuar")
    person.sees_step("pin_app")
    person.sees("Ana")


def test_a_step_that_is_gone_says_so(person: Person) -> None:
    tab = person.in_another_tab()  # what the browser writes about an answer 410 is meant
    tab.starts_again("dgt/puntos")
    tab.sees_step("new_user")
    person.page.bring_to_front()
    person.opens("/accesos/")
    person.taps("Descartar")
    person.hears("Trámite descartado")
    tab.page.bring_to_front()
    tab.page.reload()
    tab.sees_step("ended")
    expect(tab.page.locator("h1")).to_have_text("Descartaste este trámite")


def test_back_to_a_page_that_is_gone_says_so(person: Person) -> None:
    tab = person.in_another_tab()  # what the browser writes about an answer 404 is meant
    tab.starts("dgt/puntos")
    tab.saves_user(tab.somebody(6), alias="Lucía")
    tab.opens("/usuarios/")
    tab.taps("Lucía")
    gone = tab.path
    tab.sends(alias="Luci")
    tab.sees_step("users")
    person.page.bring_to_front()
    person.opens(f"{gone}borrar/")
    person.taps("Quitar el usuario")
    person.sees_step("users")
    tab.page.bring_to_front()
    tab.page.go_back()
    expect(tab.page).to_have_url(f"{tab.portal}{gone}")
    tab.sees("No encontramos")


# --- Two tabs -------------------------------------------------------------------------------------------------------


def test_the_same_access_in_two_tabs_is_done_once(person: Person) -> None:
    number = person.somebody(4, "nie")
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    other = person.in_another_tab()
    other.page.goto(person.page.url)
    other.sees_step("pin_app")
    before, app = effects(person.sandbox), person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.sees_result("consultation")
    other.page.bring_to_front()
    other.sends(code=app["code"], pin=app["pin"])
    other.sees_result("consultation")
    assert other.path == person.path
    assert effects(person.sandbox) - before == {"verifications": 1, "dgt/puntos": 1}


def test_two_tabs_that_validate_at_the_same_moment_ask_clave_once(person: Person) -> None:
    number = person.somebody(3, "nie")
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    other = person.in_another_tab()
    other.page.goto(person.page.url)
    before, app = effects(person.sandbox), person.sandbox.app_pin(number)
    person.sandbox.fail("clave", "slow", operation="verifications", seconds=2)
    for tab in (person, other):
        tab.fills(code=app["code"], pin=app["pin"])
    for tab in (person, other):
        tab.main_button().click(no_wait_after=True)
    for tab in (person, other):
        tab.page.bring_to_front()
        tab.sees_result("consultation")
    assert effects(person.sandbox) - before == {"verifications": 1, "dgt/puntos": 1}


def _in_turn[*Rest](tabs: tuple[tuple[Person, *Rest], ...]) -> Iterator[tuple[Person, *Rest]]:
    """Bring one tab after the other to the front: Chromium draws no frames behind, and each swap waits for one."""
    for tab in tabs:
        tab[0].page.bring_to_front()
        yield tab


def test_two_people_in_two_tabs_are_not_confused(person: Person) -> None:
    other, number, others = person.in_another_tab(), person.somebody(0), person.somebody(3, "nie")
    tabs = ((person, "dgt/puntos", "Ana", number), (other, "dgt/permiso", "Maria", others))
    for tab, code, _, _ in _in_turn(tabs):
        tab.starts(code)
    for tab, _, alias, number in _in_turn(tabs):
        tab.saves_user(number, alias)
    for tab, _, alias, _ in _in_turn(tabs):
        tab.chooses("pin_app")
        tab.page.reload()
        tab.sees(alias)
    for tab, _, _, number in _in_turn(tabs):
        app = tab.sandbox.app_pin(number)
        tab.sends(code=app["code"], pin=app["pin"])
    for tab, _, alias, number in _in_turn(tabs):
        tab.sees_result("consultation")
        shown = number[3:7] if number[0].isdigit() else number[4:8]
        expect(tab.page.locator("main")).to_contain_text(re.compile(rf"para {alias} \((DNI|NIE) \*+{shown}\*+\)"))
    references = [_reference(tab) for tab, *_ in tabs]
    assert references[0] != references[1]
    for (tab, *_), reference in zip(_in_turn(tabs), references, strict=True):
        tab.page.reload()
        tab.sees(reference)


def _reference(person: Person) -> str:
    found = re.search(r"Referencia: (\S+)", person.page.locator("main").inner_text())
    assert found
    return found[1]


# --- Double taps, no network, a slow one ----------------------------------------------------------------------------


def _tap_twice(button: Locator) -> None:
    """Click twice before anything else can happen."""
    button.evaluate("button => { button.click(); button.click(); }")


def test_a_double_tap_makes_one_access_one_sms_and_one_verification(person: Person) -> None:
    number = person.somebody(2)
    posts: Counter[str] = Counter()
    person.page.on("request", lambda request: posts.update(_posted(request)))
    before = effects(person.sandbox)
    person.opens("/tramites/dgt/permiso/empezar/")
    person.fills(document_number=number, alias="Lucía")
    person.page.locator("[name=method][value=sms]").check()
    _tap_twice(person.main_button())
    person.sees_step("contrast")
    person.fills(**contrast_of(person.sandbox.person(document_number=number)))
    _tap_twice(person.main_button())
    person.sees_step("sms_pin")
    assert effects(person.sandbox) - before == {"sms": 1}
    person.fills(pin=person.sandbox.messages(number)[0]["pin"])
    _tap_twice(person.main_button())
    person.sees_result("consultation")
    assert effects(person.sandbox) - before == {"sms": 1, "verifications": 1, "dgt/permiso": 1}
    assert set(posts.values()) == {1}, posts
    person.opens("/accesos/")
    expect(person.page.locator("main a.row")).to_have_count(1)


def _posted(request: Request) -> list[str]:
    return [request.url] if request.method == "POST" else []


def test_without_the_network_what_was_typed_stays_and_is_sent_later(person: Person) -> None:
    number = person.somebody(1)
    person.starts("dgt/puntos")
    typed = {"document_number": number, "alias": "Manuel", "phone": "612 345 678"}
    person.fills(**typed)
    person.page.context.set_offline(True)
    person.hears("Sin conexión")
    person.page.locator("#status").evaluate("status => status.replaceChildren()")
    person.main_button().click()
    person.hears("Sin conexión. Lo que has escrito sigue aquí")
    for name, value in typed.items():
        expect(person.page.locator(f"[name={name}]")).to_have_value(value)
    person.page.context.set_offline(False)
    person.hears("Ya hay conexión otra vez")
    person.main_button().click()
    person.sees_step("method")
    person.sees("Manuel")


def test_a_request_that_gets_lost_can_be_sent_again(person: Person) -> None:
    """The phone reports a network but has none."""
    tab = person.in_another_tab()  # what the browser writes about the lost request is meant
    tab.starts("dgt/puntos")
    tab.page.route("**/empezar/", lambda route: route.abort("connectionreset"), times=1)
    tab.sends(document_number=tab.somebody(1), alias="Manuel")
    tab.hears("Lo que has escrito sigue aquí")
    expect(tab.page.locator("[name=alias]")).to_have_value("Manuel")
    expect(tab.main_button()).not_to_have_attribute("aria-busy", "true")
    tab.main_button().click()
    tab.sees_step("method")


def test_on_slow_3g_a_step_is_sent_once_and_arrives(person: Person) -> None:
    number = person.somebody(5)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    app, before = person.sandbox.app_pin(number), effects(person.sandbox)
    network = person.page.context.new_cdp_session(person.page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_3G)
    posts: Counter[str] = Counter()
    person.page.on("request", lambda request: posts.update(_posted(request)))
    person.sends(code=app["code"], pin=app["pin"])
    button = person.main_button()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    person.page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-busy", "true")
    person.sees_result("consultation")
    assert posts.total() == 1, posts
    assert effects(person.sandbox) - before == {"verifications": 1, "dgt/puntos": 1}


# --- Without JavaScript ---------------------------------------------------------------------------------------------


def test_without_javascript_a_document_is_renamed_shared_and_deleted(without_javascript: Person) -> None:
    person = without_javascript
    number = person.somebody(3)
    person.starts("sepe/certificado-situacion")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("document")
    person.taps("Ver el documento")
    document = person.path
    person.taps("Cambiar el nombre")
    person.sends(name=" ")
    person.sees_problem("nombre")
    person.sends(name="Para la beca")
    person.sees_step("document")
    expect(person.page.locator("h1")).to_have_text("Para la beca")
    person.hears("Nombre cambiado")
    person.taps("Compartir")
    person.main_button().click()
    link = person.page.locator("#link").input_value()
    person.page.goto(link)
    person.sees_step("shared")
    person.opens(f"{document}compartir/")
    expect(person.page.locator("#link")).to_have_count(0)
    person.taps("Cerrar")
    assert person.page.request.get(link).status == 404
    person.opens(document)
    person.taps("Borrar")
    person.sees_step("delete")
    person.taps("Borrar el documento")
    person.sees_step("downloads")
    person.hears("Documento borrado")
    assert person.page.request.get(f"{person.portal}{document}").status == 404


def test_without_javascript_another_sms_is_asked_for_and_a_double_tap_does_no_harm(without_javascript: Person) -> None:
    person = without_javascript
    number = person.somebody(1, "nie")
    before = effects(person.sandbox)
    person.opens("/tramites/dgt/permiso/empezar/")
    person.fills(document_number=number, alias="Giulia")
    person.main_button().dblclick(no_wait_after=True)
    person.sees_step("method")
    person.asks_for_sms(number)
    expect(person.page.locator("#resend")).to_be_disabled()
    person.sees("Podrás pedirlo otra vez")
    person.taps("Comprobar si ya se puede")
    person.sees_step("sms_pin")
    assert effects(person.sandbox) - before == {"sms": 1}
    person.fills(pin=person.sandbox.messages(number)[0]["pin"])
    person.main_button().dblclick(no_wait_after=True)
    person.sees_result("consultation")
    assert effects(person.sandbox) - before == {"sms": 1, "verifications": 1, "dgt/permiso": 1}
    person.opens("/accesos/")
    expect(person.page.locator("main a.row")).to_have_count(1)


# --- What is said, and in which language ----------------------------------------------------------------------------


def test_the_time_left_is_said_as_it_runs_out(person: Person) -> None:
    clock = person.page.clock
    clock.install()
    number = person.somebody(3)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    expect(person.page.locator("#status")).to_have_role("status")
    expect(person.page.locator("#resend")).to_be_disabled()
    for seconds, said in ((300, "5 min 0 s"), (60, "1 min 0 s")):
        clock.run_for((_seconds_left(person) - seconds) * 1000)
        person.hears(f"Tiempo que queda: {said}")
    expect(person.page.locator("#resend")).to_be_enabled()
    clock.run_for((_seconds_left(person) + 2) * 1000)
    expect(person.page.locator("time[data-bar=timebar]")).to_contain_text("min")  # the server knows that time is left


def test_who_comes_back_from_the_sms_in_the_last_minute_is_told(person: Person) -> None:
    """Timers are suspended while another app is in front, so they may miss the moment when time is up."""
    clock = person.page.clock
    clock.install()
    number = person.somebody(2, "nie")
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    expect(person.page.locator("#resend")).to_be_disabled()  # the page counts: it has been looked at once
    clock.fast_forward((_seconds_left(person) - 45) * 1000)
    person.hears("Tiempo que queda:")


def _seconds_left(person: Person) -> int:
    end = person.page.locator("time[data-bar=timebar]").get_attribute("data-countdown") or ""
    now: float = person.page.evaluate("Date.now()")
    return round(datetime.fromisoformat(end).astimezone(UTC).timestamp() - now / 1000)


def test_who_waits_a_minute_for_the_app_is_offered_the_sms(person: Person) -> None:
    person.page.clock.install()
    person.starts("dgt/puntos")
    person.saves_user(person.somebody(0))
    person.chooses("pin_app")
    late = person.page.locator(".late")
    expect(late).not_to_contain_class("now")
    person.page.clock.run_for("01:02")
    expect(late).to_contain_class("now")
    person.hears("¿No tienes la APP a mano?")


@pytest.mark.parametrize("arrived", ["swapped in", "loaded whole"])
def test_another_language_keeps_the_step(person: Person, arrived: str) -> None:
    person.starts("dgt/puntos")
    person.saves_user(person.somebody(0), alias="Ana")
    person.chooses("sms")
    if arrived == "loaded whole":
        person.page.reload()
    before, said = person.path, person.page.locator("h1").inner_text()
    person.page.locator("footer").get_by_role("link", name="English").click()
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    person.sees_step("contrast")
    person.sees("Ana")
    assert person.path == before
    expect(person.page.locator("h1")).not_to_have_text(said)
    expect(person.page.locator("nav.tabs")).to_contain_text("Downloads")
    expect(person.main_button()).to_have_text("Send the SMS")
