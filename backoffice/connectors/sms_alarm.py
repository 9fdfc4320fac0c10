"""An e-mail to the operators when the SMS of a day, over everybody, come near their ceiling."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clave.limits.book import sms_today
from clave.limits.rules import DAY
from clave.limits.spending import is_alarming
from foundation import languages
from foundation.limits import Limit, give_back, spend

logger = logging.getLogger(__name__)

SUBJECT = [b"sms-alarm"]


def send_sms_alarm() -> int:
    """Send the e-mail if it is due, once a day, and return how many were sent; without ``ALERT_EMAILS`` none is."""
    sent = sms_today()
    if not settings.ALERT_EMAILS or not is_alarming(sent):
        return 0
    key, limit = timezone.localdate().isoformat(), Limit("sms-alarm", 1, DAY)
    if not spend(limit, SUBJECT, key):
        return 0
    try:
        _compose(sent).send()
    except Exception as error:  # noqa: BLE001  whatever the mail server answers, the next run tries again
        logger.warning("The alarm about SMS could not be sent: %s", type(error).__name__)
        give_back(limit, SUBJECT, key)
        return 0
    return 1


def _compose(sent: int) -> EmailMessage:
    with translation.override(languages.default()):
        return EmailMessage(
            _("Hoy se han enviado muchos SMS"),
            render_to_string("backoffice/connectors/sms_alarm.txt", {"sent": sent, "ceiling": settings.SMS_PER_DAY}),
            to=settings.ALERT_EMAILS,
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
