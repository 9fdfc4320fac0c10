"""A copy of the fixtures that a test may change."""

import shutil
from pathlib import Path

import pytest

from procedures.transfer.fixtures import FIXTURES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES, tmp_path / "catalogue"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence in a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
