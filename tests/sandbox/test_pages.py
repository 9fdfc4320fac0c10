"""Page tests: home, phones, buttons, and the warning on every page that this is a sandbox and not Cl@ve."""

import re

import pytest
from lxml import html

from sandbox.people import PEOPLE
from tests.sandbox.calls import ANA, BLOCKED, UNREGISTERED, Calls

PAGES = ("/", "/phones/", f"/phones/{ANA}/", f"/phones/{UNREGISTERED}/", f"/phones/{BLOCKED}/")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound_and_says_that_it_is_not_clave(calls: Calls, path: str) -> None:
    answer = calls.get(path)
    tree = html.document_fromstring(answer.text)
    assert answer.status_code == 200
    assert tree.get("lang") == "es"
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//title")[0].text.startswith(tree.xpath("string(//h1)"))
    assert "Esto es un sandbox. No es Cl@ve" in tree.xpath("string(//body)")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not tree.xpath("//style | //script[not(@src)] | //@style | //*[starts-with(name(@*), 'on')]")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_elsewhere_and_all_of_it_is_there(calls: Calls, path: str) -> None:
    tree = html.document_fromstring(calls.get(path).text)
    for address in tree.xpath("//link/@href | //script/@src | //a/@href | //form/@action"):
        assert address.startswith(("/", "#")), address
    for address in tree.xpath("//link/@href | //script/@src"):
        assert calls.get(address).status_code == 200


def test_the_face_shows_what_is_needed_to_try(calls: Calls) -> None:
    text = calls.get("/").text
    for person in PEOPLE:
        assert f'href="/phones/{person.document_number}/"' in text
        shown = person.contrast if person.kind == "nie" else "/".join(reversed(person.contrast.split("-")))
        assert shown in text


def test_a_phone_shows_the_sms_and_the_app_pin_that_clave_accepts(calls: Calls) -> None:
    calls.ask_sms()
    tree = html.document_fromstring(calls.get(f"/phones/{ANA}/").text)
    assert calls.pin_of() in tree.xpath("string(//article)")
    code, pin = tree.xpath("string(//*[@data-code])"), tree.xpath("string(//*[@data-pin])")
    assert re.search(r"9 min 5\d s|10 min 00 s", tree.xpath("string(//*[@data-expires])"))
    again = html.document_fromstring(calls.get(f"/phones/{ANA}/").text)
    assert again.xpath("string(//*[@data-code])") == code
    assert calls.check_app(ANA, code, pin).status_code == 200


def test_the_button_makes_a_new_pin(calls: Calls) -> None:
    before = html.document_fromstring(calls.get(f"/phones/{ANA}/").text).xpath("string(//*[@data-code])")
    answer = calls.post(f"/phones/{ANA}/pin/")
    assert answer.url.endswith(f"/phones/{ANA}/")
    assert html.document_fromstring(answer.text).xpath("string(//*[@data-code])") != before


def test_who_is_not_registered_has_no_pin_in_the_app(calls: Calls) -> None:
    tree = html.document_fromstring(calls.get(f"/phones/{UNREGISTERED}/").text)
    assert tree.xpath("//*[@data-code]") == []
    assert "no está registrado" in tree.xpath("string(//main)")


def test_a_phone_refreshes_itself_without_javascript(calls: Calls) -> None:
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+">', calls.get(f"/phones/{ANA}/").text)
    assert "http-equiv" not in calls.get("/").text


def test_buttons_switch_faults_on_and_off(calls: Calls) -> None:
    assert "Todo funciona.</p>" in calls.get("/").text
    shown = calls.post("/fallos/", data={"preset": "clave-down"})
    assert "Cl@ve · en todo · error" in shown.text
    assert calls.ask_sms().status_code == 503
    calls.post("/fallos/", data={"preset": "well"})
    assert calls.ask_sms().status_code == 201
    calls.post("/fallos/", data={"preset": "reset"})
    assert calls.effects()["sms_sent"] == 0
    assert calls.post("/fallos/", data={"preset": "earthquake"}).status_code == 404


@pytest.mark.parametrize("path", ["/fallos/", f"/phones/{ANA}/pin/"])
def test_no_page_from_elsewhere_presses_the_buttons(calls: Calls, path: str) -> None:
    answer = calls.post(path, data={"preset": "clave-down"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert calls.get("/api/faults").json() == []


@pytest.mark.parametrize("path", ["/phones/00000000T/", "/static/../server.py", "/static/nothing.css", "/nowhere"])
def test_what_is_not_there_is_not_found(calls: Calls, path: str) -> None:
    assert calls.get(path).status_code == 404
