"""Runs `manage.py` with these arguments as production would: HTTPS, no local file, secrets (throwaway ones) set."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.launcher.local_secrets import MAKERS  # noqa: E402 - the path must be set first

ONLY_LOCAL = {"HTTPS", "LOCAL", "STAFF_USER", "STAFF_PASSWORD"}
INHERITED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")


def main(arguments: list[str]) -> int:
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= {name: make() for name, make in MAKERS.items() if name not in ONLY_LOCAL}
    environment |= {"ALLOWED_HOSTS": "tramites.example", "PORTAL_URL": "https://tramites.example"}
    environment |= {"CACHE_URL": "redis://127.0.0.1:6379/0"}
    environment |= {"CLAVE_URL": "https://clave.example", "DJANGO_SETTINGS_MODULE": "tramites_site.settings"}
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment | {"DATA_DIR": data}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
