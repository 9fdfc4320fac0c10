"""`make run`: ports, secrets, `manage.py prepare`, then every process of the Procfile until it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from tramites_site import local
from tramites_site.launch.addresses import Addresses, CannotListen
from tramites_site.launch.greeting import greeting, wait_until_alive
from tramites_site.launch.keeper import STOPPING, Keeper
from tramites_site.launch.mark import heeding_make
from tramites_site.launch.readiness import is_prepared, note_prepared

if TYPE_CHECKING:
    from tramites_site.local_certificate import Files

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Run:
    """What one `make run` knows: the authority of the portal's certificate is None over plain HTTP."""

    addresses: Addresses
    secrets: Mapping[str, str]
    environment: Mapping[str, str]
    authority: Path | None


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run until stopped; 0 when that was asked for, 1 when something could not start or ended by itself."""
    for number in STOPPING:
        signal.signal(number, _stop_before_start)
    os.chdir(ROOT)
    try:
        addresses = Addresses.from_environment()
        addresses.check_free()
        secrets = local.ensure(local.data_dir())
        certificate = _certificate(addresses.host) if addresses.tls else None
    except CannotListen as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"DATA_DIR cannot be used: {error.strerror} ({error.filename}).")
        return 1
    environment = _environment(addresses)
    if certificate:
        environment |= _over_https(certificate)
    mark = os.environ.pop("RUN_MARK", "")
    with heeding_make(Path(mark) if mark else None):
        return _prepare_and_keep(Run(addresses, secrets, environment, certificate.authority if certificate else None))


def _prepare_and_keep(run: Run) -> int:
    if not is_prepared(ROOT, local.data_dir()):
        if subprocess.run([sys.executable, "manage.py", "prepare"], env=run.environment, check=False).returncode:
            say("The portal could not be made ready; the lines above say why.")
            return 1
        note_prepared(ROOT, local.data_dir())
    return _keep(run)


def _environment(addresses: Addresses) -> dict[str, str]:
    commands = Path(sys.executable).parent
    told = addresses.environment(local.data_dir())
    return os.environ | told | {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}


def _certificate(host: str) -> Files:
    from tramites_site import local_certificate  # the cryptographic library, which most starts do without

    return local_certificate.ensure(local.data_dir(), local_certificate.names_of_this_machine(host))


def _over_https(certificate: Files) -> dict[str, str]:
    """Granian serves HTTPS, and the cookies are those of HTTPS.

    Browsers are not told to insist on HTTPS: other things are served on this machine, on other days.
    """
    return {
        "HTTPS": "on",
        "SECURE_HSTS_SECONDS": "0",
        "GRANIAN_SSL_CERTIFICATE": str(certificate.certificate),
        "GRANIAN_SSL_KEYFILE": str(certificate.key),
        "GRANIAN_SSL_PROTOCOL_MIN": "tls1.2",  # phones of some years ago
    }


def _keep(run: Run) -> int:
    keeper = Keeper(first={"web", "sandbox"}, when_started=lambda: _watch(run, keeper))
    token = {"CLAVE_TOKEN": os.environ.get("CLAVE_TOKEN") or run.secrets["CLAVE_TOKEN"]}  # the sandbox reads no file
    if run.authority:
        token["SSL_CERT_FILE"] = str(run.authority)  # it asks the portal for its keys
    told = dict.fromkeys(("web", "worker", "schedule"), run.environment) | {"sandbox": {**run.environment, **token}}
    keeper.add_procfile(ROOT / "Procfile", told, ROOT)
    keeper.loop()
    if keeper.ended_first:
        say(f"{keeper.ended_first} ended by itself, so everything was stopped; the lines above say why.")
        return 1
    say("Stopped.")
    return 0


def _watch(run: Run, keeper: Keeper) -> None:
    """Wait for the portal in a thread; the worker and the schedule start after it, not to slow its start."""

    def watch() -> None:
        answers = wait_until_alive(run.addresses.portal, keeper.ending, run.authority)
        keeper.start_the_others()
        if answers:
            text = greeting(run.addresses, run.secrets, run.authority)
            if not keeper.ending.is_set():
                say(text)
        elif not keeper.ending.is_set():
            say(f"The portal does not answer yet at {run.addresses.portal}/; the lines above may say why.")

    threading.Thread(target=watch, daemon=True).start()


def _stop_before_start(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
