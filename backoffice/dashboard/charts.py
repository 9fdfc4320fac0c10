"""Charts as SVG shapes, which templates write out; coordinates are whole, so that no language puts commas in them.

Each ending has a CSS class and, where colour alone would not tell it from another, a pattern. Whatever a chart shows
stands in a table as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from backoffice.statistics.figures import Ending

WIDTH = 1000
"""Of a chart in a table row, in its own units; it is stretched to the cell."""
DAYS_WIDTH, DAYS_HEIGHT = 960, 240
LEFT, BOTTOM, TOP = 56, 28, 8
MAX_LABELS = 10
SHORTEST_MS, LONGEST_MS = 100, 1_800_000
TIME_TICKS_MS = (100, 1_000, 10_000, 60_000, 600_000)


@dataclass(frozen=True)
class Segment:
    """A rectangle of a bar; ``kind`` is an ``Ending`` or ``plain``."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Bar:
    """A horizontal bar in a table row, as long as its share of the longest."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Range:
    """Median and 95th percentile on a logarithmic axis from 0.1 s to 30 min."""

    p50: int
    p95: int
    ticks: tuple[int, ...]

    @property
    def width(self) -> int:
        return max(self.p95 - self.p50, 4)


@dataclass(frozen=True)
class Column:
    """A day, or a week, of the chart of days."""

    label: str
    description: str
    x: int
    middle: int
    width: int
    segments: tuple[Segment, ...]
    is_labelled: bool


@dataclass(frozen=True)
class Tick:
    y: int
    value: int


@dataclass(frozen=True)
class DaysChart:
    """Stacked columns, side by side."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    width: int = DAYS_WIDTH
    height: int = DAYS_HEIGHT
    left: int = LEFT
    floor: int = DAYS_HEIGHT - BOTTOM

    @property
    def label_y(self) -> int:
        return self.height - 8


def stacked_bar(counts: Mapping[Ending, int], longest: int) -> Bar:
    """Return a bar on the scale of the longest, which counts ``longest``."""
    segments, x = [], 0
    for ending in Ending:
        width = round(WIDTH * counts.get(ending, 0) / longest) if longest else 0
        if width:
            segments.append(Segment(ending, x, 0, width, 10))
        x += width
    return Bar(tuple(segments))


def plain_bar(count: int, longest: int) -> Bar:
    width = round(WIDTH * count / longest) if longest else 0
    return Bar((Segment("plain", 0, 0, width, 10),) if width else ())


def time_range(p50: int, p95: int) -> Range:
    """Place two durations, in milliseconds, on the axis."""
    return Range(_axis_position(p50), _axis_position(p95), tuple(_axis_position(tick) for tick in TIME_TICKS_MS))


def _axis_position(milliseconds: int) -> int:
    within = min(max(milliseconds, SHORTEST_MS), LONGEST_MS)
    return round(WIDTH * log10(within / SHORTEST_MS) / log10(LONGEST_MS / SHORTEST_MS))


def days_chart(days: Sequence[tuple[str, str, Mapping[Ending, int]]]) -> DaysChart:
    """Draw days, each given by its label, its description in words and its counts."""
    top = _round_up(max((sum(counts.values()) for _label, _description, counts in days), default=0))
    spacing = (DAYS_WIDTH - LEFT) / max(len(days), 1)
    labelled_every = ceil(len(days) / MAX_LABELS) or 1
    columns = []
    for number, (label, description, counts) in enumerate(days):
        x, width = round(LEFT + number * spacing + spacing * 0.12), max(round(spacing * 0.76), 1)
        segments, is_labelled = _stack(counts, top, x, width), number % labelled_every == 0
        columns.append(Column(label, description, x, x + width // 2, width, segments, is_labelled))
    floor, height = DAYS_HEIGHT - BOTTOM, DAYS_HEIGHT - BOTTOM - TOP
    steps = 4 if top % 4 == 0 else 2 if top % 2 == 0 else 1
    ticks = tuple(Tick(floor - height * step // steps, top * step // steps) for step in range(steps + 1))
    return DaysChart(tuple(columns), ticks)


def _stack(counts: Mapping[Ending, int], top: int, x: int, width: int) -> tuple[Segment, ...]:
    height, below, segments = DAYS_HEIGHT - BOTTOM - TOP, 0, []
    for ending in Ending:
        if not counts.get(ending):
            continue
        above = below + counts[ending]
        upper, lower = round(height * above / top), round(height * below / top)
        segments.append(Segment(ending, x, DAYS_HEIGHT - BOTTOM - upper, width, max(upper - lower, 1)))
        below = above
    return tuple(segments)


def _round_up(value: int) -> int:
    """Return the next number that reads well on an axis: 4, 8, 10, 20, 40, 60, 80, 100…"""
    if value <= 4:
        return 4
    power = int(10 ** (len(str(value)) - 1))
    return next(size * power for size in (1, 2, 4, 6, 8, 10) if size * power >= value)
