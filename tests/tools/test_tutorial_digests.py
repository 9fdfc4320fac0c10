"""Films are recorded anew only after a change of what they show."""

from dataclasses import replace
from pathlib import Path

import pytest

from guides.tutorials import tutorials
from tools.tutorials import digests
from tools.tutorials.digests import is_up_to_date, record_digest

FILMED, OTHER = tutorials()[:2]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one page of the citizens' and one of the staff's."""
    for path in ("templates/clave/pin_app.html", "templates/backoffice/search.html", "static/css/portal.css"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("before")
    (tmp_path / "static" / "tutorials").mkdir()
    monkeypatch.setattr(digests, "ROOT", tmp_path)
    monkeypatch.setattr(digests, "DIGESTS", tmp_path / "static" / "tutorials" / "digests.json")
    return tmp_path


def test_a_film_without_a_digest_is_recorded() -> None:
    assert not is_up_to_date(FILMED)


def test_a_film_is_up_to_date_until_something_changes() -> None:
    record_digest(FILMED)
    assert is_up_to_date(FILMED)
    assert not is_up_to_date(OTHER)


@pytest.mark.parametrize("path", ["templates/clave/pin_app.html", "static/css/portal.css"])
def test_a_changed_page_makes_films_stale(root: Path, path: str) -> None:
    record_digest(FILMED)
    (root / path).write_text("after")
    assert not is_up_to_date(FILMED)


def test_a_changed_script_makes_its_film_stale() -> None:
    record_digest(FILMED)
    record_digest(OTHER)
    assert not is_up_to_date(replace(FILMED, setup="another"))
    assert is_up_to_date(OTHER)


def test_a_page_of_the_staff_or_one_that_only_moves_changes_no_film(root: Path) -> None:
    record_digest(FILMED)
    (root / "templates/backoffice/search.html").write_text("after")
    (root / "templates/clave/pin_app.html").rename(root / "templates/app.html")
    assert is_up_to_date(FILMED)
