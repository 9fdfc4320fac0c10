"""Deleting from large tables a batch at a time: each batch is a transaction of its own and holds its locks briefly.

Interrupted half-way, nothing is lost: the next call goes on with what is left.
"""

from typing import Any

from django.db.models import QuerySet

BATCH_SIZE = 500


def delete_in_batches(rows: QuerySet[Any], size: int = BATCH_SIZE) -> int:
    """Delete the rows with what cascades from them; return how many rows of this model were deleted."""
    model, deleted = rows.model, 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:size]):
        _all, by_model = model._base_manager.filter(pk__in=keys).delete()
        deleted += by_model.get(model._meta.label, 0)
    return deleted
