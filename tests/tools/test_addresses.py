"""Where the portal and the sandbox listen, and the greeting."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sandbox.people import PEOPLE
from tools.launcher.addresses import GREETING, Addresses
from tools.launcher.supervisor import Ended

ROOT = Path(__file__).resolve().parent.parent.parent
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  nothing listens there in a test


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_taken_port_is_named_with_another_to_choose(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(taken_port))
    monkeypatch.setenv("SANDBOX_PORT", "1" if taken_port != 1 else "2")
    with pytest.raises(Ended, match=rf"^Port {taken_port} is taken; choose another: make run PORT=\d+$"):
        Addresses.from_environment().check_free()


def test_a_second_start_on_taken_ports_says_so_and_leaves_the_first_its_mark(taken_port: int, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.touch()
    environment = {**os.environ, "PORT": str(taken_port), "RUN_MARK": str(mark), "DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "tools.launcher"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith(f"Port {taken_port} is taken;")
    assert ended.stdout.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mark"]


def test_a_port_just_left_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)) as client:
            connection, _ = server.accept()
            connection.close()  # the server closes first, so its side stays in TIME_WAIT
            assert client.recv(1) == b""
    Addresses("127.0.0.1", port, port).check_free()
    assert port


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "²"])
def test_what_is_no_port_is_said(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Ended, match="is no port"):
        Addresses.from_environment()


def test_one_port_for_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("SANDBOX_PORT", "9000")
    with pytest.raises(Ended, match="needs a port of its own"):
        Addresses.from_environment()


@pytest.mark.parametrize(
    ("host", "portal"),
    [("127.0.0.1", "127.0.0.1"), (EVERY_ADDRESS, "127.0.0.1"), ("::1", "[::1]")],
)
def test_addresses_are_shown_as_a_browser_reaches_them(host: str, portal: str) -> None:
    assert Addresses(host, 8000, 8001).portal == f"http://{portal}:8000"


def test_over_https_the_portal_has_another_scheme_and_the_sandbox_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, scheme in (("on", "https"), ("", "http"), ("off", "http")):
        monkeypatch.setenv("TLS", said)
        addresses = Addresses.from_environment()
        assert addresses.portal.startswith(f"{scheme}://")
        assert addresses.sandbox.startswith("http://")


def test_other_devices_are_told_addresses_that_they_can_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SANDBOX_URL", raising=False)
    monkeypatch.setattr("tools.launcher.addresses.address_in_network", lambda: "192.168.1.20")
    everywhere, here = Addresses(EVERY_ADDRESS, 8000, 8001, tls=True), Addresses("127.0.0.1", 8000, 8001)
    assert everywhere.in_network == ("https://192.168.1.20:8000", "http://192.168.1.20:8001")
    assert here.in_network == ("", "")
    assert everywhere.environment(tmp_path)["SANDBOX_PUBLIC_URL"] == "http://192.168.1.20:8001"
    assert everywhere.environment(tmp_path)["SANDBOX_URL"] == "http://127.0.0.1:8001"
    assert here.environment(tmp_path)["SANDBOX_PUBLIC_URL"] == "http://127.0.0.1:8001"


def test_the_greeting_tells_a_second_phone_where_to_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tools.launcher.addresses.address_in_network", lambda: "192.168.1.20")
    secrets = {"STAFF_USER": "editor", "STAFF_PASSWORD": "a"}
    authority = tmp_path / "tramites-ca.crt"
    said = Addresses(EVERY_ADDRESS, 8000, 9, tls=True).greeting(secrets, authority)
    assert "https://192.168.1.20:8000/" in said
    assert "http://192.168.1.20:9/" in said
    assert str(authority) in said
    assert "192.168" not in Addresses("127.0.0.1", 8000, 9).greeting(secrets)


def test_everything_works_for_the_person_to_try() -> None:
    (person,) = [one.as_json() for one in PEOPLE if f"phones/{one.document_number}/" in GREETING]
    assert (
        f"DNI {person['document_number']}, SMS, issued {date.fromisoformat(person['issue_date']):%d/%m/%Y}." in GREETING
    )
    easy = {"kind": "dni", "level": "advanced", "blocked": False, "registered": True, "has_data": True}
    assert easy.items() <= person.items()
