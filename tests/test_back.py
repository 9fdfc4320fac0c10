"""The arrow in the header: on every page it leads where its label says."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accesses.models import Access, Outcome, State
from clave.models import Method
from documents.models import Document
from guides.topics import TOPICS
from procedures.models import LifeEvent
from procedures.published_catalogue import forget_published
from tests.documents.factories import a_document
from tests.factories import a_device, a_user, a_validation, a_version, an_access
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db

UUID = "[0-9a-f-]{36}"
NAMES = {
    r"/": "Inicio",
    r"/tramites/": "Trámites",
    r"/tramites/dgt/": "Tráfico",
    r"/usuarios/": "Usuarios",
    r"/ayuda/preguntas/": "Preguntas",
    rf"/clave/{UUID}/metodo/": "Cambiar de método",
    rf"/accesos/{UUID}/usuario/": "Cambiar de persona",
}
"""The names of the places that are not called by their heading, as regular expressions of their paths."""


class World:
    """A device with a user, a document, and an access at each step."""

    def __init__(self, client: PageClient) -> None:
        self.version = a_version()
        LifeEvent.objects.create(slug="mudanza", icon="truck", name_es="Me mudo", summary_es="Todo")
        forget_published()
        self.device = a_device(client)
        self.user = a_user(self.device)
        self.document: Document = a_document(self.device, self.user)

    def access(self, state: State = State.STARTED, **changes: Any) -> Access:
        access = an_access(self.device, self.version, user=self.user)
        Access.objects.filter(pk=access.pk).update(state=state, **changes)
        return access

    def validation(self, method: Method | None = None, **changes: Any) -> Any:
        access = self.access()
        restart = f"/accesos/{access.pk}/usuario/"
        return a_validation(self.device, self.user, method, purpose=access.purpose, restart=restart, **changes).pk

    def with_sms(self) -> Any:
        later = timezone.now() + timedelta(minutes=5)
        return self.validation(Method.SMS, request_id="a", pin_expires_at=later, operation="sms_request")

    def result(self, outcome: Outcome) -> Any:
        failed = outcome == Outcome.FAILED
        state = State.FAILED if failed else State.DONE
        access = self.access(state, outcome=outcome, failure="away" if failed else "", finished_at=timezone.now())
        content = {"title": "a", "issued_at": "", "sections": [], "notice": ""}
        Access.objects.filter(pk=access.pk).update(result_cell=access.seal_result(content))
        return access.pk


PAGES: dict[str, Callable[[World], Any]] = {
    **dict.fromkeys(
        [
            "/identificacion/",
            "/tramites/",
            "/tramites/?q=puntos",
            "/situaciones/",
            "/situaciones/mudanza/",
            "/tramites/dgt/",
            "/tramites/dgt/puntos/",
            "/tramites/dgt/puntos/favorito/",
            "/tramites/dgt/puntos/empezar/",
            "/accesos/",
            "/dispositivo/",
            "/dispositivo/borrar/",
            "/ayuda/preguntar/",
            "/ayuda/videos/",
            "/aplicacion/",
            "/nada/",
            *(f"/ayuda/{topic.slug}/" for topic in TOPICS),
        ],
        lambda world: "",
    ),
    "/accesos/{}/usuario/": lambda world: world.access().pk,
    "/accesos/{}/resultado/?failed": lambda world: world.result(Outcome.FAILED),
    "/accesos/{}/resultado/?nothing": lambda world: world.result(Outcome.NOTHING),
    "/accesos/{}/resultado/?consultation": lambda world: world.result(Outcome.CONSULTATION),
    "/accesos/{}/resultado/?gone": lambda world: world.access(State.DISCARDED).pk,
    "/clave/{}/metodo/": World.validation,
    "/clave/{}/app/": lambda world: world.validation(Method.PIN_APP),
    "/clave/{}/contraste/": lambda world: world.validation(Method.SMS),
    "/clave/{}/pin/": World.with_sms,
    "/descargas/{}/": lambda world: world.document.pk,
    "/descargas/{}/nombre/": lambda world: world.document.pk,
    "/descargas/{}/borrar/": lambda world: world.document.pk,
    "/descargas/{}/compartir/": lambda world: world.document.pk,
    "/usuarios/{}/": lambda world: world.user.pk,
    "/usuarios/{}/borrar/": lambda world: world.user.pk,
}


def arrow(page: Any) -> tuple[str, str]:
    """Return the path and the visible label of the arrow."""
    (link,) = parse(page).xpath("//header//a[@class='back']")
    text = " ".join(link.text_content().split())
    return str(link.get("href")), text.removeprefix("Volver: ")


@pytest.mark.parametrize("path", PAGES)
def test_the_arrow_leads_where_its_label_says(client: PageClient, path: str) -> None:
    world = World(client)
    page = client.get(path.format(PAGES[path](world)))
    target, label = arrow(page)
    there = client.get(target)
    assert there.status_code == 200, "it is a page that can be seen, not a redirect"
    names = [name for pattern, name in NAMES.items() if re.fullmatch(pattern, target)]
    assert label in (names or [" ".join(parse(there).findtext(".//h1").split())])


def test_from_the_data_of_another_person_the_arrow_leads_back_to_the_list(client: PageClient) -> None:
    target, label = arrow(client.get(f"/accesos/{World(client).access().pk}/usuario/nuevo/"))
    assert target.endswith("/usuario/")
    assert label == "¿Quién hace el trámite?"


def test_a_page_that_was_asked_for_by_another_leads_back_to_it(client: PageClient) -> None:
    a_version()
    page = client.get("/identificacion/", {"next": "/tramites/dgt/puntos/empezar/"})
    assert arrow(page) == ("/tramites/dgt/puntos/empezar/", "Volver")
