"""Passing over `manage.py prepare` when nothing has changed."""

from pathlib import Path

import pytest

from tramites_site.preparation import PARTS, SETTINGS, is_prepared, note_prepared, stale_parts


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A small project and its directory of data, just prepared."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    root, data = tmp_path / "project", tmp_path / "data"
    for path in ("requirements.txt", "manage.py", "procedures/fixtures/tgss.toml", "static/site.css"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("one", encoding="utf-8")
    (data / "static").mkdir(parents=True)
    for name in ("tramites.sqlite3", "local.env", "static/staticfiles.json"):
        (data / name).write_text("", encoding="utf-8")
    note_prepared(root, data)
    return root, data


def test_nothing_changed_needs_no_preparation(prepared: tuple[Path, Path]) -> None:
    assert is_prepared(*prepared)


@pytest.mark.parametrize("change", ["procedures/fixtures/tgss.toml", "static/new.css", "requirements.txt"])
def test_a_changed_or_new_source_is_prepared_again(prepared: tuple[Path, Path], change: str) -> None:
    (prepared[0] / change).write_text("another", encoding="utf-8")
    assert not is_prepared(*prepared)


@pytest.mark.parametrize("gone", ["tramites.sqlite3", "static/staticfiles.json", ".prepared.json"])
def test_data_that_are_gone_are_prepared_again(prepared: tuple[Path, Path], gone: str) -> None:
    (prepared[1] / gone).unlink()
    assert not is_prepared(*prepared)


def test_another_database_or_staff_user_is_always_prepared(
    prepared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgres://127.0.0.1/test")
        assert not is_prepared(*prepared)
    assert is_prepared(*prepared)
    monkeypatch.setenv("STAFF_USER", "another")
    assert not is_prepared(*prepared)


def test_a_spoilt_note_of_what_was_prepared_is_made_anew(prepared: tuple[Path, Path]) -> None:
    (prepared[1] / ".prepared.json").write_text("{", encoding="ascii")
    assert stale_parts(*prepared) == list(PARTS)


def test_only_the_parts_whose_sources_changed_are_prepared_again(prepared: tuple[Path, Path]) -> None:
    assert stale_parts(*prepared) == []
    (prepared[0] / "static/new.css").write_text("another", encoding="utf-8")
    assert stale_parts(*prepared) == ["static"]


def test_it_is_the_same_whether_the_local_file_was_read_into_the_environment_or_not(
    prepared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is in `manage.py prepare`, and is not in the launcher that asks before the next start."""
    (prepared[1] / "local.env").write_text("# secrets\nSTAFF_USER=editor\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setenv("STAFF_USER", "editor")
        note_prepared(*prepared)
    assert is_prepared(*prepared)
