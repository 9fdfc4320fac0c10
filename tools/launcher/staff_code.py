"""`make staff-code`: the six digits that the local staff user's authenticator app would show now."""

import os
import sys
import time

from pyotp import TOTP

from tools.launcher import local_secrets


def main() -> int:
    secret = local_secrets.read(local_secrets.data_dir() / "local.env") | os.environ
    if not secret.get("STAFF_TOTP_SECRET"):
        sys.stderr.write("There is no STAFF_TOTP_SECRET yet: make run writes it.\n")
        return 1
    codes = TOTP(secret["STAFF_TOTP_SECRET"])
    left = codes.interval - int(time.time()) % codes.interval
    sys.stdout.write(f"{codes.now()}  (for {left} s more; each works once)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
