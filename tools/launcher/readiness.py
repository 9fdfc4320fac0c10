"""Whether `manage.py prepare` would find anything to do, found out without starting Django (that takes over a second)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

APPS = "accesses accounts backoffice clave documents foundation guides procedures tramites_site"
SOURCES = (*APPS.split(), "static", "locale", "requirements.txt", "manage.py")
SETTINGS = ("STATIC_ROOT", "STAFF_USER", "STAFF_PASSWORD", "STAFF_TOTP_SECRET")


def is_prepared(root: Path, data_dir: Path) -> bool:
    """Return whether `data_dir` was prepared with exactly these sources; False whenever that is not certain."""
    stamp, static = data_dir / ".prepared", Path(os.environ.get("STATIC_ROOT") or data_dir / "static")
    made = (stamp, data_dir / "tramites.sqlite3", static / "staticfiles.json")
    if os.environ.get("DATABASE_URL") or not all(path.is_file() for path in made):
        return False
    return stamp.read_text(encoding="ascii") == _digest(root, data_dir)


def note_prepared(root: Path, data_dir: Path) -> None:
    (data_dir / ".prepared").write_text(_digest(root, data_dir), encoding="ascii")


def _digest(root: Path, data_dir: Path) -> str:
    """Digest the path, size and time of change of each file; compiled translations are among them."""
    found = [path for name in SOURCES for path in (root / name, *(root / name).rglob("*")) if path.is_file()]
    lines = [f"{name}={os.environ.get(name, '')}" for name in SETTINGS]
    for path in [data_dir / "local.env", *sorted(path for path in found if path.parent.name != "__pycache__")]:
        status = path.stat()
        lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
