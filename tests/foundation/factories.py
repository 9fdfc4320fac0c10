"""Keysets for tests."""

import base64
import json


def joined(primary: str, *others: str) -> str:
    """Return one keyset with the keys of all of these, as during a rotation; the first keyset's primary key seals."""
    sets = [json.loads(base64.b64decode(encoded)) for encoded in (primary, *others)]
    keys = [key for one in sets for key in one["key"]]
    return encoded({"primaryKeyId": sets[0]["primaryKeyId"], "key": keys})


def encoded(content: object) -> str:
    """Return the content as a keyset setting holds it."""
    return base64.b64encode(json.dumps(content).encode()).decode()
