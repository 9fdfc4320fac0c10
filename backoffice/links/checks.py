"""Weekly checks whether the links that lead out of the portal still lead somewhere."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from django.tasks import task
from django.utils.translation import gettext as _

from backoffice.links.sources import collect_links
from backoffice.models import OutsideLink
from backoffice.models.outside_links import LinkState
from foundation.http.errors import ErrorReason, Forbidden, NoResponse, OutboundError, Redirected
from foundation.http.outbound import RequestLimits, send
from foundation.schedule import every

LIMITS = RequestLimits(connect=3, read=5, total=8, body=64 * 1024)
HEADERS = {"Accept": "text/html, */*;q=0.5", "Accept-Language": "es"}
MAX_REDIRECTS = 3
LINKS_PER_RUN = 300
"""Bounds a run: with all servers silent, each link takes ``LIMITS.total`` seconds twice."""
_HEAD_NOT_SUPPORTED = (
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)
"""What some servers answer to HEAD although the page exists."""


@dataclass(frozen=True)
class CheckResult:
    """``status`` is the HTTP status, 0 when there was no response."""

    state: LinkState
    detail: str
    status: int = 0


@every(hours=24)
@task()
def check_due_links() -> int:
    """Collect the links, check those that were not checked for a week, and return how many those are."""
    OutsideLink.objects.sync(collect_links())
    return _check_each(list(OutsideLink.objects.due()[:LINKS_PER_RUN]))


@task()
def check_all_links() -> int:
    """Collect the links, check them whenever they were checked last, and return how many there are."""
    OutsideLink.objects.sync(collect_links())
    return _check_each(list(OutsideLink.objects.order_by("checked_at", "pk")[:LINKS_PER_RUN]))


def _check_each(links: list[OutsideLink]) -> int:
    for link in links:
        result = check_link(link.url)
        link.record_check(result.state, result.detail)
    return len(links)


def check_link(url: str) -> CheckResult:
    """Follow a link; each redirect passes the same address guard as the link itself."""
    target = url
    for _redirect in range(MAX_REDIRECTS + 1):
        if target.lower().startswith("http:"):
            is_redirected = target != url
            detail = _("Lleva a una dirección que empieza por http://") if is_redirected else _("Empieza por http://")
            return CheckResult(LinkState.INSECURE, detail)
        found = _request(target)
        if isinstance(found, CheckResult):
            has_moved = target != url and found.state == LinkState.OK
            return CheckResult(LinkState.MOVED, target) if has_moved else found
        target = found
    return CheckResult(LinkState.BROKEN, _("Da vueltas de una dirección a otra"))


def _request(url: str) -> CheckResult | str:
    """Return the result for one address, or the address that it redirects to; ask with GET when HEAD is no proof."""
    found = _send("HEAD", url)
    if isinstance(found, str) or found.state != LinkState.BROKEN:
        return found
    return _send("GET", url) if not found.status or found.status in _HEAD_NOT_SUPPORTED else found


def _send(method: str, url: str) -> CheckResult | str:
    try:
        response = send(method, url, headers=HEADERS, limits=LIMITS)
    except Redirected as redirect:
        return _redirect_target(url, redirect.location)
    except Forbidden:
        return CheckResult(LinkState.BROKEN, _("No se puede llamar a esa dirección: no es de la web o es privada"))
    except NoResponse as error:
        if error.reason == ErrorReason.TOO_LARGE:
            return CheckResult(LinkState.OK, "200", HTTPStatus.OK)
        return CheckResult(LinkState.BROKEN, _("No responde"))
    except OutboundError:
        return CheckResult(LinkState.BROKEN, _("No existe o no se puede conectar"))
    state = LinkState.OK if response.status < HTTPStatus.BAD_REQUEST else LinkState.BROKEN
    return CheckResult(state, str(response.status), response.status)


def _redirect_target(url: str, location: str) -> CheckResult | str:
    nowhere = CheckResult(LinkState.BROKEN, _("Lleva a ninguna parte"))
    try:
        return urljoin(url, location)[:500] if location else nowhere
    except ValueError:
        return nowhere
