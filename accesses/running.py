"""Running an access: one turn of its work, from the lease to what follows from the body's reply.

A turn calls the body once, then finishes the access, fails it, or puts it back in the queue. After an unknown outcome
the body is called again only if it honours ``Idempotency-Key``, or if the call merely asks for the status of its work.
The process may die at any point of a turn, so what the next turn must know is stored before the body is called
(``sent_at``, ``attempts``) and when a document is stored (under the access's own id).
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
from accesses.models.connector_profiles import CredentialUnreadable
from documents.models import (
    Document,
    NewDocument,
    NotADocument,
    OwnerMismatch,
    QuotaExceeded,
    StorageFailed,
    TooLarge,
)
from foundation.http.errors import NoResponse, OutboundError
from foundation.vault import SealBroken
from procedures.models import ConnectorHealth

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
BACKOFF_SECONDS = 1.0
MAX_BACKOFF_SECONDS = 30.0
MIN_POLL_SECONDS = 0.2
SLOT_RETRY_SECONDS = (0.3, 1.5)
SLOW_FACTOR = 3
"""A response that takes this many times the version's expected seconds counts as slow."""


def run_once(access_id: UUID) -> float | None:
    """Run one turn of the access if it is due; return the seconds until the next turn, None when none follows."""
    access = Access.objects.lease(access_id)
    if access is None or _finish_with_stored_document(access):
        return None
    prepared = _prepare(access)
    if isinstance(prepared, Failure):
        access.fail(prepared)
        return None
    return _call_in_slot(access, prepared)


def _finish_with_stored_document(access: Access) -> bool:
    """Finish the access if an earlier turn stored its document and got no further."""
    document = Document.objects.filter(pk=access.pk, device=access.device_id).first() if access.sent_at else None
    return document is not None and access.finish(Outcome.DOCUMENT, document=document)


def _prepare(access: Access) -> ConnectorRequest | Failure:
    """Return the request to the body, or the reason not to call it."""
    version, entity = access.version, access.version.procedure.entity
    try:
        request = ConnectorRequest(
            key=access.pk,
            entity=entity.slug,
            procedure=version.procedure.slug,
            url=version.connector,
            inputs=access.inputs,
            identity=access.identity,
            options=ConnectorProfile.objects.call_options(entity.pk),
            mapping=version.mapping,
        )
    except SealBroken:
        logger.error("The data of access %s cannot be read", access.reference)
        return Failure.LOST
    except CredentialUnreadable:
        logger.error("The credential for access %s cannot be read", access.reference)
        return _unavailable_failure(access, sent=bool(access.sent_at))
    return _blocking_failure(access, request) or request


def _blocking_failure(access: Access, request: ConnectorRequest) -> Failure | None:
    """Return why the body must not be called, or not again."""
    version = access.version
    if not request.identity.document_number:
        return Failure.LOST
    if version.needs_advanced and request.identity.level != version.level:
        return Failure.LEVEL
    if access.sent_at and not _may_repeat(access):
        return Failure.UNKNOWN
    if access.queued_at and access.queued_at + settings.RUN_DEADLINE <= timezone.now():
        return Failure.TOO_LONG
    if access.attempts >= MAX_ATTEMPTS:  # each of them died before its end, so this work may be what kills workers
        return _unavailable_failure(access, sent=True)
    return None


def _may_repeat(access: Access) -> bool:
    """Whether calling again has no second effect: the body deduplicates, or is only asked for the status."""
    return access.version.honours_idempotency_key or bool(access.status_url)


def _unavailable_failure(access: Access, *, sent: bool) -> Failure:
    """Return the failure of a body without a usable response: unknown if it may have done the work."""
    accepted = bool(access.status_url)
    return Failure.UNKNOWN if accepted or (sent and not _may_repeat(access)) else Failure.AWAY


def _call_in_slot(access: Access, request: ConnectorRequest) -> float | None:
    holder, options = access.lease_token, request.options
    if holder is None or not ConnectorSlot.objects.acquire(
        request.entity, holder, options.slots, options.total_seconds
    ):
        return _requeue(access, random.uniform(*SLOT_RETRY_SECONDS))  # noqa: S311  spreading load, no secret
    try:
        return _call(access, request)
    finally:
        ConnectorSlot.objects.release(holder)


def _call(access: Access, request: ConnectorRequest) -> float | None:
    """Call the body once, after recording that it may have been called."""
    if not access.mark_sending(request.options.total_seconds):
        return None
    access.attempts += 1
    body, started = connector(), time.monotonic()
    try:
        reply = body.status(request, access.status_url) if access.status_url else body.run(request)
    except OutboundError as error:
        logger.warning("No usable response for access %s: %s", access.reference, error)
        _record_health(access, answered=False)
        return _retry(access, sent=isinstance(error, NoResponse))
    seconds = time.monotonic() - started
    pause = _apply(access, reply)
    is_unavailable = isinstance(reply, Problem) and reply.is_passing
    _record_health(access, answered=not is_unavailable, seconds=seconds)
    return pause


def _record_health(access: Access, *, answered: bool, seconds: float = 0) -> None:
    """Record whether the body answers, and in time, for the people after this one; never fail the access over it."""
    entity = access.version.procedure.entity.slug
    try:
        if answered:
            slowly = seconds > SLOW_FACTOR * max(access.version.expected_seconds, 1)
            ConnectorHealth.objects.record_answer(entity, slowly=slowly)
        else:
            ConnectorHealth.objects.record_failure(entity)
    except DatabaseError as error:
        logger.warning("The health of %s was not recorded: %s", entity, type(error).__name__)


def _apply(access: Access, reply: ConnectorReply) -> float | None:
    match reply:
        case Consultation():
            outcome = Outcome.NOTHING if reply.is_empty else Outcome.CONSULTATION
            access.finish(outcome, result_cell=access.seal_result(dict(reply.content)))
        case Pdf():
            return _store_document(access, reply)
        case Pending():
            pause = max(reply.retry_after, MIN_POLL_SECONDS)
            changes = {"progress": reply.progress, "stage": reply.stage}
            changes["stages_done"] = access.stages_done_before(reply.stage)
            return _requeue(access, pause, status_url=reply.status_url, attempts=0, **changes)
        case Problem(is_passing=True):
            return _retry(access, sent=not reply.is_undone, detail=reply.detail, pause=reply.retry_after)
        case Problem():
            access.fail(Failure.REFUSED, reply.detail)
    return None


def _store_document(access: Access, pdf: Pdf) -> float | None:
    """Store the document in Downloads under the access's id, so that storing it again creates no second one."""
    try:
        document = Document.objects.store(_new_document(access, pdf), access.pk)
        access.finish(Outcome.DOCUMENT, document=document)
    except (NotADocument, TooLarge) as error:
        logger.error("The body sent no document for access %s: %s", access.reference, type(error).__name__)
        access.fail(Failure.NOT_A_DOCUMENT)
    except QuotaExceeded:
        access.fail(Failure.QUOTA_EXCEEDED)
    except OwnerMismatch:
        access.fail(Failure.NOT_STORED)
    except (StorageFailed, DatabaseError, OSError) as error:
        logger.error("The document of access %s could not be stored: %s", access.reference, type(error).__name__)
        return _retry(access, sent=True, failure=Failure.NOT_STORED)
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
    access: Access, *, sent: bool, failure: Failure | None = None, detail: str = "", pause: float = 0
) -> float | None:
    """Put the access back in the queue, or fail it when its attempts are spent or it must not be sent twice."""
    if access.attempts >= MAX_ATTEMPTS or (sent and not _may_repeat(access)):
        access.fail(failure or _unavailable_failure(access, sent=sent), detail)
        return None
    doubling = BACKOFF_SECONDS * 2 ** (access.attempts - 1)
    backoff = min(doubling, MAX_BACKOFF_SECONDS) * random.uniform(0.8, 1.2)  # noqa: S311  no secret
    requested = pause * random.uniform(1, 1.2)  # noqa: S311  never before the time the body asks for, nor all at once
    changes = {} if sent else {"sent_at": None}
    return _requeue(access, max(requested, backoff), **changes)


def _requeue(access: Access, pause: float, **changes: object) -> float | None:
    """Put the access back in the queue, at the latest for its deadline, when there is something to tell the person."""
    now = timezone.now()
    run_after = now + timedelta(seconds=pause)
    if access.queued_at:
        run_after = max(now, min(run_after, access.queued_at + settings.RUN_DEADLINE))
    return (run_after - now).total_seconds() if access.requeue(run_after, **changes) else None
