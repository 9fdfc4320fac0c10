"""Running an access: one turn of its work, from the lease to what becomes of the body's reply.

A turn asks the body once, then finishes the access, fails it, or puts it back in the queue. After an unknown outcome
the body is asked again only if it honours ``Idempotency-Key``, or is only asked how far its work is. A turn may end at
any point with its process: what the next one needs to know is written down before the body is called (``sent_at``,
``attempts``) and when a document is kept (under the access's own id).
"""

import logging
import random
import time
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from accesses.connectors import connector
from accesses.connectors.base import ConnectorReply, ConnectorRequest, Consultation, Pdf, Pending, Problem
from accesses.failures import Failure
from accesses.models import Access, ConnectorProfile, ConnectorSlot, Outcome
from accesses.models.connector_profiles import CredentialBroken
from documents.models import (
    Document,
    NewDocument,
    NotADocument,
    OwnerMismatch,
    QuotaExceeded,
    StorageFailed,
    TooLarge,
)
from foundation.http.errors import NoResponse, NotSent
from foundation.vault import SealBroken
from procedures.models import ConnectorHealth

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
SHORTEST_POLL_SECONDS = 0.2
SLOT_PAUSE_SECONDS = (0.3, 1.5)
SLOW = 3
"""An answer that takes so many times what the version expects is slow."""


def run_once(access_id: UUID) -> float | None:
    """Work on the access if it is due and free; answers in how many seconds it must come again, None for never."""
    access = Access.objects.lease(access_id)
    if access is None or _is_kept(access):
        return None
    try:
        request = _request(access)
    except SealBroken:
        logger.error("The data of access %s cannot be read", access.reference)
        access.fail(Failure.LOST)
        return None
    except CredentialBroken:
        logger.error("The credential for access %s cannot be read", access.reference)
        access.fail(_unavailable_failure(access, sent=bool(access.sent_at)))
        return None
    if hindrance := _blocking_failure(access, request):
        access.fail(hindrance)
        return None
    return _with_slot(access, request)


def _is_kept(access: Access) -> bool:
    """Whether an earlier turn has kept the document and got no further: then that is the result."""
    kept = Document.objects.filter(pk=access.pk, device=access.device_id).first() if access.sent_at else None
    return kept is not None and access.finish(Outcome.DOCUMENT, document=kept)


def _request(access: Access) -> ConnectorRequest:
    """What is asked of the body; raises ``SealBroken`` and ``CredentialBroken``."""
    version, entity = access.version, access.version.procedure.entity
    return ConnectorRequest(
        key=access.pk,
        entity=entity.slug,
        procedure=version.procedure.slug,
        url=version.connector,
        inputs=access.inputs,
        identity=access.identity,
        options=ConnectorProfile.objects.call_options(entity.pk),
        mapping=version.mapping,
    )


def _blocking_failure(access: Access, request: ConnectorRequest) -> Failure | None:
    """Why the body is not to be asked (any more)."""
    version = access.version
    if not request.identity.document_number:
        return Failure.LOST
    if version.needs_advanced and request.identity.level != version.level:
        return Failure.LEVEL
    if access.sent_at and not _may_repeat(access):
        return Failure.UNKNOWN
    if access.queued_at and access.queued_at + settings.RUN_DEADLINE <= timezone.now():
        return Failure.TOO_LONG
    if access.attempts >= MOST_ATTEMPTS:  # none of them came to its end: it may be what ends our workers
        return _unavailable_failure(access, sent=True)
    return None


def _may_repeat(access: Access) -> bool:
    """Whether asking again does nothing twice: the body deduplicates, or is only asked how far it is."""
    return access.version.honours_idempotency_key or bool(access.status_url)


def _unavailable_failure(access: Access, *, sent: bool) -> Failure:
    """What a body that gives no usable answer is: away, or, when it may have done the work, unknown."""
    accepted = bool(access.status_url)
    return Failure.UNKNOWN if accepted or (sent and not _may_repeat(access)) else Failure.AWAY


def _with_slot(access: Access, request: ConnectorRequest) -> float | None:
    holder = access.lease_token
    options = request.options
    if holder is None or not ConnectorSlot.objects.take(request.entity, holder, options.slots, options.total_seconds):
        return _requeue(access, random.uniform(*SLOT_PAUSE_SECONDS))  # noqa: S311  spreading load, no secret
    try:
        return _ask(access, request)
    finally:
        ConnectorSlot.objects.release(holder)


def _ask(access: Access, request: ConnectorRequest) -> float | None:
    """Ask the body, once, having written down that it may have been."""
    if not access.mark_sending(request.options.total_seconds):
        return None
    access.attempts += 1
    body, began = connector(), time.monotonic()
    try:
        reply = body.status(request, access.status_url) if access.status_url else body.run(request)
    except NotSent:
        _remember(access, request, answered=False)
        return _retry(access, _unavailable_failure(access, sent=False), sent=False)
    except NoResponse as unknown:
        logger.warning("No usable answer for access %s: %s", access.reference, unknown)
        _remember(access, request, answered=False)
        return _retry(access, _unavailable_failure(access, sent=True), sent=True)
    took = time.monotonic() - began
    pause = _apply(access, reply)
    away = isinstance(reply, Problem) and reply.is_passing
    _remember(access, request, answered=not away, seconds=took)
    return pause


def _remember(access: Access, request: ConnectorRequest, *, answered: bool, seconds: float = 0) -> None:
    """Keep whether the body answers, and in time, for those who come next; what this access gets never hangs on it."""
    try:
        if answered:
            slowly = seconds > SLOW * max(access.version.expected_seconds, 1)
            ConnectorHealth.objects.answered(request.entity, slowly=slowly)
        else:
            ConnectorHealth.objects.failed(request.entity)
    except DatabaseError as error:
        logger.warning("Whether %s answers cannot be written down: %s", request.entity, type(error).__name__)


def _apply(access: Access, reply: ConnectorReply) -> float | None:
    match reply:
        case Consultation() if reply.is_empty:
            access.finish(Outcome.NOTHING, result_cell=access.seal_result(dict(reply.content)))
        case Consultation():
            access.finish(Outcome.CONSULTATION, result_cell=access.seal_result(dict(reply.content)))
        case Pdf():
            return _keep(access, reply)
        case Pending():
            pause = max(reply.retry_after, SHORTEST_POLL_SECONDS)
            return _requeue(
                access, pause, status_url=reply.status_url, progress=reply.progress, stage=reply.stage, attempts=0
            )
        case Problem(is_passing=True):
            sent = not reply.is_undone
            return _retry(
                access, _unavailable_failure(access, sent=sent), sent=sent, detail=reply.detail, pause=reply.retry_after
            )
        case Problem():
            access.fail(Failure.REFUSED, reply.detail)
    return None


def _keep(access: Access, pdf: Pdf) -> float | None:
    """Hand the document to Downloads, under the access's id: kept twice, it is one document."""
    try:
        document = Document.objects.store(_new_document(access, pdf), access.pk)
        access.finish(Outcome.DOCUMENT, document=document)
    except (NotADocument, TooLarge) as error:
        logger.error("Access %s got no document: %s", access.reference, type(error).__name__)
        access.fail(Failure.NOT_A_DOCUMENT)
    except QuotaExceeded:
        access.fail(Failure.SHELF_FULL)
    except OwnerMismatch:
        access.fail(Failure.NOT_KEPT)
    except (StorageFailed, DatabaseError, OSError) as error:
        logger.error("The document of access %s could not be kept: %s", access.reference, type(error).__name__)
        return _retry(access, Failure.NOT_KEPT, sent=True)
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


def _retry(access: Access, failure: Failure, *, sent: bool, detail: str = "", pause: float = 0) -> float | None:
    """Come again later, or give up when it was tried often enough or may not be sent twice."""
    if access.attempts >= MOST_ATTEMPTS or (sent and not _may_repeat(access)):
        access.fail(failure, detail)
        return None
    doubling = FIRST_PAUSE_SECONDS * 2 ** (access.attempts - 1)
    backoff = min(doubling, LONGEST_PAUSE_SECONDS) * random.uniform(0.8, 1.2)  # noqa: S311  no secret
    told = pause * random.uniform(1, 1.2)  # noqa: S311  never before the body wants, and not all at once
    changes = {} if sent else {"sent_at": None}
    return _requeue(access, max(told, backoff), **changes)


def _requeue(access: Access, pause: float, **changes: object) -> float | None:
    """Back into the queue, at the latest until the deadline: then there is something to be told."""
    now = timezone.now()
    moment = now + timedelta(seconds=pause)
    if access.queued_at:
        moment = max(now, min(moment, access.queued_at + settings.RUN_DEADLINE))
    return (moment - now).total_seconds() if access.requeue(moment, **changes) else None
