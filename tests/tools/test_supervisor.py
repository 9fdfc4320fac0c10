"""The launcher: ports, the leash, and hearing of make's signals."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tramites_site.launch import leash
from tramites_site.launch.addresses import Addresses, CannotListen
from tramites_site.launch.greeting import greeting
from tramites_site.launch.mark import heeding_make

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  nothing listens there in a test
FAMILY = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else signal.SIG_DFL)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return (
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z" if os.path.isdir("/proc") else True
    )


def wait_for_end(*pids: int, seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(lives(pid) for pid in pids):
        time.sleep(0.05)
    assert not [pid for pid in pids if lives(pid)]


def on_leash(*arguments: str) -> tuple["subprocess.Popen[str]", int, list[int]]:
    """A family of two processes on a leash: the leash, the end that holds it, and the family's process ids."""
    reading, writing = os.pipe()
    held = [sys.executable, "-I", "-S", leash.__file__, str(reading), "-1"]
    command = [*held, sys.executable, "-c", FAMILY, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=(reading,))
    os.close(reading)
    assert process.stdout is not None
    return process, writing, [int(pid) for pid in process.stdout.readline().split()]


def test_a_family_ends_when_its_leash_is_let_go() -> None:
    process, writing, family = on_leash()
    os.close(writing)
    wait_for_end(process.pid, *family)
    assert process.communicate() is not None


def test_a_family_that_will_not_stop_is_killed() -> None:
    process, writing, family = on_leash("stubborn")
    started = time.monotonic()
    os.close(writing)
    wait_for_end(*family, seconds=leash.GRACE + 3)
    assert time.monotonic() - started < leash.GRACE + 3
    assert process.communicate() is not None


def test_a_command_asked_to_stop_takes_its_children_along() -> None:
    process, writing, family = on_leash()
    process.send_signal(signal.SIGTERM)
    wait_for_end(*family)
    os.close(writing)
    assert process.communicate() is not None
    assert process.returncode == 128 + signal.SIGTERM


def test_a_command_behind_a_gate_starts_when_it_opens_and_never_after_its_leash_is_let_go() -> None:
    for opened in (True, False):
        (leash_reading, leash_writing), (gate_reading, gate_writing) = os.pipe(), os.pipe()
        held = [sys.executable, "-I", "-S", leash.__file__, str(leash_reading), str(gate_reading)]
        process = subprocess.Popen(
            [*held, "/bin/echo", "started"],
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(leash_reading, gate_reading),
        )
        os.close(gate_writing if opened else leash_writing)
        assert process.communicate(timeout=10)[0] == ("started\n" if opened else "")
        for end in (leash_reading, gate_reading, leash_writing if opened else gate_writing):
            os.close(end)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_the_command_stops_even_when_its_leash_is_killed() -> None:
    process, writing, family = on_leash()
    process.kill()
    wait_for_end(family[0])
    os.kill(family[1], signal.SIGKILL)  # a grandchild is beyond this last line
    os.close(writing)
    assert process.communicate() is not None


def test_a_taken_port_is_named_with_another_to_choose(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(taken_port))
    monkeypatch.setenv("SANDBOX_PORT", "1" if taken_port != 1 else "2")
    with pytest.raises(CannotListen, match=rf"^Port {taken_port} is taken; choose another: make run PORT=\d+$"):
        Addresses.from_environment().check_free()


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
    with pytest.raises(CannotListen, match="is no port"):
        Addresses.from_environment()


def test_one_port_for_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("SANDBOX_PORT", "9000")
    with pytest.raises(CannotListen, match="needs a port of its own"):
        Addresses.from_environment()


@pytest.mark.parametrize(
    ("host", "portal"),
    [("127.0.0.1", "127.0.0.1"), (EVERY_ADDRESS, "127.0.0.1"), ("::1", "[::1]")],
)
def test_addresses_are_shown_as_a_browser_reaches_them(host: str, portal: str) -> None:
    assert Addresses(host, 8000, 8001).portal == f"http://{portal}:8000"


def test_the_launcher_hears_of_a_signal_that_only_make_got(tmp_path: Path) -> None:
    came = threading.Event()
    former = signal.signal(signal.SIGTERM, lambda *_: came.set())
    try:
        with heeding_make(tmp_path / "mark"):
            (tmp_path / "mark").unlink()  # as make does at SIGINT
            assert came.wait(5)
    finally:
        signal.signal(signal.SIGTERM, former)


def test_over_https_the_portal_has_another_scheme_and_the_sandbox_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, scheme in (("on", "https"), ("", "http"), ("off", "http")):
        monkeypatch.setenv("TLS", said)
        addresses = Addresses.from_environment()
        assert addresses.portal.startswith(f"{scheme}://")
        assert addresses.sandbox.startswith("http://")


def test_other_devices_are_told_addresses_that_they_can_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SANDBOX_URL", raising=False)
    monkeypatch.setattr("tramites_site.launch.addresses.address_in_network", lambda: "192.168.1.20")
    everywhere, here = Addresses(EVERY_ADDRESS, 8000, 8001, tls=True), Addresses("127.0.0.1", 8000, 8001)
    assert everywhere.in_network == ("https://192.168.1.20:8000", "http://192.168.1.20:8001")
    assert here.in_network == ("", "")
    assert everywhere.environment(tmp_path)["SANDBOX_PUBLIC_URL"] == "http://192.168.1.20:8001"
    assert everywhere.environment(tmp_path)["SANDBOX_URL"] == "http://127.0.0.1:8001"
    assert here.environment(tmp_path)["SANDBOX_PUBLIC_URL"] == "http://127.0.0.1:8001"


def test_the_greeting_tells_a_second_phone_where_to_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tramites_site.launch.addresses.address_in_network", lambda: "192.168.1.20")
    secrets = {"STAFF_USER": "editor", "STAFF_PASSWORD": "a"}
    authority = tmp_path / "tramites-ca.crt"
    said = greeting(Addresses(EVERY_ADDRESS, 8000, 9, tls=True), secrets, authority)
    assert "https://192.168.1.20:8000/" in said
    assert "http://192.168.1.20:9/" in said
    assert str(authority) in said
    assert "192.168" not in greeting(Addresses("127.0.0.1", 8000, 9), secrets)
