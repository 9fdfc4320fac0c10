"""Several calls at once, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connections


def in_parallel(act: Callable[[], object], times: int) -> None:
    """Call it in so many threads at once; an exception in one of them fails the test."""
    failures: list[BaseException] = []
    ready = threading.Barrier(times)

    def run() -> None:
        try:
            ready.wait()
            act()
        except BaseException as failure:  # noqa: BLE001  it is raised again below
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _time in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
