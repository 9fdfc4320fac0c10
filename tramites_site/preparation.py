"""Which sources a directory of data was last prepared with, so that nothing is prepared twice.

Django is not imported: `make run` asks this before each start, and Django alone takes over a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

PARTS = {
    "data": ("*/migrations/*.py", "backoffice/roles.py", "requirements.txt", "tramites_site/settings/*.py"),
    "catalogue": ("procedures/fixtures/*.toml", "procedures/transfer/**/*.py"),
    "questions": ("guides/questions/*.toml", "guides/question_files.py"),
    "static": ("static/**/*", "requirements.txt"),
    "translations": ("locale/**/*",),
    "staff": ("backoffice/sign_in/*.py", "tramites_site/local_staff.py"),
}
"""What is prepared, each with the sources that it is made of."""
SETTINGS = ("DATABASE_URL", "STATIC_ROOT", "STAFF_USER", "STAFF_PASSWORD", "STAFF_TOTP_SECRET")


def is_prepared(root: Path, data_dir: Path) -> bool:
    """Return whether there is nothing to prepare; False whenever that is not certain."""
    return not _settings(data_dir)["DATABASE_URL"] and not stale_parts(root, data_dir)


def stale_parts(root: Path, data_dir: Path) -> list[str]:
    """Return the parts whose sources have changed; all of them when the SQLite file or the static files are gone."""
    settings = _settings(data_dir)
    made = [_stamp(data_dir), Path(settings["STATIC_ROOT"] or data_dir / "static") / "staticfiles.json"]
    made += [] if settings["DATABASE_URL"] else [data_dir / "tramites.sqlite3"]
    try:
        done = json.loads(made[0].read_text("ascii")) if all(path.is_file() for path in made) else {}
    except ValueError:
        done = {}
    return [part for part, digest in _digests(root, data_dir).items() if done.get(part) != digest]


def note_prepared(root: Path, data_dir: Path) -> None:
    _stamp(data_dir).write_text(json.dumps(_digests(root, data_dir)), "ascii")


def _stamp(data_dir: Path) -> Path:
    return data_dir / ".prepared.json"


def _settings(data_dir: Path) -> dict[str, str]:
    """Return what Django's settings will see: the environment goes before the local file."""
    local = data_dir / "local.env"
    values = dict(re.findall(r"(?m)^(\w+)=(.*)$", local.read_text("utf-8") if local.is_file() else "")) | os.environ
    return {name: values.get(name, "") for name in SETTINGS}


def _digests(root: Path, data_dir: Path) -> dict[str, str]:
    """Digest the settings, and the path, size and time of change of each part's files."""
    digests = {}
    for part, patterns in PARTS.items():
        lines = [str(_settings(data_dir))]
        for path in sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()}):
            status = path.stat()
            lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
        digests[part] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return digests
