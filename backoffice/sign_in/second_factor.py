"""Whether a session was opened with both factors; one that was not sees nothing of the back office."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes are none: they only stand in for one of these."""
SET_UP_URL = "second_factor_set_up"


def has_second_factor(request: HttpRequest) -> bool:
    """Return whether a second factor was proved in this session, without a query beyond the session's own."""
    if not request.user.is_authenticated:
        return False
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Return whether the user signed in with the password alone."""
    return request.user.is_authenticated and not has_second_factor(request)


def count_factors(user: User) -> int:
    return int(Authenticator.objects.filter(user=user, type__in=FACTOR_TYPES).count())


def second_factor_required(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Redirect whoever lacks a factor in this session to where it can be given or set up."""
    return _guard(view, lambda request: None if has_second_factor(request) else SET_UP_URL)


def set_up_allowed(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Let in sessions with both factors, and those of users who have no second factor yet.

    Threat: whoever knows a password only must not add a factor of their own beside the owner's.
    """
    return _guard(
        view, lambda request: "account_logout" if lacks_second_factor(request) and count_factors(request.user) else None
    )


def _guard(view: Callable[..., Any], other_url: Callable[[Any], str | None]) -> Callable[..., HttpResponse]:
    """Require signing in, and redirect to the URL, if any, that ``other_url`` names for a signed-in user."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        url = other_url(request)
        return redirect(url) if url else view(request, *args, **options)

    return guarded
