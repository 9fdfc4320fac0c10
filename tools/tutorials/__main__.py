"""Record the tutorials that are not up to date, or those whose keys are given; see `main`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from guides.tutorials import CARD_SECONDS, Scene, Tutorial, tutorials
from tools.browser import chromium
from tools.console import say
from tools.narration.track import narrate
from tools.serving import ROOT, Portal, serving
from tools.tutorials.camera import FRAMES_A_SECOND, SCREEN_HEIGHT, SCREEN_WIDTH, Camera, Moment, frames_of, still_of
from tools.tutorials.captions import tracks_of
from tools.tutorials.cards import Cards
from tools.tutorials.digests import is_up_to_date, record_digest
from tools.tutorials.film import Film, filming
from tools.tutorials.setups import SETUPS
from tools.tutorials.stage import SHARPNESS, Stage

STATIC = ROOT / "static"
POSTER_QUALITY, STILL_QUALITY = 62, 62


def shoot(tutorial: Tutorial, stage: Stage, cards: Cards, film: Film) -> None:
    """Play every scene into the film, a card before each chapter, and save the stills."""
    camera, chapter = Camera(), 0
    for scene in tutorial.scenes:
        if scene.chapter:
            chapter += 1
            card = cards.of_chapter(tutorial, chapter)
            for _ in range(round(CARD_SECONDS * FRAMES_A_SECOND)):
                film.put(card)
            camera.cut()
        moments = stage.play(scene)
        for moment, number in frames_of(moments, round(scene.acting * FRAMES_A_SECOND)):
            film.put(camera.take(moment, number))
        still_of(telling(scene, moments)).save(STATIC / scene.still, quality=STILL_QUALITY, method=6)
    assert film.frames == round(tutorial.seconds * FRAMES_A_SECOND), "a film is as long as its script says"


def telling(scene: Scene, moments: list[Moment]) -> Moment:
    """Return the moment to show as a still: the end of the scene, or the close-up of what is typed in it."""
    if any(action.verb == "type" for action in scene.actions):
        return [moment for moment in moments if moment.focus][-1]
    return moments[-1]


def phone(browser: Browser) -> BrowserContext:
    context = browser.new_context(
        viewport=ViewportSize(width=SCREEN_WIDTH, height=SCREEN_HEIGHT),
        device_scale_factor=SHARPNESS,
        locale="es-ES",
        timezone_id="Europe/Madrid",
        is_mobile=True,
        has_touch=True,
        reduced_motion="reduce",
        color_scheme="light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(15_000)
    return context


def record(tutorial: Tutorial, browser: Browser, portal: Portal, cards: Cards) -> None:
    portal.sandbox.reset()
    context = phone(browser)
    stage = Stage(context, portal, tutorial)
    if tutorial.setup:
        SETUPS[tutorial.setup](stage.person, tutorial.person)
    cards.poster(tutorial).save(STATIC / tutorial.poster, quality=POSTER_QUALITY, optimize=True)
    for path, text in tracks_of(tutorial):
        (STATIC / path).write_text(text, encoding="utf-8")
    with TemporaryDirectory() as folder:
        sound = Path(folder) / "spoken.wav"
        narrate(tutorial.captions, tutorial.seconds, sound)
        with filming(STATIC / tutorial.webm, STATIC / tutorial.mp4, sound) as film:
            shoot(tutorial, stage, cards, film)
    context.close()
    sizes = ", ".join(f"{(STATIC / path).stat().st_size // 1024} KB" for path in (tutorial.webm, tutorial.mp4))
    say(f"{tutorial.key}: {tutorial.clock}, {sizes}")


def remove_obsolete_stills() -> None:
    """Delete the pictures of scenes that the script no longer has."""
    known = {scene.still for tutorial in tutorials() for scene in tutorial.scenes}
    for path in (STATIC / "tutorials").glob("*.webp"):
        if f"tutorials/{path.name}" not in known:
            path.unlink()


def main(keys: list[str]) -> None:
    """Record tutorials; ``FORCE`` in the environment records also films that are up to date.

    ``ACCEPT`` records none and notes that those films show the portal as it is, after a change that cannot be seen.
    """
    wanted = [tutorial for tutorial in tutorials() if not keys or tutorial.key in keys]
    stale = [tutorial for tutorial in wanted if os.environ.get("FORCE") or not is_up_to_date(tutorial)]
    for tutorial in wanted:
        if tutorial not in stale:
            say(f"{tutorial.key}: up to date")
    if stale and not os.environ.get("ACCEPT"):
        (STATIC / "tutorials").mkdir(exist_ok=True)
        with serving() as portal, chromium() as browser:
            cards = Cards(browser)
            for tutorial in stale:
                record(tutorial, browser, portal, cards)
    for tutorial in stale:
        record_digest(tutorial)
    remove_obsolete_stills()


if __name__ == "__main__":
    main(sys.argv[1:])
