"""`make staff-code`: the six digits that the local staff user's application would show now.

Only a local installation has its secret in `DATA_DIR/local.env`. Django is not imported.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct
import sys
import time

from tramites_site import local

PERIOD = 30  # seconds


def code_at(secret: str, moment: float) -> str:
    """The code of RFC 6238 for a base32 secret at a moment (seconds since 1970)."""
    counter = struct.pack(">Q", int(moment) // PERIOD)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()  # the standard's own choice
    offset = digest[-1] & 0x0F
    (value,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(value & 0x7FFFFFFF) % 1_000_000:06}"


def main() -> int:
    secret = os.environ.get("STAFF_TOTP_SECRET") or local.read(local.data_dir() / "local.env").get("STAFF_TOTP_SECRET")
    if not secret:
        sys.stderr.write("There is no STAFF_TOTP_SECRET yet: make run writes it.\n")
        return 1
    now = time.time()
    left = PERIOD - int(now) % PERIOD
    sys.stdout.write(f"{code_at(secret, now)}  (for {left} s more; each works once)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
