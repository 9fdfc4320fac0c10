"""Watching the public bodies for outages, and deleting old connector tests."""

from django.tasks import task

from backoffice.connectors import outage_alerts
from backoffice.connectors.sms_alarm import send_sms_alarm
from backoffice.models import Trial
from foundation.batches import delete_in_batches
from foundation.schedule import every


@every(minutes=1)
@task()
def watch_entities() -> int:
    """Record outages that began or ended, e-mail the operators, and return the number of e-mails sent."""
    outage_alerts.detect_outages()
    return outage_alerts.send_alerts()


@every(minutes=5)
@task()
def watch_sms() -> int:
    """E-mail the operators when the SMS of the day come near their ceiling; return the number of e-mails sent."""
    return send_sms_alarm()


@every(hours=1)
@task()
def delete_old_trials() -> int:
    """Delete the connector tests of more than a day ago, and return how many."""
    return delete_in_batches(Trial.objects.old())
