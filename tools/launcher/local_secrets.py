"""The secrets of one local installation, made once in `DATA_DIR/local.env`.

`python -m tramites_site.local` makes what is missing. A name that stands there is never changed: what was sealed with a
key can only be read with it. In production nobody runs this; secrets come from the environment, and a missing one
stops the start. Django is not imported, and the cryptographic libraries only when a key must be made.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HEADER = """\
# Secrets of this local installation, made by `make run`. Keep the file, and keep it to yourself: without these keys
# nothing that the portal has saved in this directory can be read again. The environment overrides each name.
"""


def _cells() -> str:
    from foundation.keysets import new_cell_keyset

    return new_cell_keyset()


def _files() -> str:
    from foundation.keysets import new_file_keyset

    return new_file_keyset()


def _index() -> str:
    from foundation.keysets import new_index_keyset

    return new_index_keyset()


def _audit_key() -> str:
    from foundation.keysets import new_audit_key

    return new_audit_key()


def _signing_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return base64.b64encode(pem).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "VAULT_CELL_KEYS": _cells,
    "VAULT_FILE_KEYS": _files,
    "VAULT_INDEX_KEYS": _index,
    "CODE_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "CONNECTOR_SIGNING_KEY": _signing_key,
    "AUDIT_KEY": _audit_key,
    "CLAVE_TOKEN": lambda: secrets.token_urlsafe(32),
    "STAFF_USER": lambda: "editor",
    "STAFF_PASSWORD": lambda: secrets.token_urlsafe(12),
    "STAFF_TOTP_SECRET": lambda: base64.b32encode(secrets.token_bytes(20)).decode(),
    "HTTPS": lambda: "off",
    "LOCAL": lambda: "on",
}


def data_dir() -> Path:
    """The directory that `DATA_DIR` names, absolute; `var` in the repository without it."""
    root = Path(__file__).resolve().parent.parent
    return (root / os.environ.get("DATA_DIR", "var")).resolve()


def read(path: Path) -> dict[str, str]:
    """The names and values that stand in the file; none when there is no file."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def ensure(directory: Path) -> dict[str, str]:
    """Add to `directory/local.env` the names that it lacks, in one step, and return all of them.

    The file is readable by its owner only, and is never seen half written; two that start at once make one set of keys.
    Raises `OSError` when the directory cannot be written.
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
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".local.env-")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    try:
        ensure(data_dir())
    except OSError as error:
        sys.exit(f"The local secrets cannot be written: {error.strerror} ({error.filename}).")
