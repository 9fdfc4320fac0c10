"""Watching the public bodies for outages, once a minute."""

from django.tasks import task

from backoffice.connectors import outage_alerts
from foundation.schedule import every


@every(minutes=1)
@task()
def watch_bodies() -> int:
    """Record outages that began or ended, e-mail the operators, and return the number of e-mails sent."""
    outage_alerts.look()
    return outage_alerts.tell()
