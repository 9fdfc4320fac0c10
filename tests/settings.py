"""Settings for tests: new keys, a database file for each process, and no waiting."""

import os
import tempfile
from pathlib import Path

from foundation.keysets import new_cell_keyset, new_file_keyset, new_index_keyset
from tools.launcher.local_secrets import MAKERS

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_data = Path(tempfile.mkdtemp(prefix=f"tramites-{_worker}-"))
os.environ["DATA_DIR"] = str(_data)
(_data / "static").mkdir()
for _name, _maker in MAKERS.items():
    os.environ[_name] = _maker()
os.environ.update(
    VAULT_CELL_KEYS=new_cell_keyset(),
    VAULT_FILE_KEYS=new_file_keyset(),
    VAULT_INDEX_KEYS=new_index_keyset(),
    HTTPS="off",
    LOCAL="off",
    WEB_WORKERS="1",
    DEBUG="off",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    CLAVE_URL="http://127.0.0.1:9",
    SANDBOX_URL="http://127.0.0.1:9",
)

from tramites_site.settings import *  # noqa: E402, F403  they read the environment

DATABASES["default"].setdefault("TEST", {})  # noqa: F405  a star import
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405  a star import
    DATABASES["default"]["TEST"]["NAME"] = str(_data / "test.sqlite3")  # noqa: F405  a star import
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WAIT_IN_REQUEST_SECONDS = 0
CATALOGUE_SEEN_SECONDS = 0
SECURE_SSL_REDIRECT = False
