"""Asking Cl@ve, once: what is spent before the call, and what every answer, or none, does to the validation.

A check moves the validation to *checking* and spends a try or a send, calls Cl@ve with the operation's key, and
settles. Without an answer it stays *checking*; ``look_up`` asks Cl@ve later what it recorded under that key.
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

from clave.models import GatewayHealth, Method, Operation, Validation
from clave.pin.assertions import AssertionRejected, verify_assertion
from clave.pin.gateways import gateway
from clave.pin.gateways.base import (
    Contrast,
    Gateway,
    Reason,
    Recorded,
    Refusal,
    SmsSent,
    Verified,
)
from clave.pin.notices import Notice
from foundation import audit
from foundation.http.errors import ContractViolation, NoResponse, NotSent, OutboundError
from foundation.limits import Contended, Limit, give_back, spend

logger = logging.getLogger(__name__)

Call = Callable[[Gateway, str], Recorded]


EXHAUSTED = {
    Notice.TRIES_OF_THE_DAY: "identity.tries_exhausted",
    Notice.SENDS_OF_THE_HOUR: "identity.sends_exhausted",
}
"""What the audit log calls it, without saying whose they were."""


@lru_cache(maxsize=1)
def _turns() -> threading.BoundedSemaphore:
    """At most so many people of this process wait for Cl@ve at once: the others' pages stay quick."""
    return threading.BoundedSemaphore(settings.CLAVE_CALLS_AT_ONCE)


def verify_app(validation: Validation, code: str, pin: str) -> Notice | None:
    """Check the app's code and PIN; answers a notice only when Cl@ve was not asked."""
    number, purpose = validation.user.document_number, validation.purpose

    def call(clave: Gateway, key: str) -> Recorded:
        return clave.verify_app(key, document_number=number, code=code, pin=pin, purpose=purpose)

    return _check(validation, Operation.VERIFICATION, call)


def verify_sms(validation: Validation, pin: str) -> Notice | None:
    """Check the PIN of the SMS; answers a notice only when Cl@ve was not asked."""
    if not validation.pin_is_live:
        return Notice.PIN_EXPIRED
    request_id, purpose = validation.request_id, validation.purpose

    def call(clave: Gateway, key: str) -> Recorded:
        return clave.verify_sms(key, request_id=request_id, pin=pin, purpose=purpose)

    return _check(validation, Operation.VERIFICATION, call)


def request_sms(validation: Validation, contrast: Contrast) -> Notice | None:
    """Ask Cl@ve to send the PIN; answers a notice only when Cl@ve was not asked."""
    number, code = validation.user.document_number, validation.access_code

    def call(clave: Gateway, key: str) -> Recorded:
        return clave.request_sms(key, document_number=number, contrast=contrast, code=code)

    return _check(validation, Operation.SMS_REQUEST, call)


def resend_sms(validation: Validation) -> Notice | None:
    """Ask Cl@ve to send the same PIN again; answers a notice only when Cl@ve was not asked."""
    if not validation.pin_is_live:
        return Notice.PIN_EXPIRED
    request_id = validation.request_id

    def call(clave: Gateway, key: str) -> Recorded:
        return clave.resend_sms(key, request_id=request_id)

    return _check(validation, Operation.RESEND, call)


def look_up(validation: Validation) -> None:
    """Settle an unanswered check by what Cl@ve recorded under its key."""
    if not validation.begin_look() or not _turns().acquire(blocking=False):
        return
    try:
        _settle_by_record(validation, validation.operation_key, settled=False)
    finally:
        _turns().release()


def limit_of(operation: Operation | str) -> Limit:
    """The limit over all devices that an operation spends."""
    if operation == Operation.VERIFICATION:
        return Limit("tries", settings.TRIES_PER_IDENTITY_PER_DAY, timedelta(days=1))
    return Limit("sends", settings.SENDS_PER_IDENTITY_PER_HOUR, timedelta(hours=1))


def _check(validation: Validation, operation: Operation, call: Call) -> Notice | None:
    if not _turns().acquire(blocking=False):
        return Notice.CLAVE_BUSY
    try:
        key = validation.begin_check(operation)
        if key is None:
            return _why_not(validation, operation)
        validation.refresh_from_db(fields=["state", "operation", "operation_key", "checking_until", "tries_left"])
        if _spend(validation, operation, key):
            _ask(validation, key, call)
    finally:
        _turns().release()
    return None


def _why_not(validation: Validation, operation: Operation) -> Notice | None:
    """The reason why nothing was begun, as far as it is not that another request is at it."""
    if operation == Operation.VERIFICATION:
        return None
    if validation.sends_left == 0:
        return Notice.NO_SENDS
    return None if validation.may_resend else Notice.TOO_EARLY


def _spend(validation: Validation, operation: Operation, key: str) -> bool:
    user = validation.user
    try:
        if spend(limit_of(operation), user.subjects, key, stranger=user.is_stranger):
            return True
        spent = Notice.TRIES_OF_THE_DAY if operation == Operation.VERIFICATION else Notice.SENDS_OF_THE_HOUR
        audit.record_anyway(EXHAUSTED[spent], once_for=user.subjects, stranger=user.is_stranger)
    except Contended:
        spent = Notice.CLAVE_BUSY
    validation.reopen(key, spent, give_back=True)
    return False


def _ask(validation: Validation, key: str, call: Call) -> None:
    try:
        answer = call(gateway(), key)
    except NotSent:
        GatewayHealth.objects.call_failed()
        _undo(validation, key, Notice.CLAVE_AWAY)
    except NoResponse as unknown:
        logger.warning("Cl@ve gave no answer to %s: %s", validation.operation, unknown)
        GatewayHealth.objects.call_failed()
        if unknown.settled:
            _settle_by_record(validation, key, settled=True)
    else:
        is_away = isinstance(answer, Refusal) and answer.reason == Reason.UNAVAILABLE
        GatewayHealth.objects.call_failed() if is_away else GatewayHealth.objects.call_answered()
        _settle(validation, key, answer)


def _settle_by_record(validation: Validation, key: str, *, settled: bool) -> None:
    """Ask what became of the call; while Cl@ve may still take it in, or does not say, nothing changes."""
    try:
        answer = gateway().recorded(key)
    except ContractViolation as broken:
        logger.error("Cl@ve recorded an answer that is none: %s", broken)
        _not_understood(validation, key)
        return
    except OutboundError:
        return
    over = validation.checking_until is None or validation.checking_until <= timezone.now()
    if answer is not None:
        _settle(validation, key, answer)
    elif settled or over:
        _undo(validation, key, Notice.NEVER_ARRIVED)


def _undo(validation: Validation, key: str, notice: Notice, **changes: Any) -> None:
    """Nothing happened at Cl@ve: what was spent is given back."""
    if validation.reopen(key, notice, give_back=True, **changes):
        _give_back(validation, key)


def _give_back(validation: Validation, key: str) -> None:
    try:
        give_back(limit_of(validation.operation), validation.user.subjects, key)
    except Contended:
        logger.warning("What a check had spent could not be given back")


def _settle(validation: Validation, key: str, answer: Recorded) -> None:
    match answer:
        case Verified(assertion=token) if validation.operation == Operation.VERIFICATION:
            _believe(validation, key, token)
        case SmsSent() if validation.operation != Operation.VERIFICATION:
            validation.sent(key, answer)
        case Refusal():
            _refused(validation, key, answer)
        case _:
            _not_understood(validation, key)


def _not_understood(validation: Validation, key: str) -> None:
    """Cl@ve did something and says nothing of use: what was spent stays spent, or it could be done without end."""
    dead = _dead_pin(validation) if validation.operation == Operation.VERIFICATION else {}
    validation.reopen(key, Notice.NOT_BELIEVED, **dead)


def _believe(validation: Validation, key: str, token: str) -> None:
    user = validation.user
    try:
        identity, jti = verify_assertion(token, document_number=user.document_number, purpose=validation.purpose)
        won = validation.verify(key, identity, jti)
    except (AssertionRejected, IntegrityError) as error:
        logger.error("An assertion of Cl@ve was not believed: %s", type(error).__name__)
        reason = str(error) if isinstance(error, AssertionRejected) else "replayed"
        audit.record_anyway("clave.assertion_refused", once_for=user.subjects, reason=reason)
        _undo(validation, key, Notice.NOT_BELIEVED, **_dead_pin(validation))
        return
    except OutboundError:
        logger.warning("Cl@ve's keys could not be read; the check waits")
        return
    if won:
        user.mark_verified(identity.level)
        _give_back(validation, key)


def _refused(validation: Validation, key: str, refusal: Refusal) -> None:
    """A no of Cl@ve.

    What would tell a stranger whether somebody is registered or blocked reads like a wrong PIN or datum.
    """
    checking_pin = validation.operation == Operation.VERIFICATION
    moment = timezone.now()
    wait = moment + timedelta(seconds=refusal.retry_after or settings.RESEND_AFTER_SECONDS)
    match refusal.reason:
        case Reason.BLOCKED if not validation.user.is_stranger:
            audit.record_anyway("clave.identity_blocked", once_for=validation.user.subjects)
            until = refusal.until if refusal.until and refusal.until > moment else None
            validation.fail(key, Notice.BLOCKED, notice_until=until)
        case Reason.EXPIRED if checking_pin:
            validation.reopen(key, Notice.PIN_EXPIRED, **_dead_pin(validation))
        case Reason.RATE_LIMITED:
            _undo(validation, key, Notice.CLAVE_WAIT, notice_until=wait)
        case Reason.UNAVAILABLE:
            _undo(validation, key, Notice.CLAVE_AWAY)
        case _ if validation.operation == Operation.RESEND:
            _undo(validation, key, Notice.PIN_EXPIRED, **_dead_pin(validation))
        case _:
            validation.reopen(key, Notice.WRONG_PIN if checking_pin else Notice.WRONG_CONTRAST)


def _dead_pin(validation: Validation) -> dict[str, Any]:
    """The PIN of the SMS is used or over: only a new request helps, and at once."""
    if validation.method != Method.SMS:
        return {}
    return {"request_id": "", "pin_expires_at": None, "resend_at": None}
