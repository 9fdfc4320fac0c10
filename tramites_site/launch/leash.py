"""Runs one command, and lets nothing of it live on when the other end of the leash is let go.

`python leash.py LEASH GATE COMMAND…`: LEASH is the descriptor of the reading end of a pipe whose writing end only the
launcher holds, so that it closes however the launcher ends, `kill -9` included. Then, or at SIGTERM, the command is
asked to stop; what is left of its process group after `GRACE` seconds is killed. On Linux the command is also asked to
stop when the leash itself is killed. The command starts when the pipe GATE closes; at once when GATE is -1.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

GRACE = 4.0  # seconds; a stop takes "a few seconds" at the most
PR_SET_PDEATHSIG = 1


def stop_with_parent(how: signal.Signals) -> None:
    """Ask Linux to send `how` to this process when its parent dies; nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def _in_child() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    stop_with_parent(signal.SIGTERM)


def _wake_on_signals() -> int:
    """A descriptor that becomes readable when a signal has come."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return reading


def _exited(pid: int) -> bool:
    """Whether the process has ended; it stays a zombie, so that its number names nobody else yet."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def hold(leash: int, gate: int, command: list[str]) -> int:
    """Run the command until it ends or the leash is let go; the status to exit with, as a shell would give it."""
    signals = _wake_on_signals()
    if gate >= 0:
        opened, _, _ = select.select([gate, leash, signals], [], [])
        if opened != [gate]:
            return 128 + signal.SIGTERM
        os.close(gate)
    child = subprocess.Popen(command, process_group=0, preexec_fn=_in_child)
    watched, deadline = [leash, signals], None
    while not _exited(child.pid):
        patience = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select(watched, [], [], patience)
        asked = leash in ready
        if signals in ready:
            asked |= any(number in (signal.SIGTERM, signal.SIGHUP) for number in os.read(signals, 512))
        if asked and deadline is None:
            watched, deadline = [signals], time.monotonic() + GRACE
            child.terminate()
        if deadline is not None and time.monotonic() >= deadline:
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    status = child.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(hold(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
