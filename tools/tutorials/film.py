"""Frames and a spoken track to WebM (VP9, Opus) and MP4 (H.264, AAC), with one run of ffmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from guides.tutorials import HEIGHT, WIDTH
from tools.debian import program
from tools.tutorials.camera import FRAMES_A_SECOND

KEY_FRAME_INTERVAL = FRAMES_A_SECOND * 20
REPRODUCIBLE = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
COLOURS = (
    *("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p"),
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
)
WEBM = ("-c:v", "libvpx-vp9", "-crf", "44", "-b:v", "0", "-deadline", "good", "-cpu-used", "4", "-row-mt", "1")
MP4 = (
    *("-c:v", "libx264", "-profile:v", "main", "-crf", "33", "-preset", "slow", "-tune", "animation"),
    *("-movflags", "+faststart"),
)
SPEECH = ("-ac", "1", "-map", "0:v", "-map", "1:a")
OPUS = (*SPEECH, "-c:a", "libopus", "-b:a", "20k", "-application", "voip")
AAC = (*SPEECH, "-c:a", "aac", "-b:a", "24k")


class Film:
    """A film being encoded; frames are put in their order."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.frames = 0

    def put(self, frame: Image.Image) -> None:
        assert self.process.stdin
        self.process.stdin.write(frame.tobytes())
        self.frames += 1


@contextmanager
def filming(webm: Path, mp4: Path, sound: Path) -> Iterator[Film]:
    """Encode a film, whose files are complete when the block ends. Raise `subprocess.CalledProcessError`."""
    size, rate = f"{WIDTH}x{HEIGHT}", str(FRAMES_A_SECOND)
    common = (*COLOURS, "-g", str(KEY_FRAME_INTERVAL), *REPRODUCIBLE)
    command = [program("ffmpeg", package="ffmpeg"), "-hide_banner", "-loglevel", "error", "-y"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", "-", "-i", str(sound)]
    command += [*WEBM, *OPUS, *common, str(webm), *MP4, *AAC, *common, str(mp4)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        yield Film(process)
    finally:
        assert process.stdin
        process.stdin.close()
        if process.wait():
            raise subprocess.CalledProcessError(process.returncode, command)
