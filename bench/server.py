"""The portal, its worker and the sandbox for one run: free ports, a new directory for the data, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tramites_site import local
from tramites_site.launch import leash
from tramites_site.launch.addresses import Addresses
from tramites_site.launch.greeting import wait_until_alive

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = {
    "web": "granian --interface wsgi tramites_site.wsgi:application --host $HOST --port $PORT --workers 2"
    " --blocking-threads 16 --log-level error --no-ws",
    "worker": "python manage.py run_worker",
    "sandbox": "python -m sandbox",
}


class DidNotStart(Exception):
    """The portal did not answer; the message says where to look."""


@dataclass(frozen=True)
class Served:
    """Where the portal and the sandbox answer."""

    portal: str
    sandbox: str


@contextlib.contextmanager
def served() -> Iterator[Served]:
    """Serve while inside; raises `DidNotStart`."""
    with tempfile.TemporaryDirectory(prefix="tramites-bench-") as data:
        addresses = Addresses("127.0.0.1", *_free_ports())
        environment = _environment(addresses, Path(data))
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
        with _running(environment):
            for address in (addresses.portal,):
                if not wait_until_alive(address, threading.Event()):
                    raise DidNotStart(f"{address} does not answer")
            yield Served(addresses.portal, addresses.sandbox)


def _environment(addresses: Addresses, data: Path) -> dict[str, str]:
    commands = Path(sys.executable).parent
    secrets = local.ensure(data)
    own = {"DJANGO_SETTINGS_MODULE": "bench.settings", "CLAVE_TOKEN": secrets["CLAVE_TOKEN"]}
    path = {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    return os.environ | addresses.environment(data) | own | path


@contextlib.contextmanager
def _running(environment: dict[str, str]) -> Iterator[None]:
    reading, writing = os.pipe()
    held = [sys.executable, "-I", "-S", leash.__file__, str(reading), "-1", "/bin/sh", "-c"]
    processes = [
        subprocess.Popen([*held, f"exec {command}"], cwd=ROOT, env=environment, pass_fds=(reading,), process_group=0)
        for command in PROCESSES.values()
    ]
    os.close(reading)
    try:
        yield
    finally:
        os.close(writing)
        for process in processes:
            process.wait()


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return int(one.getsockname()[1]), int(other.getsockname()[1])
