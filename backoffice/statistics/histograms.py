"""Durations as counts per bucket, so that the quantiles of any period are had by adding up its days.

Each bucket is a fifth wider than the one before (four to a doubling): a quantile read from them is at most a tenth off.
"""

from collections.abc import Mapping
from math import ceil, floor, log2

BUCKETS_PER_DOUBLING = 4
LAST_BUCKET = 4 * 32
"""Some 50 days; longer durations count in it."""


def bucket(milliseconds: float) -> int:
    """Return the bucket of a duration; less than a millisecond counts as one."""
    return min(floor(BUCKETS_PER_DOUBLING * log2(max(milliseconds, 1))), LAST_BUCKET)


def middle(bucket: int) -> int:
    """Return the duration in milliseconds that stands for all those in a bucket."""
    return round(2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING))


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the milliseconds that this share of all durations does not exceed; None when there are none."""
    rank, seen = ceil(sum(counts.values()) * share), 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= rank > 0:
            return middle(number)
    return None
