"""Whether a session was opened with both factors: nothing of the back office is shown to one that was not."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

REAL_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""The kinds that stand by themselves; recovery codes only stand in for one of these."""
SET_UP = "second_factor_set_up"


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session's user proved a second factor in it; it costs nothing that the session does not have."""
    if not request.user.is_authenticated:
        return False
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in with the password alone."""
    return request.user.is_authenticated and not has_second_factor(request)


def factors_of(user: User) -> int:
    return int(Authenticator.objects.filter(user=user, type__in=REAL_FACTORS).count())


def with_both_factors(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """The view for those who have signed in with both factors; the others are led to what they lack."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not has_second_factor(request):
            return redirect(SET_UP)
        return view(request, *args, **options)

    return guarded
