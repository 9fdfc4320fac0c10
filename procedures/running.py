"""Running an access: one turn of its work, from the lease to what becomes of the body's reply.

A turn asks the body once, then finishes the access, fails it, or puts it back in the queue. After an unknown outcome
the body is asked again only if it honours ``Idempotency-Key``.
"""

import logging
import random
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from documents.models import Document, NewDocument, NotADocument, StorageFailed, TooLarge
from procedures.connectors import connector
from procedures.connectors.base import (
    Consultation,
    NotSent,
    Order,
    OutcomeUnknown,
    Pdf,
    Pending,
    Problem,
    Reply,
)
from procedures.failures import Failure
from procedures.models import Access, ConnectorSlot, Outcome

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
SLOT_PAUSE_SECONDS = (0.3, 1.5)


def take_turn(access_id: UUID) -> float | None:
    """Work on the access if it is due and free; answers in how many seconds it must come again, None for never."""
    access = Access.objects.lease(access_id)
    if access is None:
        return None
    if not access.identity.document_number:
        access.fail(Failure.LOST)
        return None
    if access.version.needs_advanced and access.identity.level != access.version.level:
        access.fail(Failure.LEVEL)
        return None
    if access.queued_at and access.queued_at + settings.RUN_DEADLINE <= timezone.now():
        access.fail(Failure.TOO_LONG)
        return None
    return _with_slot(access)


def _with_slot(access: Access) -> float | None:
    holder = access.lease_token
    if holder is None or not ConnectorSlot.objects.take(access.version.procedure.entity.slug, holder):
        return _again(access, random.uniform(*SLOT_PAUSE_SECONDS))  # noqa: S311  spreading load, no secret
    try:
        return _ask(access)
    finally:
        ConnectorSlot.objects.release(holder)


def _ask(access: Access) -> float | None:
    """Ask the body; a run that may already have reached one that does not deduplicate is not sent again."""
    version = access.version
    may_repeat = version.honours_idempotency_key or bool(access.status_url)
    if access.sent_at and not may_repeat:
        access.fail(Failure.UNKNOWN)
        return None
    if not access.about_to_send():
        return None
    access.attempts += 1
    try:
        reply = _call(access)
    except NotSent:
        return _retry(access, Failure.AWAY, sent=False)
    except OutcomeUnknown as unknown:
        logger.warning("No usable answer for access %s: %s", access.reference, unknown)
        return _retry(access, Failure.AWAY if may_repeat else Failure.UNKNOWN, sent=True, may_repeat=may_repeat)
    return _apply(access, reply)


def _call(access: Access) -> Reply:
    version, entity = access.version, access.version.procedure.entity
    order = Order(
        key=access.pk,
        entity=entity.slug,
        procedure=version.procedure.slug,
        url=version.connector,
        inputs=access.inputs,
        identity=access.identity,
    )
    body = connector()
    return body.status(order, access.status_url) if access.status_url else body.run(order)


def _apply(access: Access, reply: Reply) -> float | None:
    match reply:
        case Consultation() if reply.is_empty:
            access.finish(Outcome.NOTHING, result_cell=access.seal_result(dict(reply.content)))
        case Consultation():
            access.finish(Outcome.CONSULTATION, result_cell=access.seal_result(dict(reply.content)))
        case Pdf():
            return _keep(access, reply)
        case Pending():
            pause = max(reply.retry_after, 0.2)
            return _again(
                access, pause, status_url=reply.status_url, progress=reply.progress, stage=reply.stage, attempts=0
            )
        case Problem(is_passing=True):
            return _retry(access, Failure.AWAY, sent=False, detail=reply.detail, pause=reply.retry_after)
        case Problem():
            access.fail(Failure.REFUSED, reply.detail)
    return None


def _keep(access: Access, pdf: Pdf) -> float | None:
    """Hand the document to Downloads, under the access's id: kept twice, it is one document."""
    try:
        document = Document.objects.keep(_new_document(access, pdf), access.pk)
        access.finish(Outcome.DOCUMENT, document=document)
    except (NotADocument, TooLarge) as error:
        logger.error("Access %s got no document: %s", access.reference, type(error).__name__)
        access.fail(Failure.NOT_A_DOCUMENT)
    except (StorageFailed, DatabaseError, OSError) as error:
        logger.error("The document of access %s could not be kept: %s", access.reference, type(error).__name__)
        return _retry(access, Failure.NOT_KEPT, sent=True, may_repeat=access.version.honours_idempotency_key)
    return None


def _new_document(access: Access, pdf: Pdf) -> NewDocument:
    version, entity = access.version, access.version.procedure.entity
    return NewDocument(
        device=access.device,
        user=access.user,
        name=f"{version.name}.pdf",
        issuer_code=entity.slug,
        issuer_name=entity.short_name,
        issuer_tone=entity.tone,
        issuer_monogram=entity.monogram,
        procedure_code=version.procedure.code,
        procedure_name=version.name,
        content=pdf.content,
        csv=pdf.csv,
        csv_url=pdf.csv_url,
        retention_days=version.retention_days,
    )


def _retry(
    access: Access, failure: Failure, *, sent: bool, may_repeat: bool = True, detail: str = "", pause: float = 0
) -> float | None:
    """Come again later, or give up when it was tried often enough or may not be sent twice."""
    if not may_repeat or access.attempts >= MOST_ATTEMPTS:
        access.fail(failure, detail)
        return None
    doubling = FIRST_PAUSE_SECONDS * 2 ** (access.attempts - 1)
    wait = max(pause, min(doubling, LONGEST_PAUSE_SECONDS)) * random.uniform(0.8, 1.2)  # noqa: S311  no secret
    changes = {} if sent else {"sent_at": None}
    return _again(access, wait, **changes)


def _again(access: Access, pause: float, **changes: object) -> float | None:
    moment = timezone.now() + timedelta(seconds=pause)
    return pause if access.come_again(moment, **changes) else None
