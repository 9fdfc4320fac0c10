"""From moments to frames: the half of the screen where something happens, with taps drawn on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw

from guides.tutorials import HEIGHT, STILL_HEIGHT, STILL_WIDTH, WIDTH

FRAMES_A_SECOND = 10
SCREEN_WIDTH, SCREEN_HEIGHT = STILL_WIDTH, 640
"""The phone's, in CSS pixels."""
SHOWN_HEIGHT = round(STILL_HEIGHT * WIDTH / STILL_WIDTH)
"""Pixels of the frame that show the screen; captions use the band below, so that they hide no button."""
BAND = "#10181b"
SHADE = (16, 24, 27)
SHADE_ALPHA = 120
CLOSEST = 1.35
MARGIN = 10
MOVE_SECONDS = 0.6
FADE_SECONDS = 0.2
FINGER = (230, 106, 0)


class Box(NamedTuple):
    """A rectangle in CSS pixels of the screen."""

    left: float
    top: float
    width: float
    height: float


UPPER_HALF = Box(0, 0, STILL_WIDTH, STILL_HEIGHT)


@dataclass(frozen=True)
class Moment:
    """One photograph and how it is shown; without ``seconds`` it shares what the scene has left.

    ``focus`` is shown closer and the rest dimmed; ``near`` is only kept in the frame.
    """

    shot: Image.Image
    seconds: float | None = None
    focus: Box | None = None
    near: Box | None = None
    tap: tuple[float, float] | None = None


def frames_of(moments: list[Moment], frames: int) -> Iterator[tuple[Moment, int]]:
    """Yield each frame of a scene, as its moment and the frame's number within that moment."""
    fixed = [round(moment.seconds * FRAMES_A_SECOND) if moment.seconds else 0 for moment in moments]
    looks = [position for position, moment in enumerate(moments) if moment.seconds is None]
    left = frames - sum(fixed)
    assert looks, "a scene has something to look at"
    assert left >= len(looks), f"the scene is {len(looks) - left} frames too short for what is done in it"
    for number, position in enumerate(looks):
        fixed[position] = left * (number + 1) // len(looks) - left * number // len(looks)
    for moment, length in zip(moments, fixed, strict=True):
        yield from ((moment, number) for number in range(length))


class Camera:
    """Composes frames one after the other, moving from where it stood."""

    def __init__(self) -> None:
        self.cut()

    def cut(self) -> None:
        """Start from the whole screen, without fading from what was shown before."""
        self.moment: Moment | None = None
        self.before: Image.Image | None = None
        self.view, self.view_before = UPPER_HALF, UPPER_HALF
        self.shade, self.shade_before = 0.0, 0.0
        self.lit = UPPER_HALF
        self.last: tuple[object, Image.Image] | None = None

    def take(self, moment: Moment, number: int) -> Image.Image:
        if moment is not self.moment:
            self.before = self.moment.shot if self.moment and self.moment.shot is not moment.shot else None
            self.view_before, self.shade_before = self.view, self.shade
            self.moment = moment
            self.lit = moment.focus or self.lit
        seconds = (number + 1) / FRAMES_A_SECOND
        moved = ease(seconds / MOVE_SECONDS)
        self.view = between(self.view_before, view_of(moment, self.view_before), moved)
        self.shade = self.shade_before + ((1.0 if moment.focus else 0.0) - self.shade_before) * moved
        faded = 1.0 if self.before is None or moment.seconds == 0.1 else min(1.0, seconds / FADE_SECONDS)
        key = (id(moment), self.view, self.shade, faded)
        if moment.tap is None and self.last and self.last[0] == key:
            return self.last[1]
        picture = crop_to(moment.shot, self.view)
        if faded < 1.0 and self.before is not None:
            picture = Image.blend(crop_to(self.before, self.view), picture, faded)
        if self.shade > 0.01:
            picture = shaded(picture, on_screen(self.lit, self.view), self.shade)
        if moment.tap:
            picture = tapped(picture, on_screen(Box(*moment.tap, 0, 0), self.view), seconds)
        frame = Image.new("RGB", (WIDTH, HEIGHT), BAND)
        frame.paste(picture, (0, 0))
        self.last = (key, frame)
        return frame


def ease(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return part * part * (3 - 2 * part)


def between(one: Box, other: Box, part: float) -> Box:
    if part >= 1:
        return other
    return Box(*(a + (b - a) * part for a, b in zip(one, other, strict=True)))


def view_of(moment: Moment, before: Box) -> Box:
    """Return the part of the screen to show, within its edges: as close to the focus as it fits, else half the screen.

    A moment in which nothing is named shows the upper half, but a page that scrolls is followed from where it was.
    """
    target = moment.focus or moment.near
    if target is None and moment.seconds is not None:
        return Box(0, min(before.top, SCREEN_HEIGHT - STILL_HEIGHT), STILL_WIDTH, STILL_HEIGHT)
    if target is None:
        return UPPER_HALF
    fits = min(STILL_WIDTH / (target.width + 2 * MARGIN), STILL_HEIGHT / (target.height + 2 * MARGIN))
    closer = max(1.0, min(CLOSEST, fits)) if moment.focus else 1.0
    width, height = STILL_WIDTH / closer, STILL_HEIGHT / closer
    left = min(max(target.left + target.width / 2 - width / 2, 0), SCREEN_WIDTH - width)
    top = min(max(target.top + min(target.height, height) / 2 - height / 2, 0), SCREEN_HEIGHT - height)
    return Box(left, top, width, height)


def crop_to(shot: Image.Image, view: Box) -> Image.Image:
    scale = shot.width / SCREEN_WIDTH
    box = (view.left * scale, view.top * scale, (view.left + view.width) * scale, (view.top + view.height) * scale)
    return shot.resize((WIDTH, SHOWN_HEIGHT), Image.Resampling.BICUBIC, box=box)


def on_screen(box: Box, view: Box) -> Box:
    """Return where a box is in the frame, in the frame's pixels."""
    scale = WIDTH / view.width
    return Box((box.left - view.left) * scale, (box.top - view.top) * scale, box.width * scale, box.height * scale)


def shaded(picture: Image.Image, lit: Box, strength: float) -> Image.Image:
    """Darken all but the box."""
    mask = Image.new("L", picture.size, round(SHADE_ALPHA * strength))
    edge = MARGIN * 0.8
    corners = (lit.left - edge, lit.top - edge, lit.left + lit.width + edge, lit.top + lit.height + edge)
    ImageDraw.Draw(mask).rounded_rectangle(corners, radius=18, fill=0)
    return Image.composite(Image.new("RGB", picture.size, SHADE), picture, mask)


def tapped(picture: Image.Image, point: Box, seconds: float) -> Image.Image:
    """Draw a fingertip that comes, presses and leaves a ring; the point is in the frame's pixels."""
    left, top = point.left, point.top
    layer = Image.new("RGBA", (160, 160), (*FINGER, 0))
    draw = ImageDraw.Draw(layer)
    if seconds <= 0.6:
        radius = 36 - 10 * ease((seconds - 0.2) / 0.3)
        alpha = round(150 * min(1, seconds / 0.2))
        draw.circle((80, 80), radius, fill=(*FINGER, alpha), outline=(255, 255, 255, min(255, alpha + 80)), width=4)
    else:
        part = min(1.0, (seconds - 0.6) / 0.4)
        draw.circle((80, 80), 28 + 40 * part, outline=(*FINGER, round(230 * (1 - part * 0.8))), width=5)
    tapped = picture.convert("RGBA")
    corner = round(left - 80), round(top - 80)
    cut_off = max(0, -corner[0]), max(0, -corner[1])  # of the layer, near the picture's left or upper edge
    tapped.alpha_composite(layer, (max(0, corner[0]), max(0, corner[1])), cut_off)
    return tapped.convert("RGB")


def still_of(moment: Moment) -> Image.Image:
    """Return a moment as one picture: a close-up at rest, a tap while the finger is down."""
    camera = Camera()
    frames = [camera.take(moment, number) for number in range(4 if moment.tap else 8)]
    screen = frames[-1].crop((0, 0, WIDTH, SHOWN_HEIGHT))
    return screen.resize((STILL_WIDTH, STILL_HEIGHT), Image.Resampling.LANCZOS)
