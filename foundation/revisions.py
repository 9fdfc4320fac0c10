"""Rows that several people edit."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F


class Revisioned(models.Model):
    """Its number moves with each change, so that an edit of what was read before that is seen to be stale."""

    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """As ever, and the number moves."""
        if not self._state.adding:
            self.revision = F("revision") + 1
            update_fields = {*update_fields, "revision"} if update_fields is not None else None
        super().save(*args, update_fields=update_fields, **options)

    def still_at(self, revision: int) -> bool:
        """Whether nobody has changed the row since; if so, nobody else can until the transaction ends."""
        rows = type(self)._default_manager.filter(pk=self.pk, revision=revision)
        return bool(rows.update(revision=F("revision")))
