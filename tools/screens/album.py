"""Pictures of one page: phone and desktop, light and dark, on one sheet."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tools.browser import DESKTOP, PHONE
from tools.console import say

TALLEST = 2400
COLOURS = 96
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GAP = 16
TEXT_SIZE = "size => { document.documentElement.style.fontSize = size; }"


@dataclass(frozen=True)
class Screen:
    """A size of the window; ``whole`` pictures show the page to its end, others what is seen without scrolling."""

    size: ViewportSize
    whole: bool = True

    @classmethod
    def parse(cls, text: str) -> Screen:
        """Read a size of `SIZES`: ``360x640``, or ``360x640+`` for the whole page."""
        width, _, height = text.removesuffix("+").partition("x")
        return cls(ViewportSize(width=int(width), height=int(height)), whole=text.endswith("+"))


class Album:
    """Saves a sheet for each picture that is wanted, numbered in the order of taking.

    The environment's `SIZES` names other sizes (``360x640 740x360 1920x1080+``), its `TEXT` the size of the text in
    per cent.
    """

    def __init__(self, folder: Path, wanted: list[str]) -> None:
        self.folder, self.wanted, self.number = folder, wanted, 0
        named = [Screen.parse(text) for text in os.environ.get("SIZES", "").split()]
        self.screens = named or [Screen(PHONE), Screen(DESKTOP)]
        self.text = os.environ.get("TEXT") or "100"

    def take(self, page: Page, name: str) -> None:
        """Photograph the page as it stands; skipped pictures count too, so that a number never changes."""
        self.number += 1
        if self.wanted and not any(part in name for part in self.wanted):
            return
        page.wait_for_load_state("networkidle")
        page.evaluate(TEXT_SIZE, f"{self.text}%")
        shots = [shot for screen in self.screens for shot in _in_both_schemes(page, screen)]
        page.evaluate(TEXT_SIZE, "")
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
        _side_by_side(shots).save(self.folder / f"{self.number:02d}-{name}.png", optimize=True)
        say(f"{self.number:02d}-{name}")


def _in_both_schemes(page: Page, screen: Screen) -> list[Image.Image]:
    width, height = screen.size["width"], screen.size["height"]
    page.set_viewport_size(screen.size)
    if screen.whole:
        height = max(height, min(page.evaluate("document.documentElement.scrollHeight"), TALLEST))
        page.set_viewport_size(ViewportSize(width=width, height=height))
    shots = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shots.append(shot.reduce(2) if width >= DESKTOP["width"] else shot)
    return shots


def _side_by_side(shots: list[Image.Image]) -> Image.Image:
    height = min(max(shot.height for shot in shots), TALLEST)
    width = sum(shot.width for shot in shots) + GAP * (len(shots) - 1)
    sheet, left = Image.new("RGB", (width, height), "#8a8f94"), 0
    for shot in shots:
        sheet.paste(shot.crop((0, 0, shot.width, min(shot.height, TALLEST))), (left, 0))
        left += shot.width + GAP
    return sheet.quantize(COLOURS)
