"""The keys of the audit log, and the seals (HMACs) made with them.

``AUDIT_KEY`` is a list of ``id:base64``, newest first: the first seals, all of them verify, and each entry names its
key. The keys serve no other purpose, so whoever can write to the database, or holds the keys of the vault, still
cannot forge an entry.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True)
class AuditKeys:
    """``primary`` is the id of the key that seals."""

    primary: str
    by_id: Mapping[str, bytes]


@lru_cache(maxsize=2)
def _read(text: str) -> AuditKeys:
    by_id: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, _colon, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not _ID.fullmatch(key_id) or len(key) < KEY_BYTES or key_id in by_id:
            raise ImproperlyConfigured(f"AUDIT_KEY is not a list of id:base64 of {KEY_BYTES} bytes, each id once")
        by_id[key_id] = key
    return AuditKeys(next(iter(by_id)), by_id)


def audit_keys() -> AuditKeys:
    """Return the keys of the setting; raise ``ImproperlyConfigured``, without revealing any of it, when it is wrong."""
    return _read(settings.AUDIT_KEY)


def check_keys() -> None:
    """Raise ``ImproperlyConfigured`` at start rather than when the first entry is due."""
    audit_keys()


def seal(kind: str, parts: Sequence[str | int], key_id: str) -> str | None:
    """Return the HMAC-SHA256 (hexadecimal) of the parts in this order, bound to ``kind``; None for an unknown key."""
    key = audit_keys().by_id.get(key_id)
    if key is None:
        return None
    text = json.dumps([f"tramites.audit.{kind}.v1", key_id, *parts], ensure_ascii=True, separators=(",", ":"))
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
