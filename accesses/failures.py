"""The reasons why an access fails, and how they are explained to the person."""

from enum import StrEnum

from django.utils.translation import gettext as _


class Failure(StrEnum):
    """Values of ``Access.failure``."""

    AWAY = "away"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    LEVEL = "level"
    TOO_LONG = "too_long"
    NOT_A_DOCUMENT = "not_a_document"
    NOT_STORED = "not_stored"
    QUOTA_EXCEEDED = "quota_exceeded"
    LOST = "lost"


def explain(failure: str, entity: str) -> tuple[str, str]:
    """Return two sentences: what happened, and what to do next."""
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
        case Failure.NOT_STORED:
            return (_("El documento llegó, pero ahora mismo no hemos podido guardarlo."), again)
        case Failure.QUOTA_EXCEEDED:
            return (
                _("El documento llegó, pero en Descargas no caben más."),
                _("Borra en Descargas los que ya no necesites y prueba otra vez con los mismos datos."),
            )
        case Failure.TOO_LONG:
            return (_("%(entity)s ha tardado demasiado en contestar.") % {"entity": entity}, again)
    return (_("%(entity)s no responde ahora mismo.") % {"entity": entity}, again)
