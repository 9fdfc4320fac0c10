"""Key sets to test with."""

import base64
import json


def joined(primary: str, *others: str) -> str:
    """One key set with all keys of these, as while keys are changed: sealed is with the first's."""
    sets = [json.loads(base64.b64decode(encoded)) for encoded in (primary, *others)]
    keys = [key for one in sets for key in one["key"]]
    return encoded({"primaryKeyId": sets[0]["primaryKeyId"], "key": keys})


def encoded(content: object) -> str:
    """What a setting holds."""
    return base64.b64encode(json.dumps(content).encode()).decode()
