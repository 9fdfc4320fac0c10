"""What production must set, and what it gets when it sets nothing."""

from pathlib import Path

import pytest

from tools.production import SECRETS, run

READ = "from django.conf import settings; print({names})"


def read(names: str, data: Path, **environment: str) -> str:
    ended = run("-c", READ.format(names=names), data=data, **environment)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_secret_stops_the_start_with_its_name(name: str, tmp_path: Path) -> None:
    ended = run("manage.py", "check", data=tmp_path, **{name: ""})
    assert ended.returncode != 0
    said = ended.stderr.strip().splitlines()[-1]
    assert f"Set the {name} environment variable" in said
    assert not any(secret in ended.stderr for secret in SECRETS.values())


def test_with_every_secret_it_starts(tmp_path: Path) -> None:
    assert run("manage.py", "check", data=tmp_path).returncode == 0


def test_what_is_not_said_is_the_safe_way(tmp_path: Path) -> None:
    names = ("DEBUG", "LOCAL", "HTTPS", "ALLOWED_HOSTS", "SANDBOX_URL", "SECURE_SSL_REDIRECT")
    asked = ", ".join(f"settings.{name}" for name in names)
    assert read(asked, tmp_path, ALLOWED_HOSTS="") == "False False True []  True"


def test_a_local_run_has_its_sandbox_and_no_debugging_pages(tmp_path: Path) -> None:
    (tmp_path / "local.env").write_text("LOCAL=on\nHTTPS=off\nCLAVE_TOKEN=of the file\n", encoding="utf-8")
    names = "settings.DEBUG, settings.SANDBOX_URL, settings.ALLOWED_HOSTS, settings.CLAVE_TOKEN"
    assert read(names, tmp_path, ALLOWED_HOSTS="", CLAVE_URL="", CLAVE_TOKEN="") == (
        "False http://127.0.0.1:8001 ['*'] of the file"
    )


def test_the_environment_overrides_the_local_file(tmp_path: Path) -> None:
    (tmp_path / "local.env").write_text("CLAVE_TOKEN=of the file\n", encoding="utf-8")
    assert read("settings.CLAVE_TOKEN", tmp_path, CLAVE_TOKEN="of the environment") == "of the environment"


def test_limits_can_be_set_and_have_the_defaults_of_the_design(tmp_path: Path) -> None:
    limits = {
        "TRIES_PER_VALIDATION": 5,
        "TRIES_PER_IDENTITY_PER_DAY": 10,
        "SENDS_PER_VALIDATION": 3,
        "SENDS_PER_IDENTITY_PER_HOUR": 5,
        "RESEND_AFTER_SECONDS": 60,
    }
    names = ", ".join(f"settings.{name}" for name in limits)
    assert read(names, tmp_path) == " ".join(str(value) for value in limits.values())
    other = {name: str(value + 1) for name, value in limits.items()}
    assert read(names, tmp_path, **other) == " ".join(other.values())
