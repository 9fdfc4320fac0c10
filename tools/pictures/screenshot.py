"""Small PNG pictures of a page."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tools.console import say

COLOURS = 64


class TooHeavy(Exception):
    """A picture weighs more than it may; the message says which."""


def save_screenshot(page: Page, name: str, *, folder: Path, most_bytes: int) -> None:
    """Save what the window shows, in few colours. Raise `TooHeavy`."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    picture.save(path, optimize=True)
    weight = path.stat().st_size
    say(f"{name} {picture.width} × {picture.height}, {weight} bytes")
    if weight > most_bytes:
        raise TooHeavy(f"{path} weighs more than {most_bytes} bytes")
