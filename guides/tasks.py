"""Background work on questions: confirm them, send their answers, delete old ones."""

import logging
from uuid import UUID

from django.tasks import task

from foundation.batches import delete_in_batches
from foundation.schedule import every
from guides.emails import answer, confirmation
from guides.models import CitizenQuestion

logger = logging.getLogger(__name__)

BATCH = 100


@task()
def send_confirmation(question_id: str) -> bool:
    """E-mail the person who asked, once; return False when that was done before, fails, or the question is gone."""
    question = CitizenQuestion.objects.filter(pk=UUID(question_id)).first()
    return question is not None and _confirm(question)


@every(minutes=10)
@task()
def confirm_questions() -> int:
    """Retry the confirmations that failed; return the number sent."""
    return sum(_confirm(question) for question in CitizenQuestion.objects.unconfirmed()[:BATCH])


@task()
def send_answer(question_id: str) -> bool:
    """E-mail the answer, once; return False when that was done before, fails, or the question is gone."""
    question = CitizenQuestion.objects.filter(pk=UUID(question_id)).first()
    return question is not None and _answer(question)


@every(minutes=10)
@task()
def send_answers() -> int:
    """Retry the answers that could not be sent; return the number sent."""
    return sum(_answer(question) for question in CitizenQuestion.objects.to_send().order_by("handled_at")[:BATCH])


@every(hours=24)
@task()
def purge_questions() -> int:
    """Delete questions older than ``QUESTIONS_KEPT_DAYS``; return their number."""
    return delete_in_batches(CitizenQuestion.objects.past_retention())


def _confirm(question: CitizenQuestion) -> bool:
    if not question.claim_confirmation():
        return False
    try:
        confirmation(question).send()
    except Exception as error:  # noqa: BLE001  a mail server's reply may hold the address, so only the type is logged
        logger.warning("Question %s could not be confirmed: %s", question.reference, type(error).__name__)
        question.release_confirmation()
        return False
    return True


def _answer(question: CitizenQuestion) -> bool:
    if not question.claim_sending():
        return False
    try:
        answer(question).send()
    except Exception as error:  # noqa: BLE001  a mail server's reply may hold the address, so only the type is logged
        logger.warning("The answer to question %s could not be sent: %s", question.reference, type(error).__name__)
        question.release_sending()
        return False
    question.mark_sent()
    return True
