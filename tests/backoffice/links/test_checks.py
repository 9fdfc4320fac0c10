"""Outside links: collected from where they stand, checked politely, reported with what is wrong."""

import contextlib
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from backoffice.links import checks
from backoffice.links.checks import CheckResult, check_due_links, check_link
from backoffice.links.sources import collect_links, links_in
from backoffice.models import OutsideLink
from backoffice.models.outside_links import LinkState
from backoffice.roles import Role
from foundation.http import outbound
from guides.models import PublicQuestion
from procedures.models import Entity, ExternalService
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.foundation.http.hostile import Act, HostileServer, Talk, certificate
from tests.foundation.http.resolver import resolves_to
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db

PATH = "/gestion/operacion/enlaces/"


@pytest.fixture
def operator() -> PageClient:
    return signed_in(a_staff_user(Role.OPERATOR))


@pytest.fixture
def server(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileServer]:
    """A local server that passes for a public one with TLS."""
    path = certificate(tmp_path / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setattr(outbound._shared_session, "verify", str(path))
    settings.OUTBOUND_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with contextlib.closing(HostileServer(context)) as running:
        settings.OUTBOUND_PORTS = [running.port]
        yield running


@pytest.fixture
def checked_urls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the addresses that are checked, and call each of them fine."""
    seen: list[str] = []

    def look(url: str) -> CheckResult:
        seen.append(url)
        return CheckResult(LinkState.OK, "200")

    monkeypatch.setattr(checks, "check_link", look)
    return seen


def answers(status: bytes, *headers: bytes, body: bytes = b"") -> Act:
    def act(talk: Talk) -> None:
        lines = b"".join(header + b"\r\n" for header in (b"Content-Length: %d" % len(body), *headers))
        talk.say(b"HTTP/1.1 " + status + b"\r\n" + lines + b"\r\n" + body)

    return act


def methods_of(server: HostileServer) -> list[str]:
    return [request.split(b" ")[0].decode() for request in server.requests]


# --- Collecting links ------------------------------------------------------------------------------------------------


def test_links_are_collected_from_every_place() -> None:
    version = a_version(purpose_es="Mira https://purpose.example/a.", summary_en="(https://english.example/)")
    Entity.objects.update(site="https://site.example/", contact="https://contact.example/x o 900 000 000")
    PublicQuestion.objects.create(section="data", question_es="¿?", answer_es="[aquí](https://answer.example/)")
    ExternalService.objects.create(slug="dni", url="https://dni.example/", name_es="DNI", summary_es="Con cita.")
    version.copy_to_draft()
    found = collect_links()
    assert found["https://dni.example/"] == ["otro sitio dni"]
    assert found["https://purpose.example/a"] == found["https://english.example/"] == ["trámite dgt/puntos"]
    assert found["https://site.example/"] == found["https://contact.example/x"] == ["organismo dgt"]
    assert found["https://answer.example/"][0].startswith("pregunta ")
    assert "https://clave.gob.es/" in found
    assert all(any(place.startswith("página ") for place in found[link]) for link in ("https://clave.gob.es/",))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Ve a https://a.example/b, o no.", {"https://a.example/b"}),
        ("<a href='https://a.example/'>x</a>", {"https://a.example/"}),
        ("{{ url }} https://{{ host }}/", set()),
        ("HTTP://A.example", {"HTTP://A.example"}),
        ("nada", set()),
        ("https://a.example/" + "a" * 600, set()),
    ],
)
def test_a_link_ends_where_its_address_does(text: str, links: set[str]) -> None:
    assert links_in(text) == links


@pytest.mark.usefixtures("checked_urls")
def test_a_link_that_stands_nowhere_any_more_is_deleted() -> None:
    a_version()
    Entity.objects.update(site="https://one.example/")
    check_due_links.call()
    Entity.objects.update(site="https://two.example/")
    check_due_links.call()
    urls = set(OutsideLink.objects.values_list("url", flat=True))
    assert "https://two.example/" in urls
    assert "https://one.example/" not in urls


def test_each_is_checked_once_a_week(checked_urls: list[str]) -> None:
    a_version()
    Entity.objects.update(site="https://one.example/")
    check_due_links.call()
    assert checked_urls.count("https://one.example/") == 1
    check_due_links.call()
    assert checked_urls.count("https://one.example/") == 1
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        check_due_links.call()
    assert checked_urls.count("https://one.example/") == 2


# --- Checking links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("acts", "state", "asked"),
    [
        ([answers(b"200 OK")], LinkState.OK, ["HEAD"]),
        ([answers(b"405 No"), answers(b"200 OK", body=b"a" * 100)], LinkState.OK, ["HEAD", "GET"]),
        ([answers(b"404 No"), answers(b"200 OK", body=b"a" * 200_000)], LinkState.OK, ["HEAD", "GET"]),
        ([answers(b"404 No")], LinkState.BROKEN, ["HEAD", "GET"]),
        ([answers(b"500 No")], LinkState.BROKEN, ["HEAD"]),
        ([answers(b"301 Moved", b"Location: /other"), answers(b"200 OK")], LinkState.MOVED, ["HEAD", "HEAD"]),
        ([answers(b"301 Moved", b"Location: http://a.example/")], LinkState.INSECURE, ["HEAD"]),
        ([answers(b"301 Moved", b"Location: https://169.254.169.254/")], LinkState.BROKEN, ["HEAD"]),
        ([answers(b"301 Moved", b"Location: https://10.0.0.1/")], LinkState.BROKEN, ["HEAD"]),
        ([answers(b"301 Moved")], LinkState.BROKEN, ["HEAD", "GET"]),
        ([answers(b"302 Moved", b"Location: /again")], LinkState.BROKEN, ["HEAD"] * 4),
        ([lambda talk: talk.reset()], LinkState.BROKEN, ["HEAD", "GET"]),
    ],
)
def test_a_link_is_checked(server: HostileServer, acts: list[Act], state: LinkState, asked: list[str]) -> None:
    url = server.does(*acts)
    assert check_link(url).state == state
    assert methods_of(server) == asked


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://a.example/", LinkState.INSECURE),
        ("HTTP://a.example/", LinkState.INSECURE),
        ("https://169.254.169.254/", LinkState.BROKEN),
        ("https://inside.example/", LinkState.BROKEN),
        ("https://nobody.example/", LinkState.BROKEN),
        ("https://[", LinkState.BROKEN),
    ],
)
def test_forbidden_addresses_are_not_called(monkeypatch: pytest.MonkeyPatch, url: str, state: LinkState) -> None:
    resolves_to(monkeypatch, {"inside.example": "127.0.0.1"})
    assert check_link(url).state == state


def test_nobodys_name_or_cookie_goes_with_it(server: HostileServer) -> None:
    check_link(server.does(answers(b"200 OK", b"Set-Cookie: a=b")))
    check_link(server.does(answers(b"200 OK")))
    for request in server.requests:
        assert b"cookie" not in request.lower()
        assert b"authorization" not in request.lower()


def test_a_broken_link_keeps_since_when_it_is_until_it_works() -> None:
    link = OutsideLink.objects.create(url="https://a.example/")
    link.record_check(LinkState.BROKEN, "404")
    first = OutsideLink.objects.get().broken_since
    assert first
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        link.record_check(LinkState.BROKEN, "No responde")
        assert OutsideLink.objects.get().broken_since == first
        link.record_check(LinkState.OK, "200")
    assert OutsideLink.objects.get().broken_since is None


# --- The report ------------------------------------------------------------------------------------------------------


def test_the_report_shows_where_a_broken_link_stands_and_since_when(operator: PageClient) -> None:
    OutsideLink.objects.create(
        url="https://gone.example/", state="broken", detail="404", broken_since=timezone.now(), places=["organismo dgt"]
    )
    OutsideLink.objects.create(url="https://good.example/", state="ok")
    everything, broken = (parse(operator.get(PATH, query)).text_content() for query in ({}, {"estado": "broken"}))
    for said in ("https://gone.example/", "404", "organismo dgt", "Roto desde el"):
        assert said in broken
    assert "https://good.example/" in everything
    assert "https://good.example/" not in broken


def test_checking_now_is_queued_once(operator: PageClient) -> None:
    for _tap in range(2):
        form = next(form for form in parse(operator.get(PATH)).forms if form.method == "POST" and form.action == PATH)
        told = operator.post(PATH, dict(form.form_values()), follow=True)
    assert "Ya se están mirando" in parse(told).text_content()
    waiting = DBTaskResult.objects.filter(task_path=checks.check_all_links.module_path)
    assert waiting.count() == 1


@pytest.mark.parametrize(
    ("role", "seen_as"), [(Role.SUPPORT, 200), (Role.AUDITOR, 200), (Role.EDITOR, 403), (Role.APPROVER, 403)]
)
def test_the_roles_that_read_the_report(role: Role, seen_as: int) -> None:
    client = signed_in(a_staff_user(role))
    client.handler.enforce_csrf_checks = False
    assert client.get(PATH).status_code == seen_as
    assert client.post(PATH).status_code == 403


def test_the_report_costs_the_same_with_many_links(
    operator: PageClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows: list[Any] = [OutsideLink(url=f"https://a.example/{number}") for number in range(500)]
    OutsideLink.objects.bulk_create(rows)
    with django_assert_max_num_queries(12):
        assert operator.get(PATH, {"p": "3"}).status_code == 200
