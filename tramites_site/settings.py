"""Settings, from the environment alone (``docs/settings.md`` lists them all).

A local run keeps its made-up secrets in ``DATA_DIR/local.env``; production sets every one, and a missing one stops
the start with its name.
"""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
if (DATA_DIR / "local.env").is_file():
    env.read_env(DATA_DIR / "local.env")

# --- What this process is -------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
LOCAL = env.bool("LOCAL", default=False)
HTTPS = env.bool("HTTPS", default=True)
MAINTENANCE = env.str("MAINTENANCE", default="")
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "tramites_site.urls"
WSGI_APPLICATION = "tramites_site.wsgi.application"

# --- Secrets of our own ---------------------------------------------------------------------------------------------
VAULT_CELL_KEYS = env.str("VAULT_CELL_KEYS")
VAULT_FILE_KEYS = env.str("VAULT_FILE_KEYS")
VAULT_INDEX_KEYS = env.str("VAULT_INDEX_KEYS")
CODE_KEY = env.str("CODE_KEY")
CONNECTOR_SIGNING_KEY = env.str("CONNECTOR_SIGNING_KEY")
AUDIT_KEY = env.str("AUDIT_KEY")

# --- The outside ----------------------------------------------------------------------------------------------------
SANDBOX_URL = env.str("SANDBOX_URL", default=f"http://127.0.0.1:{env.int('SANDBOX_PORT', 8001)}" if LOCAL else "")
SANDBOX_PUBLIC_URL = env.str("SANDBOX_PUBLIC_URL", default=SANDBOX_URL)
CLAVE_URL = env.str("CLAVE_URL", default=SANDBOX_URL)
CLAVE_TOKEN = env.str("CLAVE_TOKEN")
CLAVE_CALLS_AT_ONCE = env.int("CLAVE_CALLS_AT_ONCE", default=4)
CLAVE_READ_SECONDS = env.float("CLAVE_READ_SECONDS", default=8)
CLAVE_TOTAL_SECONDS = env.float("CLAVE_TOTAL_SECONDS", default=10)
CONNECTOR_READ_SECONDS = env.float("CONNECTOR_READ_SECONDS", default=20)
CONNECTOR_TOTAL_SECONDS = env.float("CONNECTOR_TOTAL_SECONDS", default=30)
OUTBOUND_PRIVATE_NETWORKS = env.list("OUTBOUND_PRIVATE_NETWORKS", default=[])
OUTBOUND_PORTS = env.list("OUTBOUND_PORTS", cast=int, default=[443, 8443])
APP_SALT = env.str("APP_SALT", default="")
ASSET_LINKS = env.json("ASSET_LINKS", default=[])
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="mailto:seguridad@tramites.example")
SECURITY_EXPIRES = env.str("SECURITY_EXPIRES", default="2027-12-31T23:00:00Z")
DNI_CONTRAST = env.str("DNI_CONTRAST", default="issue_date")

# --- Who runs the portal, and its mail ------------------------------------------------------------------------------
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
OPERATOR_NAME = env.str("OPERATOR_NAME", default="")
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", default="")
ACCESSIBILITY_PREPARED_ON = date.fromisoformat(env.str("ACCESSIBILITY_PREPARED_ON", default="2026-11-24"))
MAIL_HOST = env.str("MAIL_HOST", default="" if LOCAL else "localhost")
ALERT_EMAILS = env.list("ALERT_EMAILS", default=[])
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="no-responder@tramites.example")
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST,
            "port": env.int("MAIL_PORT", default=587),
            "username": env.str("MAIL_USER", default=""),
            "password": env.str("MAIL_PASSWORD", default=""),
            "use_tls": env.bool("MAIL_TLS", default=True),
            "timeout": 10,
        },
    }
    if MAIL_HOST
    else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
}

# --- Limits and lifetimes (DNI, NIE and phone numbers are counted by blind index) -----------------------------------
TRIES_PER_VALIDATION = env.int("TRIES_PER_VALIDATION", default=5)
TRIES_PER_IDENTITY_PER_DAY = env.int("TRIES_PER_IDENTITY_PER_DAY", default=10)
SENDS_PER_VALIDATION = env.int("SENDS_PER_VALIDATION", default=3)
SENDS_PER_IDENTITY_PER_HOUR = env.int("SENDS_PER_IDENTITY_PER_HOUR", default=5)
RESEND_AFTER_SECONDS = env.int("RESEND_AFTER_SECONDS", default=60)
ACCESS_LIFETIME = timedelta(hours=env.float("ACCESS_LIFETIME_HOURS", default=24))
VALIDATION_LIFETIME = timedelta(minutes=env.float("VALIDATION_LIFETIME_MINUTES", default=30))
PIN_LIFETIME = timedelta(minutes=env.float("PIN_LIFETIME_MINUTES", default=10))
VERIFIED_LIFETIME = timedelta(minutes=env.float("VERIFIED_LIFETIME_MINUTES", default=2))
RESULT_LIFETIME = timedelta(minutes=env.float("RESULT_LIFETIME_MINUTES", default=15))
SHARE_LINK_LIFETIME = timedelta(hours=env.float("SHARE_LINK_LIFETIME_HOURS", default=24))
RUN_DEADLINE = timedelta(minutes=env.float("RUN_DEADLINE_MINUTES", default=15))
LEASE_SECONDS = env.int("LEASE_SECONDS", default=60)
SLOTS_PER_ENTITY = env.int("SLOTS_PER_ENTITY", default=2)
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", default=15 * 1024 * 1024)
DOCUMENTS_PER_DEVICE = env.int("DOCUMENTS_PER_DEVICE", default=500)
USERS_PER_DEVICE = 20
QUESTIONS_PER_ADDRESS_PER_HOUR = env.int("QUESTIONS_PER_ADDRESS_PER_HOUR", default=5)
QUESTIONS_PER_EMAIL_PER_DAY = env.int("QUESTIONS_PER_EMAIL_PER_DAY", default=3)
QUESTIONS_KEPT_DAYS = env.int("QUESTIONS_KEPT_DAYS", default=365)
QUESTION_SECONDS = env.int("QUESTION_SECONDS", default=3)
LOOKUPS_PER_STAFF_PER_HOUR = env.int("LOOKUPS_PER_STAFF_PER_HOUR", default=120)
WORKER_THREADS = env.int("WORKER_THREADS", default=8)
WAIT_IN_REQUEST_SECONDS = env.float("WAIT_IN_REQUEST_SECONDS", default=1.5)
CATALOGUE_SEEN_SECONDS = env.float("CATALOGUE_SEEN_SECONDS", default=1)

# --- Applications and middleware ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "modeltranslation",
    "backoffice.apps.BackOfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks_db",
    "crontask",
    "lucide",
    "foundation",
    "accounts",
    "clave",
    "documents",
    "procedures",
    "guides",
    "backoffice",
    "tramites_site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tramites_site.compression.CompressPages",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "tramites_site.middleware.headers",
    "tramites_site.maintenance.maintenance",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "backoffice.audit_middleware.AuditRefusalsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.devices.device_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tramites_site.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "foundation.form_renderer.PlainInputs"

# --- Data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'tramites.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 2}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "documents": {
        "BACKEND": env.str("DOCUMENTS_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("DOCUMENTS_STORAGE_OPTIONS", default={"location": str(DATA_DIR / "documents")}),
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- Languages ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Español")), ("en", _("Inglés"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "es"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("es",)
TIME_ZONE = "Europe/Madrid"
USE_TZ = True
FORMAT_MODULE_PATH = ["tramites_site.formats"]

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json", ".vtt": "text/vtt"}
WHITENOISE_MANIFEST_STRICT = False  # an error page must come even where the static files were not collected

# --- Security -------------------------------------------------------------------------------------------------------
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}gestion"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}lang"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
IDENTIFICATION_COOKIE_NAME = f"{COOKIE_PREFIX}identification"
for _name in ("SESSION", "CSRF", "LANGUAGE"):
    globals()[f"{_name}_COOKIE_SECURE"] = HTTPS
    globals()[f"{_name}_COOKIE_SAMESITE"] = "Lax"
    globals()[f"{_name}_COOKIE_HTTPONLY"] = True
SESSION_COOKIE_AGE = 8 * 3600
CSRF_FAILURE_VIEW = "tramites_site.errors.csrf_failure"
MESSAGE_STORAGE = "foundation.notices.NoticeCookie"
NOTICE_COOKIE_NAME = f"{COOKIE_PREFIX}messages"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^salud/"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=63072000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["backoffice.transfer.uploads.ImportUploadHandler"]  # at one page; elsewhere every file is refused
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# --- The staff's way in: a password, then a second factor ------------------------------------------------------------
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

# --- Logging: no personal data, no bodies ---------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"route_for_path": {"()": "tramites_site.quiet_logs.RouteForPath"}},
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["route_for_path"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "apscheduler": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
