"""The worker of ``django-tasks-db``, with threads: one loop claims tasks, several threads run them.

Nothing is claimed while no thread is free, so a task never waits in one process while another could run it.
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
"""How long a worker that is told to stop lets its tasks finish; the leases of the others then expire."""
RETRY_SECONDS = 1
"""Pause before a database that was locked or unreachable is tried again."""


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
        """Stop claiming; a second signal ends the process at once.

        Only a plain attribute is set: waiting for a lock that the interrupted thread holds would never end.
        """
        self.reset_signals()
        self.running = False

    def run(self) -> None:
        """Claim and run until told to stop, or, as a batch, until the queue is empty."""
        while self.running:
            if not self.free.acquire(timeout=self.interval or 0.05):
                continue
            idle = all(future.done() for future in self.futures)  # before claiming: a task may enqueue another
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
        """Return the next task; None too while the database is locked or unreachable, so that the process goes on."""
        try:
            return self._claim() if self.running else None
        except (OperationalError, InterfaceError) as error:
            if self.batch:
                raise
            logger.warning("Cannot read the queue: %s", type(error).__name__)
            time.sleep(RETRY_SECONDS)
            return None

    def _claim(self) -> DBTaskResult[Any, Any] | None:
        """Claim and return the next task; cheap while there is none."""
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
            logger.error("Cannot record how a task ended: %s, %s", claimed.task_path, type(error).__name__)
        finally:
            connections.close_all()
            self.free.release()

    def _finish(self) -> None:
        """Give running tasks time to end; interrupted work is reclaimed once its lease expires."""
        wait(self.futures, timeout=STOP_SECONDS)
        self.pool.shutdown(wait=False, cancel_futures=True)
