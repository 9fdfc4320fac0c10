"""A person who acts out the script, photographed at each state."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace

from PIL import Image
from playwright.sync_api import BrowserContext, Locator, expect

from guides.tutorials import Action, Scene, Tutorial
from tools.debian import program
from tools.person import Person, contrast_of
from tools.serving import ROOT, Portal
from tools.tutorials.camera import SCREEN_HEIGHT, SCREEN_WIDTH, Box, Moment

SHARPNESS = 2
"""Pixels of a photograph per CSS pixel: enough for the closest close-up."""
TAP_SECONDS, LETTERS_SECONDS, SCROLL_SECONDS = 0.9, 0.2, 0.1
SCROLL_STEPS = 4
TOP_BAR, BOTTOM_BAR = 64, 76
SELECTORS = (".", "#", "[", "svg ", "main ", "label", "section", "dialog", "header")

DRAWN = (
    '<!doctype html><meta name="viewport" content="width=device-width">'
    "<style>body {{ margin: 0 }} svg {{ display: block }}</style>{}"
)
WHERE = """element => {
  const box = element.getBoundingClientRect();
  let stays = false;
  for (let one = element; one; one = one.parentElement) stays ||= /fixed|sticky/.test(getComputedStyle(one).position);
  const last = document.documentElement.scrollHeight - innerHeight;
  return { left: box.left, top: box.top, width: box.width, height: box.height, stays, at: scrollY, last };
}"""
"""The element's box in the window, whether it stays when the page scrolls, the scroll position and its maximum."""
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Waits until the page knows of what the compositor has scrolled by itself."""


class Stage:
    """The portal in one tab, the person's phone in another."""

    def __init__(self, context: BrowserContext, portal: Portal, tutorial: Tutorial) -> None:
        self.person = Person(context.new_page(), portal.url, portal.sandbox)
        self.portal_tab, self.phone_tab = self.person.page, context.new_page()
        self.page = self.portal_tab
        self.number = tutorial.person
        self.moments: list[Moment] = []
        self.opened = ""
        self.at_hand = {
            "number": self.number,
            "contrast": next(iter(contrast_of(self.person.sandbox.person(document_number=self.number)).values())),
        }

    def play(self, scene: Scene) -> list[Moment]:
        """Do a scene's actions and return what is seen meanwhile."""
        self.moments = []
        for action in scene.actions:
            getattr(self, f"_{action.verb}")(action)
        return self.moments

    # --- Actions of the script --------------------------------------------------------------------------------------

    def _open(self, action: Action) -> None:
        self._portal(action)
        self.person.opens(action.target)

    def _portal(self, _: Action) -> None:
        self.page = self.portal_tab
        self.page.bring_to_front()

    def _phone(self, action: Action) -> None:
        self.page = self.phone_tab
        self.page.bring_to_front()
        self.page.goto(f"{self.person.sandbox.url}{action.target or f'/phones/{self.number}/'}")
        code = self.page.locator("[data-code]")
        if code.count():
            self.at_hand["code"] = code.inner_text()
            self.at_hand["app_pin"] = self.page.locator("[data-pin]").inner_text()
        if messages := self.person.sandbox.messages(self.number):
            self.at_hand["sms_pin"] = messages[0]["pin"]

    def _tap(self, action: Action) -> None:
        target = self._find(action.target)
        self._bring(target)
        self._photograph_near(target)
        self._touch(target)
        if target.get_attribute("type") == "application/pdf":  # this Chromium would download it
            self.opened = target.evaluate("link => link.href")
            return
        target.click()
        for what, awaited in action.options:
            {"to": self.person.sees_step, "result": self.person.sees_result}[what](awaited)

    def _type(self, action: Action) -> None:
        field = self.page.locator(f"main [name={action.target}]").first
        value = dict(action.options)["value"].format(**self.at_hand)
        self._bring(field, to_the_middle=True)  # as the browser does with a field that is typed into
        self._photograph_near(field)
        self._touch(field)
        field.focus()
        for part in range(1, 4):
            field.fill(value[: max(1, len(value) * part // 3)])
            self.moments.append(Moment(self._photograph(), LETTERS_SECONDS, near=_box(field)))
        expect(field).to_have_value(value)
        label = self.page.locator(f"label[for='{field.get_attribute('id')}']")
        self._look_closely(label.first, field)

    def _look(self, action: Action) -> None:
        if not action.target:
            self.page.evaluate("scrollTo(0, 0)")
            self._look_closely()
            return
        target = self._find(action.target)
        self._bring(target)
        self._look_closely(target)

    def _draw(self, action: Action) -> None:
        """Show one of the drawn screens as if it were the phone's."""
        drawing = (ROOT / "static" / "img" / "clave-app" / f"{action.target}.svg").read_text("utf-8")
        self.page = self.phone_tab
        self.page.bring_to_front()
        self.page.set_content(DRAWN.format(drawing))
        self._look_closely()

    def _document(self, _: Action) -> None:
        width = SCREEN_WIDTH * SHARPNESS
        command = [program("pdftoppm", package="poppler-utils"), "-singlefile", "-png"]
        command += ["-scale-to-x", str(width), "-scale-to-y", "-1", "-"]
        pdf = self.page.request.get(self.opened).body()
        drawn = subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout
        sheet = Image.open(io.BytesIO(drawn)).convert("RGB")
        screen = Image.new("RGB", (width, SCREEN_HEIGHT * SHARPNESS), "#565c61")
        screen.paste(sheet, (0, 24 * SHARPNESS))
        self.moments.append(Moment(screen))
        self.moments.append(Moment(screen, focus=Box(0, 24, SCREEN_WIDTH, SCREEN_HEIGHT / 2.2)))

    # --- Finding, looking, scrolling --------------------------------------------------------------------------------

    def _find(self, target: str) -> Locator:
        if target.startswith(SELECTORS):
            found = self.page.locator(target)
        else:
            found = self.page.get_by_role("link", name=target).or_(self.page.get_by_role("button", name=target))
        expect(found.first).to_be_visible()
        return found.first

    def _photograph(self) -> Image.Image:
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(NEXT_FRAMES)
        return Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")

    def _look_closely(self, *targets: Locator) -> None:
        """Photograph elements, or the whole screen, once they stand still: a focused field may still be scrolling."""
        while True:
            focus, shot = _around(targets), self._photograph()
            self.page.evaluate(NEXT_FRAMES)
            if focus == _around(targets):
                break
        self.moments.append(Moment(shot, focus=focus))

    def _photograph_near(self, target: Locator) -> None:
        """Photograph the part of the screen where something is about to be done."""
        self._look_closely()
        self.moments[-1] = replace(self.moments[-1], near=_box(target))

    def _touch(self, target: Locator) -> None:
        """Show the finger come down; the caller clicks."""
        box = _box(target)
        point = (box.left + box.width / 2, box.top + box.height / 2)
        self.moments.append(Moment(self.moments[-1].shot, TAP_SECONDS, near=box, tap=point))

    def _bring(self, target: Locator, *, to_the_middle: bool = False) -> None:
        """Scroll in visible steps until the element is clear of the bars, or in the middle."""
        where = target.evaluate(WHERE)
        room = SCREEN_HEIGHT - TOP_BAR - BOTTOM_BAR
        inside = where["top"] >= TOP_BAR and where["top"] + where["height"] <= SCREEN_HEIGHT - BOTTOM_BAR
        if where["stays"] or (inside and not to_the_middle):
            return
        spare = max((room - where["height"]) / 2, 0)
        goal = min(max(where["at"] + where["top"] - TOP_BAR - spare, 0), where["last"])
        if abs(goal - where["at"]) < 1:
            return
        for step in range(1, SCROLL_STEPS + 1):
            self.page.evaluate("y => scrollTo(0, y)", where["at"] + (goal - where["at"]) * step / SCROLL_STEPS)
            self.moments.append(Moment(self._photograph(), SCROLL_SECONDS))


def _box(target: Locator) -> Box:
    """Return the part of the element that is within the screen."""
    found = target.evaluate(WHERE)
    left, top = max(found["left"], 0), max(found["top"], 0)
    right = min(found["left"] + found["width"], SCREEN_WIDTH)
    bottom = min(found["top"] + found["height"], SCREEN_HEIGHT)
    return Box(left, top, right - left, max(bottom - top, 1))


def _around(targets: tuple[Locator, ...]) -> Box | None:
    """Return the box around all of them, or None without any."""
    if not targets:
        return None
    boxes = [_box(target) for target in targets]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)
