"""`make app-pictures`: pictures of the real interface for the manifest, in `static/img/app/`.

Chrome shows those whose form factor is the device's: narrow ones at two pixels a point, wide ones as a window.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.person import Person
from tests.journeys.serving import ROOT, serving

FOLDER = ROOT / "static" / "img" / "app"
NARROW, WIDE = ViewportSize(width=360, height=800), ViewportSize(width=1280, height=800)
COLOURS = 64
HEAVIEST = 100 * 1024


def take(page: Page, name: str) -> None:
    """The window as it stands now, in few colours, so that it weighs little."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    picture.save(path, optimize=True)
    weight = path.stat().st_size
    sys.stdout.write(f"{name} {picture.width} × {picture.height}, {weight} bytes\n")
    if weight > HEAVIEST:
        raise SystemExit(f"{name} weighs more than {HEAVIEST} bytes")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        phone = browser.new_context(
            viewport=NARROW, locale="es-ES", device_scale_factor=2, is_mobile=True, reduced_motion="reduce"
        )
        person = Person(phone.new_page(), portal.url, portal.sandbox)
        person.opens("/tramites/")
        take(person.page, "narrow-1")
        person.opens("/tramites/tgss/vida-laboral/")
        take(person.page, "narrow-2")
        number = person.somebody()
        person.starts("dgt/puntos")
        person.saves_user(number)
        person.validates_by_app(number)
        person.sees_result("consultation")
        take(person.page, "narrow-3")
        desk = browser.new_page(viewport=WIDE, locale="es-ES")
        desk.goto(f"{portal.url}/tramites/")
        take(desk, "wide-1")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
