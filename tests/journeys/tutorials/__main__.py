"""Records all tutorials, or those whose keys are given, into `static/tutorials/`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from guides.tutorials import CARD_SECONDS, Scene, Tutorial, tutorials
from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.person import Person
from tests.journeys.serving import ROOT, Portal, serving
from tests.journeys.tutorials.camera import (
    FRAMES_A_SECOND,
    SCREEN_HEIGHT,
    SCREEN_WIDTH,
    Camera,
    Moment,
    frames_of,
    still_of,
)
from tests.journeys.tutorials.captions import tracks_of
from tests.journeys.tutorials.cards import Cards
from tests.journeys.tutorials.film import Film, filming
from tests.journeys.tutorials.stage import SHARPNESS, Stage

STATIC = ROOT / "static"
POSTER_QUALITY, STILL_QUALITY = 70, 62


def two_users(person: Person, number: str) -> None:
    """The one of the tutorial, and another who was used last."""
    person.starts("tgss/situacion-actual")
    person.saves_user(number, alias="Ana")
    person.starts("tgss/situacion-actual")
    person.taps("Crear usuario")
    person.saves_user(person.somebody(1), alias="Papá")


def a_document(person: Person, number: str) -> None:
    """Two of them, so that there is one to find."""
    person.starts("tgss/certificado-corriente-pago")
    person.saves_user(number, alias="Ana")
    person.validates_by_app(number)
    person.sees_result("document")
    person.starts_again("sepe/certificado-situacion")
    person.validates_by_app(number)
    person.sees_result("document")


def at_method(person: Person, number: str) -> None:
    """Just before the choice of how to receive the PIN."""
    person.starts("dgt/puntos")
    person.saves_user(number, alias="Ana")


SETUPS: dict[str, Callable[[Person, str], None]] = {
    "two_users": two_users,
    "a_document": a_document,
    "at_method": at_method,
}


class Recording:
    """One tutorial, from its script to its files."""

    def __init__(self, tutorial: Tutorial, stage: Stage, cards: Cards) -> None:
        self.tutorial, self.stage, self.cards = tutorial, stage, cards
        self.camera = Camera()

    def make(self) -> None:
        self.cards.poster(self.tutorial).save(STATIC / self.tutorial.poster, quality=POSTER_QUALITY, optimize=True)
        for path, text in tracks_of(self.tutorial):
            (STATIC / path).write_text(text, encoding="utf-8")
        with filming(STATIC / self.tutorial.webm, STATIC / self.tutorial.mp4) as film:
            self._play(film)

    def _play(self, film: Film) -> None:
        chapter = 0
        for scene in self.tutorial.scenes:
            if scene.chapter:
                chapter += 1
                card = self.cards.of_chapter(self.tutorial, chapter)
                for _ in range(round(CARD_SECONDS * FRAMES_A_SECOND)):
                    film.put(card)
                self.camera.cut()
            moments = self.stage.play(scene)
            for moment, number in frames_of(moments, round(scene.acting * FRAMES_A_SECOND)):
                film.put(self.camera.take(moment, number))
            still_of(telling(scene, moments)).save(STATIC / scene.still, quality=STILL_QUALITY, method=6)
        assert film.frames == round(self.tutorial.seconds * FRAMES_A_SECOND), "as long as the script says"


def telling(scene: Scene, moments: list[Moment]) -> Moment:
    """The one to show as a picture: what was typed where something was, else how it ends."""
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
    Recording(tutorial, stage, cards).make()
    context.close()
    sizes = ", ".join(f"{(STATIC / path).stat().st_size // 1024} KB" for path in (tutorial.webm, tutorial.mp4))
    sys.stdout.write(f"{tutorial.key}: {tutorial.clock}, {sizes}\n")


def remove_strangers() -> None:
    """Pictures of scenes that the script no longer has."""
    known = {scene.still for tutorial in tutorials() for scene in tutorial.scenes}
    for path in (STATIC / "tutorials").glob("*.webp"):
        if f"tutorials/{path.name}" not in known:
            path.unlink()


def main(wanted: list[str]) -> int:
    (STATIC / "tutorials").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        cards = Cards(browser)
        for tutorial in tutorials():
            if not wanted or tutorial.key in wanted:
                record(tutorial, browser, portal, cards)
        browser.close()
    remove_strangers()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
