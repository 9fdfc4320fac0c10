"""Cl@ve, the connectors, outbound calls and mail."""

from tramites_site.settings.environment import LOCAL, env

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
DNI_CONTRAST = env.str("DNI_CONTRAST", default="issue_date")

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
