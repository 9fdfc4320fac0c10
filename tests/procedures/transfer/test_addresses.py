"""The hosts of connectors are looked up once, before anything is written and never inside a transaction."""

import json
import shutil
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from foundation.http import addresses
from procedures.models import Procedure, ProcedureVersion
from procedures.transfer.apply import apply
from procedures.transfer.export import Format
from procedures.transfer.fixtures import FIXTURES, load_fixtures
from procedures.transfer.formats.toml import FixtureError
from tests.foundation.http.resolver import resolves_to
from tests.procedures.transfer.factories import a_content, an_entity, export_file, import_file, plan_file, sentences

pytestmark = pytest.mark.django_db
OUTSIDE, INSIDE = "1.1.1.1", "10.0.0.7"


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the hosts that are looked up; doing so inside a transaction, but for the test's own, fails."""
    hosts: list[str] = []
    outer = len(connection.savepoint_ids)
    real = addresses.look_up_all

    def look_up_all(targets: Any) -> Any:
        assert len(connection.savepoint_ids) == outer, "a name is looked up inside a transaction"
        hosts.extend(host for host, _port in targets)
        return real(targets)

    monkeypatch.setattr(addresses, "look_up_all", look_up_all)
    return hosts


def a_file(*connectors: str) -> bytes:
    """Create a published procedure per connector, and return an export in which they have these connectors."""
    entity = an_entity()
    for number in range(len(connectors)):
        a_content(Procedure.objects.create(entity=entity, slug=f"t{number}", order=number)).publish()
    found = json.loads(export_file(Format.JSON, "versions"))
    for row, connector in zip(found["versions"], connectors, strict=True):
        row["connector"] = connector
    return json.dumps(found).encode()


def test_planning_looks_each_host_up_once_and_applying_none(
    looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, {"one.example": OUTSIDE, "two.example": OUTSIDE})
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return real(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    content = a_file(*(f"https://{host}.example/{number}" for number in range(5) for host in ("one", "two")))
    plan = plan_file(content)
    assert sorted(asked) == ["one.example", "two.example"]
    apply(plan)
    assert sorted(asked) == ["one.example", "two.example"]
    assert ProcedureVersion.objects.filter(connector__startswith="https://").count() == 10


def test_a_host_inside_is_refused_at_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, {"outside.example": OUTSIDE, "inside.example": INSIDE})
    found = sentences(plan_file(a_file("https://outside.example/a", "https://inside.example/a")))
    assert found.startswith("versions 2 connector: «inside.example» lleva a una red privada")
    assert "outside" not in found


def test_what_the_catalogue_says_already_is_not_looked_up_again(
    looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, {"body.example": OUTSIDE})
    content = a_file("https://body.example/a")
    import_file(content)
    looked_up.clear()
    again = json.loads(content)
    again["versions"][0]["name_es"] = "Otro nombre"
    import_file(json.dumps(again).encode())
    assert looked_up == []


def test_name_servers_that_hang_hold_an_import_up_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(addresses, "RESOLVE_SECONDS", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: release.wait(30) and [])
    content = a_file(*(f"https://host{number}.example/" for number in range(60)))
    begun = time.monotonic()
    try:
        assert not plan_file(content).errors
        assert time.monotonic() - begun < 5
    finally:
        release.set()


def test_checking_a_version_by_itself_looks_nothing_up(looked_up: list[str]) -> None:
    version = a_content(Procedure.objects.create(entity=an_entity(), slug="x"), connector="https://body.example/a")
    version.full_clean()
    version.publish()
    assert looked_up == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the fixtures in which the connector of one procedure is at a host."""
    folder = Path(shutil.copytree(FIXTURES, tmp_path / "fixtures"))
    path = folder / "dgt.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{sandbox}/bodies/dgt/puntos", "https://body.example/puntos"), encoding="utf-8")
    return folder


def test_loading_the_fixtures_looks_hosts_up_before_its_transaction(
    folder: Path, looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, {"body.example": OUTSIDE})
    load_fixtures(folder)
    assert looked_up == ["body.example"]
    assert ProcedureVersion.objects.get(procedure__slug="puntos").connector == "https://body.example/puntos"


def test_a_fixture_whose_host_leads_inside_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, {"body.example": INSIDE})
    with pytest.raises(FixtureError, match=r"dgt\.toml: procedure puntos: connector: «body\.example» lleva"):
        load_fixtures(folder)
    assert not ProcedureVersion.objects.exists()
