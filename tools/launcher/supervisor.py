"""Runs commands in one process group, of which nothing outlives the launcher.

The group's leader is a *guard*: a shell that waits for the end of a pipe whose writing end only the launcher holds, so
that it closes however the launcher ends, `kill -9` included. The guard then terminates the group, waits until every
command has let go of a second pipe, or `GRACE` seconds, and kills what is left, itself included.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

GRACE = 4
GUARD = "trap '' INT TERM HUP; read line; kill -TERM 0; (sleep {1}; kill -KILL 0) & read line <&{0}; kill -KILL 0"


class Ended(Exception):
    """Everything stops; the message is the sentence that says why."""


class Supervisor:
    """Starts commands and relays what they print; leaving the context stops all of them.

    GNU make passes on SIGTERM, but not a SIGINT or SIGHUP that reaches make alone: it deletes the file that its recipe
    makes, and waits. That file is `mark`; when it or the launcher's parent is gone, that counts as being asked to stop.
    """

    def __init__(self, mark: Path | None = None) -> None:
        self.asked, self.mark, self.parent = False, mark, os.getppid()
        self.commands: dict[str, subprocess.Popen[str]] = {}
        self.relays: list[threading.Thread] = []

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        if self.mark:
            self.mark.touch()
        released, self.held = os.pipe()
        guard = ["/bin/sh", "-c", GUARD.format(released, GRACE)]
        self.guard = subprocess.Popen(guard, stdin=subprocess.PIPE, process_group=0, pass_fds=[released])
        return self

    def __exit__(self, *_: object) -> None:
        for command in self.commands.values():
            command.terminate()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(command.poll() is None for command in self.commands.values()):
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.guard.pid, signal.SIGKILL)
        self.guard.communicate()
        for relay in self.relays:
            relay.join(1)
        if self.mark:
            self.mark.unlink(missing_ok=True)

    def start(self, name: str, command: str) -> None:
        """Start a shell's command in the group."""
        self.commands[name] = process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {command}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=self.guard.pid,
            pass_fds=[self.held],
        )
        self.relays.append(threading.Thread(target=_relay, args=(name, process), daemon=True))
        self.relays[-1].start()

    def finish(self, name: str) -> bool:
        """Wait for a command that ends by itself and return whether it succeeded; raise `Ended` when asked to stop."""
        while self.commands[name].poll() is None:
            self._wait(0.1)
        return self.commands.pop(name).returncode == 0

    def watch(self, seconds: float = 0.2) -> None:
        """Wait a moment; raise `Ended` when asked to stop or when a command has ended by itself."""
        self._wait(seconds)
        for name, process in [*self.commands.items(), ("guard", self.guard)]:
            if process.poll() is not None:
                raise Ended(f"{name} ended by itself, so everything was stopped; the lines above say why.")

    def _wait(self, seconds: float) -> None:
        time.sleep(seconds)
        self.asked |= os.getppid() != self.parent or bool(self.mark and not self.mark.exists())
        if self.asked:
            raise Ended("Stopped.")

    def _ask(self, *_: object) -> None:
        self.asked = True


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(text, flush=True)  # noqa: T201


def _relay(name: str, process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        say(f"{time.strftime('%H:%M:%S')} {name:7} | {line.rstrip()}")
