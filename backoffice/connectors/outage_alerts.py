"""Telling the operators, by e-mail, that a body fails more often than its connection's threshold, and when it works.

What counts is what people met: accesses that failed by the body's doing in the last hour. It works again when an access
came to its result after the last of them, and none has failed for a while: silence alone proves nothing.
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

OF_THE_BODY = (Failure.AWAY, Failure.UNKNOWN, Failure.TOO_LONG, Failure.NOT_A_DOCUMENT)
"""The failures that are the body's, or of the way to it; what it refuses, and what we could not keep, are not."""
COUNTED = timedelta(hours=1)
QUIET = timedelta(minutes=10)
"""For so long nothing may have failed before a body is said to work again."""
BATCH = 50


def failed_in_the_hour() -> "QuerySet[Access]":
    """The accesses that a body failed; not grouped by the database, which would go through all that were ever made."""
    since = timezone.now() - COUNTED
    return Access.objects.filter(state=State.FAILED, failure__in=OF_THE_BODY, finished_at__gt=since).order_by()


def failures_of_the_hour() -> dict[str, tuple[int, datetime]]:
    """How many accesses each body failed in the last hour, and when the last one did; those that failed none are
    absent."""
    rows = list(failed_in_the_hour().values_list("version", "finished_at"))
    versions = ProcedureVersion.objects.filter(pk__in={pk for pk, _at in rows})
    slugs = dict(versions.values_list("pk", "procedure__entity__slug").order_by())
    found: dict[str, tuple[int, datetime]] = {}
    for pk, finished_at in rows:
        if finished_at is not None:
            count, latest = found.get(slugs[pk], (0, finished_at))
            found[slugs[pk]] = (count + 1, max(latest, finished_at))
    return found


def look() -> None:
    """Write down what outages have begun and which have ended."""
    going_on = {outage.entity_slug: outage for outage in Outage.objects.going_on()}
    failures = failures_of_the_hour()
    thresholds = dict(ConnectorProfile.objects.values_list("entity__slug", "alert_failures"))
    usual = ConnectorProfile._meta.get_field("alert_failures").default
    begun = [
        slug
        for slug, (count, _last) in failures.items()
        if slug not in going_on and 0 < thresholds.get(slug, usual) <= count
    ]
    for entity in Entity.objects.filter(slug__in=begun):
        Outage.objects.begin(entity, failures[entity.slug][0])
    for slug, outage in going_on.items():
        if _works_again(slug, max(outage.began_at, failures.get(slug, (0, outage.began_at))[1])):
            outage.end()


def _works_again(slug: str, last: datetime) -> bool:
    if last > timezone.now() - QUIET:
        return False
    done = Access.objects.filter(state=State.DONE, finished_at__gt=last, version__procedure__entity__slug=slug)
    return done.exists()


def tell() -> int:
    """Send the letters that are still to be sent; answers how many went. Without ``ALERT_EMAILS`` none does."""
    if not settings.ALERT_EMAILS:
        return 0
    waiting = Outage.objects.to_tell().filter(began_at__gt=timezone.now() - timedelta(days=1))[:BATCH]
    return sum(_send(outage, letter) for outage in waiting for letter in _letters(outage))


def _letters(outage: Outage) -> list[str]:
    letters = [] if outage.told_at else ["told_at"]
    return [*letters, "told_end_at"] if outage.ended_at and not outage.told_end_at else letters


def _send(outage: Outage, letter: str) -> bool:
    if not outage.claim(letter):
        return False
    try:
        _written(outage, has_ended=letter == "told_end_at").send()
    except Exception as error:  # noqa: BLE001  whatever a mail server says: it is tried again in a minute
        logger.warning("An alert could not be sent: %s", type(error).__name__)
        outage.was_not_told(letter)
        return False
    return True


def _written(outage: Outage, *, has_ended: bool) -> EmailMessage:
    entity = Entity.objects.filter(slug=outage.entity_slug).first()
    with translation.override(languages.default()):
        name = entity.short_name if entity else outage.entity_slug
        subject = _("%(body)s vuelve a responder") if has_ended else _("%(body)s está fallando")
        context = {"outage": outage, "body": name, "has_ended": has_ended}
        text = render_to_string("backoffice/connectors/outage_email.txt", context)
        return EmailMessage(
            subject % {"body": name},
            text,
            to=settings.ALERT_EMAILS,
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
