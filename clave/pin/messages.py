"""Messages for the outcome of a check: one true sentence, and what to do next."""

from collections.abc import Callable
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clave.models import Method, State, Validation
from clave.pin.notices import Notice
from foundation.pages import Text

SECONDS_TO_COUNT = 120
"""Longer waits are stated by the time they end."""
PIN_NOTICES = {Notice.WRONG_PIN, Notice.PIN_EXPIRED}
"""Notices shown next to the PIN; the others concern the whole page."""


def standing_notice(validation: Validation) -> str:
    """Return the last check's notice while it still holds: once a wait is over, there is nothing to say."""
    wait_is_over = bool(validation.notice_until and validation.notice_until <= timezone.now())
    return "" if validation.notice == Notice.CLAVE_WAIT and wait_is_over else validation.notice


def message(validation: Validation, notice: str) -> str:
    """Return the sentence for a notice on this validation, or ``""`` if there is none."""
    composed = _COMPOSED.get(notice)
    return composed(validation) if composed else str(_FIXED.get(notice, ""))


def _wrong_pin(validation: Validation) -> str:
    if validation.state == State.FAILED or validation.tries_left == 0:
        return _("Ese PIN tampoco es correcto y no quedan intentos. Empieza otra validación con un PIN nuevo")
    left = ngettext("Te queda %(count)d intento", "Te quedan %(count)d intentos", validation.tries_left) % {
        "count": validation.tries_left
    }
    if validation.method == Method.PIN_APP:
        return _("El código o el PIN no son correctos. %(left)s: cópialos de la APP tal como salen") % {"left": left}
    return _("El PIN no es correcto. %(left)s: mira que sea el del último SMS") % {"left": left}


def _wrong_contrast(validation: Validation) -> str:
    if validation.sends_left == 0:
        return _(
            "Ese dato no coincide con lo que tiene Cl@ve y no quedan envíos en esta validación. "
            "Usa la APP Cl@ve PIN o empieza otra vez con el documento delante"
        )
    left = ngettext("Te queda %(count)d envío", "Te quedan %(count)d envíos", validation.sends_left) % {
        "count": validation.sends_left
    }
    return _(
        "Ese dato no coincide con lo que tiene Cl@ve, o esta persona no está registrada. "
        "Revísalo con el documento delante. %(left)s"
    ) % {"left": left}


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


def _too_early(validation: Validation) -> str:
    """Give the time of day, since this page shows no countdown."""
    at = timezone.localtime(validation.resend_at or timezone.now())
    return _("Todavía no puedes pedir otro SMS: vuelve a pedirlo a partir de las %(at)s") % {
        "at": formats.time_format(at, "H:i:s")
    }


def _local(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


_COMPOSED: dict[str, Callable[[Validation], str]] = {
    Notice.WRONG_PIN: _wrong_pin,
    Notice.WRONG_CONTRAST: _wrong_contrast,
    Notice.PIN_EXPIRED: _expired,
    Notice.BLOCKED: _blocked,
    Notice.CLAVE_WAIT: _clave_wait,
    Notice.TOO_EARLY: _too_early,
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
    Notice.TRIES_OF_THE_DAY: gettext_lazy(
        "Por seguridad, hoy ya no se pueden hacer más intentos con este DNI o NIE desde este dispositivo. Prueba mañana"
    ),
    Notice.SENDS_OF_THE_HOUR: gettext_lazy(
        "Por seguridad, ya no se pueden pedir más SMS para este DNI o NIE desde este dispositivo. "
        "Prueba dentro de una hora o usa la APP Cl@ve PIN"
    ),
    Notice.NO_SENDS: gettext_lazy(
        "Ya has pedido todos los SMS de esta validación. Usa la APP Cl@ve PIN o empieza otra vez"
    ),
}
