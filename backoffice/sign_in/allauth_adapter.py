"""The only module that imports allauth's internals: what the back office needs and the library's public API lacks.

Threat: allauth remembers used codes in the cache, for 30 seconds. A process with a cache of its own, or a code that is
still valid after that time, would let whoever read it over a shoulder sign in with it once more.
"""

import time

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as accepted_time_steps
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import User
from django.http import HttpRequest

from backoffice.models import UsedCode

__all__ = [
    "SECRET_SESSION_KEY",
    "activate_totp",
    "clear_login",
    "oldest_accepted_time_step",
    "record_second_factor",
    "store_used_codes",
]


def record_second_factor(request: HttpRequest, factor: Authenticator.Type) -> None:
    """Count the session as signed in with both factors, after a factor was set up and proved in it."""
    record_authentication(request, request.user, "mfa", type=factor)


def activate_totp(user: User, secret: str) -> None:
    """Give the user an authenticator app with this secret (base32)."""
    TOTP.activate(user, secret)


def oldest_accepted_time_step() -> int:
    """Return the time step of the oldest code that would be accepted now."""
    return int(time.time()) // int(app_settings.TOTP_PERIOD) - int(app_settings.TOTP_TOLERANCE)


def store_used_codes() -> None:
    """Replace allauth's record of used codes, in the cache, by one in the database; called once at start."""
    TOTP._mark_code_used = _mark_code_used


def _mark_code_used(totp: TOTP, code: str) -> bool:
    """Return False when a code that is valid was used before, in any process."""
    secret = decrypt(totp.instance.data["secret"])
    for time_step in accepted_time_steps():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, time_step))):
            return UsedCode.objects.use(totp.instance, time_step)
    return False
