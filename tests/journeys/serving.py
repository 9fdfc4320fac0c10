"""A real portal with its sandbox, as `make run` starts it, in a directory of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.live_sandbox import LiveSandbox

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90
INHERITED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
"""What the portal takes from here: nothing that settings, those of the tests among them, have put there."""


class DidNotStart(Exception):
    """The portal did not answer; the message is what it printed."""


@dataclass(frozen=True)
class Portal:
    """Where the portal answers, its sandbox, and where it keeps its own."""

    url: str
    sandbox: LiveSandbox
    data: Path


@contextmanager
def serving(data: Path, **more: str) -> Iterator[Portal]:
    """Serve from `data` while inside, with `more` in its environment (`PORT` too); raises `DidNotStart`."""
    port, sandbox_port = _free_ports()
    port = int(more.get("PORT") or port)
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= {
        "DATA_DIR": str(data / "var"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "DJANGO_SETTINGS_MODULE": "tramites_site.settings",
        **more,
    }
    command = [sys.executable, "-m", "tramites_site.launch"]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            url = f"{'https' if more.get('TLS') else 'http'}://127.0.0.1:{port}"
            _wait_until_ready(process, url, data)
            yield Portal(url, LiveSandbox(f"http://127.0.0.1:{sandbox_port}"), data)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, data: Path) -> None:
    authority = str(data / "var" / "tls" / "public" / "tramites-ca.crt")
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(f"{url}/salud/listo", timeout=5, verify=authority).ok:
                return
        except OSError:  # those of requests, and an authority that is not made yet
            pass
        time.sleep(0.2)
    raise DidNotStart(f"the portal did not start:\n{(data / 'log').read_text()}")


def free_port() -> int:
    return _free_ports()[0]


def _free_ports() -> tuple[int, int]:
    """Two different ones: the first is held while the second is looked for."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
