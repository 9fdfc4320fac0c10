"""Every page with which the staff sign in; allauth's own URLs are not included.

URL names that allauth looks up are its own. A page is open to anybody, to whoever sets up a second factor
(``set_up_allowed``), or to sessions with both factors (``second_factor_required``).
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from backoffice.sign_in import views
from backoffice.sign_in.second_factor import second_factor_required, set_up_allowed

_ANYBODY = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("cuenta/codigo/", factors.authenticate, name="mfa_authenticate"),
    path("cuenta/llave/entrar/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("cuenta/alta/<uidb64>/<token>/", views.FirstPassword.as_view(), name="first_password"),
]
_SETTING_UP = [
    path("cuenta/activar/", set_up_allowed(views.set_up), name="second_factor_set_up"),
    path("cuenta/aplicacion/activar/", set_up_allowed(views.ActivateApp.as_view()), name="mfa_activate_totp"),
    path("cuenta/llaves/nueva/", set_up_allowed(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("cuenta/confirmar/", set_up_allowed(account.reauthenticate), name="account_reauthenticate"),
]
_BOTH_FACTORS = [
    path(f"cuenta/{route}", second_factor_required(view), name=name)
    for route, view, name in (
        ("", factors.index, "mfa_index"),
        ("confirmar/codigo/", factors.reauthenticate, "mfa_reauthenticate"),
        ("confirmar/llave/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
        ("contrasena/", account.password_change, "account_change_password"),
        ("contrasena/nueva/", account.password_set, "account_set_password"),
        ("sesiones/", views.SessionList.as_view(), "usersessions_list"),
        ("aplicacion/quitar/", app.deactivate_totp, "mfa_deactivate_totp"),
        ("recuperacion/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
        ("recuperacion/nuevos/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
        ("recuperacion/archivo/", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
        ("llaves/", passkeys.list_webauthn, "mfa_list_webauthn"),
        ("llaves/<int:pk>/nombre/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
        ("llaves/<int:pk>/quitar/", views.RemovePasskey.as_view(), "mfa_remove_webauthn"),
    )
]
urlpatterns = [*_ANYBODY, *_SETTING_UP, *_BOTH_FACTORS]
