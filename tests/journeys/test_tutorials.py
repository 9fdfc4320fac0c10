"""Tutorials in a real browser from the real server: they play, show captions, and fetch a range when seeking."""

import re

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from guides.topics import TOPICS
from guides.tutorials import Tutorial, tutorials
from tools.person import Person

every_tutorial = pytest.mark.parametrize("tutorial", tutorials(), ids=lambda tutorial: tutorial.key)
PLAYING = "video => video.readyState >= 2 && video.currentTime > 0"
CAPTIONS_SHOWN = """video => [...video.textTracks]
  .filter(track => track.kind === "captions" && track.mode === "showing")
  .flatMap(track => [...track.activeCues ?? []]).map(cue => cue.text)"""


def opens_guide_of(person: Person, tutorial: Tutorial) -> Locator:
    """Open the page that shows a tutorial and return its player."""
    person.opens(next(topic.path for topic in TOPICS if topic.key == tutorial.guides[0]))
    return person.page.locator(f"#{tutorial.anchor}-player")


def waits_until(person: Person, video: Locator, condition: str) -> None:
    person.page.wait_for_function(f"video => ({condition})(video)", arg=video.element_handle())


def file_of(person: Person, tutorial: Tutorial, kind: str) -> str:
    video = opens_guide_of(person, tutorial)
    address: str = video.locator(f"source[type='{kind}']").evaluate("source => source.src")
    return address


@every_tutorial
def test_it_plays_as_long_as_it_says_with_captions(person: Person, tutorial: Tutorial) -> None:
    video = opens_guide_of(person, tutorial)
    assert video.evaluate("video => video.readyState") == 0, "nothing is loaded before it is asked for"
    video.scroll_into_view_if_needed()  # it loads when it comes near
    video.evaluate("video => { video.muted = true; return video.play(); }")
    waits_until(person, video, PLAYING)
    assert video.evaluate("video => video.duration") == pytest.approx(tutorial.seconds, abs=0.2)
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [tutorial.width, tutorial.height]
    last = tutorial.captions[-1]
    video.evaluate("(video, second) => { video.pause(); video.currentTime = second; }", last.start + 0.5)
    waits_until(person, video, f"video => ({CAPTIONS_SHOWN})(video).length > 0 && !video.seeking")
    assert video.evaluate(CAPTIONS_SHOWN) == [last.text.es]


def test_a_chapters_button_goes_there(person: Person) -> None:
    tutorial = tutorials()[0]
    video, chapter = opens_guide_of(person, tutorial), tutorial.chapters[2]
    person.page.locator(f"#{tutorial.anchor}").get_by_role("button", name=chapter.text.es).click()
    waits_until(person, video, f"video => video.currentTime >= {chapter.start} && video.currentTime < {chapter.end}")


@every_tutorial
def test_the_same_steps_open_as_pictures(person: Person, tutorial: Tutorial) -> None:
    opens_guide_of(person, tutorial)
    section = person.page.locator(f"#{tutorial.anchor}")
    section.get_by_text("Verlo paso a paso en imágenes").click()
    picture = section.locator("img").last
    picture.scroll_into_view_if_needed()
    person.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    expect(picture).to_be_visible()


def test_without_javascript_the_player_and_the_pictures_are_there_and_the_chapters_are_not(
    without_javascript: Person,
) -> None:
    tutorial = tutorials()[0]
    expect(opens_guide_of(without_javascript, tutorial)).to_be_visible()
    section = without_javascript.page.locator(f"#{tutorial.anchor}")
    expect(section.locator(".chips")).to_be_hidden()
    section.get_by_text("Verlo paso a paso en imágenes").click()
    expect(section.locator("img").first).to_be_visible()


@pytest.mark.parametrize("path", ["/ayuda/videos/", *sorted({tutorial.path for tutorial in tutorials()})])
def test_nobody_is_kept_out(person: Person, axe: Axe, path: str) -> None:
    person.opens(path)
    for summary in person.page.locator(".tutorial summary").all():
        summary.click()
    found = axe.run(person.page)
    assert found.violations_count == 0, found.generate_report()
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling"


@pytest.mark.parametrize("kind", ["video/webm", "video/mp4"])
def test_the_server_gives_the_part_that_is_asked_for(person: Person, kind: str) -> None:
    address = file_of(person, tutorials()[0], kind)
    whole = requests.get(address, timeout=10)
    assert whole.headers["Content-Type"] == kind
    assert "Content-Encoding" not in whole.headers
    assert "immutable" in whole.headers["Cache-Control"]
    part = requests.get(address, headers={"Range": "bytes=100-199"}, timeout=10)
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.content)}"
    assert part.content == whole.content[100:200]
    end = requests.get(address, headers={"Range": "bytes=-50"}, timeout=10)
    assert (end.status_code, end.content) == (206, whole.content[-50:])


def test_a_part_that_is_not_there_is_refused(person: Person) -> None:
    address = file_of(person, tutorials()[0], "video/webm")
    size = int(requests.head(address, timeout=10).headers["Content-Length"])
    answer = requests.get(address, headers={"Range": f"bytes={size + 10}-"}, timeout=10)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"


def test_captions_are_told_as_captions(person: Person) -> None:
    video = opens_guide_of(person, tutorials()[0])
    for address in video.locator("track").evaluate_all("tracks => tracks.map(track => track.src)"):
        answer = requests.get(address, timeout=10)
        assert answer.headers["Content-Type"] == 'text/vtt; charset="utf-8"'
        assert re.match(r"WEBVTT\n\n1\n00:00:00\.000 --> ", answer.content.decode())
