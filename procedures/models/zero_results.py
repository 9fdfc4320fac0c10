"""Searches that found nothing, counted for the editors: how people call what the catalogue calls otherwise."""

import re
from datetime import datetime

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.batches import delete_in_batches

LONGEST_TEXT = 80
MOST_KEPT = 5000
MOST_AT_ONCE = MOST_KEPT * 2
"""New texts are counted no more when so many are there; the hourly task makes room."""
_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d(?:[\W_]*\d){6}")
"""Seven digits, however they are parted: somebody's DNI, NIE, telephone or support number may begin so."""


def anonymized(query: str) -> str:
    """The query as it may be kept: nobody's number or address; ``""`` when it may hold one."""
    text = query.lower()
    if "@" in text or _LONG_NUMBER.search(text):
        return ""
    return _DIGIT.sub("#", text)[:LONGEST_TEXT].strip()


class ZeroResultSearchQuerySet(models.QuerySet["ZeroResultSearch"]):
    def count_one(self, query: str, language: str) -> bool:
        """Count a tidied query that found nothing; False when it is not kept."""
        text, moment = anonymized(query), timezone.now()
        if not text:
            return False
        if self._again(text, language, moment):
            return True
        if self.count() >= MOST_AT_ONCE:
            return False
        _row, is_new = self.get_or_create(text=text, language=language, defaults={"last_at": moment})
        return is_new or self._again(text, language, moment)

    def _again(self, text: str, language: str, moment: datetime) -> bool:
        return bool(self.filter(text=text, language=language).update(times=F("times") + 1, last_at=moment))

    def keep_most_asked(self, most: int = MOST_KEPT) -> int:
        """Delete all but the ``most`` frequent and recent; return how many."""
        kept = self.order_by("-times", "-last_at", "-pk").values("pk")[:most]
        return delete_in_batches(self.exclude(pk__in=kept))


class ZeroResultSearch(models.Model):
    """What was searched for and not found, in one language."""

    text = models.CharField(_("texto"), max_length=LONGEST_TEXT)
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
