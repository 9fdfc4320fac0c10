"""Limits on signing in are shared by all web processes, or the portal does not start."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from backoffice.sign_in.checks import TAG
from tools.production import run

PER_PROCESS = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SHARED = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}


@pytest.mark.parametrize(
    ("workers", "caches", "refused"),
    [(1, PER_PROCESS, False), (2, PER_PROCESS, True), (2, SHARED, False)],
)
def test_several_processes_need_a_shared_cache(
    settings: Settings, workers: int, caches: dict[str, dict[str, str]], refused: bool
) -> None:
    settings.WEB_WORKERS, settings.CACHES = workers, caches
    assert bool(run_checks(tags=[TAG])) is refused


@pytest.mark.parametrize(
    "command",
    [("manage.py", "check"), ("-c", "import tramites_site.wsgi")],
    ids=["before a command", "before the first request"],
)
def test_production_does_not_start_with_a_cache_per_process(command: tuple[str, ...], tmp_path: Path) -> None:
    ended = run(*command, data=tmp_path, CACHE_URL="")
    assert ended.returncode != 0
    assert "set CACHE_URL" in ended.stderr
    assert run(*command, data=tmp_path).returncode == 0
    assert run(*command, data=tmp_path, CACHE_URL="", WEB_WORKERS="1").returncode == 0


def test_a_local_run_shares_its_cache_in_the_database(tmp_path: Path) -> None:
    (tmp_path / "local.env").write_text("LOCAL=on\nHTTPS=off\n", encoding="utf-8")
    ended = run("-c", "from django.conf import settings; print(settings.CACHES)", data=tmp_path, CACHE_URL="")
    assert SHARED["default"]["BACKEND"] in ended.stdout
    assert settings.LOCAL_CACHE_TABLE in ended.stdout
    assert "100000" in ended.stdout
