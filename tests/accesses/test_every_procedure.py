"""Every procedure of the catalogue, from its form to its result, driven by forms and field names alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from procedures.models import DatumType, ProcedureVersion
from procedures.published_catalogue import forget_published, published
from procedures.required_data.fields import form_fields
from procedures.transfer.fixtures import load_fixtures
from sandbox.bodies.catalogue import ENTITY_NAMES
from tests.factories import ANA, a_device, a_user, known_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, main_of, step_of
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db

TYPED = {
    DatumType.TEXT: "Madrid",
    DatumType.PLATE: "1234 BBC",
    DatumType.CADASTRAL_REFERENCE: "7837301-VG8173B-0001 TT",
    DatumType.SOCIAL_SECURITY_NUMBER: "28 12345678 40",
}


def typed_for(version: ProcedureVersion) -> dict[str, str]:
    """Return a valid value for each field of the version."""
    typed = {}
    for datum in version.required_data.all():
        for name, field in form_fields(datum).items():
            if datum.type in (DatumType.YEAR, DatumType.CHOICE):
                typed[name] = next(str(value) for value, _label in field.choices if value)  # type: ignore[attr-defined]  # a choice field
            elif datum.type in (DatumType.DATE, DatumType.PERIOD):
                days = 400 if name.endswith("_from") else 390
                typed[name] = (timezone.localdate() - timedelta(days=days)).strftime("%d/%m/%Y")
            else:
                typed[name] = TYPED[DatumType(datum.type)]
    return typed


def do(client: PageClient, code: str, sandbox: LiveSandbox) -> Any:
    """Run the procedure with the PIN of the app; return its result page."""
    version = published().by_code[code].version
    page = client.submit(client.get(f"/tramites/{code}/empezar/"), follow=True, **typed_for(version))
    if step_of(page) == "user":  # it asks for so much that the person has a page of their own
        page = client.submit(page, follow=True)
    if step_of(page) == "method":  # the first time
        page = client.submit(page, method="pin_app", follow=True)
    app = sandbox.app_pin(ANA)
    page = client.submit(page, code=app["code"], pin=app["pin"], follow=True)
    run_tasks()
    return client.get(page.request["PATH_INFO"], follow=True)


@pytest.mark.parametrize("entity", sorted(ENTITY_NAMES))
def test_every_procedure_of_the_entity_gives_its_result(
    client: PageClient, live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, entity: str
) -> None:
    monkeypatch.setattr("sandbox.bodies.connector.SLOWNESS", 0.0)
    load_fixtures()
    forget_published()
    known_to(a_user(a_device(client)))
    listed = published().entity(entity)
    assert listed is not None
    for offer in listed.offers:
        result = do(client, offer.code, live_sandbox)
        assert main_of(result).get("data-result") == offer.version.kind, offer.code
        if offer.version.is_document:
            link = next(a.get("href") for a in main_of(result).iter("a") if "/descargas/" in a.get("href"))
            assert client.get(f"{link}archivo").content.startswith(b"%PDF-"), offer.code
    assert {offer.code: 1 for offer in listed.offers} == live_sandbox.effects()["procedure_runs"]
