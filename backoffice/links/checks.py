"""Whether the links that lead out of the portal still lead somewhere: looked at once a week, one at a time."""

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
MOST_HOPS = 3
AT_A_TIME = 300
"""How many are looked at in one go; with all of them silent, each takes its seconds twice."""
_NO_HEAD = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED)
"""What servers answer to HEAD alone, although the page is there."""


@dataclass(frozen=True)
class Seen:
    state: LinkState
    detail: str


@every(hours=24)
@task()
def check_due_links() -> int:
    """Gather the links and look at those that nobody has looked at for a week; answers how many that were."""
    OutsideLink.objects.sync(collect_links())
    due = list(OutsideLink.objects.due()[:AT_A_TIME])
    for link in due:
        _look(link)
    return len(due)


@task()
def check_all_links() -> int:
    """Gather the links and look at all of them; answers how many there are."""
    OutsideLink.objects.sync(collect_links())
    links = list(OutsideLink.objects.order_by("checked_at", "pk")[:AT_A_TIME])
    for link in links:
        _look(link)
    return len(links)


def _look(link: OutsideLink) -> None:
    seen = look_at(link.url)
    link.record_check(seen.state, seen.detail)


def look_at(url: str) -> Seen:
    """How a link is: asked with HEAD, and with GET where that says nothing good; each hop is guarded as the first."""
    where = url
    for _hop in range(MOST_HOPS + 1):
        if where.lower().startswith("http:"):
            said = _("Empieza por http://") if where == url else _("Lleva a una dirección que empieza por http://")
            return Seen(LinkState.INSECURE, said)
        found = _ask(where)
        if isinstance(found, Seen):
            return found if where == url or found.state != LinkState.OK else Seen(LinkState.MOVED, where)
        where = found
    return Seen(LinkState.BROKEN, _("Da vueltas de una dirección a otra"))


def _ask(url: str) -> Seen | str:
    """How an address is, or the address that it leads on to."""
    answered = _send("HEAD", url)
    if isinstance(answered, Seen) and answered.state == LinkState.BROKEN and _may_be_there(answered):
        return _send("GET", url)
    return answered


def _may_be_there(seen: Seen) -> bool:
    return seen.detail in {str(int(status)) for status in _NO_HEAD} or not seen.detail.isdecimal()


def _send(method: str, url: str) -> Seen | str:
    try:
        answer = send(method, url, headers=HEADERS, limits=LIMITS)
    except Redirected as redirect:
        return _joined(url, redirect.location)
    except Forbidden:
        return Seen(LinkState.BROKEN, _("No se puede llamar a esa dirección: no es de la web o es privada"))
    except NoResponse as error:
        if error.reason == ErrorReason.TOO_LARGE:
            return Seen(LinkState.OK, "200")
        return Seen(LinkState.BROKEN, _("No responde"))
    except OutboundError:
        return Seen(LinkState.BROKEN, _("No existe o no se puede conectar"))
    state = LinkState.OK if answer.status < HTTPStatus.BAD_REQUEST else LinkState.BROKEN
    return Seen(state, str(answer.status))


def _joined(url: str, location: str) -> Seen | str:
    try:
        return urljoin(url, location)[:500] if location else Seen(LinkState.BROKEN, _("Lleva a ninguna parte"))
    except ValueError:
        return Seen(LinkState.BROKEN, _("Lleva a ninguna parte"))
