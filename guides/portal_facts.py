"""Facts about this installation that the guides state: its limits and who runs it, read from the settings."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import ngettext


def limits() -> dict[str, int | str]:
    """Return the limits for the templates, as numbers in the unit that each key names."""
    return {
        "pin_minutes": settings.PIN_LIFETIME // timedelta(minutes=1),
        "resend_seconds": settings.RESEND_AFTER_SECONDS,
        "sends": settings.SENDS_PER_VALIDATION,
        "tries": settings.TRIES_PER_VALIDATION,
        "users": settings.USERS_PER_DEVICE,
        "access_hours": settings.ACCESS_LIFETIME // timedelta(hours=1),
        "validation_minutes": settings.VALIDATION_LIFETIME // timedelta(minutes=1),
        "link_hours": settings.SHARE_LINK_LIFETIME // timedelta(hours=1),
        "questions_days": settings.QUESTIONS_KEPT_DAYS,
        "dni_contrast": settings.DNI_CONTRAST,
    }


def about_portal() -> dict[str, object]:
    """Return who runs the portal (``""`` while nobody does), its version and the names of its cookies."""
    return {
        "operator": settings.OPERATOR_NAME,
        "contact": settings.OPERATOR_CONTACT,
        "version": settings.VERSION,
        "prepared_on": settings.ACCESSIBILITY_PREPARED_ON,
        "device_cookie": settings.DEVICE_COOKIE_NAME,
        "identification_cookie": settings.IDENTIFICATION_COOKIE_NAME,
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "messages_cookie": settings.MESSAGES_COOKIE_NAME,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
    }


def placeholders() -> dict[str, str]:
    """Return the values of ``{name}`` in answers, with their units in the language in use: ``24 horas``."""
    pin, result = settings.PIN_LIFETIME // timedelta(minutes=1), settings.RESULT_LIFETIME // timedelta(minutes=1)
    access, link = settings.ACCESS_LIFETIME // timedelta(hours=1), settings.SHARE_LINK_LIFETIME // timedelta(hours=1)
    return {
        "pin_minutes": _minutes(pin),
        "result_minutes": _minutes(result),
        "access_hours": _hours(access),
        "link_hours": _hours(link),
        "resend_seconds": ngettext("%(count)d segundo", "%(count)d segundos", settings.RESEND_AFTER_SECONDS)
        % {"count": settings.RESEND_AFTER_SECONDS},
        "tries": ngettext("%(count)d intento", "%(count)d intentos", settings.TRIES_PER_VALIDATION)
        % {"count": settings.TRIES_PER_VALIDATION},
        "users": ngettext("%(count)d persona", "%(count)d personas", settings.USERS_PER_DEVICE)
        % {"count": settings.USERS_PER_DEVICE},
    }


def _minutes(count: int) -> str:
    return ngettext("%(count)d minuto", "%(count)d minutos", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hora", "%(count)d horas", count) % {"count": count}
