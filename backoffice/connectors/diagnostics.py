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

from accesses.connectors.base import ConnectorError, Consultation, Manner, Order, Pdf, Pending, Problem, Reply
from accesses.connectors.http import HttpConnector, address_of
from accesses.models import ConnectorProfile
from accesses.models.connector_profiles import CredentialBroken
from clave.assertions import Identity
from clave.gateways.base import GatewayError
from clave.gateways.http import HttpGateway
from foundation.addresses import AddressRefused, look_up, may_connect, origin_of
from foundation.exchanges import Watch
from foundation.outbound import Forbidden, NoAnswer, Redirected, TooLarge
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
        order = _order(version, key)
    except NoneFits as none:
        said = _("Ningún dato inventado pasa la validación de: %(keys)s. Revísala: quizá tampoco pase el de nadie")
        return [Step(_("Datos"), "no", said % {"keys": none})]
    except CredentialBroken:
        said = _("La credencial guardada no se puede leer. Escríbela otra vez en la conexión del organismo")
        return [Step(_("Datos"), "no", said)]
    data = ngettext("%(n)d dato inventado", "%(n)d datos inventados", len(order.inputs)) % {"n": len(order.inputs)}
    first = Step(_("Datos"), "ok", f"{data}, {order.identity.document_number}")
    credential = _("y la credencial del organismo") if order.manner.headers else _("sin credencial del organismo")
    signed = _("Enviada, firmada con la clave del portal, %(credential)s") % {"credential": credential}
    url = address_of(version.connector)

    def call(watch: Watch) -> Step:
        return _read(HttpConnector(watch).run(order), version)

    return [first, *_steps(url, signed, call)]


def try_gateway() -> list[Step]:
    """Ask Cl@ve's gateway for its keys, which changes nothing there."""

    def call(watch: Watch) -> Step:
        keys = HttpGateway(settings.CLAVE_URL, settings.CLAVE_TOKEN, watch).keys()["keys"]
        count = len(keys) if isinstance(keys, list) else 0
        said = ngettext("%(n)d clave pública", "%(n)d claves públicas", count) % {"n": count}
        return Step(_("Lectura"), "ok" if count else "no", said)

    if not settings.CLAVE_URL:
        return [Step(_("Dirección"), "no", _("La instalación no tiene la dirección de Cl@ve (CLAVE_URL)"))]
    return _steps(settings.CLAVE_URL, _("Enviada, con la credencial del portal"), call)


def _order(version: ProcedureVersion, key: UUID) -> Order:
    entity = version.procedure.entity
    manner = ConnectorProfile.objects.manner_of(entity.pk)
    return Order(
        key=key,
        entity=entity.slug,
        procedure=version.procedure.slug,
        url=version.connector,
        inputs=sample_inputs(version),
        identity=OF_THE_SANDBOX if version.connector.startswith("{sandbox}/") else NOBODY,
        manner=_bounded(manner),
        mapping=version.mapping,
    )


def _bounded(manner: Manner) -> Manner:
    read = manner.read_seconds or settings.CONNECTOR_READ_SECONDS
    total = manner.total_seconds or settings.CONNECTOR_TOTAL_SECONDS
    return replace(manner, read_seconds=min(read, LONGEST_SECONDS), total_seconds=min(total, LONGEST_SECONDS))


def _steps(url: str, signed: str, call: Callable[[Watch], Step]) -> list[Step]:
    """What a call was seen to come through, until it ended."""
    address = _address(url)
    if address.state == "no":
        return [address]
    watch = Watch()
    try:
        read: Step | None = call(watch)
        error: Exception | None = None
    except (ConnectorError, GatewayError) as failed:
        read, error = None, failed
    cause = error.__cause__ if error else None
    steps = [address, _connection(watch, cause)]
    if watch.peer:
        steps.append(_tls(url, watch))
    if watch.sent_after:
        steps += [Step(_("Petición"), "ok", signed, watch.sent_after), _answer(watch, cause)]
    if watch.status and not isinstance(cause, NoAnswer):
        steps.append(read or Step(_("Lectura"), "no", _not_understood(error)))
    return steps


def _address(url: str) -> Step:
    label = _("Dirección")
    try:
        origin = origin_of(url)
        found = look_up(origin.host, origin.port)
    except AddressRefused as refused:
        return Step(label, "no", str(refused))
    except OSError:
        return Step(label, "no", _("«%(host)s» no existe: nadie sabe su dirección") % {"host": urlsplit(url).hostname})
    if not origin.is_trusted and not all(may_connect(ip) for ip in found):
        said = _("«%(host)s» lleva a una red privada o reservada, y desde aquí no se llama a ninguna")
        return Step(label, "no", said % {"host": origin.host})
    leads_to = ", ".join(sorted({str(ip) for ip in found})[:4])
    return Step(label, "ok", origin.host if leads_to == origin.host else f"{origin.host} → {leads_to}")


def _connection(watch: Watch, cause: BaseException | None) -> Step:
    label = _("Conexión")
    if watch.peer:
        return Step(label, "ok", _("Conectado con %(peer)s") % {"peer": watch.peer}, watch.connected_after)
    if isinstance(cause, Forbidden):
        return Step(label, "no", _("Lleva a una red privada o reservada: no se ha enviado nada"), watch.so_far())
    return Step(label, "no", _("Nadie responde en esa dirección: no se ha enviado nada"), watch.so_far())


def _tls(url: str, watch: Watch) -> Step:
    if not url.startswith("https:"):
        return Step("TLS", "off", _("Sin cifrar: es una dirección de la propia instalación"))
    if watch.tls:
        return Step("TLS", "ok", _("%(version)s, con un certificado válido") % {"version": watch.tls}, watch.tls_after)
    return Step("TLS", "no", _("No se ha podido cifrar la conexión: el certificado no es válido o no es el suyo"))


def _answer(watch: Watch, cause: BaseException | None) -> Step:
    label, after = _("Respuesta"), watch.answered_after or watch.so_far()
    match cause:
        case Redirected():
            said = _("Responde con una redirección (%(status)d), y el portal no sigue ninguna")
            return Step(label, "no", said % {"status": watch.status}, after)
        case TooLarge():
            return Step(label, "no", _("La respuesta es demasiado grande, y no se ha leído entera"), after)
        case NoAnswer(closed=False):
            said = _("No ha terminado de responder en el tiempo que se le da")
            return Step(label, "no", said, watch.so_far())
        case NoAnswer():
            said = _("La respuesta se ha cortado a medias") if watch.status else _("Ha cortado sin responder")
            return Step(label, "no", said, after)
    size = number_format(watch.size / 1024, 1)
    return Step(label, "ok", f"{watch.status} · {watch.media_type or _('sin tipo')} · {size} KB", after)


def _not_understood(error: Exception | None) -> str:
    reasons = {
        "not JSON": _("no es JSON"),
        "not a consultation": _("no es una consulta"),
        "not a status": _("no dice dónde preguntar cómo va"),
        "status of another origin": _("dice que se pregunte en otro sitio"),
        "not a status of the contract": _("no es un estado del contrato"),
    }
    reason = reasons.get(str(error), _("no tiene la forma que debe"))
    return _("La respuesta no sirve: %(reason)s") % {"reason": reason}


def _read(reply: Reply, version: ProcedureVersion) -> Step:
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
