"""The video tutorials, read from the script ``tutorials.toml``.

Recording (`make tutorials`), captions, transcripts and pictures are all made from it. How long each scene lasts follows
from the script alone, so that a page can tell the times without opening a video.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, count
from pathlib import Path
from typing import Any

from django.urls import reverse

from foundation import languages

SCRIPT = Path(__file__).parent / "tutorials.toml"
LANGUAGES = ("es", "en")
"""Languages of captions and transcripts; readers of any other get Spanish."""
WIDTH, HEIGHT = 540, 720
"""Pixels of a frame: as wide as a phone, and low enough for a title, the film and its controls to fit on one."""
STILL_WIDTH, STILL_HEIGHT = 360, 400
"""CSS pixels of the screen that a frame shows: the half in which something happens."""
CARD_SECONDS = 2.5
LETTERS_A_SECOND = 14
"""Reading speed of captions: slower than film subtitles, as people watch the screen too."""
ACTION_SECONDS = {
    "open": 0.6,
    "portal": 0.6,
    "phone": 0.6,
    "tap": 2.0,
    "type": 2.6,
    "look": 2.0,
    "document": 2.5,
    "draw": 1.5,
}
"""Minimum duration of each action; the rest of its scene is for looking."""


@dataclass(frozen=True)
class Text:
    """A text in each language of the script; ``str()`` gives the active one."""

    es: str
    en: str

    def __str__(self) -> str:
        return self.in_language(reading_language())

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.es


def reading_language() -> str:
    """Return the language of the script that is closest to the active one."""
    language = languages.current().partition("-")[0]
    return language if language in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True)
class Action:
    """One step on the screen: ``verb`` is a key of ``ACTION_SECONDS``, ``options`` say how it is done."""

    verb: str
    target: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cue:
    """A text on the screen from ``start`` to ``end``, in seconds."""

    start: float
    end: float
    text: Text

    @property
    def clock(self) -> str:
        return as_clock(self.start)


@dataclass(frozen=True)
class Scene:
    """One caption and the actions it covers; a scene with ``chapter`` begins with that chapter's title card."""

    number: int
    tutorial: str
    start: float
    caption: Text
    chapter: Text | None
    actions: tuple[Action, ...]

    @property
    def acted_at(self) -> float:
        """Return the second at which the actions begin, after the title card."""
        return self.start + (CARD_SECONDS if self.chapter else 0)

    @property
    def acting(self) -> float:
        """Return the seconds without the title card, in whole tenths so that they are whole frames."""
        longest = max(len(self.caption.es), len(self.caption.en))
        return round(
            max(longest / LETTERS_A_SECOND + 1, sum(ACTION_SECONDS[action.verb] for action in self.actions)), 1
        )

    @property
    def end(self) -> float:
        return round(self.acted_at + self.acting, 1)

    @property
    def still(self) -> str:
        return f"tutorials/{self.tutorial}-{self.number:02d}.webp"


@dataclass(frozen=True)
class Tutorial:
    """One video: ``guides`` are the topics whose pages show it; with ``needs_sandbox`` only beside a sandbox."""

    key: str
    title: Text
    summary: Text
    guides: tuple[str, ...]
    needs_sandbox: bool
    setup: str
    person: str
    scenes: tuple[Scene, ...]

    width, height = WIDTH, HEIGHT
    still_width, still_height = STILL_WIDTH, STILL_HEIGHT

    @property
    def seconds(self) -> float:
        return self.scenes[-1].end

    @property
    def clock(self) -> str:
        """Return the duration as players show it: ``1:07``."""
        return as_clock(self.seconds)

    @property
    def anchor(self) -> str:
        return f"video-{self.key}"

    @property
    def chapters(self) -> list[Cue]:
        begun = [scene for scene in self.scenes if scene.chapter]
        ends = [scene.start for scene in begun[1:]] + [self.seconds]
        return [Cue(scene.start, end, scene.chapter) for scene, end in zip(begun, ends, strict=True) if scene.chapter]

    @property
    def captions(self) -> list[Cue]:
        """Return the captions with the title cards, which are Spanish on the screen and so need translating."""
        cues = []
        for scene in self.scenes:
            if scene.chapter:
                cues.append(Cue(scene.start, scene.acted_at, scene.chapter))
            cues.append(Cue(scene.acted_at, scene.end, scene.caption))
        return cues

    @property
    def transcripts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return each language with its lines as ``(clock, text)``."""
        return [
            (language, [(cue.clock, cue.text.in_language(language)) for cue in self.captions]) for language in LANGUAGES
        ]

    @property
    def webm(self) -> str:
        return f"tutorials/{self.key}.webm"

    @property
    def mp4(self) -> str:
        return f"tutorials/{self.key}.mp4"

    @property
    def poster(self) -> str:
        return f"tutorials/{self.key}.jpg"

    @property
    def tracks(self) -> list[tuple[str, str]]:
        """Return each caption language and its static file."""
        return [(language, f"tutorials/{self.key}.{language}.vtt") for language in LANGUAGES]

    @property
    def chapter_tracks(self) -> list[tuple[str, str]]:
        return [(language, f"tutorials/{self.key}.chapters.{language}.vtt") for language in LANGUAGES]

    @property
    def reading_language(self) -> str:
        return reading_language()

    @property
    def path(self) -> str:
        """Return the path of the first guide that shows it, with its anchor."""
        return f"{reverse(f'guides:{self.guides[0]}')}#{self.anchor}"


def as_clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@cache
def tutorials() -> tuple[Tutorial, ...]:
    """Return every tutorial of the script, in its order."""
    return tuple(_tutorial(found) for found in tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["tutorial"])


def tutorials_of(topic: str, *, sandbox: bool) -> tuple[Tutorial, ...]:
    """Return the tutorials that this topic's page shows."""
    return tuple(tutorial for tutorial in every_tutorial(sandbox=sandbox) if topic in tutorial.guides)


def every_tutorial(*, sandbox: bool) -> tuple[Tutorial, ...]:
    """Return the tutorials that apply to a portal with or without a sandbox."""
    return tuple(tutorial for tutorial in tutorials() if sandbox or not tutorial.needs_sandbox)


def _tutorial(found: dict[str, Any]) -> Tutorial:
    return Tutorial(
        key=found["key"],
        title=Text(**found["title"]),
        summary=Text(**found["summary"]),
        guides=tuple(found["guides"]),
        needs_sandbox=found.get("needs_sandbox", False),
        setup=found.get("setup", ""),
        person=found["person"],
        scenes=_scenes(found["key"], found["scene"]),
    )


def _scenes(tutorial: str, found: list[dict[str, Any]]) -> tuple[Scene, ...]:
    """Build the scenes at zero to learn their durations, then set each start to the end of the one before."""
    at_zero = [
        Scene(
            number=number,
            tutorial=tutorial,
            start=0,
            caption=Text(es=scene["es"], en=scene["en"]),
            chapter=Text(**scene["chapter"]) if "chapter" in scene else None,
            actions=tuple(_action(dict(action)) for action in scene["do"]),
        )
        for number, scene in zip(count(1), found, strict=False)
    ]
    starts = accumulate((scene.end for scene in at_zero), initial=0.0)
    return tuple(
        Scene(scene.number, scene.tutorial, round(start, 1), scene.caption, scene.chapter, scene.actions)
        for scene, start in zip(at_zero, starts, strict=False)
    )


def _action(found: dict[str, str]) -> Action:
    verb = next(iter(found))
    if verb not in ACTION_SECONDS:
        raise ValueError(f"unknown tutorial action: {verb}")
    target = found.pop(verb)
    return Action(verb, target, tuple(found.items()))
