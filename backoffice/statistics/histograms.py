"""Times as counts in buckets, so that the middle of any period is had by adding up its days.

Each bucket is a fifth wider than the one before (four to a doubling), so what is read from them is at most a tenth off.
"""

from collections.abc import Mapping
from math import ceil, floor, log2

A_DOUBLING = 4
LAST = 4 * 32
"""Some 50 days in milliseconds: what took longer counts as that."""


def bucket(milliseconds: float) -> int:
    """The bucket of a time; less than a millisecond counts as one."""
    return min(floor(A_DOUBLING * log2(max(milliseconds, 1))), LAST)


def middle(of: int) -> int:
    """What stands for all the times of a bucket, in milliseconds."""
    return round(2 ** ((of + 0.5) / A_DOUBLING))


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The time that this share of all took at most, in milliseconds; None when nothing was timed."""
    wanted, seen = ceil(sum(counts.values()) * share), 0
    for one in sorted(counts):
        seen += counts[one]
        if seen >= wanted > 0:
            return middle(one)
    return None
