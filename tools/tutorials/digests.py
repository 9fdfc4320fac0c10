"""Whether a film still shows the portal as it is: a digest of all that it was made from, kept beside the films."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from guides.tutorials import Tutorial
from tools.serving import ROOT

DIGESTS = ROOT / "static" / "tutorials" / "digests.json"
SOURCES = ("templates/**/*.html", "static/css/*.css", "static/js/*.js", "tools/tutorials/*.py", "tools/narration/*.py")
"""What the filmed pages are made from, beside the script; a film shows most of the citizens' pages."""
STAFF_FOLDERS = {"account", "admin", "backoffice", "mfa", "usersessions"}


def digest(tutorial: Tutorial) -> str:
    """Return a digest of a tutorial's script, of the citizens' pages, and of how films are made.

    Only contents count: a file that moves leaves a film up to date.
    """
    contents = sorted(hashlib.sha256(path.read_bytes()).digest() for path in _sources())
    script = json.dumps(asdict(tutorial)).encode()
    return hashlib.sha256(script + b"".join(contents)).hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            if not STAFF_FOLDERS.intersection(path.relative_to(ROOT).parts):
                yield path


def is_up_to_date(tutorial: Tutorial) -> bool:
    return _recorded().get(tutorial.key) == digest(tutorial)


def record_digest(tutorial: Tutorial) -> None:
    """Note that the film was made from the sources as they are now."""
    recorded = _recorded() | {tutorial.key: digest(tutorial)}
    DIGESTS.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _recorded() -> dict[str, str]:
    return json.loads(DIGESTS.read_text(encoding="utf-8")) if DIGESTS.exists() else {}
