"""Deletes and updates of large tables, a batch at a time: each is a transaction of its own and holds its locks briefly.

An interrupted call loses nothing: the next one continues with what is left.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

BATCH_SIZE = 500


def delete_in_batches(rows: QuerySet[Any], size: int = BATCH_SIZE) -> int:
    """Delete the rows with what cascades from them; return how many rows of this model were deleted."""
    return sum(batch.delete()[1].get(rows.model._meta.label, 0) for batch in _batches(rows, size))


def update_in_batches(rows: QuerySet[Any], values: Mapping[str, Any], size: int = BATCH_SIZE) -> int:
    """Update the rows, which must then no longer match the query; return how many were updated."""
    return sum(batch.update(**values) for batch in _batches(rows, size))


def _batches(rows: QuerySet[Any], size: int) -> Iterator[QuerySet[Any]]:
    """Yield the rows in batches, expecting each to be gone from the query before the next.

    A batch keeps the conditions of the query: a row that has stopped meeting them meanwhile is left alone.
    """
    unordered = rows.order_by()  # sorting by key would make PostgreSQL walk its index rather than the conditions'
    while keys := list(unordered.values_list("pk", flat=True)[:size]):
        yield unordered.filter(pk__in=keys)
