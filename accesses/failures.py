"""Why an access failed, and what a person can do then."""

from enum import StrEnum

from django.utils.translation import gettext as _


class Failure(StrEnum):
    """Kept in ``Access.failure``."""

    AWAY = "away"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    LEVEL = "level"
    TOO_LONG = "too_long"
    NOT_A_DOCUMENT = "not_a_document"
    NOT_KEPT = "not_kept"
    SHELF_FULL = "shelf_full"
    LOST = "lost"


def explain(failure: str, entity: str) -> tuple[str, str]:
    """What happened and what to do next, as two sentences."""
    again = _("No se ha perdido nada: prueba otra vez dentro de unos minutos con los mismos datos.")
    match failure:
        case Failure.LEVEL:
            return (
                _("Este trámite exige un registro avanzado en Cl@ve y el tuyo es básico."),
                _(
                    "Puedes subirlo a avanzado en una oficina de registro de Cl@ve, "
                    "o por internet con certificado o DNI electrónico, y volver."
                ),
            )
        case Failure.REFUSED:
            return (
                _("%(entity)s ha respondido que no puede dar este dato o documento.") % {"entity": entity},
                _("Revisa los datos que diste. Si crees que es un error, consulta al organismo con la referencia."),
            )
        case Failure.UNKNOWN:
            return (
                _("Se cortó la comunicación con %(entity)s y no sabemos si llegó a hacerlo.") % {"entity": entity},
                _("No lo hemos repetido, para no hacerlo dos veces. Espera unos minutos antes de empezar otra vez."),
            )
        case Failure.NOT_A_DOCUMENT:
            return (
                _("Lo que ha enviado %(entity)s no es un documento que se pueda abrir.") % {"entity": entity},
                again,
            )
        case Failure.NOT_KEPT:
            return (_("El documento llegó, pero ahora mismo no hemos podido guardarlo."), again)
        case Failure.SHELF_FULL:
            return (
                _("El documento llegó, pero en Descargas no caben más en este dispositivo."),
                _("Borra en Descargas los que ya no necesites y prueba otra vez con los mismos datos."),
            )
        case Failure.TOO_LONG:
            return (_("%(entity)s ha tardado demasiado en contestar.") % {"entity": entity}, again)
    return (_("%(entity)s no responde ahora mismo.") % {"entity": entity}, again)
