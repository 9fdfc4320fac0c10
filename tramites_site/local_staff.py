"""Who works in the back office of a local installation: an administrator, and the two people that publishing needs.

Django is not imported: `make run` and `make staff-code` name them too.
"""

import base64
import hashlib
import hmac

COLLEAGUES = ("editor", "approver")
"""Each has the role of this name, the administrator's password, and codes of their own."""


def totp_secret(name: str, administrator: str, secret: str) -> str:
    """Return the secret (base32) of a user's codes; the administrator's is the one that is set."""
    if name == administrator:
        return secret
    return base64.b32encode(hmac.digest(secret.encode(), name.encode(), hashlib.sha1)).decode()
