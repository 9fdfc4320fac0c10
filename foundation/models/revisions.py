"""Rows that several people edit."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F


class Revisioned(models.Model):
    """Its revision grows with each change, so that an edit based on an older one is recognised as stale."""

    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        if not self._state.adding:
            self.revision = F("revision") + 1
            update_fields = {*update_fields, "revision"} if update_fields is not None else None
        super().save(*args, update_fields=update_fields, **options)

    def still_at(self, revision: int) -> bool:
        """Return whether nobody has changed the row since, and lock it until the transaction ends if so."""
        rows = type(self)._default_manager.filter(pk=self.pk, revision=revision)
        return bool(rows.update(revision=F("revision")))
