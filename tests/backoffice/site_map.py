"""Every page of the back office, found in its URLs, with a row of each kind to open there."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

from accesses.models import ConnectorProfile
from backoffice.models import ImportRun, Trial
from foundation import audit
from foundation.models import AuditEntry
from guides.models import CitizenQuestion, PublicQuestion
from procedures.models import Banner, ExternalService, LifeEvent, Procedure, ProcedureVersion, Synonym, ZeroResultSearch
from tests.backoffice.staff_users import signed_in
from tests.factories import a_version
from tests.pages import PageClient

ROOT = "/gestion/"
APP_INDEX = "<app_label>/"
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_TOKEN = "a" * 32


def routes() -> list[str]:
    """Return the routes as URL patterns: ``procedures/entity/<path:object_id>/change/``."""
    return sorted(set(_flat(admin.site.get_urls(), "")))


def _flat(found: list[Any], before: str) -> Iterator[str]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from _flat(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern) and isinstance(one.pattern, RoutePattern):
            if str(one.pattern) != "<path:object_id>/":  # Django redirects this former address of a change page
                yield before + str(one.pattern)
        elif "app_label" in str(one.pattern):
            yield APP_INDEX


def _an_entry() -> AuditEntry:
    audit.record("a.b", actor="ana", target="procedures.entity:1")
    return AuditEntry.objects.order_by("-number")[0]


def _a_question() -> CitizenQuestion:
    question, _is_new = CitizenQuestion.objects.ask(
        uuid4(), topic="other", language="es", email="alguien@example.com", text="¿Y ahora?"
    )
    return question


SAMPLES: dict[str, Callable[[], Model]] = {
    "auth/group": lambda: Group.objects.get_or_create(name="editor")[0],
    "auth/user": lambda: User.objects.create_user("somebody", is_staff=True),
    "foundation/auditentry": _an_entry,
    "guides/citizenquestion": _a_question,
    "guides/publicquestion": lambda: PublicQuestion.objects.create(section="data", question_es="¿?", answer_es="Sí"),
    "importar": lambda: ImportRun.objects.store(User.objects.create_user("importer"), "a.json", b"{}", "es"),
    "operacion/conectores/prueba": lambda: Trial.objects.create(version=a_version("ine/prueba")),
    "operacion/conectores": lambda: a_version("ine/padron"),
    "procedures/banner": lambda: Banner.objects.create(text_es="Hoy no", ends_at="2099-01-01T00:00:00Z"),
    "accesses/connectorprofile": lambda: ConnectorProfile.objects.create(
        entity=a_version("tgss/vida").procedure.entity
    ),
    "procedures/entity": lambda: Procedure.objects.get(pk=a_version("aeat/renta").procedure.pk).entity,
    "procedures/externalservice": lambda: ExternalService.objects.create(
        slug="dni", url="https://dni.test", name_es="DNI", body_es="Policía", summary_es="Con cita."
    ),
    "procedures/lifeevent": lambda: LifeEvent.objects.create(
        slug="mudanza", icon="truck", name_es="Mudanza", summary_es="Te mudas"
    ),
    "procedures/procedure": lambda: a_version("dgt/puntos").procedure,
    "procedures/procedureversion": lambda: _a_draft(),
    "procedures/synonym": lambda: Synonym.objects.create(language="es", said="coche", meant="vehículo"),
    "procedures/zeroresultsearch": lambda: ZeroResultSearch.objects.create(
        text="zapatos", language="es", last_at="2026-11-24T10:00:00Z"
    ),
}
"""How to create a row of each kind, by the prefix of its pages."""
PARAMETERS: dict[str, str] = {"key": "dias", "app_label": "procedures", "content_type_id": "1", "object_id": "1"}
"""Values for the parameters of routes that belong to no model."""


def _a_draft() -> ProcedureVersion:
    return a_version("sepe/paro").copy_to_draft()


def path_of(route: str) -> str:
    """Return a path of this route, and create the row that it shows."""
    made = next((make for start, make in SAMPLES.items() if route.startswith(f"{start}/")), None)
    parameters = _PARAMETER.findall(route)
    if not parameters:
        return ROOT + route
    if made is not None:
        found = str(made().pk)
        return ROOT + _PARAMETER.sub(
            lambda match: found if match[1] in ("object_id", "pk", "id") else PARAMETERS[match[1]], route
        )
    return ROOT + _PARAMETER.sub(lambda match: PARAMETERS[match[1]], route)


def browser_of(user: User | None) -> PageClient:
    """Return a browser that can send forms, signed in if a user is given."""
    client = signed_in(user) if user else PageClient(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = _TOKEN
    return client


def post(client: PageClient, path: str, **fields: str) -> Any:
    return client.post(path, {"csrfmiddlewaretoken": _TOKEN, **fields})
