"""What is counted, and what is watched over, at intervals."""

from django.tasks import task

from backoffice.operation import alerts, counting
from foundation.schedule import every


@every(minutes=10)
@task()
def count_days() -> int:
    """Count the days that can still change; answers how many."""
    return counting.count_days()


@every(hours=1)
@task()
def measure_storage() -> int:
    """Look how much Downloads holds; answers how many documents."""
    return counting.measure_storage().documents


@every(minutes=1)
@task()
def watch_bodies() -> int:
    """Tell the operators of bodies that began to fail, and of those that work again; answers how many letters went."""
    alerts.look()
    return alerts.tell()
