"""The worker: threads around the kept worker of ``django-tasks-db``.

One loop claims, several threads run. Nothing is claimed while no thread is free, so a task never waits in a process
while another one could run it.
"""

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import FrameType
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

logger = logging.getLogger(__name__)

STOP_SECONDS = 10
"""How long a worker that is told to stop lets its tasks finish; the leases of the rest run out by themselves."""
AWAY_SECONDS = 1
"""How long to wait before a database that was locked or away is asked again."""


class ThreadedWorker(Worker):
    """Runs up to ``threads`` tasks at once."""

    def __init__(self, *, threads: int, interval: float, batch: bool = False) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.free = threading.BoundedSemaphore(threads)
        self.pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="task")
        self.futures: set[Future[None]] = set()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop claiming; a second signal ends the process by the default way.

        Only a plain attribute is set: a lock that the interrupted thread holds would never be free again.
        """
        self.reset_signals()
        self.running = False

    def run(self) -> None:
        """Claim and run until told to stop, or, as a batch, until the queue is empty."""
        while self.running:
            if not self.free.acquire(timeout=self.interval or 0.05):
                continue
            idle = all(future.done() for future in self.futures)  # before looking: what ran may have enqueued more
            claimed = self._claim_if_possible()
            if claimed is not None:
                self.futures = {future for future in self.futures if not future.done()}
                self.futures.add(self.pool.submit(self._run, claimed))
                continue
            self.free.release()
            if self.batch and idle:
                break
            time.sleep(self.interval)
        self._finish()

    def _claim_if_possible(self) -> DBTaskResult[Any, Any] | None:
        """The next task; none too while the database is locked or away, which must not end the process."""
        try:
            return self._claim() if self.running else None
        except (OperationalError, InterfaceError) as error:
            if self.batch:
                raise
            logger.warning("The queue cannot be looked at: %s", type(error).__name__)
            time.sleep(AWAY_SECONDS)
            return None

    def _claim(self) -> DBTaskResult[Any, Any] | None:
        """The next task, taken; cheap while there is none."""
        close_old_connections()
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not ready.exists():
            return None
        with exclusive_transaction(ready.db):
            claimed = ready.get_locked()
            if claimed is not None:
                claimed.claim(self.worker_id)
        return claimed

    def _run(self, claimed: DBTaskResult[Any, Any]) -> None:
        try:
            self.run_task(claimed)
        except (DatabaseError, InterfaceError) as error:
            logger.error("How a task ended is not written down: %s, %s", claimed.task_path, type(error).__name__)
        finally:
            connections.close_all()
            self.free.release()

    def _finish(self) -> None:
        """Let what runs end, for a while; interrupted work is taken up again by its lease."""
        wait(self.futures, timeout=STOP_SECONDS)
        self.pool.shutdown(wait=False, cancel_futures=True)
