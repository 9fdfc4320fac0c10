"""The number of database queries of each citizen's page: small, and constant in the amount of data."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.failures import Failure
from accesses.models import Access, Outcome, State
from accounts.models import ClaveUser, Device
from clave import health as clave_health
from clave import switches as clave_switches
from clave.models import Method, Validation
from documents.models import Document, ShareLink
from guides.models import PublicQuestion
from guides.question_search import find_questions
from guides.topics import TOPICS
from procedures import page_cache
from procedures.models import LifeEvent, LifeEventStep, ProcedureVersion
from procedures.published_catalogue import forget_published, published
from tests.accounts.factories import a_dni
from tests.documents.factories import a_document
from tests.factories import a_datum, a_device, a_user, a_validation, a_version, an_access
from tests.pages import PageClient
from tramites_site.views import health

pytestmark = pytest.mark.django_db

MOST = 6
OTHER = "o" * 43
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
MANY = 30
MOST_ARE_AT_MOST = 3


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the catalogue in memory and up to date, and no page or health cached by another test."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "documents": backend}
    settings.CATALOGUE_SEEN_SECONDS = 3600
    monkeypatch.setattr(page_cache, "_pages", page_cache._Pages())
    health._states.forget()
    monkeypatch.setattr(clave_health, "SEEN_SECONDS", 3600)
    monkeypatch.setattr(clave_switches, "SEEN_SECONDS", 3600)
    clave_health._is_degraded.put(False)
    clave_switches._switches.put({})
    yield
    forget_published()


class World:
    """A device with so many things of each kind, and another device with as many."""

    def __init__(self, client: PageClient, many: int) -> None:
        self.client = client
        self.versions = [self._version(number) for number in range(many)]
        self._happen(many)
        self.device = a_device(client)
        self.users = self._fill(self.device, many)
        self._fill(a_device(token=OTHER), many)
        published()
        for number in range(many):
            PublicQuestion.objects.create(section="data", question_es=f"¿{number}?", answer_es="El PIN.", order=number)
        find_questions()

    @staticmethod
    def _version(number: int) -> ProcedureVersion:
        version = a_version(f"dgt{number % 5}/tramite-{number}", retention_days=number)
        a_datum(version, "plate", "plate")
        return version

    def _happen(self, many: int) -> None:
        for number in range(many):
            event = LifeEvent.objects.create(
                slug=f"situacion-{number}", icon="truck", name_es="Algo", summary_es="Todo"
            )
            for version in self.versions:
                LifeEventStep.objects.create(life_event=event, procedure=version.procedure, note_es="Para algo")

    def _fill(self, device: Device, many: int) -> list[ClaveUser]:
        users = [a_user(device, a_dni(number)) for number in range(min(many, 20))]
        for number in range(many):
            user, version = users[number % len(users)], self.versions[number]
            document = a_document(device, user)
            ShareLink.objects.create(document=document, token_hash=uuid4().bytes * 2, expires_at=timezone.now())
            an_access(device, version, {"plate": "1234BBC"}, user)
            self.finished(Outcome.CONSULTATION, device=device, version=version, user=user)
            self.finished(Outcome.DOCUMENT, device=device, version=version, user=user, document=document)
            a_validation(device, user)
        return users

    def started(self, version: ProcedureVersion | None = None) -> Access:
        return an_access(self.device, version or self.versions[0], {"plate": "1234BBC"}, self.users[0])

    def waiting(self) -> Access:
        access = self.started()
        Access.objects.filter(pk=access.pk).update(state=State.QUEUED, run_after=timezone.now())
        return access

    def finished(self, outcome: Outcome, **fields: Any) -> Access:
        device, version = fields.pop("device", self.device), fields.pop("version", self.versions[0])
        access = an_access(device, version, {"plate": "1234BBC"}, fields.pop("user", None))
        content = {"title": "a", "issued_at": "", "sections": [{"heading": "a", "rows": []}], "notice": ""}
        state = State.FAILED if outcome == Outcome.FAILED else State.DONE
        failure = Failure.AWAY if outcome == Outcome.FAILED else ""
        values = {"state": state, "outcome": outcome, "failure": failure, "finished_at": timezone.now(), **fields}
        Access.objects.filter(pk=access.pk).update(result_cell=access.seal_result(content), **values)
        return access

    def of_a_retired_version(self) -> Access:
        """Queue work whose version is then replaced."""
        version = a_version(f"dgt0/{uuid4().hex[:8]}")
        access = an_access(self.device, version, {}, self.users[0])
        Access.objects.filter(pk=access.pk).update(state=State.QUEUED, run_after=timezone.now())
        version.copy_to_draft().publish()
        forget_published()
        published()
        return access

    def validation(self, method: Method, **changes: Any) -> Validation:
        access = self.started()
        return a_validation(self.device, self.users[0], method, purpose=access.purpose, **changes)

    def document(self) -> Document:
        return a_document(self.device, self.users[0])

    def link(self) -> str:
        return ShareLink.objects.make(self.document(), uuid4()).path


FIXED = {
    "home": "/",
    "identification": "/identificacion/",
    "entities": "/tramites/",
    "search": "/tramites/?q=puntos",
    "search without result": "/tramites/?q=zapatos",
    "life events": "/situaciones/",
    "life event": "/situaciones/situacion-0/",
    "entity": "/tramites/dgt0/",
    "procedure": "/tramites/dgt0/tramite-0/",
    "favourite": "/tramites/dgt0/tramite-0/favorito/",
    "start": "/tramites/dgt0/tramite-0/empezar/",
    "accesses": "/accesos/",
    "downloads": "/descargas/",
    "users": "/usuarios/",
    "device": "/dispositivo/",
    "erase": "/dispositivo/borrar/",
    "guides": "/ayuda/",
    "questions searched": "/ayuda/preguntas/?q=pin",
    "ask": "/ayuda/preguntar/",
    "tutorials": "/ayuda/videos/",
    "offline": "/sin-conexion/",
    "manifest": "/manifest.webmanifest",
    "not found": "/nada/",
    "live": "/salud/vivo",
    "ready": "/salud/listo",
    **{f"guide {topic.key}": f"/ayuda/{topic.slug}/" for topic in TOPICS},
}
MADE: dict[str, tuple[Callable[[World], Any], str]] = {
    "start again": (lambda w: w.finished(Outcome.FAILED).pk, "/tramites/dgt0/tramite-0/empezar/?como={}"),
    "resume": (lambda w: w.started().pk, "/accesos/{}/"),
    "user": (lambda w: w.started().pk, "/accesos/{}/usuario/"),
    "new user": (lambda w: w.started().pk, "/accesos/{}/usuario/nuevo/"),
    "wait": (lambda w: w.waiting().pk, "/accesos/{}/espera/"),
    "wait of a retired version": (lambda w: w.of_a_retired_version().pk, "/accesos/{}/espera/"),
    "consultation": (lambda w: w.finished(Outcome.CONSULTATION, user=w.users[0]).pk, "/accesos/{}/resultado/"),
    "document result": (lambda w: w.finished(Outcome.DOCUMENT, document=w.document()).pk, "/accesos/{}/resultado/"),
    "nothing": (lambda w: w.finished(Outcome.NOTHING).pk, "/accesos/{}/resultado/"),
    "failed": (lambda w: w.finished(Outcome.FAILED).pk, "/accesos/{}/resultado/"),
    "method": (lambda w: w.validation(Method.PIN_APP).pk, "/clave/{}/metodo/"),
    "app": (lambda w: w.validation(Method.PIN_APP).pk, "/clave/{}/app/"),
    "contrast": (lambda w: w.validation(Method.SMS).pk, "/clave/{}/contraste/"),
    "pin": (
        lambda w: (
            w.validation(
                Method.SMS,
                request_id="a",
                pin_expires_at=timezone.now() + timedelta(minutes=5),
                operation="sms_request",
            ).pk
        ),
        "/clave/{}/pin/",
    ),
    "document": (lambda w: w.document().pk, "/descargas/{}/"),
    "file": (lambda w: w.document().pk, "/descargas/{}/archivo"),
    "picture": (lambda w: w.document().pk, "/descargas/{}/portada"),
    "rename": (lambda w: w.document().pk, "/descargas/{}/nombre/"),
    "delete": (lambda w: w.document().pk, "/descargas/{}/borrar/"),
    "share": (lambda w: w.document().pk, "/descargas/{}/compartir/"),
    "shared": (World.link, "{}"),
    "saved user": (lambda w: w.users[0].pk, "/usuarios/{}/"),
    "remove": (lambda w: w.users[0].pk, "/usuarios/{}/borrar/"),
}


SENT: dict[str, tuple[Callable[[World], Any], str, dict[str, str]]] = {
    "start sent": (lambda w: uuid4(), "/tramites/dgt0/tramite-0/empezar/", {"access": "{}", "plate": "1234 BBC"}),
    "marked": (lambda w: None, "/tramites/dgt0/tramite-0/favorito/", {"keep": "yes"}),
    "not recent": (lambda w: None, "/tramites/dgt0/tramite-0/quitar-de-recientes/", {}),
    "discarded": (lambda w: w.started().pk, "/accesos/{}/descartar/", {}),
    "renamed": (lambda w: w.document().pk, "/descargas/{}/nombre/", {"name": "Otro"}),
}
EXPECTED = {
    "home of a new device": 0,
    "home": 3,
    "identification": 0,
    "entities": 0,
    "search": 0,
    "search without result": 4,
    "life events": 0,
    "life event": 0,
    "entity": 0,
    "procedure": 0,
    "favourite": 1,
    "marked": 3,
    "not recent": 1,
    "start": 1,
    "start again": 2,
    "start sent": 4,
    "resume": 2,
    "user": 2,
    "new user": 2,
    "method": 2,  # here and below: the validation, and what has been spent on this person, device and network
    "app": 2,
    "contrast": 2,
    "pin": 2,
    "wait": 1,
    "wait of a retired version": 2,
    "consultation": 3,  # with whether it is the first result, before which no home screen is offered
    "document result": 2,
    "nothing": 2,
    "failed": 1,
    "accesses": 3,
    "discarded": 2,
    "downloads": 3,
    "document": 2,
    "file": 2,
    "picture": 1,
    "rename": 1,
    "renamed": 2,
    "delete": 1,
    "share": 2,
    "shared": 1,
    "users": 1,
    "saved user": 1,
    "remove": 1,
    "device": 4,
    "erase": 4,
    "guides": 0,
    "questions searched": 0,
    "ask": 0,
    "tutorials": 0,
    **{f"guide {topic.key}": 0 for topic in TOPICS},
    "offline": 0,
    "manifest": 0,
    "not found": 0,
    "live": 0,
    "ready": 1,
}


def queries(visit: Callable[[], Any]) -> int:
    """Return how many queries a visit takes."""
    with CaptureQueriesContext(connection) as captured:
        response = visit()
    assert response.status_code in (200, 302, 404, 503), response.request["PATH_INFO"]
    return sum(not query["sql"].startswith(NOT_COUNTED) for query in captured)


def count(world: World) -> dict[str, int]:
    """Return the number of queries of every page."""
    visits: dict[str, Callable[[], Any]] = {"home of a new device": partial(PageClient().get, "/")}
    visits |= {name: partial(world.client.get, path) for name, path in FIXED.items()}
    visits |= {name: partial(world.client.get, path.format(make(world))) for name, (make, path) in MADE.items()}
    for name, (make, path, form) in SENT.items():
        made = make(world)
        typed = {field: text.format(made) for field, text in form.items()}
        visits[name] = partial(world.client.post, path.format(made), typed)
    return {name: queries(visit) for name, visit in visits.items()}


@pytest.mark.parametrize("many", [1, MANY])
def test_every_page_takes_its_expected_queries_whatever_the_amount_of_data(client: PageClient, many: int) -> None:
    assert count(World(client, many)) == EXPECTED


def test_the_expected_queries_are_few() -> None:
    assert max(EXPECTED.values()) <= MOST
    few = [name for name, asked in EXPECTED.items() if asked <= MOST_ARE_AT_MOST]
    assert len(few) > len(EXPECTED) / 2


@pytest.mark.parametrize("path", ["/tramites/", "/tramites/dgt0/", "/tramites/dgt0/tramite-0/", "/ayuda/"])
def test_a_catalogue_page_reads_the_stamps_alone(client: PageClient, path: str, settings: Settings) -> None:
    World(client, 1)
    settings.CATALOGUE_SEEN_SECONDS = 0
    assert queries(lambda: client.get(path)) == (0 if path == "/ayuda/" else 2)
