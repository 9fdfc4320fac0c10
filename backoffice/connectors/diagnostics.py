"""Tests of a connector or of Cl@ve's gateway, reported step by step, without any of the content that came back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accesses.connectors.base import CallOptions, ConnectorReply, ConnectorRequest, Consultation, Pdf, Pending, Problem
from accesses.connectors.http import HttpConnector, address_of
from accesses.models import ConnectorProfile
from accesses.models.connector_profiles import CredentialUnreadable
from clave.identity import Identity
from clave.pin.gateways.http import HttpGateway
from documents.pdf import is_pdf
from foundation.http.addresses import AddressRefused, look_up_all, may_connect, origin_of, private_network_sentence
from foundation.http.errors import ErrorReason, OutboundError
from foundation.http.exchange import CallTrace
from procedures.models import ProcedureVersion
from procedures.required_data.samples import NoValidSample, sample_inputs

NOBODY = Identity("00000000T", "PRUEBA", "DE CONEXIÓN", "advanced")
"""A number assigned to nobody, with a name that says so."""
OF_THE_SANDBOX = Identity("12345678Z", "PRUEBA", "DEL SIMULADOR", "advanced")
"""A person of the sandbox, who has data at every public body."""
MAX_SECONDS = 12.0
"""A test does not wait longer, even where a citizen would."""


class StepState(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Step:
    """A step of a test; ``seconds`` is when it ended, counted from the start of the call."""

    state: StepState
    label: str
    detail: str
    seconds: float | None = None


_passed = partial(Step, StepState.PASSED)
_failed = partial(Step, StepState.FAILED)


def run_connector_test(version: ProcedureVersion, key: UUID) -> list[Step]:
    """Call the connector of a version once, for nobody and with sample inputs."""
    try:
        request = _request(version, key)
    except NoValidSample as none:
        message = _("Ningún dato inventado pasa la validación de: %(keys)s. Revísala: quizá tampoco pase el de nadie")
        return [_failed(_("Datos"), message % {"keys": none})]
    except CredentialUnreadable:
        message = _("La credencial guardada no se puede leer. Escríbela otra vez en la conexión del organismo")
        return [_failed(_("Datos"), message)]
    data = ngettext("%(n)d dato inventado", "%(n)d datos inventados", len(request.inputs)) % {"n": len(request.inputs)}
    first = _passed(_("Datos"), f"{data}, {request.identity.document_number}")
    credential = _("y la credencial del organismo") if request.options.headers else _("sin credencial del organismo")
    signed = _("Enviada, firmada con la clave del portal, %(credential)s") % {"credential": credential}
    url = address_of(version.connector)

    def call(trace: CallTrace) -> Step:
        return _read(HttpConnector(trace).run(request), version)

    return [first, *_steps(url, signed, call)]


def run_gateway_test() -> list[Step]:
    """Ask Cl@ve's gateway for its keys, which changes nothing there."""

    def call(trace: CallTrace) -> Step:
        keys = HttpGateway(settings.CLAVE_URL, settings.CLAVE_TOKEN, trace).keys()["keys"]
        count = len(keys) if isinstance(keys, list) else 0
        message = ngettext("%(n)d clave pública", "%(n)d claves públicas", count) % {"n": count}
        return _passed(_("Lectura"), message) if count else _failed(_("Lectura"), message)

    if not settings.CLAVE_URL:
        return [_failed(_("Dirección"), _("La instalación no tiene la dirección de Cl@ve (CLAVE_URL)"))]
    return _steps(settings.CLAVE_URL, _("Enviada, con la credencial del portal"), call)


def _request(version: ProcedureVersion, key: UUID) -> ConnectorRequest:
    entity = version.procedure.entity
    return ConnectorRequest(
        key=key,
        entity=entity.slug,
        procedure=version.procedure.slug,
        url=version.connector,
        inputs=sample_inputs(version),
        identity=OF_THE_SANDBOX if version.connector.startswith("{sandbox}/") else NOBODY,
        options=_bounded(ConnectorProfile.objects.call_options(entity.pk)),
        mapping=version.mapping,
    )


def _bounded(options: CallOptions) -> CallOptions:
    read = options.read_seconds or settings.CONNECTOR_READ_SECONDS
    total = options.total_seconds or settings.CONNECTOR_TOTAL_SECONDS
    return replace(options, read_seconds=min(read, MAX_SECONDS), total_seconds=min(total, MAX_SECONDS))


def _steps(url: str, signed: str, call: Callable[[CallTrace], Step]) -> list[Step]:
    """Make the call, and return the steps that it got through."""
    address = _address(url)
    if address.state == StepState.FAILED:
        return [address]
    trace = CallTrace()
    read: Step | None = None
    error: ErrorReason | None = None
    try:
        read = call(trace)
    except OutboundError as failed:
        error = failed.reason
    steps = [address, _connection(trace, error)]
    if trace.peer:
        steps.append(_tls(url, trace))
    if trace.sent_after:
        answer = _answer(trace, error)
        steps += [_passed(_("Petición"), signed, trace.sent_after), answer]
        if answer.state == StepState.PASSED:
            steps.append(read or _failed(_("Lectura"), _not_understood(error)))
    return steps


def _address(url: str) -> Step:
    label = _("Dirección")
    try:
        origin = origin_of(url)
    except AddressRefused as refused:
        return _failed(label, str(refused))
    found = look_up_all([(origin.host, origin.port)]).get((origin.host, origin.port))
    if not found:
        return _failed(label, _("«%(host)s» no existe: nadie sabe su dirección") % {"host": urlsplit(url).hostname})
    if not origin.is_trusted and not all(may_connect(ip) for ip in found):
        return _failed(label, private_network_sentence(origin.host))
    leads_to = ", ".join(sorted({str(ip) for ip in found})[:4])
    return _passed(label, origin.host if leads_to == origin.host else f"{origin.host} → {leads_to}")


def _connection(trace: CallTrace, error: ErrorReason | None) -> Step:
    label = _("Conexión")
    if trace.peer:
        return _passed(label, _("Conectado con %(peer)s") % {"peer": trace.peer}, trace.connected_after)
    if error == ErrorReason.FORBIDDEN_ADDRESS:
        return _failed(label, _("Lleva a una red privada o reservada: no se ha enviado nada"), trace.elapsed())
    return _failed(label, _("Nadie responde en esa dirección: no se ha enviado nada"), trace.elapsed())


def _tls(url: str, trace: CallTrace) -> Step:
    if not url.startswith("https:"):
        return Step(StepState.SKIPPED, "TLS", _("Sin cifrar: es una dirección de la propia instalación"))
    if trace.tls:
        return _passed("TLS", _("%(version)s, con un certificado válido") % {"version": trace.tls}, trace.tls_after)
    return _failed("TLS", _("No se ha podido cifrar la conexión: el certificado no es válido o no es el suyo"))


def _answer(trace: CallTrace, error: ErrorReason | None) -> Step:
    label, after = _("Respuesta"), trace.answered_after or trace.elapsed()
    match error:
        case ErrorReason.REDIRECT:
            message = _("Responde con una redirección (%(status)d), y el portal no sigue ninguna")
            return _failed(label, message % {"status": trace.status}, after)
        case ErrorReason.TOO_LARGE:
            return _failed(label, _("La respuesta es demasiado grande, y no se ha leído entera"), after)
        case ErrorReason.TIMED_OUT:
            return _failed(label, _("No ha terminado de responder en el tiempo que se le da"), trace.elapsed())
        case ErrorReason.CUT_OFF:
            message = _("La respuesta se ha cortado a medias") if trace.status else _("Ha cortado sin responder")
            return _failed(label, message, after)
    size = number_format(trace.size / 1024, 1)
    return _passed(label, f"{trace.status} · {trace.media_type or _('sin tipo')} · {size} KB", after)


def _not_understood(error: ErrorReason | None) -> str:
    sentences: dict[ErrorReason | None, str] = {
        ErrorReason.NOT_JSON: _("no es JSON"),
        ErrorReason.UNEXPECTED_CONTENT: _("no es una consulta"),
        ErrorReason.NO_STATUS_URL: _("no dice dónde preguntar cómo va"),
        ErrorReason.FOREIGN_STATUS_URL: _("dice que se pregunte en otro sitio"),
        ErrorReason.UNEXPECTED_STATUS: _("no es un estado del contrato"),
    }
    reason = sentences.get(error, _("no tiene la forma que debe"))
    return _("La respuesta no sirve: %(reason)s") % {"reason": reason}


def _read(reply: ConnectorReply, version: ProcedureVersion) -> Step:
    """Describe the kind of reply, without its content."""
    label = _("Lectura")
    match reply:
        case Consultation() if reply.is_empty:
            return _passed(label, _("No consta ningún dato de esta persona: es una respuesta válida"))
        case Consultation():
            sections = len(reply.content["sections"])
            message = ngettext("Una consulta con %(n)d apartado", "Una consulta con %(n)d apartados", sections)
            detail = _compare_kind(message % {"n": sections}, version, "document")
            return _failed(label, detail) if version.is_document else _passed(label, detail)
        case Pdf() if not is_pdf(reply.content):
            return _failed(label, _("Dice que es un PDF, y no lo es o está cortado"))
        case Pdf():
            detail = _compare_kind(_("Un PDF"), version, "consultation")
            return _passed(label, detail) if version.is_document else _failed(label, detail)
        case Pending():
            return _passed(label, _("Lo ha aceptado y dice dónde preguntar cómo va"))
        case Problem(is_passing=True):
            return _failed(label, _("Dice que ahora no puede; quizá más tarde"))
    return _failed(label, _("Dice que no a estos datos o a esta persona"))


def _compare_kind(detail: str, version: ProcedureVersion, other: str) -> str:
    """Add a warning when the version promises citizens the other kind of result."""
    return _("%(said)s, pero el trámite promete otra cosa") % {"said": detail} if version.kind == other else detail
