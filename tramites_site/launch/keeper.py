"""Honcho's manager, with each process on a leash (see `leash`) and with less to say."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Container, Mapping
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer
from honcho.process import Process

from tramites_site.launch import leash

# Honcho's helpers inherit the leash, which only a fork does; it must be chosen before honcho makes its queue.
multiprocessing.set_start_method("fork", force=True)
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class QuietPrinter(Printer):
    """Prints what the processes say, not what honcho says of them."""

    def write(self, message: Message) -> None:
        if message.name != SYSTEM_PRINTER_NAME:
            super().write(message)


class LeashedProcess(Process):
    """One command of the Procfile; honcho calls `run` in a process of its own, which relays the output."""

    reading: tuple[int, int]  # of the leash, and of the gate (-1: none)
    launchers: tuple[int, int]  # the writing ends of both, which the launcher alone keeps

    def run(self, events: object = None, ignore_signals: bool = False) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        leash.stop_with_parent(signal.SIGKILL)
        for end in self.launchers:
            os.close(end)
        self._child_ctor = self._start
        super().run(events, ignore_signals)

    def _start(self, command: str, env: Mapping[str, str], cwd: str | None) -> subprocess.Popen[bytes]:
        held = [sys.executable, "-I", "-S", leash.__file__, *map(str, self.reading)]
        return subprocess.Popen(
            [*held, "/bin/sh", "-c", f"exec {command}"],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[end for end in self.reading if end >= 0],
        )


class Keeper(Manager):
    """Starts the processes of a Procfile; when one ends or a signal comes, lets go of the leash and all of them end.

    Those named `first` start at once, the others when `start_the_others` is called.

    `ended_first` then names the process that ended by itself; it is empty when the launcher was asked to stop. `ending`
    is set from that moment on.
    """

    def __init__(self, first: Container[str], when_started: Callable[[], None]) -> None:
        super().__init__(QuietPrinter())
        self._first = first
        self._leash = os.pipe()
        self._gate = os.pipe()
        self._when_started = when_started
        self._process_ctor = self._leashed
        self._started = self._asked = self._terminating = False
        self.ended_first = ""
        self.ending = threading.Event()

    def add_procfile(self, procfile: Path, environments: Mapping[str, Mapping[str, str]], cwd: Path) -> None:
        """Take the processes of the file; `environments` holds the environment of each, by its name."""
        for name, command in parse_procfile(procfile.read_text(encoding="utf-8")).processes.items():
            self.add_process(name, command, env=environments[name], cwd=str(cwd))

    def start_the_others(self) -> None:
        """Start the processes that were kept back; to be called once."""
        os.close(self._gate[1])

    def terminate(self) -> None:
        """Let go of the leash, once. A signal's handler calls it too; while the start goes on it is only noted."""
        if not self._started:
            self._asked = True
        elif not self._terminating:
            self._terminating = True
            self.ending.set()
            ended = (name for name, process in self._processes.items() if process.get("returncode") is not None)
            self.ended_first = next(ended, "")
            os.close(self._leash[1])

    def _leashed(self, *arguments: object, **options: object) -> LeashedProcess:
        process = LeashedProcess(*arguments, **options)
        process.reading = self._leash[0], -1 if process.name in self._first else self._gate[0]
        process.launchers = self._leash[1], self._gate[1]
        return process

    def _start(self) -> None:
        for number in STOPPING:
            signal.signal(number, lambda *_: self.terminate())
        super()._start()
        self._started = True
        if self._asked:
            self.terminate()
        self._when_started()
