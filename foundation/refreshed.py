"""A value that each process keeps in memory and shows while a newer one is being read.

One thread at a time reads; the others go on with the value that is there, and so does everybody while the source is
away. Only the very first caller of a process waits, because there is nothing to show yet.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.2
"""How long the request that starts a reading beside the requests waits for it: a small one is there at once."""


def _run_beside(read: Callable[[], object]) -> None:
    """Run ``read`` in a thread with database connections of its own, and wait for it a little."""

    def run() -> None:
        try:
            read()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name="refresh", daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)


class Refreshed[T]:
    """The last value that ``read`` returned, read anew when it is older than ``max_age`` seconds or of another version.

    ``beside=True`` is for what takes long: it is read in a thread of its own while requests go on with the old value.
    When ``read`` raises ``DatabaseError``, the old value stays; without one, ``fallback`` is returned, and without that
    the error is raised.
    """

    run_beside = staticmethod(_run_beside)

    def __init__(
        self,
        name: str,
        read: Callable[[], T],
        *,
        max_age: Callable[[], float] | None = None,
        beside: bool = False,
        fallback: Callable[[], T] | None = None,
    ) -> None:
        self._name = name
        self._read = read
        self._max_age = max_age
        self._beside = beside
        self._fallback = fallback
        self._lock = threading.Lock()
        self._value: T | None = None
        self._version: object = None
        self._read_at: float | None = None

    def get(self, version: object = None) -> T:
        """Return the value; ``version`` is what the source has now, where that is known otherwise than by time."""
        value = self._value
        if value is not None and self._is_current(version):
            return value
        if not self._lock.acquire(blocking=value is None):
            return value  # type: ignore[return-value]  # without a value the lock is waited for
        if value is not None and self._beside:
            self.run_beside(lambda: self._refresh_and_release(version))
            return self._value or value
        return self._refresh_and_release(version)

    def peek(self) -> T | None:
        """Return the value that this process has, whatever its age; None before the first reading."""
        return self._value

    def put(self, value: T, version: object = None) -> None:
        """Have this value from now on, as if it had just been read."""
        self._value, self._version, self._read_at = value, version, time.monotonic()

    def forget(self) -> None:
        """Read again when the value is next asked for."""
        with self._lock:
            self._value = self._read_at = None

    def _is_current(self, version: object) -> bool:
        if version != self._version or self._read_at is None:
            return False
        return self._max_age is None or time.monotonic() - self._read_at < self._max_age()

    def _refresh_and_release(self, version: object) -> T:
        try:
            if self._value is not None and self._is_current(version):  # another thread was faster
                return self._value
            return self._refresh(version)
        finally:
            self._lock.release()

    def _refresh(self, version: object) -> T:
        try:
            self.put(self._read(), version)
        except DatabaseError as error:
            logger.warning("Cannot read %s: %s", self._name, type(error).__name__)
            if self._value is None:
                if self._fallback is None:
                    raise
                return self._fallback()
            self._version, self._read_at = version, time.monotonic()
        return self._value  # type: ignore[return-value]  # it was put there just now, or stayed
