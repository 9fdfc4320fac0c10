"""The staff's sign-in: a password, then a second factor (django-allauth)."""

from tramites_site.settings.environment import HTTPS, LOCAL, env

AUTHENTICATION_BACKENDS = ["backoffice.sign_in.backends.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = env.int("SETUP_LINK_HOURS", default=24) * 3600
ACCOUNT_ADAPTER = "backoffice.sign_in.account_adapter.StaffAccountAdapter"
ACCOUNT_FORMS = {"login": "backoffice.sign_in.forms.SignInForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, and not a moment longer
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "{}/m/ip,{}/5m/key".format(
        env.int("SIGN_INS_PER_ADDRESS_PER_MINUTE", default=10), env.int("SIGN_INS_PER_NAME_PER_FIVE_MINUTES", default=5)
    ),
}
MFA_ADAPTER = "backoffice.sign_in.mfa_adapter.StaffMFAAdapter"
MFA_FORMS = {
    "activate_totp": "backoffice.sign_in.forms.ActivateAppForm",
    "authenticate": "backoffice.sign_in.forms.CodeForm",
    "reauthenticate": "backoffice.sign_in.forms.ConfirmCodeForm",
    "add_webauthn": "backoffice.sign_in.forms.AddPasskeyForm",
    "edit_webauthn": "backoffice.sign_in.forms.RenamePasskeyForm",
    "authenticate_webauthn": "backoffice.sign_in.forms.PasskeyForm",
    "login_webauthn": "backoffice.sign_in.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "backoffice.sign_in.forms.ConfirmPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL and not HTTPS  # http://localhost, which browsers trust as well
MFA_TOTP_ISSUER = "Trámites"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute away
USERSESSIONS_ADAPTER = "backoffice.sign_in.sessions.StaffSessionsAdapter"
