"""Aggregating the statistics of days that can still change, and measuring the storage, at intervals."""

from django.tasks import task

from backoffice.statistics import daily_statistics
from backoffice.statistics.popularity import rank_procedures
from foundation.schedule import every


@every(minutes=10)
@task()
def aggregate_daily_statistics() -> int:
    """Aggregate the days that can still change, and return how many."""
    return daily_statistics.aggregate_daily_statistics()


@every(hours=1)
@task()
def measure_storage() -> int:
    """Record the size of Downloads, and return the number of documents."""
    return daily_statistics.measure_storage().documents


@every(hours=1)
@task()
def rank_procedures_by_use() -> int:
    """Update the order of the procedures on the home page, and return how many were started recently."""
    return rank_procedures()
