"""The one letter of the portal: that a question arrived.

It goes to whatever address was typed, so it holds nothing that was typed: the form cannot send anybody anything else.
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
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return EmailMessage(subject, body, to=[question.email], headers=headers)
