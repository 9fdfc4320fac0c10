"""Calls to Cl@ve, each made exactly once, and how each answer settles the validation.

A check moves the validation to *checking*, spends a try or a send, calls Cl@ve with the operation's idempotency key,
and settles. Without an answer it stays *checking* until ``reconcile`` asks Cl@ve what it recorded under that key.
Each operation returns a notice only if Cl@ve was not called; otherwise the outcome is in the database row.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from clave.limits import spending
from clave.models import GatewayHealth, Method, Operation, Validation
from clave.pin.assertions import AssertionRejected, verify_assertion
from clave.pin.gateways import gateway
from clave.pin.gateways.base import Contrast, Gateway, Reason, Recorded, Refusal, SmsSent, Verified
from clave.pin.notices import Notice
from foundation import audit
from foundation.http.errors import ContractViolation, NoResponse, NotSent, OutboundError

logger = logging.getLogger(__name__)

Call = Callable[[Gateway, str], Recorded]


@lru_cache(maxsize=1)
def _call_slots() -> threading.BoundedSemaphore:
    """Return the semaphore that bounds this process's simultaneous calls, so that other pages stay fast."""
    return threading.BoundedSemaphore(settings.CLAVE_CALLS_AT_ONCE)


def verify_app(validation: Validation, code: str, pin: str) -> Notice | None:
    """Check the app's code and PIN."""
    number, purpose = validation.user.document_number, validation.purpose
    return _check(
        validation,
        Operation.VERIFICATION,
        lambda clave, key: clave.verify_app(key, document_number=number, code=code, pin=pin, purpose=purpose),
    )


def verify_sms(validation: Validation, pin: str) -> Notice | None:
    """Check the PIN sent by SMS."""
    if not validation.pin_is_live:
        return Notice.PIN_EXPIRED
    request_id, purpose = validation.request_id, validation.purpose
    return _check(
        validation,
        Operation.VERIFICATION,
        lambda clave, key: clave.verify_sms(key, request_id=request_id, pin=pin, purpose=purpose),
    )


def request_sms(validation: Validation, contrast: Contrast) -> Notice | None:
    """Have Cl@ve send a PIN by SMS."""
    number, code = validation.user.document_number, validation.access_code
    return _check(
        validation,
        Operation.SMS_REQUEST,
        lambda clave, key: clave.request_sms(key, document_number=number, contrast=contrast, code=code),
    )


def resend_sms(validation: Validation) -> Notice | None:
    """Have Cl@ve send the same PIN again."""
    if not validation.pin_is_live:
        return Notice.PIN_EXPIRED
    request_id = validation.request_id
    return _check(validation, Operation.RESEND, lambda clave, key: clave.resend_sms(key, request_id=request_id))


def reconcile(validation: Validation) -> None:
    """Settle an unanswered check with what Cl@ve recorded under its key."""
    if not validation.begin_reconciliation() or not _call_slots().acquire(blocking=False):
        return
    try:
        _settle_from_record(validation, validation.operation_key, settled=False)
    finally:
        _call_slots().release()


def _check(validation: Validation, operation: Operation, call: Call) -> Notice | None:
    if not _call_slots().acquire(blocking=False):
        return Notice.CLAVE_BUSY
    try:
        key = validation.begin_check(operation)
        if key is None:
            return _reason_not_begun(validation, operation)
        validation.refresh_from_db(fields=["state", "operation", "operation_key", "checking_until", "tries_left"])
        validation.known_allowance = None
        if _spend(validation, operation, key):
            _call_clave(validation, key, call)
    finally:
        _call_slots().release()
    return None


def _reason_not_begun(validation: Validation, operation: Operation) -> Notice | None:
    """Return why no check could begin, or None if another request is already checking."""
    if operation == Operation.VERIFICATION:
        return None
    if validation.sends_left == 0 or (operation == Operation.SMS_REQUEST and validation.contrasts_left == 0):
        return Notice.NO_SENDS
    return None if validation.may_resend else Notice.TOO_EARLY


def _spend(validation: Validation, operation: Operation, key: str) -> bool:
    refused = spending.spend(validation, operation, key)
    if refused is not None:
        validation.reopen(key, refused.notice, give_back=True, notice_until=refused.until)
    return refused is None


def _call_clave(validation: Validation, key: str, call: Call) -> None:
    try:
        answer = call(gateway(), key)
    except NotSent:
        GatewayHealth.objects.call_failed()
        _undo(validation, key, Notice.CLAVE_AWAY)
    except NoResponse as unknown:
        logger.warning("Cl@ve did not answer %s: %s", validation.operation, unknown)
        GatewayHealth.objects.call_failed()
        if unknown.settled:
            _settle_from_record(validation, key, settled=True)
    else:
        is_away = isinstance(answer, Refusal) and answer.reason == Reason.UNAVAILABLE
        GatewayHealth.objects.call_failed() if is_away else GatewayHealth.objects.call_answered()
        _settle(validation, key, answer)


def _settle_from_record(validation: Validation, key: str, *, settled: bool) -> None:
    """Settle from Cl@ve's record; change nothing while it cannot be read or the call may still arrive."""
    try:
        answer = gateway().recorded(key)
    except ContractViolation as broken:
        logger.error("Cl@ve recorded an unusable answer: %s", broken)
        _reject_answer(validation, key)
        return
    except OutboundError:
        return
    over = validation.checking_until is None or validation.checking_until <= timezone.now()
    if answer is not None:
        _settle(validation, key, answer)
    elif settled or over:
        _undo(validation, key, Notice.NEVER_ARRIVED)


def _undo(validation: Validation, key: str, notice: Notice, **changes: Any) -> None:
    """Reopen the validation and refund what it spent, as if the call had not been made."""
    if validation.reopen(key, notice, give_back=True, **changes):
        spending.undo(validation, key)


def _settle(validation: Validation, key: str, answer: Recorded) -> None:
    match answer:
        case Verified(assertion=token) if validation.operation == Operation.VERIFICATION:
            _accept_assertion(validation, key, token)
        case SmsSent() if validation.operation != Operation.VERIFICATION:
            if validation.record_sms(key, answer) and validation.operation == Operation.SMS_REQUEST:
                spending.contrast_accepted(validation, key)
        case Refusal():
            _apply_refusal(validation, key, answer)
        case _:
            _reject_answer(validation, key)


def _reject_answer(validation: Validation, key: str) -> None:
    """Reopen after an unusable answer without a refund, which would allow unlimited attempts."""
    discarded = _discarded_pin(validation) if validation.operation == Operation.VERIFICATION else {}
    validation.reopen(key, Notice.ASSERTION_REJECTED, **discarded)


def _accept_assertion(validation: Validation, key: str, token: str) -> None:
    user = validation.user
    try:
        identity, jti = verify_assertion(token, document_number=user.document_number, purpose=validation.purpose)
        won = validation.verify(key, identity, jti)
    except (AssertionRejected, IntegrityError) as error:
        logger.error("An assertion from Cl@ve was rejected: %s", type(error).__name__)
        reason = str(error) if isinstance(error, AssertionRejected) else "replayed"
        audit.record_anyway("clave.assertion_refused", once_for=user.subjects, reason=reason)
        _undo(validation, key, Notice.ASSERTION_REJECTED, **_discarded_pin(validation))
        return
    except OutboundError:
        logger.warning("Cl@ve's keys could not be fetched; the check stays pending")
        return
    if won:
        user.mark_verified(identity.level)
        spending.verified(validation, key)


def _apply_refusal(validation: Validation, key: str, refusal: Refusal) -> None:
    """Settle a check that Cl@ve refused.

    Strangers must not learn whether somebody is registered or blocked: both look like a wrong PIN or datum.
    """
    checking_pin = validation.operation == Operation.VERIFICATION
    moment = timezone.now()
    wait = moment + timedelta(seconds=refusal.retry_after or settings.RESEND_AFTER_SECONDS)
    match refusal.reason:
        case Reason.BLOCKED if not validation.user.is_stranger:
            audit.record_anyway("clave.identity_blocked", once_for=validation.user.subjects)
            until = refusal.until if refusal.until and refusal.until > moment else None
            if validation.fail(key, Notice.BLOCKED, notice_until=until) and not checking_pin:
                spending.contrast_refused(validation, key)
        case Reason.EXPIRED if checking_pin:
            validation.reopen(key, Notice.PIN_EXPIRED, **_discarded_pin(validation))
        case Reason.RATE_LIMITED:
            _undo(validation, key, Notice.CLAVE_WAIT, notice_until=wait)
        case Reason.UNAVAILABLE:
            _undo(validation, key, Notice.CLAVE_AWAY)
        case _ if validation.operation == Operation.RESEND:
            _undo(validation, key, Notice.PIN_EXPIRED, **_discarded_pin(validation))
        case _ if checking_pin:
            validation.reopen(key, Notice.WRONG_PIN)
        case _:
            if validation.refuse_contrast(key, Notice.WRONG_CONTRAST):
                spending.contrast_refused(validation, key)


def _discarded_pin(validation: Validation) -> dict[str, Any]:
    """Return the changes that drop a used or expired SMS PIN, so that a new one can be requested at once."""
    if validation.method != Method.SMS:
        return {}
    return {"request_id": "", "pin_expires_at": None, "resend_at": None}
