"""Trials: each step of a call is shown, and nothing secret or personal that was sent or answered."""

from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from backoffice.connectors import diagnostics, trials
from backoffice.models import Trial
from backoffice.models.trials import MAX_RUNNING
from backoffice.roles import Role
from foundation import audit
from procedures.models import ProcedureVersion
from tests.backoffice.connectors.profile_factory import a_profile
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_version
from tests.foundation.http.hostile import HostileServer
from tests.foundation.http.resolver import resolves_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return " ".join(parse(response).text_content().split())


def try_it(client: PageClient, version: ProcedureVersion, follow: bool = True) -> Any:
    path = f"/gestion/operacion/conectores/{version.pk}/"
    form = next(form for form in parse(client.get(path)).forms if "trial" in form.fields)
    return client.post(path, dict(form.form_values()), follow=follow)


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
    if fault == "hang":
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
