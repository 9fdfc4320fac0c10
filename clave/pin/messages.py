"""What a check has left to say, in one true sentence and what to do next."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clave.models import Method, State, Validation
from clave.pin.notices import Notice

SECONDS_TO_COUNT = 120
"""A longer wait is said by its end."""
PIN_NOTICES = {Notice.WRONG_PIN, Notice.PIN_EXPIRED}
"""Those that stand beside the PIN; the others concern the whole page."""


def standing_notice(validation: Validation) -> str:
    """The notice of the last check as long as it is true: a wait that is over needs no more words."""
    wait_is_over = bool(validation.notice_until and validation.notice_until <= timezone.now())
    return "" if validation.notice == Notice.CLAVE_WAIT and wait_is_over else validation.notice


def message(validation: Validation, notice: str) -> str:
    """The sentence of a notice for this validation; ``""`` for none."""
    match notice:
        case Notice.WRONG_PIN:
            return _wrong_pin(validation)
        case Notice.WRONG_CONTRAST:
            return _wrong_contrast(validation)
        case Notice.PIN_EXPIRED:
            return _expired(validation)
        case Notice.BLOCKED:
            return _blocked(validation)
        case Notice.CLAVE_WAIT:
            return _clave_wait(validation)
        case Notice.TOO_EARLY:
            return _too_early(validation)
    return str(_plain_messages().get(notice, ""))


def _plain_messages() -> dict[str, str]:
    return {
        Notice.CLAVE_AWAY: _(
            "Cl@ve no está disponible ahora mismo. No has gastado ningún intento: prueba de nuevo en unos minutos"
        ),
        Notice.CLAVE_BUSY: _(
            "Cl@ve va muy lento y hay gente esperando. No has gastado ningún intento: prueba de nuevo en un minuto"
        ),
        Notice.NEVER_ARRIVED: _(
            "La conexión con Cl@ve se cortó antes de terminar. No has gastado ningún intento: prueba otra vez"
        ),
        Notice.NOT_BELIEVED: _(
            "Cl@ve ha respondido algo que no podemos dar por bueno y, por tu seguridad, no hemos seguido. "
            "Consigue un PIN nuevo y prueba otra vez"
        ),
        Notice.TRIES_OF_THE_DAY: _(
            "Por seguridad, hoy ya no se pueden hacer más intentos con este DNI o NIE desde este dispositivo. "
            "Prueba mañana"
        ),
        Notice.SENDS_OF_THE_HOUR: _(
            "Por seguridad, ya no se pueden pedir más SMS para este DNI o NIE desde este dispositivo. "
            "Prueba dentro de una hora o usa la APP Cl@ve PIN"
        ),
        Notice.NO_SENDS: _("Ya has pedido todos los SMS de esta validación. Usa la APP Cl@ve PIN o empieza otra vez"),
    }


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
        until = formats.date_format(timezone.localtime(validation.notice_until), "SHORT_DATETIME_FORMAT")
        return _("Cl@ve ha bloqueado a esta persona por demasiados intentos. Prueba otra vez después del %(until)s") % {
            "until": until
        }
    return _("Cl@ve ha bloqueado a esta persona por demasiados intentos. Prueba dentro de 24 horas")


def _clave_wait(validation: Validation) -> str:
    until = validation.notice_until or timezone.now()
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    if seconds > SECONDS_TO_COUNT:
        moment = formats.date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT")
        return _("Cl@ve pide esperar hasta el %(until)s. No has gastado ningún intento: prueba entonces") % {
            "until": moment
        }
    return ngettext(
        "Cl@ve pide esperar %(count)d segundo. No has gastado ningún intento: prueba entonces",
        "Cl@ve pide esperar %(count)d segundos. No has gastado ningún intento: prueba entonces",
        seconds,
    ) % {"count": seconds}


def _too_early(validation: Validation) -> str:
    """By the clock: where nothing counts down, there is nothing to watch."""
    at = timezone.localtime(validation.resend_at or timezone.now())
    return _("Todavía no puedes pedir otro SMS: vuelve a pedirlo a partir de las %(at)s") % {
        "at": formats.time_format(at, "H:i:s")
    }
