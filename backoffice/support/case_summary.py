"""What is told of an access or a question to who answers the phone: times, counts, causes, and what to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accesses.failures import explain
from accesses.models import Access, Outcome, State
from clave.messages import message, standing_notice
from clave.models import Method, Validation
from clave.models import State as Checked
from guides.models import CitizenQuestion


@dataclass(frozen=True)
class Check:
    """One validation: how, how far it is, what was spent of it, what Cl@ve said last."""

    method: str
    state: str
    began_at: datetime
    tries: int
    sends: int
    said: str


@dataclass(frozen=True)
class AccessTold:
    """``moments`` are what happened, in order; ``say`` and ``can_do`` are sentences for the citizen."""

    access: Access
    moments: tuple[tuple[str, datetime], ...]
    checks: tuple[Check, ...]
    say: str
    can_do: str
    kind: str = "access"


@dataclass(frozen=True)
class QuestionTold:
    question: CitizenQuestion
    say: str
    kind: str = "question"


def tell_access(access: Access) -> AccessTold:
    """Everything that may be told of an access."""
    rows = Validation.objects.filter(purpose=access.purpose).order_by("created_at")
    validations = list(rows.defer("identity_cell", "jti", "request_id"))
    moments = sorted(_moments(access, validations), key=lambda pair: pair[1])
    say, can_do = _sentences(access, validations[-1] if validations else None)
    return AccessTold(access, tuple(moments), tuple(_check(one) for one in validations), say, can_do)


def _moments(access: Access, validations: list[Validation]) -> Iterator[tuple[str, datetime]]:
    yield _("Dio los datos y empezó"), access.created_at
    if validations:
        yield _("Eligió un usuario y fue a Cl@ve"), validations[0].created_at
    if access.queued_at:
        yield _("Cl@ve confirmó quién es"), access.queued_at
    if access.sent_at:
        yield _("Se preguntó al organismo por última vez"), access.sent_at
    if access.finished_at:
        yield _("Terminó"), access.finished_at
    if access.result_expires_at:
        gone = access.result_expires_at <= timezone.now()
        yield _("El resultado se borró") if gone else _("El resultado se borrará"), access.result_expires_at
    if access.state in (State.STARTED, State.EXPIRED):
        yield _("Caducó") if access.has_expired else _("Caduca si no se identifica"), access.expires_at


def _check(validation: Validation) -> Check:
    return Check(
        method=str(Method(validation.method).label) if validation.method else _("sin elegir"),
        state=str(Checked(validation.state).label),
        began_at=validation.created_at,
        tries=max(settings.TRIES_PER_VALIDATION - validation.tries_left, 0),
        sends=max(settings.SENDS_PER_VALIDATION - validation.sends_left, 0),
        said=message(validation, standing_notice(validation)),
    )


def _sentences(access: Access, validation: Validation | None) -> tuple[str, str]:
    """What to tell the citizen, and what they can do now."""
    entity = str(access.version.procedure.entity.short_name)
    match access.state:
        case State.FAILED:
            return explain(access.failure, entity)
        case State.DONE:
            return _done(access)
        case State.QUEUED | State.RUNNING:
            return (
                _("Cl@ve ya confirmó quién eres y estamos esperando la respuesta de %(entity)s.") % {"entity": entity},
                _("Puedes esperar en la página, o volver más tarde a «Tus trámites»: no hace falta repetirlo."),
            )
        case State.DISCARDED:
            return (
                _("Lo descartaste antes de identificarte."),
                _again(),
            )
    if access.has_expired:
        return (
            _("No llegaste a identificarte a tiempo y el trámite caducó; los datos que diste se han borrado."),
            _again(),
        )
    return _before_identification(validation)


def _again() -> str:
    return _("Puedes empezarlo otra vez desde la página del trámite.")


def _done(access: Access) -> tuple[str, str]:
    if access.outcome == Outcome.DOCUMENT:
        return (
            _("Terminó bien: el documento se guardó en Descargas, en tu dispositivo."),
            _("Lo tienes en Descargas, en el mismo móvil y navegador, mientras no lo borres ni caduque."),
        )
    if access.result_is_gone:
        return (
            _("Terminó bien y el resultado ya no se puede ver: se borra solo al cabo de un rato, por seguridad."),
            _("Puedes hacer la consulta otra vez."),
        )
    if access.outcome == Outcome.NOTHING:
        return (
            _("Terminó bien: el organismo respondió que no tiene datos que mostrar."),
            _("Si crees que es un error, consúltalo con el organismo, con esta referencia."),
        )
    return (
        _("Terminó bien: el resultado está en tu pantalla."),
        _("Puedes volver a verlo en «Tus trámites» hasta que se borre, y guardarlo o imprimirlo."),
    )


def _go_on() -> str:
    return _("Puedes seguir en «Tus trámites», en el mismo móvil y navegador.")


def _before_identification(validation: Validation | None) -> tuple[str, str]:
    if validation is None:
        return (
            _("Has empezado, y todavía no has elegido con qué usuario identificarte."),
            _go_on(),
        )
    if validation.has_ended:
        return (
            _("La identificación con Cl@ve terminó sin confirmarse."),
            _("Puedes volver a identificarte en «Tus trámites»: los datos del trámite siguen ahí."),
        )
    said = message(validation, standing_notice(validation))
    return (
        f"{said}." if said else _("Estás identificándote con Cl@ve y todavía no has terminado."),
        _go_on(),
    )


def tell_question(question: CitizenQuestion) -> QuestionTold:
    """Its state in words; its text and address stay sealed."""
    states = CitizenQuestion.State
    say = {
        states.NEW: _("Hemos recibido tu pregunta y todavía no está respondida."),
        states.ANSWERING: _("La respuesta está escrita y saldrá por correo en unos minutos."),
        states.ANSWERED: _("La respuesta salió por correo: mira también en el correo no deseado."),
        states.CLOSED: _("La pregunta se cerró sin respuesta por correo."),
    }[states(question.state)]
    return QuestionTold(question, say)
