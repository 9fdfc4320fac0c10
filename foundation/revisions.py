"""Rows that several people edit."""

from django.db import models


class Revisioned(models.Model):
    """Its number moves with each change, so that an edit of what was read before that is seen to be stale."""

    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
