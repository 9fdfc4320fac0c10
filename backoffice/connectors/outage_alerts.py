"""E-mails to the operators when a public body fails more often than its threshold, and when it works again.

What counts is what people met: accesses that the body made fail within the last hour. It works again when an access
had its result after the last failure, and none has failed for a while: silence alone proves nothing.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accesses.failures import Failure
from accesses.models import Access, ConnectorProfile, State
from backoffice.models import Outage
from foundation import languages
from procedures.models import Entity, ProcedureVersion

logger = logging.getLogger(__name__)

CAUSED_BY_ENTITY = (Failure.AWAY, Failure.UNKNOWN, Failure.TOO_LONG, Failure.NOT_A_DOCUMENT)
"""What a public body refuses, and what we could not store, is no failure of its own."""
WINDOW = timedelta(hours=1)
QUIET = timedelta(minutes=10)
"""For how long nothing may have failed before a public body is said to work again."""
REPORTED_WITHIN = timedelta(days=1)
BATCH_SIZE = 50


def recent_failed_accesses() -> "QuerySet[Access]":
    """Return the accesses that public bodies made fail within the last hour.

    They are not grouped in SQL: the database would go through every access ever made.
    """
    since = timezone.now() - WINDOW
    return Access.objects.filter(state=State.FAILED, failure__in=CAUSED_BY_ENTITY, finished_at__gt=since).order_by()


def recent_failures() -> dict[str, tuple[int, datetime]]:
    """Return the number of recent failures of each public body that has any, and the moment of the latest."""
    rows = list(recent_failed_accesses().values_list("version", "finished_at"))
    versions = ProcedureVersion.objects.filter(pk__in={pk for pk, _at in rows})
    slugs = dict(versions.values_list("pk", "procedure__entity__slug").order_by())
    found: dict[str, tuple[int, datetime]] = {}
    for pk, finished_at in rows:
        if finished_at is not None:
            count, latest = found.get(slugs[pk], (0, finished_at))
            found[slugs[pk]] = (count + 1, max(latest, finished_at))
    return found


def detect_outages() -> None:
    """Record the outages that have begun and those that have ended."""
    ongoing = {outage.entity_slug: outage for outage in Outage.objects.ongoing()}
    failures = recent_failures()
    thresholds = dict(ConnectorProfile.objects.values_list("entity__slug", "alert_failures"))
    default_threshold = ConnectorProfile._meta.get_field("alert_failures").default
    failing = [
        slug
        for slug, (count, _latest) in failures.items()
        if slug not in ongoing and 0 < thresholds.get(slug, default_threshold) <= count
    ]
    for entity in Entity.objects.filter(slug__in=failing):
        Outage.objects.begin(entity, failures[entity.slug][0])
    for slug, outage in ongoing.items():
        if _works_again(slug, max(outage.began_at, failures.get(slug, (0, outage.began_at))[1])):
            outage.end()


def _works_again(slug: str, last_failure: datetime) -> bool:
    if last_failure > timezone.now() - QUIET:
        return False
    done = Access.objects.filter(state=State.DONE, finished_at__gt=last_failure, version__procedure__entity__slug=slug)
    return done.exists()


def send_alerts() -> int:
    """Send the e-mails that are due, and return how many; without ``ALERT_EMAILS`` none is."""
    if not settings.ALERT_EMAILS:
        return 0
    due = Outage.objects.unreported().filter(began_at__gt=timezone.now() - REPORTED_WITHIN)[:BATCH_SIZE]
    return sum(_send(outage, report) for outage in due for report in outage.due_reports())


def _send(outage: Outage, report: str) -> bool:
    if not outage.claim_report(report):
        return False
    try:
        _compose(outage, has_ended=report == Outage.END_REPORT).send()
    except Exception as error:  # noqa: BLE001  whatever the mail server answers, the next minute tries again
        logger.warning("An alert could not be sent: %s", type(error).__name__)
        outage.release_report(report)
        return False
    return True


def _compose(outage: Outage, *, has_ended: bool) -> EmailMessage:
    entity = Entity.objects.filter(slug=outage.entity_slug).first()
    with translation.override(languages.default()):
        name = entity.short_name if entity else outage.entity_slug
        subject = _("%(body)s vuelve a responder") if has_ended else _("%(body)s está fallando")
        context = {"outage": outage, "body": name, "has_ended": has_ended}
        return EmailMessage(
            subject % {"body": name},
            render_to_string("backoffice/connectors/outage_email.txt", context),
            to=settings.ALERT_EMAILS,
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
