"""The staff's way in: every page of it is in this table, and what is not in it does not exist.

Names are the library's own where it looks for them. A page is open to *anybody* (signing in), to whoever is *setting
up* a second factor, or only to those who have signed in *with both factors*.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from backoffice.sign_in import views
from backoffice.sign_in.second_factor import factors_of, has_second_factor, with_both_factors


def setting_up(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """The view for whoever has both factors in the session, or has none yet but the password.

    A session of the password alone from before the factor was set up may not add one of its own.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> Any:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not has_second_factor(request) and factors_of(user):
            return redirect("account_logout")
        return view(request, *args, **options)

    return guarded


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("cuenta/codigo/", factors.authenticate, name="mfa_authenticate"),
    path("cuenta/llave/entrar/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("cuenta/alta/<uidb64>/<token>/", views.FirstPassword.as_view(), name="first_password"),
    path("cuenta/activar/", setting_up(views.set_up), name="second_factor_set_up"),
    path("cuenta/aplicacion/activar/", setting_up(views.ActivateApp.as_view()), name="mfa_activate_totp"),
    path("cuenta/llaves/nueva/", setting_up(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("cuenta/confirmar/", setting_up(account.reauthenticate), name="account_reauthenticate"),
    path("cuenta/", with_both_factors(factors.index), name="mfa_index"),
    path("cuenta/confirmar/codigo/", with_both_factors(factors.reauthenticate), name="mfa_reauthenticate"),
    path(
        "cuenta/confirmar/llave/",
        with_both_factors(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("cuenta/contrasena/", with_both_factors(account.password_change), name="account_change_password"),
    path("cuenta/contrasena/nueva/", with_both_factors(account.password_set), name="account_set_password"),
    path("cuenta/sesiones/", with_both_factors(views.OwnSessions.as_view()), name="usersessions_list"),
    path("cuenta/aplicacion/quitar/", with_both_factors(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("cuenta/recuperacion/", with_both_factors(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "cuenta/recuperacion/nuevos/",
        with_both_factors(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "cuenta/recuperacion/archivo/",
        with_both_factors(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("cuenta/llaves/", with_both_factors(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("cuenta/llaves/<int:pk>/nombre/", with_both_factors(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "cuenta/llaves/<int:pk>/quitar/", with_both_factors(views.RemovePasskey.as_view()), name="mfa_remove_webauthn"
    ),
]
