"""Limits on the questions that one network address and one e-mail address may send, both counted by blind index."""

import enum
import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest

from foundation import audit
from foundation.limits import Limit, give_back, spend
from foundation.vault import blind_indexes

IPV6_HOUSEHOLD = 64
"""Leading bits of an IPv6 address that stay the same for one connection, which may use any of the others."""


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
        is_spent = spend(limit, subjects, self.key, stranger=False)
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


def client_address(request: HttpRequest) -> str:
    """Return the client's network address, an IPv6 one as its /64; ``""``, one subject for all, when it is unknown.

    Of ``X-Forwarded-For`` only the entry that the trusted proxy itself appended counts: clients can forge the rest.
    """
    told = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or told
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), IPV6_HOUSEHOLD), strict=False))


def _mailbox(email: str) -> str:
    """Return the same address for ``Ana+a@Ejemplo.es`` and ``ana@ejemplo.es``."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def _address_limit() -> Limit:
    return Limit("question-address", settings.QUESTIONS_PER_ADDRESS_PER_HOUR, timedelta(hours=1))


def _email_limit() -> Limit:
    return Limit("question-email", settings.QUESTIONS_PER_EMAIL_PER_DAY, timedelta(days=1))
