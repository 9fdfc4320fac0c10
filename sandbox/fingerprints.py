"""Fingerprints that distinguish two operations sent under the same key without storing their content."""

import hashlib
import json
from typing import Any


def fingerprint(*parts: Any) -> str:
    """Return a SHA-256 hash of the parts that does not depend on the order of JSON keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
