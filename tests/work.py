"""Working the queue off in a test, as the worker would, without waiting for what is due later."""

from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from accesses.models import Access


def run_tasks(rounds: int = 20) -> int:
    """Run what is in the queue, what is put there meanwhile and what is due later too; answers how many."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tests",
        excluded_queue_names=[],
    )
    done = 0
    for _round in range(rounds):
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
        Access.objects.filter(state="queued").update(run_after=timezone.now())
        waiting = list(DBTaskResult.objects.ready())
        if not waiting:
            break
        for row in waiting:
            row.claim("tests")
            worker.run_task(row)
            done += 1
    return done
