"""The video tutorials: the script and the files agree, and the pages show them to everybody, video or not."""

import re
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings
from whitenoise.compress import Compressor

from guides.topics import TOPICS
from guides.tutorials import LANGUAGES, Text, Tutorial, as_clock, reading_language, tutorials
from tests.pages import PageClient, main_of, text_of
from tools.tutorials.captions import tracks_of
from tools.tutorials.digests import DIGESTS

pytestmark = pytest.mark.django_db

STATIC = Path(site.BASE_DIR) / "static"
LIST = "/ayuda/videos/"
LARGEST_VIDEO, LARGEST_STILL, LARGEST_ALL = 2 * 1024 * 1024, 25 * 1024, 12 * 1024 * 1024
SANDBOX = "https://simulador.example"
LONGEST_LINE = 90
"""Letters of a caption: three lines on a phone."""

every_tutorial = pytest.mark.parametrize("tutorial", tutorials(), ids=lambda tutorial: tutorial.key)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def page_of(client: Client, tutorial: Tutorial, language: str = "es") -> Any:
    path = next(topic.path for topic in TOPICS if topic.key == tutorial.guides[0])
    return client.get(path, headers={"Accept-Language": language})


def section_of(client: Client, tutorial: Tutorial, language: str = "es") -> Any:
    return main_of(page_of(client, tutorial, language)).get_element_by_id(tutorial.anchor)


def seconds_of_mp4(path: Path) -> float:
    """The length that the file's own movie header tells."""
    content = path.read_bytes()
    at = content.index(b"mvhd") + 4
    scale, length = struct.unpack(">II", content[at + 12 : at + 20])
    return float(length / scale)


# --- Files ----------------------------------------------------------------------------------------------------------


@every_tutorial
def test_every_file_is_there_and_light(tutorial: Tutorial) -> None:
    for path in (tutorial.webm, tutorial.mp4):
        assert 0 < (STATIC / path).stat().st_size <= LARGEST_VIDEO
    for path in (tutorial.poster, *(scene.still for scene in tutorial.scenes)):
        assert 0 < (STATIC / path).stat().st_size <= LARGEST_STILL, path


def test_all_together_are_light_and_nothing_is_left_from_an_older_script() -> None:
    files = list((STATIC / "tutorials").iterdir())
    assert sum(file.stat().st_size for file in files) <= LARGEST_ALL
    known = {path for tutorial in tutorials() for path, _text in tracks_of(tutorial)}
    known |= {path for one in tutorials() for path in (one.webm, one.mp4, one.poster)}
    known |= {scene.still for tutorial in tutorials() for scene in tutorial.scenes}
    known.add(f"tutorials/{DIGESTS.name}")
    assert {f"tutorials/{file.name}" for file in files} == known


@every_tutorial
def test_the_files_begin_as_their_names_say(tutorial: Tutorial) -> None:
    assert (STATIC / tutorial.webm).read_bytes()[:4] == b"\x1a\x45\xdf\xa3"
    mp4 = (STATIC / tutorial.mp4).read_bytes()
    assert mp4[4:8] == b"ftyp"
    assert mp4.index(b"moov") < mp4.index(b"mdat"), "it plays before all of it has come"


@every_tutorial
def test_the_video_is_as_long_as_its_script(tutorial: Tutorial) -> None:
    """A script that was changed without `make tutorials` is found here, or by the captions below."""
    assert seconds_of_mp4(STATIC / tutorial.mp4) == pytest.approx(tutorial.seconds, abs=0.2)


@every_tutorial
def test_captions_and_chapters_are_those_of_the_script(tutorial: Tutorial) -> None:
    tracks = dict(tracks_of(tutorial))
    assert set(tracks) == {path for _language, path in (*tutorial.tracks, *tutorial.chapter_tracks)}
    for path, text in tracks.items():
        assert (STATIC / path).read_text(encoding="utf-8") == text


@every_tutorial
def test_cues_follow_each_other_within_the_video(tutorial: Tutorial) -> None:
    for cues in (tutorial.captions, tutorial.chapters):
        assert cues[0].start == 0
        assert all(cue.start < cue.end for cue in cues)
        assert all(before.end == after.start for before, after in pairwise(cues))
        assert cues[-1].end == tutorial.seconds
    assert len(tutorial.chapters) >= 3


@every_tutorial
@every_language
def test_captions_can_be_read_in_their_time_and_in_both_languages(tutorial: Tutorial, language: str) -> None:
    for cue in tutorial.captions:
        text = cue.text.in_language(language)
        assert 0 < len(text) <= LONGEST_LINE
        assert len(text) / (cue.end - cue.start) <= 17, f"too fast: {text}"
        assert "<" not in text
        assert "-->" not in text


@every_tutorial
def test_the_webm_and_the_pictures_are_not_compressed_again(tutorial: Tutorial) -> None:
    compressor = Compressor()
    for path in (tutorial.webm, tutorial.mp4, tutorial.poster, tutorial.scenes[0].still):
        assert not compressor.should_compress(path)


def test_the_server_tells_browsers_what_captions_are() -> None:
    assert site.WHITENOISE_MIMETYPES[".vtt"].startswith("text/vtt")


# --- Pages ----------------------------------------------------------------------------------------------------------


@every_tutorial
def test_its_guide_shows_the_video_without_loading_it(
    client: PageClient, settings: Settings, tutorial: Tutorial
) -> None:
    settings.SANDBOX_PUBLIC_URL = SANDBOX
    video = section_of(client, tutorial).find(".//video")
    assert video.get("preload") == "none"
    assert video.get("autoplay") is None
    assert {"controls", "playsinline", "width", "height", "poster"} <= set(video.keys())
    assert [source.get("type") for source in video.iter("source")] == ["video/webm", "video/mp4"]


@every_tutorial
@pytest.mark.parametrize(("language", "default"), [("es", "es"), ("en", "en"), ("fr", "es")])
def test_captions_come_in_both_languages_and_the_one_of_the_page_is_on(
    client: PageClient, settings: Settings, tutorial: Tutorial, language: str, default: str
) -> None:
    settings.SANDBOX_PUBLIC_URL = SANDBOX
    tracks = list(section_of(client, tutorial, language).iter("track"))
    captions = [track for track in tracks if track.get("kind") == "captions"]
    assert [track.get("srclang") for track in captions] == list(LANGUAGES)
    assert [track.get("srclang") for track in captions if track.get("default") is not None] == [default]
    assert [track.get("srclang") for track in tracks if track.get("kind") == "chapters"] == [default]


@every_tutorial
@every_language
def test_who_cannot_play_it_has_each_step_as_picture_and_text_and_both_transcripts(
    client: PageClient, settings: Settings, tutorial: Tutorial, language: str
) -> None:
    settings.SANDBOX_PUBLIC_URL = SANDBOX
    section = section_of(client, tutorial, language)
    pictures, text = list(section.iter("img")), " ".join(section.text_content().split())
    captions = [scene.caption.in_language(language) for scene in tutorial.scenes]
    assert [picture.get("alt") for picture in pictures] == captions
    assert {picture.get("loading") for picture in pictures} == {"lazy"}
    for cue in tutorial.captions:
        assert cue.text.es in text
        assert cue.text.en in text
    assert [found.get("lang") for found in section.iter("section") if found is not section] == list(LANGUAGES)


@every_language
def test_the_list_leads_to_each_video(client: PageClient, settings: Settings, language: str) -> None:
    settings.SANDBOX_PUBLIC_URL = SANDBOX
    page = client.get(LIST, headers={"Accept-Language": language})
    links = [str(link.get("href")) for link in main_of(page).iter("a")]
    for tutorial in tutorials():
        assert tutorial.path in links
        assert tutorial.title.in_language(language) in text_of(page)
        assert tutorial.clock in text_of(page)
        target, _hash, place = tutorial.path.partition("#")
        assert main_of(client.get(target)).get_element_by_id(place) is not None
    assert LIST in [str(link.get("href")) for link in main_of(client.get("/ayuda/")).iter("a")]


def test_the_sandboxs_app_is_shown_only_where_there_is_a_sandbox(client: PageClient, settings: Settings) -> None:
    (only,) = [tutorial for tutorial in tutorials() if tutorial.needs_sandbox]
    for url, shown in ((SANDBOX, True), ("", False)):
        settings.SANDBOX_PUBLIC_URL = url
        assert (only.title.es in text_of(client.get(LIST))) is shown
        assert (only.title.es in text_of(page_of(client, only))) is shown


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_list_asks_the_database_nothing(
    client: PageClient, django_assert_num_queries: DjangoAssertNumQueries, headers: dict[str, str]
) -> None:
    with django_assert_num_queries(0):
        page = client.get(LIST, headers=headers)
    assert page.status_code == 200
    assert "no-store" not in page.get("Cache-Control", "")


# --- The script -----------------------------------------------------------------------------------------------------


def test_the_seven_that_people_need_are_there_and_each_stands_on_a_guide() -> None:
    keys = {topic.key for topic in TOPICS}
    assert len(tutorials()) == 7
    for tutorial in tutorials():
        assert re.fullmatch(r"[a-z-]+", tutorial.key)
        assert tutorial.guides
        assert set(tutorial.guides) <= keys


def test_words_without_a_translation_are_spanish() -> None:
    text = Text(es="Hola", en="Hello")
    assert [text.in_language(language) for language in ("es", "en", "ca")] == ["Hola", "Hello", "Hola"]
    assert str(text) == text.in_language(reading_language())


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (67.4, "1:07"), (59.9, "0:59")])
def test_a_time_is_told_as_players_tell_it(seconds: float, shown: str) -> None:
    assert as_clock(seconds) == shown
