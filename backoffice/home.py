"""What is pending for a staff user when they sign in: small counts, each of one query."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guides.models import CitizenQuestion
from procedures.models import Availability, ConnectorHealth, ProcedureVersion, VersionState

MAX_COUNT = 100
"""Beyond it «more than 100» is shown: counting a million rows would make the home page slow."""
VERSIONS = "admin:procedures_procedureversion_changelist"


@dataclass(frozen=True)
class WorkKind:
    """A kind of pending work: ``rows`` returns those of a user, ``permission`` is what doing it takes."""

    label: Promise
    icon: str
    permission: str
    rows: Callable[[User], QuerySet[Any]]
    url: str
    query: str = ""

    @property
    def path(self) -> str:
        return f"{reverse(self.url)}?{self.query}" if self.query else reverse(self.url)


@dataclass(frozen=True)
class PendingWork:
    kind: WorkKind
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MAX_COUNT


def _drafts(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.DRAFT, authors=user)


def _to_review(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.IN_REVIEW).exclude(authors=user)


KINDS = (
    WorkKind(
        _("Borradores tuyos"),
        "pencil-line",
        "procedures.change_procedureversion",
        _drafts,
        VERSIONS,
        "state__exact=draft",
    ),
    WorkKind(
        _("Te los han devuelto"),
        "undo-2",
        "procedures.change_procedureversion",
        lambda user: _drafts(user).exclude(review_note=""),
        VERSIONS,
        "state__exact=draft",
    ),
    WorkKind(
        _("Esperan que los revises"),
        "clipboard-check",
        "procedures.approve_procedureversion",
        _to_review,
        VERSIONS,
        "state__exact=in_review",
    ),
    WorkKind(
        _("Aprobados, sin fecha para publicar"),
        "send",
        "procedures.publish_procedureversion",
        lambda _user: ProcedureVersion.objects.filter(state=VersionState.APPROVED, publish_at=None),
        VERSIONS,
        "state__exact=approved",
    ),
    WorkKind(
        _("Preguntas sin responder"),
        "inbox",
        "guides.change_citizenquestion",
        lambda _user: CitizenQuestion.objects.filter(state=CitizenQuestion.State.NEW),
        "admin:guides_citizenquestion_changelist",
        "state__exact=new",
    ),
    WorkKind(
        _("Organismos que no responden"),
        "unplug",
        "procedures.change_operatorswitch",
        lambda _user: ConnectorHealth.objects.filter(state=Availability.DOWN),
        "admin:procedures_entity_changelist",
    ),
)


def pending_work(request: HttpRequest) -> list[PendingWork]:
    """Return what is pending for this user, kinds without any left out."""
    user = request.user
    if not isinstance(user, User):
        return []
    found = [PendingWork(kind, _count(kind, user)) for kind in KINDS if user.has_perm(kind.permission)]
    return [pending for pending in found if pending.count]


def _count(kind: WorkKind, user: User) -> int:
    return kind.rows(user).order_by()[: MAX_COUNT + 1].count()
