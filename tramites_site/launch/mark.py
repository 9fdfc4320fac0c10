"""Hearing of signals that `make` keeps for itself.

GNU make passes SIGTERM on to what it runs, but not a SIGINT or SIGHUP that reaches make alone: it then deletes the file
that the recipe was making, and waits. So the recipe's target is a file that the launcher writes, and a launcher that
finds its file gone, or its parent dead, stops. A terminal's Ctrl-C reaches the launcher itself; this is for all else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 0.3  # seconds


@contextlib.contextmanager
def heeding_make(path: Path | None) -> Iterator[None]:
    """While inside, this process gets SIGTERM when the file at `path` is deleted or its parent ends; None: nothing."""
    if path is None:
        yield
        return
    path.write_text(f"{os.getpid()}\n", encoding="ascii")
    done = threading.Event()
    threading.Thread(target=_watch, args=(path, os.getppid(), done), daemon=True).start()
    try:
        yield
    finally:
        done.set()
        path.unlink(missing_ok=True)


def _watch(path: Path, parent: int, done: threading.Event) -> None:
    while not done.wait(INTERVAL):
        if os.getppid() != parent or not path.exists():
            os.kill(os.getpid(), signal.SIGTERM)
            return
