"""Limits on the questions that one network address and one e-mail address may send, both counted by blind index."""

import enum
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.conf import settings

from foundation import audit
from foundation.limits import Limit, give_back, spend
from foundation.vault import blind_indexes


class LimitReached(enum.Enum):
    """Whose limit refuses a question; the value names it in the audit log."""

    ADDRESS = "address"
    EMAIL = "email"


@dataclass
class Charge:
    """What one question was counted against, so that it can be refunded when the question is not stored."""

    refused: LimitReached | None = None
    key: str = field(default_factory=lambda: uuid4().hex)
    counted: list[tuple[Limit, list[bytes]]] = field(default_factory=list)

    def spend(self, limit: Limit, subjects: list[bytes]) -> bool:
        """Return False when the limit is used up. Raises ``Contended``."""
        is_spent = spend(limit, subjects, self.key)
        if is_spent:
            self.counted.append((limit, subjects))
        return is_spent

    def refund(self) -> None:
        while self.counted:
            give_back(*self.counted.pop(), self.key)


def charge(address: str, email: str) -> Charge:
    """Count one question against both limits, or against neither when one of them refuses. Raises ``Contended``."""
    made = Charge()
    by_address = blind_indexes(address, "question-address")
    by_email = blind_indexes(_mailbox(email), "question-email")
    if not made.spend(_address_limit(), by_address):
        made.refused = LimitReached.ADDRESS
    elif not made.spend(_email_limit(), by_email):
        made.refund()
        made.refused = LimitReached.EMAIL
    if made.refused:
        subjects = by_address if made.refused == LimitReached.ADDRESS else by_email
        audit.record_anyway("questions.limit_reached", once_for=subjects, limit=made.refused.value)
    return made


def _mailbox(email: str) -> str:
    """Return the same address for ``Ana+a@Ejemplo.es`` and ``ana@ejemplo.es``."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def _address_limit() -> Limit:
    return Limit("question-address", settings.QUESTIONS_PER_ADDRESS_PER_HOUR, timedelta(hours=1))


def _email_limit() -> Limit:
    return Limit("question-email", settings.QUESTIONS_PER_EMAIL_PER_DAY, timedelta(days=1))
