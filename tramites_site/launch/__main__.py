"""`make run`: ports, secrets, `manage.py prepare`, then every process of the Procfile until it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tramites_site import local
from tramites_site.launch.addresses import Addresses, CannotListen
from tramites_site.launch.greeting import greeting, wait_until_alive
from tramites_site.launch.keeper import STOPPING, Keeper
from tramites_site.launch.mark import heeding_make
from tramites_site.launch.readiness import is_prepared, note_prepared

ROOT = Path(__file__).resolve().parent.parent.parent


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
    except CannotListen as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"DATA_DIR cannot be used: {error.strerror} ({error.filename}).")
        return 1
    environment = _environment(addresses)
    mark = os.environ.pop("RUN_MARK", "")
    with heeding_make(Path(mark) if mark else None):
        return _prepare_and_keep(addresses, secrets, environment)


def _prepare_and_keep(addresses: Addresses, secrets: Mapping[str, str], environment: Mapping[str, str]) -> int:
    if not is_prepared(ROOT, local.data_dir()):
        if subprocess.run([sys.executable, "manage.py", "prepare"], env=environment, check=False).returncode:
            say("The portal could not be made ready; the lines above say why.")
            return 1
        note_prepared(ROOT, local.data_dir())
    return _keep(addresses, secrets, environment)


def _environment(addresses: Addresses) -> dict[str, str]:
    commands = Path(sys.executable).parent
    told = addresses.environment(local.data_dir())
    return os.environ | told | {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}


def _keep(addresses: Addresses, secrets: Mapping[str, str], environment: Mapping[str, str]) -> int:
    keeper = Keeper(first={"web", "sandbox"}, when_started=lambda: _watch(addresses, secrets, keeper))
    token = {"CLAVE_TOKEN": os.environ.get("CLAVE_TOKEN") or secrets["CLAVE_TOKEN"]}  # the sandbox reads no file
    told = dict.fromkeys(("web", "worker", "schedule"), environment) | {"sandbox": {**environment, **token}}
    keeper.add_procfile(ROOT / "Procfile", told, ROOT)
    keeper.loop()
    if keeper.ended_first:
        say(f"{keeper.ended_first} ended by itself, so everything was stopped; the lines above say why.")
        return 1
    say("Stopped.")
    return 0


def _watch(addresses: Addresses, secrets: Mapping[str, str], keeper: Keeper) -> None:
    """Wait for the portal in a thread; the worker and the schedule start after it, not to slow its start."""

    def watch() -> None:
        answers = wait_until_alive(addresses.portal, keeper.ending)
        keeper.start_the_others()
        if answers:
            text = greeting(addresses, secrets)
            if not keeper.ending.is_set():
                say(text)
        elif not keeper.ending.is_set():
            say(f"The portal does not answer yet at {addresses.portal}/; the lines above may say why.")

    threading.Thread(target=watch, daemon=True).start()


def _stop_before_start(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
