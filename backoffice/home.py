"""What is pending for a staff user when they sign in: small counts, each of one query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guides.models import CitizenQuestion
from procedures.models import Availability, ConnectorHealth, ProcedureVersion, VersionState, ZeroResultSearch

MAX_COUNT = 100
"""Beyond it «more than 100» is shown: counting a million rows would make the home page slow."""
VERSIONS = "admin:procedures_procedureversion_changelist"
ENTITIES = "admin:procedures_entity_changelist"
SEARCHES = "admin:procedures_zeroresultsearch_changelist"
SEARCHED_LATELY, SEARCHED_OFTEN = timedelta(days=30), 3
"""A search without a result is work once it was made so many times, the last one within this time."""
QUESTIONS = "admin:guides_citizenquestion_changelist"


@dataclass(frozen=True)
class WorkKind:
    """Pending work, in the list at ``url``; ``rows`` returns a user's, ``permission`` is what doing it takes."""

    label: Promise
    icon: str
    permission: str
    rows: Callable[[User], QuerySet[Any]]
    url: str = VERSIONS
    state: str = ""

    @property
    def path(self) -> str:
        return f"{reverse(self.url)}?state__exact={self.state}" if self.state else reverse(self.url)


@dataclass(frozen=True)
class PendingWork:
    kind: WorkKind
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MAX_COUNT


def _drafts(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.DRAFT, authors=user)


def _returned(user: User) -> QuerySet[Any]:
    return _drafts(user).exclude(review_note="")


def _to_review(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.IN_REVIEW).exclude(authors=user)


def _mine_in_review(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.IN_REVIEW, authors=user)


def _to_publish(_user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.APPROVED, publish_at=None)


def _to_answer(_user: User) -> QuerySet[Any]:
    return CitizenQuestion.objects.filter(state=CitizenQuestion.State.NEW)


def _searched_in_vain(_user: User) -> QuerySet[Any]:
    since = timezone.now() - SEARCHED_LATELY
    return ZeroResultSearch.objects.filter(last_at__gte=since, times__gte=SEARCHED_OFTEN)


def _down(_user: User) -> QuerySet[Any]:
    return ConnectorHealth.objects.filter(state=Availability.DOWN)


CHANGE, APPROVE, PUBLISH = (f"procedures.{action}_procedureversion" for action in ("change", "approve", "publish"))
KINDS = (
    WorkKind(_("Borradores tuyos"), "pencil-line", CHANGE, _drafts, state="draft"),
    WorkKind(_("Te los han devuelto"), "undo-2", CHANGE, _returned, state="draft"),
    WorkKind(_("Tuyos, en revisión de otra persona"), "hourglass", CHANGE, _mine_in_review, state="in_review"),
    WorkKind(_("Esperan que los revises"), "clipboard-check", APPROVE, _to_review, state="in_review"),
    WorkKind(_("Aprobados, sin fecha para publicar"), "send", PUBLISH, _to_publish, state="approved"),
    WorkKind(
        _("Preguntas sin responder"), "inbox", "guides.change_citizenquestion", _to_answer, QUESTIONS, state="new"
    ),
    WorkKind(
        _("Se busca a menudo, y no sale nada"), "search-x", "procedures.change_synonym", _searched_in_vain, SEARCHES
    ),
    WorkKind(_("Organismos que no responden"), "unplug", "procedures.change_operatorswitch", _down, ENTITIES),
)


def pending_work(request: HttpRequest) -> list[PendingWork]:
    """Return what is pending for this user, kinds without any left out."""
    user = request.user
    if not isinstance(user, User):
        return []
    allowed = [kind for kind in KINDS if user.has_perm(kind.permission)]
    counted = [PendingWork(kind, kind.rows(user).order_by()[: MAX_COUNT + 1].count()) for kind in allowed]
    return [pending for pending in counted if pending.count]
