"""Collected scripts: what a step loads stays within its weight."""

from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile

from tramites_site.static_storage import StaticStorage, without_comments

EVERY_PAGE = ["portal", "app"]
MOST_BYTES = 5 * 1024
SHORTER = b"let a = 1; // stays\n  let b = 'https://';\n"


def test_a_script_is_collected_without_its_comments_and_others_as_they_are(tmp_path: Path) -> None:
    storage = StaticStorage(location=tmp_path, base_url="/static/")
    script = b"// why\nlet a = 1; // stays\n  // and why\n  let b = 'https://';\n"
    for name in ("js/own.js", "js/backoffice/own.js", "other/js.js"):
        storage.save(name, ContentFile(script))
    for name in ("js/own.js", "js/backoffice/own.js"):
        assert (tmp_path / name).read_bytes() == SHORTER
    assert (tmp_path / "other/js.js").read_bytes() == script
    list(storage.post_process({"js/own.js": (storage, "js/own.js")}))
    hashed = tmp_path / storage.hashed_files["js/own.js"]
    assert hashed.read_bytes() == SHORTER


@pytest.mark.parametrize("more", [["time", "dates"], ["time", "pin"], ["share"]], ids="-".join)
def test_the_scripts_of_a_step_weigh_little(more: list[str]) -> None:
    scripts = [Path(finders.find(f"js/{name}.js") or "").read_bytes() for name in [*EVERY_PAGE, *more]]
    assert sum(len(brotli.compress(without_comments(script))) for script in scripts) <= MOST_BYTES
