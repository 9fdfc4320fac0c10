"""Run queued tasks in a test, without waiting for those that are due later."""

from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from accesses.models import Access


def run_tasks(rounds: int = 20) -> int:
    """Run everything in the queue, also what is queued meanwhile or due later; return how many tasks ran."""
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
