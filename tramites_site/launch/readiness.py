"""Whether `manage.py prepare` would find anything to do, told without starting Django (that takes over a second)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

APPS = (
    "accesses",
    "accounts",
    "backoffice",
    "clave",
    "documents",
    "foundation",
    "guides",
    "procedures",
    "tramites_site",
)
SOURCES = (*APPS, "static", "locale")
FILES = ("requirements.txt", "manage.py")
SETTINGS = ("STATIC_ROOT", "STAFF_USER", "STAFF_PASSWORD", "STAFF_TOTP_SECRET")


def is_prepared(root: Path, data_dir: Path) -> bool:
    """Whether this directory of data was prepared with exactly these sources; false whenever that is not certain."""
    static = Path(os.environ.get("STATIC_ROOT") or data_dir / "static")
    made = (data_dir / "tramites.sqlite3", static / "staticfiles.json")
    if os.environ.get("DATABASE_URL") or not all(path.is_file() for path in made):
        return False
    stamp = _stamp(data_dir)
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _digest(root, data_dir)


def note_prepared(root: Path, data_dir: Path) -> None:
    """Remember the sources that the data was prepared with."""
    _stamp(data_dir).write_text(_digest(root, data_dir), encoding="ascii")


def _stamp(data_dir: Path) -> Path:
    return data_dir / ".prepared"


def _digest(root: Path, data_dir: Path) -> str:
    """Of the path, size and moment of change of each file; compiled translations are among them."""
    digest = hashlib.sha256()
    for path in [*_files(root), data_dir / "local.env"]:
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    for name in SETTINGS:
        digest.update(f"{name}={os.environ.get(name, '')}\n".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES)
    for source in SOURCES:
        for folder, folders, names in os.walk(root / source):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            yield from (Path(folder) / name for name in sorted(names))
