"""Receivers that record in the audit log what happens when the staff sign in."""

from functools import partial
from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out

from foundation import audit

ACTIONS = {
    "staff.signed_in": user_logged_in,
    "staff.signed_out": user_logged_out,
    "staff.password_changed": password_changed,
    "staff.second_factor_added": authenticator_added,
    "staff.second_factor_removed": authenticator_removed,
    "staff.second_factor_renewed": authenticator_reset,
    "staff.code_refused": authentication_failed,
}
"""The signals that are recorded, by the action under which the audit log names them."""


def _record(action: str, user: User | None, authenticator: Authenticator | None = None, **_sent: Any) -> None:
    if user is not None:
        detail = {"kind": authenticator.type} if authenticator else {}
        audit.record(action, actor=user.get_username(), target=f"auth.user:{user.pk}", **detail)


for _action, _signal in ACTIONS.items():
    _signal.connect(partial(_record, _action), weak=False, dispatch_uid=_action)
