"""Runs commands in one process group, of which nothing outlives the launcher.

The group's leader is a *guard*: a shell that waits for the end of a pipe whose writing end only the launcher holds, so
that it closes however the launcher ends, `kill -9` included. The guard then terminates the group, waits until every
command has let go of a second pipe, or `GRACE` seconds, and kills what is left, itself included.
"""

import contextlib
import os
import signal
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

GRACE = 4
GUARD = "trap '' INT TERM HUP; read line; kill -TERM 0; (sleep {1}; kill -KILL 0) & read line <&{0}; kill -KILL 0"


class Ended(Exception):
    """Everything stops; the message is the sentence that says why."""


class Supervisor:
    """Starts commands; leaving the context stops all of them.

    GNU make passes on SIGTERM, but not a SIGINT or SIGHUP that reaches make alone: it deletes the file that its recipe
    makes, and waits. That file is `mark`; when it or the launcher's parent is gone, that counts as being asked to stop.
    """

    def __init__(self, mark: Path | None = None) -> None:
        self.asked, self.mark, self.parent = False, mark, os.getppid()
        self.commands: dict[str, Popen[bytes]] = {}

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(self, "asked", True))
        if self.mark:
            self.mark.touch()
        released, self.held = os.pipe()
        guard = ["/bin/sh", "-c", GUARD.format(released, GRACE)]
        self.guard = Popen(guard, stdin=PIPE, process_group=0, pass_fds=[released])
        return self

    def __exit__(self, *_: object) -> None:
        for command in self.commands.values():
            command.terminate()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(command.poll() is None for command in self.commands.values()):
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.guard.pid, signal.SIGKILL)
        if self.mark:
            self.mark.unlink(missing_ok=True)

    def start(self, name: str, command: str) -> None:
        shell, group = ["/bin/sh", "-c", f"exec {command}"], self.guard.pid
        self.commands[name] = Popen(shell, stdin=DEVNULL, process_group=group, pass_fds=[self.held])

    def watch(self, seconds: float = 0.2) -> None:
        """Wait a moment; raise `Ended` when asked to stop or when a command has ended by itself."""
        self.wait(seconds)
        for name, process in {**self.commands, "guard": self.guard}.items():
            if process.poll() is not None:
                raise Ended(f"{name} ended by itself, so everything was stopped; the lines above say why.")

    def wait(self, seconds: float) -> None:
        """Raise `Ended` when asked to stop."""
        time.sleep(seconds)
        self.asked |= os.getppid() != self.parent or bool(self.mark and not self.mark.exists())
        if self.asked:
            raise Ended("Stopped.")
