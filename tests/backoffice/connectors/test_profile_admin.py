"""Connector profiles and addresses: credentials are never shown, and no address of our own network is called."""

import logging
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from pytest_django.fixtures import Settings

from accesses.models import ConnectorProfile, ConnectorSlot
from accesses.running import run_once
from backoffice.roles import Role
from foundation import audit
from procedures.models import Entity, ProcedureVersion
from tests.backoffice.connectors.profile_factory import SECRET, a_profile
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_device, a_queued_access, a_version
from tests.foundation.http.hostile import HostileServer
from tests.foundation.http.resolver import resolves_to
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db

PROFILES = "/gestion/accesses/connectorprofile/"


def text(response: Any) -> str:
    return " ".join(parse(response).text_content().split())


def send_profile(client: PageClient, **typed: Any) -> Any:
    """Submit the form of the entity's profile, creating it if there is none."""
    entity = Entity.objects.get()
    known = ConnectorProfile.objects.filter(pk=entity.pk).exists()
    path = f"{PROFILES}{entity.pk}/change/" if known else f"{PROFILES}add/"
    form = next(form for form in parse(client.get(path)).forms if "credential" in form.fields)
    values = {**dict(form.form_values()), "entity": str(entity.pk), **typed}
    return client.post(path, values, follow=True)


@pytest.mark.usefixtures("version")
def test_a_credential_is_sealed_and_never_shown_again(
    operator: PageClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[Any] = []
    monkeypatch.setattr(audit, "record", lambda action, **detail: recorded.append((action, detail)))
    caplog.set_level(logging.DEBUG)
    pages = [send_profile(operator, credential_header="X-Api-Key", credential=SECRET)]
    profile = ConnectorProfile.objects.get()
    assert profile.credential == SECRET
    assert SECRET.encode() not in bytes(profile.credential_cell)
    pages += [operator.get(PROFILES), operator.get(f"{PROFILES}{profile.pk}/change/")]
    pages += [operator.get(f"{PROFILES}{profile.pk}/history/"), send_profile(operator, credential="ñ" + SECRET)]
    assert "Puesta el" in text(pages[2])
    for page in pages:
        assert "s3cr3t" not in page.content.decode()
    assert "s3cr3t" not in caplog.text + repr(recorded)
    assert "s3cr3t" not in "".join(entry.change_message for entry in LogEntry.objects.all())
    assert "s3cr3t" not in repr(profile.call_options)


@pytest.mark.usefixtures("version")
def test_an_empty_credential_keeps_the_one_that_is_there_and_a_tick_removes_it(operator: PageClient) -> None:
    send_profile(operator, credential_header="X-Api-Key", credential=SECRET)
    send_profile(operator, read_seconds="7")
    kept = ConnectorProfile.objects.get()
    assert (kept.credential, kept.read_seconds) == (SECRET, 7)
    send_profile(operator, forget_credential="on")
    gone = ConnectorProfile.objects.get()
    assert (gone.credential, bytes(gone.credential_cell), gone.credential_set_at) == ("", b"", None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"credential": SECRET}, "en qué cabecera"),
        ({"credential": SECRET, "credential_header": "Authorization"}, "ya la pone el portal"),
        ({"credential": SECRET, "credential_header": "content-LENGTH"}, "ya la pone el portal"),
        ({"credential_header": "X Key"}, "letras, números y guiones"),
        ({"credential": "a\r\nHost: b", "credential_header": "X-Key"}, "letras sin acentos"),
        ({"credential": "ñ", "credential_header": "X-Key"}, "letras sin acentos"),
        ({"credential": SECRET, "credential_header": "X-Key", "forget_credential": "on"}, "las dos cosas no"),
        ({"read_seconds": "30", "total_seconds": "10"}, "menos que la espera"),
        ({"slots": "0"}, ""),
        ({"read_seconds": "999"}, ""),
    ],
)
@pytest.mark.usefixtures("version")
def test_invalid_values_are_refused_at_their_fields(operator: PageClient, typed: dict[str, str], said: str) -> None:
    assert said in text(send_profile(operator, **typed))
    assert not ConnectorProfile.objects.exists()


def test_the_credential_and_the_mapped_names_go_with_each_call(body: HostileServer) -> None:
    version = a_version()
    ProcedureVersion.objects.update(mapping={"year": "ejercicio", "period_from": "desde"})
    a_profile(version)
    body.does(lambda talk: talk.answer(b"{}", b"Content-Type: application/json"))
    inputs = {"year": 2025, "period_from": "2025-01-01", "other": "a"}
    run_once(a_queued_access(a_device(), version, inputs).pk)
    sent = body.requests[0].decode()
    assert f"X-Api-Key: {SECRET}" in sent
    assert '"inputs": {"year": 2025' not in sent
    assert '"ejercicio": 2025' in sent
    assert '"desde": "2025-01-01"' in sent
    assert '"other": "a"' in sent


def test_its_timeouts_and_slots_override_the_settings(body: HostileServer, version: ProcedureVersion) -> None:
    a_profile(version, read_seconds=0.5, total_seconds=1, slots=1)
    body.does(lambda talk: talk.hang())
    access = a_queued_access(a_device(), version)
    run_once(access.pk)  # the time-outs of the settings are longer than that of the test
    access.refresh_from_db()
    assert access.attempts == 1
    assert ConnectorSlot.objects.count() == 1
    assert ConnectorSlot.objects.acquire("dgt", uuid4(), slots=1)
    assert not ConnectorSlot.objects.acquire("dgt", uuid4(), slots=1)
    assert ConnectorSlot.objects.acquire("dgt", uuid4(), slots=2)


def test_an_unreadable_credential_loses_none_of_the_persons_data(
    body: HostileServer, version: ProcedureVersion
) -> None:
    a_profile(version)
    ConnectorProfile.objects.update(credential_cell=b"broken")
    access = a_queued_access(a_device(), version)
    run_once(access.pk)
    access.refresh_from_db()
    assert access.failure == "away"
    assert body.requests == []


# --- Mapping and connector addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"anno": "a"}, "«anno» no es ningún dato"),
        ({"period": "a"}, "«period» no es ningún dato"),
        ({"period_from": "a", "period_to": "a"}, "el mismo nombre"),
        ({"period_from": "year"}, "el mismo nombre"),
        ({"year": ""}, "con qué nombre"),
        ({"year": 3}, "con qué nombre"),
        (["year"], "con qué nombre"),
    ],
)
def test_a_mapping_that_does_not_fit_is_not_published(mapping: Any, said: str) -> None:
    draft = a_version().copy_to_draft()
    a_datum(draft, "year", "year")
    a_datum(draft, "period", "period")
    draft.mapping = mapping
    draft.save()
    with pytest.raises(Exception, match=said):
        draft.publish()


@pytest.mark.parametrize(
    ("connector", "said"),
    [
        ("http://169.254.169.254/", "Empieza por"),
        ("https://169.254.169.254/latest/", "red privada"),
        ("https://2852039166/", "red privada"),
        ("https://body.example/a", "red privada"),
        ("https://user:word@1.1.1.1/", "contraseña"),
        ("https://1.1.1.1:22/", "puerto 22"),
    ],
)
def test_a_connector_into_our_own_network_is_refused_at_its_field(
    version: ProcedureVersion, monkeypatch: pytest.MonkeyPatch, connector: str, said: str
) -> None:
    resolves_to(monkeypatch, {"body.example": "10.0.0.7"})
    draft = version.copy_to_draft()
    editor = signed_in(a_staff_user(Role.EDITOR))
    path = f"/gestion/procedures/procedureversion/{draft.pk}/change/"
    form = next(form for form in parse(editor.get(path)).forms if "connector" in form.fields)
    refused = editor.post(path, {**dict(form.form_values()), "connector": connector})
    (row,) = parse(refused).xpath("//div[contains(@class, 'field-connector')]")
    assert said in row.text_content()
    draft.refresh_from_db()
    assert draft.connector != connector


def test_a_connector_that_leads_inside_once_it_is_called_is_sent_nothing(
    body: HostileServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SANDBOX_URL, settings.OUTBOUND_PORTS = "", [body.port]
    resolves_to(monkeypatch, {})
    version = a_version(connector=f"https://body.example:{body.port}/a")
    a_profile(version)
    resolves_to(monkeypatch, {"body.example": "127.0.0.1"})
    access = a_queued_access(a_device(), version)
    run_once(access.pk)
    access.refresh_from_db()
    assert access.sent_at is None
    assert body.requests == []
