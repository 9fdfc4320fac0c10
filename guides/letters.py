"""The letters to who asked: that a question arrived, and its answer.

They go to whatever address was typed, so they hold nothing that was typed: the form cannot send anybody anything else.
"""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from guides.models import CitizenQuestion


def confirmation(question: CitizenQuestion) -> EmailMessage:
    """In the language in which it was asked."""
    with translation.override(question.language):
        subject = _("Hemos recibido tu pregunta: %(reference)s") % {"reference": question.reference}
        body = render_to_string("guides/received.txt", {"reference": question.reference})
    return _letter(question, subject, body)


def answer(question: CitizenQuestion) -> EmailMessage:
    """What the staff wrote, in the language in which it was asked; raises ``SealBroken``."""
    with translation.override(question.language):
        subject = _("Respuesta a tu pregunta %(reference)s") % {"reference": question.reference}
        context = {"reference": question.reference, "answer": question.answer}
        body = render_to_string("guides/answered.txt", context)
    return _letter(question, subject, body)


def _letter(question: CitizenQuestion, subject: str, body: str) -> EmailMessage:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return EmailMessage(subject, body, to=[question.email], headers=headers)
