"""A try of what is outside, told step by step: each step is what was seen of it, and nothing of what was answered."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accesses.connectors.base import (
    CallOptions,
    ConnectorReply,
    ConnectorRequest,
    Consultation,
    Pdf,
    Pending,
    Problem,
)
from accesses.connectors.http import HttpConnector, address_of
from accesses.models import ConnectorProfile
from accesses.models.connector_profiles import CredentialBroken
from clave.assertions import Identity
from clave.gateways.http import HttpGateway
from foundation.http.addresses import AddressRefused, look_up_all, may_connect, origin_of, private_network_sentence
from foundation.http.errors import ErrorReason, OutboundError
from foundation.http.exchange import CallTrace
from procedures.models import ProcedureVersion
from procedures.sample_inputs import NoneFits, sample_inputs

NOBODY = Identity("00000000T", "PRUEBA", "DE CONEXIÓN", "advanced")
"""A number that is assigned to nobody, and a name that says so."""
OF_THE_SANDBOX = Identity("12345678Z", "PRUEBA", "DEL SIMULADOR", "advanced")
"""Somebody of the sandbox, who has data at every body."""
LONGEST_SECONDS = 12.0
"""However long a body may take with a citizen, nobody waits longer for a try."""


@dataclass(frozen=True)
class Step:
    """``state`` is ``ok``, ``no`` or ``off`` (not come to, or not needed)."""

    label: str
    state: str
    said: str
    seconds: float | None = None


def as_rows(steps: list[Step]) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


def try_connector(version: ProcedureVersion, key: UUID) -> list[Step]:
    """Call the connector of a version once, for nobody and with made-up data."""
    try:
        request = _request(version, key)
    except NoneFits as none:
        said = _("Ningún dato inventado pasa la validación de: %(keys)s. Revísala: quizá tampoco pase el de nadie")
        return [Step(_("Datos"), "no", said % {"keys": none})]
    except CredentialBroken:
        said = _("La credencial guardada no se puede leer. Escríbela otra vez en la conexión del organismo")
        return [Step(_("Datos"), "no", said)]
    data = ngettext("%(n)d dato inventado", "%(n)d datos inventados", len(request.inputs)) % {"n": len(request.inputs)}
    first = Step(_("Datos"), "ok", f"{data}, {request.identity.document_number}")
    credential = _("y la credencial del organismo") if request.options.headers else _("sin credencial del organismo")
    signed = _("Enviada, firmada con la clave del portal, %(credential)s") % {"credential": credential}
    url = address_of(version.connector)

    def call(trace: CallTrace) -> Step:
        return _read(HttpConnector(trace).run(request), version)

    return [first, *_steps(url, signed, call)]


def try_gateway() -> list[Step]:
    """Ask Cl@ve's gateway for its keys, which changes nothing there."""

    def call(trace: CallTrace) -> Step:
        keys = HttpGateway(settings.CLAVE_URL, settings.CLAVE_TOKEN, trace).keys()["keys"]
        count = len(keys) if isinstance(keys, list) else 0
        said = ngettext("%(n)d clave pública", "%(n)d claves públicas", count) % {"n": count}
        return Step(_("Lectura"), "ok" if count else "no", said)

    if not settings.CLAVE_URL:
        return [Step(_("Dirección"), "no", _("La instalación no tiene la dirección de Cl@ve (CLAVE_URL)"))]
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
    return replace(options, read_seconds=min(read, LONGEST_SECONDS), total_seconds=min(total, LONGEST_SECONDS))


def _steps(url: str, signed: str, call: Callable[[CallTrace], Step]) -> list[Step]:
    """What a call was seen to come through, until it ended."""
    address = _address(url)
    if address.state == "no":
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
        answered = _answer(trace, error)
        steps += [Step(_("Petición"), "ok", signed, trace.sent_after), answered]
        if answered.state == "ok":
            steps.append(read or Step(_("Lectura"), "no", _not_understood(error)))
    return steps


def _address(url: str) -> Step:
    label = _("Dirección")
    try:
        origin = origin_of(url)
    except AddressRefused as refused:
        return Step(label, "no", str(refused))
    found = look_up_all([(origin.host, origin.port)]).get((origin.host, origin.port))
    if not found:
        return Step(label, "no", _("«%(host)s» no existe: nadie sabe su dirección") % {"host": urlsplit(url).hostname})
    if not origin.is_trusted and not all(may_connect(ip) for ip in found):
        return Step(label, "no", private_network_sentence(origin.host))
    leads_to = ", ".join(sorted({str(ip) for ip in found})[:4])
    return Step(label, "ok", origin.host if leads_to == origin.host else f"{origin.host} → {leads_to}")


def _connection(trace: CallTrace, error: ErrorReason | None) -> Step:
    label = _("Conexión")
    if trace.peer:
        return Step(label, "ok", _("Conectado con %(peer)s") % {"peer": trace.peer}, trace.connected_after)
    if error == ErrorReason.FORBIDDEN_ADDRESS:
        return Step(label, "no", _("Lleva a una red privada o reservada: no se ha enviado nada"), trace.elapsed())
    return Step(label, "no", _("Nadie responde en esa dirección: no se ha enviado nada"), trace.elapsed())


def _tls(url: str, trace: CallTrace) -> Step:
    if not url.startswith("https:"):
        return Step("TLS", "off", _("Sin cifrar: es una dirección de la propia instalación"))
    if trace.tls:
        return Step("TLS", "ok", _("%(version)s, con un certificado válido") % {"version": trace.tls}, trace.tls_after)
    return Step("TLS", "no", _("No se ha podido cifrar la conexión: el certificado no es válido o no es el suyo"))


def _answer(trace: CallTrace, error: ErrorReason | None) -> Step:
    label, after = _("Respuesta"), trace.answered_after or trace.elapsed()
    match error:
        case ErrorReason.REDIRECT:
            said = _("Responde con una redirección (%(status)d), y el portal no sigue ninguna")
            return Step(label, "no", said % {"status": trace.status}, after)
        case ErrorReason.TOO_LARGE:
            return Step(label, "no", _("La respuesta es demasiado grande, y no se ha leído entera"), after)
        case ErrorReason.TIMED_OUT:
            said = _("No ha terminado de responder en el tiempo que se le da")
            return Step(label, "no", said, trace.elapsed())
        case ErrorReason.CUT_OFF:
            said = _("La respuesta se ha cortado a medias") if trace.status else _("Ha cortado sin responder")
            return Step(label, "no", said, after)
    size = number_format(trace.size / 1024, 1)
    return Step(label, "ok", f"{trace.status} · {trace.media_type or _('sin tipo')} · {size} KB", after)


def _not_understood(error: ErrorReason | None) -> str:
    sentences = {
        ErrorReason.NOT_JSON: _("no es JSON"),
        ErrorReason.UNEXPECTED_CONTENT: _("no es una consulta"),
        ErrorReason.NO_STATUS_URL: _("no dice dónde preguntar cómo va"),
        ErrorReason.FOREIGN_STATUS_URL: _("dice que se pregunte en otro sitio"),
        ErrorReason.UNEXPECTED_STATUS: _("no es un estado del contrato"),
    }
    shape = _("no tiene la forma que debe")
    return _("La respuesta no sirve: %(reason)s") % {"reason": sentences.get(error, shape) if error else shape}


def _read(reply: ConnectorReply, version: ProcedureVersion) -> Step:
    """What the answer was read as; of its content nothing is told."""
    label = _("Lectura")
    match reply:
        case Consultation() if reply.is_empty:
            return Step(label, "ok", _("No consta ningún dato de esta persona: es una respuesta válida"))
        case Consultation():
            sections = len(reply.content["sections"])
            said = ngettext("Una consulta con %(n)d apartado", "Una consulta con %(n)d apartados", sections)
            return Step(
                label, "no" if version.is_document else "ok", _fits(said % {"n": sections}, version, "document")
            )
        case Pdf() if not reply.content.startswith(b"%PDF-"):
            return Step(label, "no", _("Dice que es un PDF, y no lo es"))
        case Pdf():
            return Step(label, "ok" if version.is_document else "no", _fits(_("Un PDF"), version, "consultation"))
        case Pending():
            return Step(label, "ok", _("Lo ha aceptado y dice dónde preguntar cómo va"))
        case Problem(is_passing=True):
            return Step(label, "no", _("Dice que ahora no puede; quizá más tarde"))
    return Step(label, "no", _("Dice que no a estos datos o a esta persona"))


def _fits(said: str, version: ProcedureVersion, other: str) -> str:
    """The same, with a warning where the version promises people another thing."""
    return _("%(said)s, pero el trámite promete otra cosa") % {"said": said} if version.kind == other else said
