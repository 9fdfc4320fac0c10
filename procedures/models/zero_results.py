"""Searches without results, counted for the editors: what people call things that the catalogue names otherwise."""

import logging
import re
from datetime import datetime

from django.db import DatabaseError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.batches import delete_in_batches

logger = logging.getLogger(__name__)

MAX_TEXT_LENGTH = 80
MAX_ROWS = 5000
HARD_LIMIT = MAX_ROWS * 2
"""With so many rows new texts are no longer recorded, until the hourly task makes room."""
_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d(?:[\W_]*\d){6}")
"""Seven digits, however they are separated: the start of somebody's DNI, NIE, phone or support number, perhaps."""


def anonymize(query: str) -> str:
    """Return the query without digits, to be stored; ``""`` when it may hold somebody's number or address."""
    text = query.lower()
    if "@" in text or _LONG_NUMBER.search(text):
        return ""
    return _DIGIT.sub("#", text)[:MAX_TEXT_LENGTH].strip()


class ZeroResultSearchQuerySet(models.QuerySet["ZeroResultSearch"]):
    def record(self, query: str, language: str) -> None:
        """Count a tidied query; without a database only the count is lost, not the answer to the person."""
        if not (text := anonymize(query)):
            return
        try:
            with transaction.atomic():
                self._count(text, language, timezone.now())
        except DatabaseError as error:
            logger.warning("A search without results was not counted: %s", type(error).__name__)

    def _count(self, text: str, language: str, now: datetime) -> None:
        if self._increment(text, language, now) or self.count() >= HARD_LIMIT:
            return
        _row, is_new = self.get_or_create(text=text, language=language, defaults={"last_at": now})
        if not is_new:  # another request has just created it
            self._increment(text, language, now)

    def _increment(self, text: str, language: str, now: datetime) -> bool:
        return bool(self.filter(text=text, language=language).update(times=F("times") + 1, last_at=now))

    def trim(self, max_rows: int = MAX_ROWS) -> int:
        """Delete all but the most frequent and then most recent; return how many."""
        kept = self.order_by("-times", "-last_at", "-pk").values("pk")[:max_rows]
        return delete_in_batches(self.exclude(pk__in=kept))


class ZeroResultSearch(models.Model):
    """One text in one language."""

    text = models.CharField(_("texto"), max_length=MAX_TEXT_LENGTH)
    language = models.CharField(_("idioma"), max_length=20)
    times = models.PositiveIntegerField(_("veces"), default=1)
    last_at = models.DateTimeField(_("última vez"))

    objects = ZeroResultSearchQuerySet.as_manager()

    class Meta:
        ordering = ["-times", "-last_at"]
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="one_count_a_text")]
        verbose_name = _("búsqueda sin resultado")
        verbose_name_plural = _("búsquedas sin resultado")

    def __str__(self) -> str:
        return self.text
