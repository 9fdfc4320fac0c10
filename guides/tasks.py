"""What is done with questions in the background: confirming them, sending their answers, and deleting the old."""

import logging
from uuid import UUID

from django.tasks import task

from foundation.schedule import every
from guides.letters import answer, confirmation
from guides.models import CitizenQuestion

logger = logging.getLogger(__name__)

BATCH = 100


@task()
def send_confirmation(question_id: str) -> bool:
    """Write to who asked, once; False when that was done or cannot be done."""
    question = CitizenQuestion.objects.filter(pk=UUID(question_id)).first()
    return question is not None and _confirm(question)


@every(minutes=10)
@task()
def confirm_questions() -> int:
    """Confirm what could not be confirmed before; answers how many."""
    return sum(_confirm(question) for question in CitizenQuestion.objects.unconfirmed()[:BATCH])


@task()
def send_answer(question_id: str) -> bool:
    """Send the answer of a question, once; False when that was done or cannot be done now."""
    question = CitizenQuestion.objects.filter(pk=UUID(question_id)).first()
    return question is not None and _answer(question)


@every(minutes=10)
@task()
def send_answers() -> int:
    """Send the answers that could not be sent before; answers how many went."""
    return sum(_answer(question) for question in CitizenQuestion.objects.to_send().order_by("handled_at")[:BATCH])


@every(hours=24)
@task()
def purge_questions() -> int:
    """Delete the questions of long ago; answers how many."""
    return int(CitizenQuestion.objects.old().delete()[0])


def _confirm(question: CitizenQuestion) -> bool:
    if not question.begin_confirming():
        return False
    try:
        confirmation(question).send()
    except Exception as error:  # noqa: BLE001  whatever a mail server says may hold the address, and is kept nowhere
        logger.warning("Question %s could not be confirmed: %s", question.reference, type(error).__name__)
        question.was_not_confirmed()
        return False
    return True


def _answer(question: CitizenQuestion) -> bool:
    if not question.begin_sending():
        return False
    try:
        answer(question).send()
    except Exception as error:  # noqa: BLE001  whatever a mail server says may hold the address, and is kept nowhere
        logger.warning("The answer to question %s could not be sent: %s", question.reference, type(error).__name__)
        question.was_not_sent()
        return False
    question.was_sent()
    return True
