"""Messages for the outcome of a check: one true sentence, and what to do next."""

from collections.abc import Callable
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clave.limits.allowance import Allowance
from clave.models import Method, State, Validation
from clave.pin.notices import Notice
from foundation.pages import Text
from foundation.rendering.humanize import humanize_opening

SECONDS_TO_COUNT = 120
"""Longer waits are stated by the time they end."""
WAITS = {Notice.CLAVE_WAIT, Notice.TRIES_OF_THE_DAY, Notice.SENDS_OF_THE_HOUR, Notice.TOO_MANY_PEOPLE}
"""Notices that hold until ``notice_until``."""
REFUSALS = {Notice.WRONG_PIN, Notice.WRONG_CONTRAST, Notice.BLOCKED, Notice.NEEDS_CONTRAST} | WAITS - {
    Notice.CLAVE_WAIT
}
"""Notices after which a person may doubt what they typed, or whether they can identify at all."""
PIN_NOTICES = {Notice.WRONG_PIN, Notice.PIN_EXPIRED}
"""Notices shown next to the PIN; the others concern the whole page."""


def standing_notice(validation: Validation) -> str:
    """Return the last check's notice while it still holds: once a wait is over, there is nothing to say."""
    wait_is_over = bool(validation.notice_until and validation.notice_until <= timezone.now())
    return "" if validation.notice in WAITS and wait_is_over else validation.notice


def message(validation: Validation, notice: str, allowed: Allowance | None = None) -> str:
    """Return the sentence for a notice on this validation, or ``""`` if there is none.

    ``allowed`` is what may still be done; without it, the validation's own counts are said.
    """
    if notice == Notice.WRONG_PIN:
        return _wrong_pin(validation, allowed)
    if notice == Notice.WRONG_CONTRAST:
        return _wrong_contrast(validation, allowed)
    composed = _COMPOSED.get(notice)
    return composed(validation) if composed else str(_FIXED.get(notice, ""))


def _wrong_pin(validation: Validation, allowed: Allowance | None) -> str:
    if validation.state == State.FAILED or validation.tries_left == 0:
        return _("Ese PIN tampoco es correcto y no quedan intentos en esta validación")
    by_app = validation.method == Method.PIN_APP
    if not (tries := allowed.tries if allowed else validation.tries_left):
        return _("El código o el PIN no son correctos") if by_app else _("El PIN no es correcto")
    left = ngettext("Te queda %(count)d intento", "Te quedan %(count)d intentos", tries) % {"count": tries}
    if by_app:
        return _("El código o el PIN no son correctos. %(left)s: cópialos de la APP tal como salen") % {"left": left}
    return _("El PIN no es correcto. %(left)s: mira que sea el del último SMS") % {"left": left}


def _wrong_contrast(validation: Validation, allowed: Allowance | None) -> str:
    """Say how often the datum may still be checked; that the person is not registered looks the same."""
    checks = allowed.contrasts.left if allowed else validation.contrasts_left
    if checks:
        left = ngettext("Puedes probar %(count)d vez más", "Puedes probar %(count)d veces más", checks)
        return _(
            "Ese dato no coincide con lo que tiene Cl@ve, o esta persona no está registrada. "
            "Revísalo con el documento delante. %(left)s"
        ) % {"left": left % {"count": checks}}
    if allowed and allowed.contrasts.opens_at:
        return _(
            "Ese dato no coincide con lo que tiene Cl@ve, o esta persona no está registrada. "
            "Revísalo con el documento delante y prueba otra vez %(when)s"
        ) % {"when": humanize_opening(allowed.contrasts.opens_at)}
    return _(
        "Ese dato no coincide con lo que tiene Cl@ve, o esta persona no está registrada. "
        "En esta validación no se puede probar más"
    )


def _expired(validation: Validation) -> str:
    if validation.method == Method.PIN_APP:
        return _("Ese PIN ha caducado o ya se usó. Genera otro en la APP y escríbelo aquí")
    return _("El PIN ha caducado o ya se usó. Pide otro SMS")


def _blocked(validation: Validation) -> str:
    if validation.notice_until:
        return _("Cl@ve ha bloqueado a esta persona por demasiados intentos. Prueba otra vez después del %(until)s") % {
            "until": _local(validation.notice_until)
        }
    return _("Cl@ve ha bloqueado a esta persona por demasiados intentos. Prueba dentro de 24 horas")


def _clave_wait(validation: Validation) -> str:
    until = validation.notice_until or timezone.now()
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    if seconds > SECONDS_TO_COUNT:
        return _("Cl@ve pide esperar hasta el %(until)s. No has gastado ningún intento: prueba entonces") % {
            "until": _local(until)
        }
    return ngettext(
        "Cl@ve pide esperar %(count)d segundo. No has gastado ningún intento: prueba entonces",
        "Cl@ve pide esperar %(count)d segundos. No has gastado ningún intento: prueba entonces",
        seconds,
    ) % {"count": seconds}


def _tries_spent(validation: Validation) -> str:
    return _(
        "Por seguridad, ahora no se pueden probar más PIN para este DNI o NIE desde este dispositivo. "
        "Podrás otra vez %(when)s"
    ) % {"when": _when(validation)}


def _sends_spent(validation: Validation) -> str:
    return _(
        "Por seguridad, ahora no se puede pedir un SMS para este DNI o NIE desde este dispositivo. "
        "Podrás otra vez %(when)s"
    ) % {"when": _when(validation)}


def _too_many_people(validation: Validation) -> str:
    return _(
        "Desde aquí se ha probado con demasiadas personas sin terminar. Por seguridad, podrás con otra %(when)s"
    ) % {"when": _when(validation)}


def _when(validation: Validation) -> str:
    return humanize_opening(validation.notice_until) if validation.notice_until else _("más tarde")


def _too_early(validation: Validation) -> str:
    """Give the time of day, since this page shows no countdown."""
    at = timezone.localtime(validation.resend_at or timezone.now())
    return _("Todavía no puedes pedir otro SMS: vuelve a pedirlo a partir de las %(at)s") % {
        "at": formats.time_format(at, "H:i:s")
    }


def _local(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


_COMPOSED: dict[str, Callable[[Validation], str]] = {
    Notice.PIN_EXPIRED: _expired,
    Notice.BLOCKED: _blocked,
    Notice.CLAVE_WAIT: _clave_wait,
    Notice.TOO_EARLY: _too_early,
    Notice.TRIES_OF_THE_DAY: _tries_spent,
    Notice.SENDS_OF_THE_HOUR: _sends_spent,
    Notice.TOO_MANY_PEOPLE: _too_many_people,
}
_FIXED: dict[str, Text] = {
    Notice.CLAVE_AWAY: gettext_lazy(
        "Cl@ve no está disponible ahora mismo. No has gastado ningún intento: prueba de nuevo en unos minutos"
    ),
    Notice.CLAVE_BUSY: gettext_lazy(
        "Cl@ve va muy lento y hay gente esperando. No has gastado ningún intento: prueba de nuevo en un minuto"
    ),
    Notice.NEVER_ARRIVED: gettext_lazy(
        "La conexión con Cl@ve se cortó antes de terminar. No has gastado ningún intento: prueba otra vez"
    ),
    Notice.ASSERTION_REJECTED: gettext_lazy(
        "Cl@ve ha respondido algo que no podemos dar por bueno y, por tu seguridad, no hemos seguido. "
        "Consigue un PIN nuevo y prueba otra vez"
    ),
    Notice.NO_SENDS: gettext_lazy("En esta validación ya no se puede pedir otro SMS"),
    Notice.NEEDS_CONTRAST: gettext_lazy(
        "Antes de probar otro PIN de la APP, escribe el dato de tu documento. No has gastado ningún intento"
    ),
}
