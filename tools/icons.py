"""`make icons`: the app's icons, in every size and purpose that a home screen asks for, in `static/img/app/`.

The drawing is that of `static/img/favicon.svg`, whose square is 64 units wide; it is repeated here because Pillow reads
no SVG. Everything is drawn large and reduced, so that edges are smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PIL import Image, ImageDraw

from tools.console import say
from tools.serving import ROOT

FOLDER = ROOT / "static" / "img" / "app"
UNITS = 64
CORNER = 16
SMOOTH = 4
PETROL, WHITE, APRICOT = (0x0B, 0x55, 0x63, 255), (255, 255, 255, 255), (0xF2, 0xC4, 0x8A, 255)
NOTHING = (0, 0, 0, 0)

Colour = tuple[int, int, int, int]
Sign = Callable[["Drawing"], None]


class Drawing:
    """A square of 64 units drawn at ``size`` pixels; ``scale`` resizes the sign around the middle."""

    def __init__(self, size: int, ground: Colour, corner: float = 0, scale: float = 1) -> None:
        self.size, self.scale = size, scale
        self.image = Image.new("RGBA", (size * SMOOTH, size * SMOOTH), NOTHING)
        self.pen = ImageDraw.Draw(self.image)
        whole = size * SMOOTH
        if ground != NOTHING:
            self.pen.rounded_rectangle((0, 0, whole - 1, whole - 1), corner * whole / UNITS, ground)

    def line(self, *points: tuple[float, float], colour: Colour = WHITE, width: float = 7) -> None:
        """Draw a line with round ends and corners."""
        placed = [self._place(*point) for point in points]
        self.pen.line(placed, colour, round(self._long(width)))
        for point in points:
            self.dot(*point, width / 2, colour)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.pen.circle(self._place(x, y), self._long(radius), colour)

    def ring(self, x: float, y: float, radius: float, width: float) -> None:
        outer = self._long(radius + width / 2)
        self.pen.circle(self._place(x, y), outer, None, WHITE, round(self._long(width)))

    def finished(self) -> Image.Image:
        return self.image.resize((self.size, self.size), Image.Resampling.LANCZOS)

    def _long(self, units: float) -> float:
        return units * self.scale * self.size * SMOOTH / UNITS

    def _place(self, x: float, y: float) -> tuple[float, float]:
        middle = self.size * SMOOTH / 2
        return middle + self._long(x - UNITS / 2), middle + self._long(y - UNITS / 2)


def portal(drawing: Drawing, dot: Colour = APRICOT) -> None:
    """Draw the T of Trámites, and the dot of its stamp."""
    drawing.line((18, 20), (46, 20))
    drawing.line((32, 20), (32, 46))
    drawing.dot(46, 44, 5, dot)


def downloads(drawing: Drawing) -> None:
    drawing.line((32, 16), (32, 36), width=5)
    drawing.line((23, 28), (32, 37), (41, 28), width=5)
    drawing.line((18, 38), (18, 47), (46, 47), (46, 38), width=5)


def search(drawing: Drawing) -> None:
    drawing.ring(29, 29, 12, 5)
    drawing.line((38, 38), (47, 47), width=5)


def unfinished(drawing: Drawing) -> None:
    """Draw a clock."""
    drawing.ring(32, 32, 16, 5)
    drawing.line((32, 23), (32, 33), (38, 36), width=5)


def icons() -> dict[str, Image.Image]:
    """Return every icon by the name of its file."""
    drawings: dict[str, tuple[Sign, Drawing]] = {
        "icon-192": (portal, Drawing(192, PETROL, CORNER)),
        "icon-512": (portal, Drawing(512, PETROL, CORNER)),
        "maskable-512": (portal, Drawing(512, PETROL)),  # the sign is within the 80 % that no mask cuts off
        "monochrome-512": (partial(portal, dot=WHITE), Drawing(512, NOTHING, scale=1.2)),
        "apple-touch-icon": (portal, Drawing(180, PETROL)),
        "downloads-96": (downloads, Drawing(96, PETROL, CORNER)),
        "search-96": (search, Drawing(96, PETROL, CORNER)),
        "unfinished-96": (unfinished, Drawing(96, PETROL, CORNER)),
    }
    for sign, drawing in drawings.values():
        sign(drawing)
    return {f"{name}.png": drawing.finished() for name, (_, drawing) in drawings.items()}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, image in icons().items():
        image.save(FOLDER / name, optimize=True)
        say(f"{name} {(FOLDER / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
