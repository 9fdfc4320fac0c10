"""What each tier may still do once so much was spent elsewhere: every part that is kept for somebody, as a table."""

from datetime import UTC, datetime

import pytest

from clave.limits import policy
from clave.limits.book import Book, Subjects
from clave.limits.policy import Position
from clave.limits.rules import Act, Entry, Tier

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()
MINE = Subjects((b"ana-0000-0000-0000-0",), b"my-device-0000-0000-", b"my-network-000-0000-")


def spent(times: int, tier: Tier, act: Act) -> list[Entry]:
    """Return spends of other devices and networks, a moment ago."""
    return [Entry(str(n), NOW - 60, tier, f"d{n}", f"n{n}", MINE.identity_tag, act) for n in range(times)]


def position(tier: Tier, book: Book) -> Position:
    return Position(MINE, tier, book, NOW)


@pytest.mark.parametrize(
    ("tier", "verified", "contrasted", "strangers", "left"),
    [
        (Tier.VERIFIED, 0, 0, 0, 10),
        (Tier.VERIFIED, 9, 0, 0, 1),
        (Tier.VERIFIED, 10, 0, 0, 0),
        (Tier.VERIFIED, 0, 3, 5, 2),
        (Tier.CONTRASTED, 0, 0, 5, 3),
        (Tier.CONTRASTED, 0, 3, 5, 0),
        (Tier.STRANGER, 0, 0, 2, 1),
        (Tier.STRANGER, 0, 0, 3, 0),
        (Tier.STRANGER, 9, 0, 0, 1),
    ],
)
def test_wrong_pins_leave_each_tier_its_part(
    tier: Tier, verified: int, contrasted: int, strangers: int, left: int
) -> None:
    parts = ((Tier.VERIFIED, verified), (Tier.CONTRASTED, contrasted), (Tier.STRANGER, strangers))
    book = Book(pins=[entry for part, times in parts for entry in spent(times, part, Act.PIN)])
    assert policy.pins(position(tier, book), may_ask_contrast=True).left == left


@pytest.mark.parametrize(
    ("tier", "verified", "others", "left"),
    [
        (Tier.VERIFIED, 0, 0, 5),
        (Tier.VERIFIED, 0, 4, 1),
        (Tier.VERIFIED, 5, 0, 0),
        (Tier.CONTRASTED, 0, 3, 1),
        (Tier.CONTRASTED, 0, 4, 0),
        (Tier.CONTRASTED, 5, 0, 0),
    ],
)
def test_of_the_sms_of_an_hour_one_is_kept_for_verified_devices(
    tier: Tier, verified: int, others: int, left: int
) -> None:
    book = Book(sends=spent(verified, Tier.VERIFIED, Act.SMS) + spent(others, Tier.CONTRASTED, Act.SMS))
    assert policy.sends(position(tier, book)).left == left
