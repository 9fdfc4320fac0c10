"""The site: who runs it, applications, middleware, templates, languages and logging."""

import tomllib
from datetime import date

from django.utils.translation import gettext_lazy as _

from tramites_site.settings.environment import BASE_DIR, LOCAL, env

MAINTENANCE = env.str("MAINTENANCE", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "tramites_site.urls"
WSGI_APPLICATION = "tramites_site.wsgi.application"

VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
OPERATOR_NAME = env.str("OPERATOR_NAME", default="")
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", default="")
OPERATOR_PHONE = env.str("OPERATOR_PHONE", default="")
ACCESSIBILITY_PREPARED_ON = date.fromisoformat(env.str("ACCESSIBILITY_PREPARED_ON", default="2026-11-24"))
APP_SALT = env.str("APP_SALT", default="")
ASSET_LINKS = env.json("ASSET_LINKS", default=[])
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="mailto:seguridad@tramites.example")
SECURITY_EXPIRES = env.str("SECURITY_EXPIRES", default="2027-12-31T23:00:00Z")

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
    "foundation",
    "accounts",
    "clave",
    "documents",
    "accesses",
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
FORM_RENDERER = "foundation.rendering.form_renderer.PlainInputs"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Español")), ("en", _("Inglés"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "es"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("es",)
TIME_ZONE = "Europe/Madrid"
FORMAT_MODULE_PATH = ["tramites_site.formats"]

# Neither personal data nor bodies are logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_path": {"()": "tramites_site.log_filters.RouteInsteadOfPath"}},
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_path"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.tasks": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
