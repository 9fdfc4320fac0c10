"""The video tutorials, read from their one script, `tutorials.toml`.

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
from django.utils.translation import get_language

SCRIPT = Path(__file__).parent / "tutorials.toml"
LANGUAGES = ("es", "en")
"""The languages of captions and transcripts; people who read another one get Spanish."""
WIDTH, HEIGHT = 480, 960
STILL_WIDTH, STILL_HEIGHT = 360, 620
CARD_SECONDS = 2.5
LETTERS_A_SECOND = 14
"""How fast captions are read: slower than subtitles of films, as people look at the screen too."""
ACTION_SECONDS = {"open": 0.6, "portal": 0.6, "phone": 0.6, "tap": 2.0, "type": 2.6, "look": 2.0, "document": 2.5}
"""What each action takes at least; the rest of a scene is spent looking."""


@dataclass(frozen=True)
class Text:
    """Words in each language of the script; as a string, in the one that is active."""

    es: str
    en: str

    def __str__(self) -> str:
        return self.in_language(reading_language())

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.es


def reading_language() -> str:
    """The one of the script's languages in which the person is shown a tutorial."""
    language = (get_language() or "").partition("-")[0]
    return language if language in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True)
class Action:
    """One thing done: ``verb`` is a key of `ACTION_SECONDS`, ``options`` say what happens then."""

    verb: str
    target: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cue:
    """Words on the screen from one second to another."""

    start: float
    end: float
    text: Text

    @property
    def clock(self) -> str:
        return as_clock(self.start)


@dataclass(frozen=True)
class Scene:
    """One caption and what is seen meanwhile; ``chapter`` is set on the first scene of one, behind its title card."""

    number: int
    tutorial: str
    start: float
    caption: Text
    chapter: Text | None
    actions: tuple[Action, ...]

    @property
    def acted_at(self) -> float:
        """When the title card, if there is one, is gone."""
        return self.start + (CARD_SECONDS if self.chapter else 0)

    @property
    def acting(self) -> float:
        """Seconds, without the title card: whole tenths, so that they are whole pictures."""
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
    """One video: ``guides`` are the topics whose pages show it, ``needs_sandbox`` if only where there is one."""

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
        """How long it takes, as players show it: 1:07."""
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
        """What is on the screen, the title cards among it: whoever does not read Spanish has them translated."""
        cues = []
        for scene in self.scenes:
            if scene.chapter:
                cues.append(Cue(scene.start, scene.acted_at, scene.chapter))
            cues.append(Cue(scene.acted_at, scene.end, scene.caption))
        return cues

    @property
    def transcripts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For each language, what is said and when."""
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
        """The languages of the captions, and where each stands."""
        return [(language, f"tutorials/{self.key}.{language}.vtt") for language in LANGUAGES]

    @property
    def chapter_tracks(self) -> list[tuple[str, str]]:
        return [(language, f"tutorials/{self.key}.chapters.{language}.vtt") for language in LANGUAGES]

    @property
    def reading_language(self) -> str:
        return reading_language()

    @property
    def path(self) -> str:
        """Where it is shown."""
        return f"{reverse(f'guides:{self.guides[0]}')}#{self.anchor}"


def as_clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@cache
def tutorials() -> tuple[Tutorial, ...]:
    """All of them, in the order in which people need them."""
    return tuple(_tutorial(found) for found in tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["tutorial"])


def tutorials_of(topic: str, *, sandbox: bool) -> tuple[Tutorial, ...]:
    """What the page of this topic shows."""
    return tuple(tutorial for tutorial in every_tutorial(sandbox=sandbox) if topic in tutorial.guides)


def every_tutorial(*, sandbox: bool) -> tuple[Tutorial, ...]:
    """All that make sense on this portal."""
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
    """Each begins when the one before it ends; the lengths are known only from the scenes themselves."""
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
        raise ValueError(f"no action of a tutorial: {verb}")
    target = found.pop(verb)
    return Action(verb, target, tuple(found.items()))
