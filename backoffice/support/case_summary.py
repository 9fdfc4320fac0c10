"""What support staff see of an access or a question: times, counts, causes, and what to tell the citizen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accesses.failures import explain
from accesses.models import Access, Outcome, State
from clave.models import Method, Validation
from clave.models import State as ValidationState
from clave.pin.messages import message, standing_notice
from guides.models import CitizenQuestion


@dataclass(frozen=True)
class ValidationSummary:
    """One validation at Cl@ve; ``last_message`` is what the citizen was told last."""

    method: str
    state: str
    began_at: datetime
    tries: int
    sends: int
    last_message: str


@dataclass(frozen=True)
class AccessSummary:
    """``timeline`` is what happened, in order; ``explanation`` and ``advice`` are sentences for the citizen."""

    access: Access
    timeline: tuple[tuple[str, datetime], ...]
    validations: tuple[ValidationSummary, ...]
    explanation: str
    advice: str
    kind: str = "access"


@dataclass(frozen=True)
class QuestionSummary:
    question: CitizenQuestion
    explanation: str
    kind: str = "question"


def summarize_access(access: Access) -> AccessSummary:
    rows = Validation.objects.filter(purpose=access.purpose).order_by("created_at")
    validations = list(rows.defer("identity_cell", "jti", "request_id"))
    timeline = sorted(_timeline(access, validations), key=lambda pair: pair[1])
    explanation, advice = _explain(access, validations[-1] if validations else None)
    summaries = tuple(_summarize_validation(one) for one in validations)
    return AccessSummary(access, tuple(timeline), summaries, explanation, advice)


def _timeline(access: Access, validations: list[Validation]) -> Iterator[tuple[str, datetime]]:
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


def _summarize_validation(validation: Validation) -> ValidationSummary:
    return ValidationSummary(
        method=str(Method(validation.method).label) if validation.method else _("sin elegir"),
        state=str(ValidationState(validation.state).label),
        began_at=validation.created_at,
        tries=max(settings.TRIES_PER_VALIDATION - validation.tries_left, 0),
        sends=max(settings.SENDS_PER_VALIDATION - validation.sends_left, 0),
        last_message=message(validation, standing_notice(validation)),
    )


def _explain(access: Access, validation: Validation | None) -> tuple[str, str]:
    """Return the explanation and the advice for the citizen."""
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
    if access.state == State.DISCARDED:
        explanation = _("Lo descartaste antes de identificarte.")
    elif access.has_expired:
        explanation = _("No llegaste a identificarte a tiempo y el trámite caducó; los datos que diste se han borrado.")
    else:
        return _before_identification(validation)
    return explanation, _("Puedes empezarlo otra vez desde la página del trámite.")


def _done(access: Access) -> tuple[str, str]:
    if access.outcome == Outcome.DOCUMENT:
        return (
            _("Terminó bien: el documento se guardó en Descargas, en tu dispositivo."),
            _("Lo tienes en Descargas, en el mismo móvil y navegador, mientras no lo borres ni caduque."),
        )
    if access.result_has_expired:
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


def _before_identification(validation: Validation | None) -> tuple[str, str]:
    if validation is None:
        explanation = _("Has empezado, y todavía no has elegido con qué usuario identificarte.")
    elif validation.has_ended:
        return (
            _("La identificación con Cl@ve terminó sin confirmarse."),
            _("Puedes volver a identificarte en «Tus trámites»: los datos del trámite siguen ahí."),
        )
    elif last_message := message(validation, standing_notice(validation)):
        explanation = f"{last_message}."
    else:
        explanation = _("Estás identificándote con Cl@ve y todavía no has terminado.")
    return explanation, _("Puedes seguir en «Tus trámites», en el mismo móvil y navegador.")


def summarize_question(question: CitizenQuestion) -> QuestionSummary:
    """Explain the state of a question; its text and e-mail address stay sealed."""
    states = CitizenQuestion.State
    explanation = {
        states.NEW: _("Hemos recibido tu pregunta y todavía no está respondida."),
        states.ANSWERING: _("La respuesta está escrita y saldrá por correo en unos minutos."),
        states.ANSWERED: _("La respuesta salió por correo: mira también en el correo no deseado."),
        states.CLOSED: _("La pregunta se cerró sin respuesta por correo."),
    }[states(question.state)]
    return QuestionSummary(question, explanation)
