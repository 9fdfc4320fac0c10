"""Complete flows by plain forms, without JavaScript."""

from typing import Any

import pytest
from django.test import Client

from accesses.models import Access, State
from accesses.running import run_once
from accounts.models import ClaveUser, Device
from clave.models import State as ValidationState
from clave.models import Validation
from documents.models import Document
from tests.factories import (
    ANA,
    a_datum,
    a_device,
    a_queued_access,
    a_user,
    a_version,
    an_access,
    close,
    known_to,
)
from tests.live_sandbox import LiveSandbox
from tests.pages import HTMX, RESTORE, PageClient, errors_of, main_of, step_of, text_of
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db


def begin(client: PageClient, code: str = "dgt/puntos", **typed: Any) -> Any:
    """Submit the start form; return the step after it."""
    start = client.get(f"/tramites/{code}/empezar/")
    return client.submit(start, access=str(_id(start)), follow=True, **typed)


def _id(response: Any) -> str:
    return str(main_of(response).xpath("//input[@name='access']")[0].get("value"))


def save_user(client: PageClient, page: Any, number: str = ANA) -> Any:
    return client.submit(page, document_number=number, alias="Ana", phone="", follow=True)


def to_result(client: PageClient, page: Any) -> Any:
    """Run the work of the waiting page; return the page after it."""
    assert step_of(page) in ("wait", "result")
    run_tasks()
    return client.get(page.request["PATH_INFO"], follow=True)


def validate_by_app(client: PageClient, page: Any, sandbox: LiveSandbox, number: str = ANA) -> Any:
    page = client.submit(page, method="pin_app", follow=True)
    app = sandbox.app_pin(number)
    return client.submit(page, code=app["code"], pin=app["pin"], follow=True)


def validate_by_sms(client: PageClient, page: Any, sandbox: LiveSandbox, **contrast: str) -> Any:
    page = client.submit(page, method="sms", follow=True)
    page = client.submit(page, follow=True, **contrast)
    assert step_of(page) == "sms_pin"
    user = ClaveUser.objects.get()
    pin = sandbox.messages(user.document_number)[0]["pin"]
    return client.submit(page, pin=pin.lower(), follow=True)


def test_a_new_user_reaches_a_consultation_by_the_app(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = save_user(client, begin(client))
    assert step_of(page) == "method"
    result = to_result(client, validate_by_app(client, page, live_sandbox))
    assert main_of(result).get("data-result") == "consultation"
    assert "***4567**" in text_of(result)


def test_a_new_user_reaches_a_document_by_sms(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version("sepe/certificado-situacion", kind="document")
    page = save_user(client, begin(client, "sepe/certificado-situacion"))
    issued = live_sandbox.person(document_number=ANA)["issue_date"]
    typed = "/".join(reversed(issued.split("-")))
    result = to_result(client, validate_by_sms(client, page, live_sandbox, issue_date=typed))
    assert main_of(result).get("data-result") == "document"
    link = f"/descargas/{Document.objects.get().pk}/"
    assert link in [a.get("href") for a in main_of(result).iter("a")]
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("letter", ["E", "C"])
def test_a_foreigner_validates_by_the_support_number(
    client: PageClient, live_sandbox: LiveSandbox, letter: str
) -> None:
    person = next(
        p
        for p in live_sandbox.people()
        if p["kind"] == "nie" and p["registered"] and not p["blocked"] and p["support_number"].startswith(letter)
    )
    a_version()
    page = save_user(client, begin(client), person["document_number"].lower())
    short = letter + person["support_number"][1:].lstrip("0")
    page = validate_by_sms(client, page, live_sandbox, support_number=short)
    assert step_of(page) in ("wait", "result")


def test_a_returning_user_is_chosen_from_the_list(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    known_to(a_user(a_device(client)))
    page = begin(client, user=None)
    assert step_of(page) == "user"
    page = client.submit(page, follow=True, user=str(ClaveUser.objects.get().pk))
    assert step_of(validate_by_app(client, page, live_sandbox)) == "wait"


def test_nothing_is_saved_before_the_first_form_is_sent(client: PageClient) -> None:
    version = a_version()
    a_datum(version, "plate", "plate")
    page = client.get("/tramites/dgt/puntos/empezar/")
    refused = client.submit(page, plate="mal")
    assert refused.status_code == 422
    assert not Device.objects.exists()
    client.submit(page, plate="1234 BBC")
    assert Device.objects.count() == Access.objects.count() == 1


def test_typed_values_are_kept_when_one_is_wrong(client: PageClient) -> None:
    version = a_version()
    a_datum(version, "plate", "plate")
    a_datum(version, "place", "text")
    refused = client.submit(client.get("/tramites/dgt/puntos/empezar/"), plate="mal", place="Ávila")
    assert main_of(refused).xpath("//input[@name='place']")[0].get("value") == "Ávila"
    assert len(errors_of(refused)) == 1


def test_a_double_tap_makes_one_access(client: PageClient) -> None:
    a_version()
    page = client.get("/tramites/dgt/puntos/empezar/")
    first, second = (client.submit(page, access=_id(page)) for _tap in range(2))
    assert first.url == second.url
    assert Access.objects.count() == 1


def test_the_same_person_is_saved_once(client: PageClient) -> None:
    version = a_version()
    device = a_device(client)
    access = an_access(device, version)
    page = client.get(f"/accesos/{access.pk}/usuario/nuevo/")
    save_user(client, page)
    save_user(client, page)
    assert ClaveUser.objects.count() == 1


def test_a_wrong_letter_is_explained_and_the_typed_number_kept(client: PageClient) -> None:
    a_version()
    refused = save_user(client, begin(client), "12345678A")
    assert refused.status_code == 422
    assert "Revisa el número y la letra" in errors_of(refused)[0]
    assert main_of(refused).xpath("//input[@name='document_number']")[0].get("value") == "12345678A"


def test_code_and_pin_are_never_sent_back(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = client.submit(save_user(client, begin(client)), method="pin_app", follow=True)
    refused = client.submit(page, code="QQQQ", pin="Q7Q")
    assert refused.status_code == 422
    assert b"QQQQ" not in refused.content
    assert b"Q7Q" not in refused.content
    malformed = client.submit(page, code="QQQQQQ", pin="Q7")
    assert malformed.status_code == 422
    assert b"QQQQQQ" not in malformed.content


def test_a_wrong_pin_says_how_many_tries_are_left(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = client.submit(save_user(client, begin(client)), method="pin_app", follow=True)
    refused = client.submit(page, code="AAAA", pin="AAA")
    assert "2 intentos" in errors_of(refused)[0]


def test_after_five_wrong_pins_there_is_a_way_on(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = client.submit(save_user(client, begin(client)), method="pin_app", follow=True)
    known_to(ClaveUser.objects.get())
    for _time in range(5):
        last = client.submit(page, code="AAAA", pin="AAA")
    assert "Esta validación ha terminado" in text_of(last)
    again = client.submit(last, button="Empezar otra validación", follow=True)
    assert step_of(again) == "pin_app"
    sixth = client.submit(page, code="AAAA", pin="AAA")
    assert sixth.status_code == 422
    assert live_sandbox.effects()["verifications"] == 5


def test_a_step_out_of_order_leads_to_the_furthest_allowed(client: PageClient) -> None:
    a_version()
    page = save_user(client, begin(client))
    base = page.request["PATH_INFO"].removesuffix("metodo/")
    for step in ("app", "contraste", "pin"):
        assert step_of(client.get(f"{base}{step}/", follow=True)) == "method"
    access = Access.objects.get()
    for step in ("espera", "resultado"):
        assert step_of(client.get(f"/accesos/{access.pk}/{step}/", follow=True)) == "method"


def test_a_used_validation_leads_to_its_result(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = save_user(client, begin(client))
    validation = Validation.objects.get()
    to_result(client, validate_by_app(client, page, live_sandbox))
    again = client.get(f"/clave/{validation.pk}/app/", follow=True)
    assert step_of(again) == "result"
    posted = client.post(f"/clave/{validation.pk}/app/", {"code": "AAAA", "pin": "AAA"}, follow=True)
    assert step_of(posted) == "result"
    assert live_sandbox.effects()["verifications"] == 1


def test_a_verified_validation_opens_one_access(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = validate_by_app(client, save_user(client, begin(client)), live_sandbox)
    for _tap in range(3):
        client.get(page.request["PATH_INFO"])
    run_tasks()
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}
    assert Validation.objects.get().state == ValidationState.CONSUMED


def test_another_devices_ids_are_not_found(client: PageClient) -> None:
    version = a_version()
    other = a_device(token="o" * 43)
    access = an_access(other, version, user=a_user(other))
    a_device(client)
    for step in ("", "usuario/", "usuario/nuevo/", "espera/", "resultado/"):
        assert client.get(f"/accesos/{access.pk}/{step}").status_code == 404
    assert client.post(f"/accesos/{access.pk}/descartar/").status_code == 404
    taken = client.post("/tramites/dgt/puntos/empezar/", {"access": str(access.pk)})
    assert taken.status_code == 200
    assert Access.objects.get().device_id == other.pk


def test_an_expired_pin_says_so_and_offers_another(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_version()
    page = client.submit(save_user(client, begin(client)), method="sms", follow=True)
    issued = live_sandbox.person(document_number=ANA)["issue_date"]
    page = client.submit(page, issue_date="/".join(reversed(issued.split("-"))), follow=True)
    Validation.objects.update(pin_expires_at=Validation.objects.get().created_at)
    refused = client.submit(page, pin="AAA")
    assert "caducado" in errors_of(refused)[0]
    assert f"/clave/{Validation.objects.get().pk}/contraste/" in [a.get("href") for a in main_of(refused).iter("a")]


def test_an_expired_validation_keeps_the_access(client: PageClient) -> None:
    a_version()
    page = client.submit(save_user(client, begin(client)), method="pin_app", follow=True)
    Validation.objects.update(expires_at=Validation.objects.get().created_at)
    refused = client.submit(page, code="AAAA", pin="AAA")
    assert "ha caducado" in text_of(refused)
    assert Access.objects.get().state == State.STARTED
    again = client.submit(refused, button="Empezar otra validación", follow=True)
    assert step_of(again) == "pin_app"


def test_unfinished_accesses_are_listed_and_can_be_continued(client: PageClient) -> None:
    a_version()
    save_user(client, begin(client))
    listed = client.get("/accesos/")
    link = main_of(listed).xpath("//a[@class='row']")[0].get("href")
    assert step_of(client.get(link, follow=True)) == "method"
    assert Access.objects.get().reference in text_of(listed)
    assert link in [a.get("href") for a in main_of(client.get("/")).iter("a")]


def test_an_unfinished_access_can_be_discarded(client: PageClient) -> None:
    a_version()
    begin(client)
    client.submit(client.get("/accesos/"), button="Descartar")
    access = Access.objects.get()
    assert (access.state, access.inputs_cell) == (State.DISCARDED, b"")
    assert client.get(f"/accesos/{access.pk}/usuario/").status_code == 410


def test_failed_work_can_be_started_again_with_the_same_data(client: PageClient, live_sandbox: LiveSandbox) -> None:
    a_datum(a_version(), "plate", "plate")
    live_sandbox.fail("dgt", "error")
    page = save_user(client, begin(client, plate="1234 BBC"))
    failed = to_result(client, validate_by_app(client, page, live_sandbox))
    assert main_of(failed).get("data-result") == "failed"
    again = client.get(main_of(failed).find_class("btn")[0].get("href"))
    assert main_of(again).xpath("//input[@name='plate']")[0].get("value") == "1234BBC"


def test_the_type_of_identification_is_asked_once(client: PageClient) -> None:
    a_version()
    assert "identification" in [form for f in _forms(client, "/tramites/dgt/puntos/empezar/") for form in f]
    begin(client, identification="clave_pin")
    assert "identification" not in [form for f in _forms(client, "/tramites/dgt/puntos/empezar/") for form in f]


def _forms(client: PageClient, path: str) -> list[list[str]]:
    return [list(form.fields) for form in main_of(client.get(path)).xpath("//form")]


def test_a_step_comes_as_page_fragment_and_restored_page(client: PageClient) -> None:
    a_version()
    path = save_user(client, begin(client)).request["PATH_INFO"]
    assert client.get(path).content.startswith(b"<!doctype html>")
    fragment = client.get(path, headers=HTMX)
    assert b"<html" not in fragment.content
    assert fragment.headers["Vary"].startswith("HX-Request")
    restored = client.get(path, headers=RESTORE)
    assert restored.content.startswith(b"<!doctype html>")


def test_a_closed_procedure_says_so_before_anybody_identifies(client: PageClient) -> None:
    version = a_version()
    close(version.procedure, notice_es="Lo estamos mejorando.")
    page = client.get("/tramites/dgt/puntos/")
    assert "Cerrado por ahora. Lo estamos mejorando." in text_of(page)
    posted = client.post("/tramites/dgt/puntos/empezar/", {})
    assert "Cerrado por ahora. Lo estamos mejorando." in text_of(posted)
    assert not Access.objects.exists()


@pytest.mark.parametrize("path", ["/tramites/nada/", "/tramites/dgt/nada/", "/tramites/dgt/nada/empezar/"])
def test_an_unknown_procedure_is_not_found(client: PageClient, path: str) -> None:
    a_version()
    assert client.get(path).status_code == 404


def test_a_form_without_its_token_is_refused_with_a_way_on() -> None:
    a_version()
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/tramites/dgt/puntos/empezar/", {})
    assert refused.status_code == 403
    assert "mucho tiempo abierta" in refused.content.decode()


def test_an_access_runs_to_its_end_after_its_version_is_retired(client: PageClient, live_sandbox: LiveSandbox) -> None:
    version = a_version()
    device = a_device(client)
    started, queued = an_access(device, version), a_queued_access(device, version)
    version.retire()
    assert step_of(client.get(f"/accesos/{started.pk}/usuario/", follow=True)) == "new_user"
    run_once(queued.pk)
    assert Access.objects.get(pk=queued.pk).state == State.DONE
    assert "Mis puntos" in client.get(f"/accesos/{queued.pk}/resultado/").text


@pytest.mark.parametrize("value", ["", "x", "\x00", "00000000-0000-0000-0000-00000000000", "a" * 5000])
def test_a_start_form_with_a_malformed_id_gets_a_fresh_one(client: PageClient, value: str) -> None:
    a_version()
    assert client.post("/tramites/dgt/puntos/empezar/", {"access": value}).status_code == 302


@pytest.mark.parametrize("como", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_an_earlier_access_that_does_not_exist_fills_nothing(client: PageClient, como: str) -> None:
    a_version()
    assert client.get("/tramites/dgt/puntos/empezar/", {"como": como}).status_code == 200
