"""Which procedures are started most often: stored for the citizens' home page, which offers them first."""

from datetime import timedelta

from django.db.models import Sum

from backoffice.models import DailyAccessesOfProcedure
from backoffice.statistics.days import today
from procedures.models import Popularity

DAYS = 30


def rank_procedures() -> int:
    """Count the accesses of the last ``DAYS`` days by procedure, and return the number of procedures."""
    recent = DailyAccessesOfProcedure.objects.filter(day__gt=today() - timedelta(days=DAYS))
    counted = recent.values_list("entity", "procedure").annotate(starts=Sum("count"))
    starts = {f"{entity}/{procedure}": count for entity, procedure, count in counted}
    Popularity.objects.replace(starts)
    return len(starts)
