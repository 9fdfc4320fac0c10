"""E-mails to the person who asked: the confirmation and the answer.

They go to whatever address was typed, so they repeat nothing of the question: the form cannot be used to send anybody
a text of one's own.
"""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from guides.models import CitizenQuestion


def confirmation(question: CitizenQuestion) -> EmailMessage:
    """Return the confirmation, in the language of the question. Raises ``SealBroken``."""
    with translation.override(question.language):
        subject = _("Hemos recibido tu pregunta: %(reference)s") % {"reference": question.reference}
        body = render_to_string("guides/received.txt", {"reference": question.reference})
    return _email(question, subject, body)


def answer(question: CitizenQuestion) -> EmailMessage:
    """Return the answer that the staff wrote, in the language of the question. Raises ``SealBroken``."""
    with translation.override(question.language):
        subject = _("Respuesta a tu pregunta %(reference)s") % {"reference": question.reference}
        context = {"reference": question.reference, "answer": question.answer}
        body = render_to_string("guides/answered.txt", context)
    return _email(question, subject, body)


def _email(question: CitizenQuestion, subject: str, body: str) -> EmailMessage:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return EmailMessage(subject, body, to=[question.email], headers=headers)
