"""Charts as the shapes of an SVG, which templates write out: whole numbers, so that no language puts commas in them.

Each kind of thing has a class and, where colours alone would tell it from others, a pattern of its own; what stands in
a chart stands in a table beside it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from backoffice.statistics.figures import End

WIDTH = 1000
"""Of a bar or a line in a row of a table, in units of its own: it is stretched to its cell."""
DAYS_WIDTH, DAYS_HEIGHT = 960, 240
LEFT, BOTTOM, TOP = 56, 28, 8
MOST_LABELS = 10
SHORTEST_MS, LONGEST_MS = 100, 1_800_000
TIME_TICKS_MS = (100, 1_000, 10_000, 60_000, 600_000)


@dataclass(frozen=True)
class Part:
    """A piece of a bar: what it is of, and where it lies."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Bar:
    """A bar in a row, as long as its share of the longest, in pieces."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Marks:
    """Two times on a line that runs from a tenth of a second to half an hour, each ten times as far as the one
    before."""

    p50: int
    p95: int
    ticks: tuple[int, ...]

    @property
    def between(self) -> int:
        return max(self.p95 - self.p50, 4)


@dataclass(frozen=True)
class Column:
    """A day, or a week, of the chart of days."""

    label: str
    told: str
    x: int
    middle: int
    width: int
    parts: tuple[Part, ...]
    is_labelled: bool


@dataclass(frozen=True)
class Tick:
    y: int
    value: int


@dataclass(frozen=True)
class Columns:
    """Bars side by side, stacked."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    width: int = DAYS_WIDTH
    height: int = DAYS_HEIGHT
    left: int = LEFT
    floor: int = DAYS_HEIGHT - BOTTOM

    @property
    def label_y(self) -> int:
        return self.height - 8


def bar(counts: Mapping[End, int], longest: int) -> Bar:
    """The bar of a row whose longest neighbour counts ``longest``."""
    parts, x = [], 0
    for end in End:
        width = round(WIDTH * counts.get(end, 0) / longest) if longest else 0
        if width:
            parts.append(Part(end, x, 0, width, 10))
        x += width
    return Bar(tuple(parts))


def plain_bar(count: int, longest: int) -> Bar:
    """The bar of a row that counts one kind of thing."""
    width = round(WIDTH * count / longest) if longest else 0
    return Bar((Part("plain", 0, 0, width, 10),) if width else ())


def marks(p50: int, p95: int) -> Marks:
    """Where these times (milliseconds) lie."""
    return Marks(_along(p50), _along(p95), tuple(_along(tick) for tick in TIME_TICKS_MS))


def _along(milliseconds: int) -> int:
    within = min(max(milliseconds, SHORTEST_MS), LONGEST_MS)
    return round(WIDTH * log10(within / SHORTEST_MS) / log10(LONGEST_MS / SHORTEST_MS))


def columns(days: Sequence[tuple[str, str, Mapping[End, int]]]) -> Columns:
    """The chart of days: each with its label, what is told of it in words, and its counts."""
    top = _round_up(max((sum(counts.values()) for _label, _told, counts in days), default=0))
    room = (DAYS_WIDTH - LEFT) / max(len(days), 1)
    every = ceil(len(days) / MOST_LABELS) or 1
    made = []
    for number, (label, told, counts) in enumerate(days):
        x, width = round(LEFT + number * room + room * 0.12), max(round(room * 0.76), 1)
        middle = x + width // 2
        made.append(Column(label, told, x, middle, width, _stack(counts, top, x, width), number % every == 0))
    floor, height = DAYS_HEIGHT - BOTTOM, DAYS_HEIGHT - BOTTOM - TOP
    steps = 4 if top % 4 == 0 else 2 if top % 2 == 0 else 1
    ticks = tuple(Tick(floor - height * step // steps, top * step // steps) for step in range(steps + 1))
    return Columns(tuple(made), ticks)


def _stack(counts: Mapping[End, int], top: int, x: int, width: int) -> tuple[Part, ...]:
    height, below, parts = DAYS_HEIGHT - BOTTOM - TOP, 0, []
    for end in End:
        if not counts.get(end):
            continue
        above = below + counts[end]
        upper, lower = round(height * above / top), round(height * below / top)
        parts.append(Part(end, x, DAYS_HEIGHT - BOTTOM - upper, width, max(upper - lower, 1)))
        below = above
    return tuple(parts)


def _round_up(value: int) -> int:
    """The next number that reads well on an axis: 4, 8, 10, 20, 40, 50, 100…"""
    if value <= 4:
        return 4
    power = int(10 ** (len(str(value)) - 1))
    return next(size * power for size in (1, 2, 4, 6, 8, 10) if size * power >= value)
