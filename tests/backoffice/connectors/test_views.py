"""Connector profiles and trials: the steps of a call are shown, secrets and the content of replies are not."""

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses.models import ConnectorProfile, ConnectorSlot
from accesses.running import run_once
from backoffice.connectors import diagnostics, trials
from backoffice.models import Trial
from backoffice.models.trials import MAX_RUNNING
from backoffice.roles import Role
from foundation import audit
from procedures.models import Entity, ProcedureVersion
from procedures.sample_inputs import sample_inputs
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_device, a_queued_access, a_version
from tests.foundation.http.hostile import HostileServer
from tests.foundation.http.resolver import resolves_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db

PROFILES = "/gestion/accesses/connectorprofile/"
SECRET = "s3cr3t-of-the-body-%&"


@pytest.fixture
def operator() -> PageClient:
    return signed_in(a_staff_user(Role.OPERATOR))


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


@pytest.fixture
def body(settings: Settings) -> Iterator[HostileServer]:
    """A server with scripted answers, in place of the sandbox."""
    with closing(HostileServer()) as running:
        settings.SANDBOX_URL = f"http://127.0.0.1:{running.port}"
        yield running


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


def try_it(client: PageClient, version: ProcedureVersion, follow: bool = True) -> Any:
    path = f"/gestion/operacion/conectores/{version.pk}/"
    form = next(form for form in parse(client.get(path)).forms if "trial" in form.fields)
    return client.post(path, dict(form.form_values()), follow=follow)


# --- The profile -----------------------------------------------------------------------------------------------------


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


def a_profile(version: ProcedureVersion, **fields: Any) -> ConnectorProfile:
    profile = ConnectorProfile(entity=version.procedure.entity, credential_header="X-Api-Key", **fields)
    profile.set_credential(SECRET)
    profile.save()
    return profile


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
    assert ConnectorSlot.objects.take("dgt", uuid4(), slots=1)
    assert not ConnectorSlot.objects.take("dgt", uuid4(), slots=1)
    assert ConnectorSlot.objects.take("dgt", uuid4(), slots=2)


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


# --- Trials ----------------------------------------------------------------------------------------------------------


def test_a_trial_shows_each_step(live_sandbox: LiveSandbox, operator: PageClient) -> None:
    version = a_version("sepe/certificado-situacion", kind="document")
    told = text(try_it(operator, version))
    for said in (
        "Funciona",
        "12345678Z",
        "127.0.0.1",
        "Sin cifrar",
        "Enviada, firmada",
        "200 · application/pdf",
        "Un PDF",
    ):
        assert said in told
    assert live_sandbox.effects()["procedure_runs"] == {"sepe/certificado-situacion": 1}


@pytest.mark.usefixtures("live_sandbox")
def test_a_pending_reply_counts_as_accepted(operator: PageClient) -> None:
    version = a_version("tgss/vida-laboral", kind="document", level="advanced")
    assert "Lo ha aceptado y dice dónde preguntar" in text(try_it(operator, version))


def test_a_trial_uses_sample_inputs(live_sandbox: LiveSandbox, operator: PageClient) -> None:
    version = a_version("aeat/certificado-renta", kind="document")
    a_datum(version, "year", "year", minimum="-4", maximum="-1")
    told = text(try_it(operator, version))
    assert "1 dato inventado" in told
    assert "Respuesta" in told


FAULTS = {
    "hang": "No ha terminado de responder en el tiempo",
    "reset": "Ha cortado sin responder",
    "error": "Dice que ahora no puede",
    "html": "La respuesta no sirve: no es JSON",
    "truncated": "La respuesta se ha cortado a medias",
    "redirect": "Responde con una redirección (302)",
    "oversize": "demasiado grande",
    "bad-json": "La respuesta no sirve: no es JSON",
    "rate-limited": "Dice que ahora no puede",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_reported_by_a_true_sentence(
    live_sandbox: LiveSandbox,
    operator: PageClient,
    version: ProcedureVersion,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1 << 20
    monkeypatch.setattr(diagnostics, "MAX_SECONDS", 0.6)
    live_sandbox.fail("dgt", fault)
    told = text(try_it(operator, version))
    assert FAULTS[fault] in told
    assert "No funciona" in told
    assert "Conectado con 127.0.0.1" in told


def test_nothing_of_a_reply_is_stored_or_shown(
    body: HostileServer, operator: PageClient, version: ProcedureVersion
) -> None:
    a_profile(version)
    body.does(lambda talk: talk.answer(b'{"detail": "echo s3cr3t-of-the-body"}', b"Content-Type: application/json"))
    page = try_it(operator, version)
    assert "s3cr3t" not in page.content.decode()
    assert "echo" not in repr(Trial.objects.values())
    assert "con la credencial" not in text(page)
    assert "y la credencial del organismo" in text(page)


@pytest.mark.parametrize(
    ("connector", "names", "said"),
    [
        ("https://body.example/", {"body.example": "10.0.0.7"}, "red privada"),
        ("https://body.example/", {}, "no existe"),
        ("https://10.0.0.7/", {}, "red privada"),
    ],
)
def test_a_forbidden_address_is_reported_at_the_first_step(
    operator: PageClient, monkeypatch: pytest.MonkeyPatch, connector: str, names: dict[str, str], said: str
) -> None:
    resolves_to(monkeypatch, {})
    version = a_version(connector="https://body.example/")
    ProcedureVersion.objects.update(connector=connector)
    resolves_to(monkeypatch, names)
    told = text(try_it(operator, version))
    assert said in told
    assert "Conexión" not in [step["label"] for step in Trial.objects.get().steps]


def test_a_body_without_a_server_is_reported(
    operator: PageClient, version: ProcedureVersion, settings: Settings
) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    assert "Nadie responde en esa dirección" in text(try_it(operator, version))


def test_data_that_no_sample_input_fits_are_reported(operator: PageClient, version: ProcedureVersion) -> None:
    a_datum(version, "date", "date", minimum="2030-01-01", maximum="2020-01-01")
    assert "Ningún dato inventado pasa la validación de: date" in text(try_it(operator, version))


def test_a_double_tap_runs_one_trial(
    live_sandbox: LiveSandbox, operator: PageClient, version: ProcedureVersion
) -> None:
    path = f"/gestion/operacion/conectores/{version.pk}/"
    form = next(form for form in parse(operator.get(path)).forms if "trial" in form.fields)
    sent = dict(form.form_values())
    first, second = operator.post(path, sent), operator.post(path, sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_only_a_few_trials_run_at_once(operator: PageClient, version: ProcedureVersion) -> None:
    for _running in range(MAX_RUNNING):
        assert Trial.objects.begin(uuid4(), version)
    assert "demasiadas pruebas en marcha" in text(try_it(operator, version))
    assert Trial.objects.count() == MAX_RUNNING


def test_the_page_of_a_running_trial_refreshes_itself(operator: PageClient, version: ProcedureVersion) -> None:
    trial = Trial.objects.begin(uuid4(), version)
    assert trial is not None
    page = operator.get(f"/gestion/operacion/conectores/prueba/{trial.pk}/")
    assert page.headers["Refresh"] == str(trials.REFRESH_SECONDS)


def test_a_trial_is_recorded_in_the_audit_log(
    live_sandbox: LiveSandbox, operator: PageClient, version: ProcedureVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[Any] = []
    monkeypatch.setattr(audit, "record", lambda action, **detail: recorded.append((action, detail["target"])))
    try_it(operator, version)
    assert recorded == [("connector.tested", f"procedures.procedureversion:{version.pk}")]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.SUPPORT, Role.AUDITOR, Role.ADMINISTRATOR])
def test_trials_need_the_permission(role: Role, version: ProcedureVersion) -> None:
    client = signed_in(a_staff_user(role))
    for path in ("", f"{version.pk}/", f"prueba/{uuid4()}/"):
        assert client.get(f"/gestion/operacion/conectores/{path}").status_code == 403


def test_the_pages_cost_little_whatever_there_is(
    operator: PageClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        a_version(f"dgt/tramite-{number}")
    for path in ("", "?organismo=dgt", "?q=bodies&p=2"):
        with django_assert_max_num_queries(12):
            assert operator.get(f"/gestion/operacion/conectores/{path}").status_code == 200


# --- Cl@ve -----------------------------------------------------------------------------------------------------------


def run_gateway_test(client: PageClient) -> str:
    form = next(form for form in parse(client.get("/gestion/operacion/clave/")).forms if "trial" in form.fields)
    return text(client.post("/gestion/operacion/clave/", dict(form.form_values()), follow=True))


def test_a_trial_asks_the_gateway_for_its_keys(
    live_sandbox: LiveSandbox, operator: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run_gateway_test(operator)
    assert "Funciona" in told
    assert "clave pública" in told
    live_sandbox.fail("clave", "reset", operation="keys")
    assert "Ha cortado sin responder" in run_gateway_test(operator)


def test_the_page_of_clave_holds_no_secret(live_sandbox: LiveSandbox, operator: PageClient, settings: Settings) -> None:
    settings.CLAVE_URL = settings.CLAVE_URL.replace("://", "://user:word@")
    page = operator.get("/gestion/operacion/clave/").content.decode()
    assert settings.CLAVE_TOKEN not in page
    assert "word" not in page.replace("password", "")
    assert "Responde" in page


def test_sample_inputs_fit_every_kind_of_datum() -> None:
    version = a_version()
    kinds = ["year", "date", "period", "text", "plate", "cadastral_reference", "social_security_number"]
    for kind in kinds:
        a_datum(version, kind, kind)
    a_datum(version, "choice", "choice", options=[{"value": "a", "label": {"es": "A"}}])
    a_datum(version, "long", "text", minimum="30", maximum="31")
    inputs = sample_inputs(version)
    assert set(inputs) == {*kinds, "choice", "long", "period_from", "period_to"} - {"period"}
