"""Captions and chapters as WebVTT."""

from collections.abc import Iterable, Iterator

from guides.tutorials import Cue, Tutorial


def tracks_of(tutorial: Tutorial) -> Iterator[tuple[str, str]]:
    """Yield the path under static/ and the content of each caption and chapter file."""
    for language, path in tutorial.tracks:
        yield path, webvtt(tutorial.captions, language)
    for language, path in tutorial.chapter_tracks:
        yield path, webvtt(tutorial.chapters, language)


def webvtt(cues: Iterable[Cue], language: str) -> str:
    blocks = [
        f"{number}\n{_timestamp(cue.start)} --> {_timestamp(cue.end)}\n{cue.text.in_language(language)}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _timestamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"00:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
