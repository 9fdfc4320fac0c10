"""The secrets of one local installation, made once in `DATA_DIR/local.env`; as a command, a staff user's code of now.

A name that stands there is never changed: what was sealed with a key can only be read with it. In production nobody
runs this; secrets come from the environment, and a missing one stops the start. Django is not imported, and the
cryptographic libraries only when a key has to be made.
"""

import base64
import fcntl
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name

from tramites_site.local_staff import COLLEAGUES, totp_secret

HEADER = """\
# Secrets of this local installation, made by `make run`. Keep the file, and keep it to yourself: without these keys
# nothing that the portal has saved in this directory can be read again. The environment overrides each name.
"""
MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "VAULT_CELL_KEYS": lambda: str(resolve_name("foundation.keysets:new_cell_keyset")()),
    "VAULT_FILE_KEYS": lambda: str(resolve_name("foundation.keysets:new_file_keyset")()),
    "VAULT_INDEX_KEYS": lambda: str(resolve_name("foundation.keysets:new_index_keyset")()),
    "CODE_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "CONNECTOR_SIGNING_KEY": lambda: str(resolve_name("foundation.keysets:new_signing_key")()),
    "AUDIT_KEY": lambda: str(resolve_name("foundation.keysets:new_audit_key")()),
    "CLAVE_TOKEN": lambda: secrets.token_urlsafe(32),
    "STAFF_USER": lambda: "admin",
    "STAFF_PASSWORD": lambda: secrets.token_urlsafe(12),
    "STAFF_TOTP_SECRET": lambda: base64.b32encode(secrets.token_bytes(20)).decode(),
    "HTTPS": lambda: "off",
    "LOCAL": lambda: "on",
}


def data_dir() -> Path:
    """Return the directory that `DATA_DIR` names, absolute; `var` in the repository without it."""
    root = Path(__file__).resolve().parent.parent.parent
    return (root / os.environ.get("DATA_DIR", "var")).resolve()


def read(path: Path) -> dict[str, str]:
    """Return the names and values in the file; none when there is no file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def ensure(directory: Path) -> dict[str, str]:
    """Add to `directory/local.env` the names that it lacks, in one step, and return all of them.

    The file is readable by its owner only, and is never seen half written; two that start at once make one set of keys.
    Raise `OSError` when the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "local.env"
    with (directory / "local.env.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values = read(path)
        missing = {name: make() for name, make in MAKERS.items() if name not in values}
        if missing:
            text = path.read_text(encoding="utf-8") if values else HEADER
            text = text.rstrip("\n") + "\n" + "".join(f"{name}={value}\n" for name, value in missing.items())
            _replace(path, text)
    return values | missing


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")  # nobody else's: the lock is held
    temporary.unlink(missing_ok=True)
    temporary.touch(0o600)
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def staff_code(name: str = "") -> str:
    """Return the six digits that this user's authenticator app would show now, by default the administrator's."""
    from pyotp import TOTP

    settings = read(data_dir() / "local.env") | os.environ
    administrator, secret = settings.get("STAFF_USER", ""), settings.get("STAFF_TOTP_SECRET")
    if not secret:
        sys.exit("There is no STAFF_TOTP_SECRET yet: make run writes it.")
    if name and name not in (names := (administrator, *COLLEAGUES)):
        sys.exit(f"There is no user {name}: make staff-code NAME= one of {', '.join(names)}.")
    codes = TOTP(totp_secret(name or administrator, administrator, secret))
    return f"{codes.now()}  (for {codes.interval - int(time.time()) % codes.interval} s more; each works once)"


if __name__ == "__main__":
    print(staff_code(*sys.argv[1:2]))
