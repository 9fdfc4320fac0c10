"""Receivers that record in the audit log what happens when the staff sign in."""

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from foundation import audit


def _record(action: str, user: User | None, **detail: str) -> None:
    if user is not None:
        audit.record(action, actor=user.get_username(), target=f"auth.user:{user.pk}", **detail)


@receiver(user_logged_in)
def record_sign_in(user: User, **_signal: Any) -> None:
    _record("staff.signed_in", user)


@receiver(user_logged_out)
def record_sign_out(user: User | None, **_signal: Any) -> None:
    _record("staff.signed_out", user)


@receiver(password_changed)
def record_password_change(user: User, **_signal: Any) -> None:
    _record("staff.password_changed", user)


@receiver(authenticator_added)
def record_factor_added(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record("staff.second_factor_added", user, kind=authenticator.type)


@receiver(authenticator_removed)
def record_factor_removed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record("staff.second_factor_removed", user, kind=authenticator.type)


@receiver(authenticator_reset)
def record_factor_renewed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record("staff.second_factor_renewed", user, kind=authenticator.type)


@receiver(authentication_failed)
def record_code_refused(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record("staff.code_refused", user, kind=authenticator.type)
