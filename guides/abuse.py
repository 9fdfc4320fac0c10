"""How many questions one network address and one e-mail address may send; both are counted by blind index."""

import enum
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.conf import settings

from foundation import audit
from foundation.limits import Limit, give_back, spend
from foundation.vault import blind_indexes


class Refused(enum.Enum):
    """Whose questions are used up."""

    ADDRESS = "address"
    EMAIL = "email"


@dataclass
class Spent:
    """What was counted for one question, to be given back if it is not kept after all."""

    refused: Refused | None = None
    key: str = field(default_factory=lambda: uuid4().hex)
    counts: list[tuple[Limit, list[bytes]]] = field(default_factory=list)

    def take(self, limit: Limit, subjects: list[bytes]) -> bool:
        taken = spend(limit, subjects, self.key, stranger=False)
        if taken:
            self.counts.append((limit, subjects))
        return taken

    def give_back(self) -> None:
        while self.counts:
            give_back(*self.counts.pop(), self.key)


def count(address: str, email: str) -> Spent:
    """Count one question of both; nothing is counted when it is refused. Raises ``Contended``."""
    spent = Spent()
    from_here, of_theirs = blind_indexes(address, "question-address"), blind_indexes(_mailbox(email), "question-email")
    if not spent.take(_address_limit(), from_here):
        spent.refused = Refused.ADDRESS
    elif not spent.take(_email_limit(), of_theirs):
        spent.give_back()
        spent.refused = Refused.EMAIL
    if spent.refused:
        subjects = from_here if spent.refused == Refused.ADDRESS else of_theirs
        audit.record_anyway("questions.limit_reached", once_for=subjects, limit=spent.refused.value)
    return spent


def _mailbox(email: str) -> str:
    """One for ``Ana+a@Ejemplo.es`` and ``ana@ejemplo.es``."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def _address_limit() -> Limit:
    return Limit("question-address", settings.QUESTIONS_PER_ADDRESS_PER_HOUR, timedelta(hours=1))


def _email_limit() -> Limit:
    return Limit("question-email", settings.QUESTIONS_PER_EMAIL_PER_DAY, timedelta(days=1))
