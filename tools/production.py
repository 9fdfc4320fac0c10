"""Runs Python as in production: another process, HTTPS, no local file, throwaway secrets in the environment.

`python -m tools.production check --deploy` runs a command of `manage.py` so, in an empty directory of data.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.launcher.local_secrets import MAKERS
from tools.serving import INHERITED, ROOT

ONLY_LOCAL = {"HTTPS", "LOCAL", "STAFF_USER", "STAFF_PASSWORD", "STAFF_TOTP_SECRET"}
SECRETS = {name: make() for name, make in MAKERS.items() if name not in ONLY_LOCAL}


def run(*arguments: str, data: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with these arguments in production's environment, without the names that are set to ``""``."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    usual = {
        "ALLOWED_HOSTS": "tramites.example",
        "CACHE_URL": "redis://127.0.0.1:6379/0",
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "tramites_site.settings",
    }
    given = {**inherited, **SECRETS, **usual, "CLAVE_URL": "https://clave.example", **environment}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={name: value for name, value in given.items() if value},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data:
        ended = run("manage.py", *sys.argv[1:], data=Path(data))
    sys.stdout.write(ended.stdout)
    sys.stderr.write(ended.stderr)
    sys.exit(ended.returncode)
