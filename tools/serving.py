"""A real portal with its sandbox, started as `make run` starts it, on free ports and with data of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tools.live_sandbox import LiveSandbox

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
INHERITED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
"""What the portal inherits from this environment; not the settings, which tests change."""


class StartFailed(Exception):
    """The portal did not become ready; the message is its output."""


@dataclass(frozen=True)
class Portal:
    """A running portal: its address, its sandbox, and the directory that holds its data and its log."""

    url: str
    sandbox: LiveSandbox
    data: Path


@contextmanager
def serving(data: Path | None = None, **environment: str) -> Iterator[Portal]:
    """Serve from a directory (a temporary one by default), with more settings in the environment (`PORT` too).

    Raise `StartFailed`.
    """
    with ExitStack() as stack:
        data = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tramites-")))
        port, sandbox_port = _free_ports()
        port = int(environment.get("PORT") or port)
        settings = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "DATA_DIR": str(data / "var"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "DJANGO_SETTINGS_MODULE": "tramites_site.settings",
            **environment,
        }
        log = stack.enter_context((data / "log").open("wb"))
        command = [sys.executable, "-m", "tools.launcher"]
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=log, stderr=log)
        try:
            url = f"{'https' if environment.get('TLS') else 'http'}://127.0.0.1:{port}"
            _wait_until_ready(process, url, data)
            yield Portal(url, LiveSandbox(f"http://127.0.0.1:{sandbox_port}"), data)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, data: Path) -> None:
    authority = str(data / "var" / "tls" / "public" / "tramites-ca.crt")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{url}/salud/listo", timeout=5, verify=authority).ok:
                return
        except OSError:  # raised by requests, and for an authority that does not exist yet
            pass
        time.sleep(0.2)
    raise StartFailed(f"the portal did not start:\n{(data / 'log').read_text()}")


def free_port() -> int:
    return _free_ports()[0]


def _free_ports() -> tuple[int, int]:
    """Return two different ports: both are held until both are known."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
