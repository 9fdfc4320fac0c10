"""What waits for somebody when they come in: small counts, each by one query."""

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

MOST_COUNTED = 100
"""Beyond it, it is told that there are more: nobody needs the number, and counting a million rows takes its time."""
VERSIONS = "admin:procedures_procedureversion_changelist"


@dataclass(frozen=True)
class Task:
    """Something that waits: ``rows`` are those of a user, ``permission`` is what doing it demands."""

    label: Promise
    icon: str
    permission: str
    rows: Callable[[User], QuerySet[Any]]
    url: str
    query: str = ""


@dataclass(frozen=True)
class Waiting:
    task: Task
    count: int
    path: str

    @property
    def is_more(self) -> bool:
        return self.count > MOST_COUNTED


def _drafts(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.DRAFT, authors=user)


def _sent_back(user: User) -> QuerySet[Any]:
    return _drafts(user).exclude(review_note="")


def _to_review(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.IN_REVIEW).exclude(authors=user)


def _to_publish(user: User) -> QuerySet[Any]:
    return ProcedureVersion.objects.filter(state=VersionState.APPROVED, publish_at=None)


def _new_questions(user: User) -> QuerySet[Any]:
    return CitizenQuestion.objects.filter(state=CitizenQuestion.State.NEW)


def _lost(user: User) -> QuerySet[Any]:
    return ConnectorHealth.objects.filter(state=Availability.DOWN)


TASKS = (
    Task(
        _("Borradores tuyos"),
        "pencil-line",
        "procedures.change_procedureversion",
        _drafts,
        VERSIONS,
        "state__exact=draft",
    ),
    Task(
        _("Te los han devuelto"),
        "undo-2",
        "procedures.change_procedureversion",
        _sent_back,
        VERSIONS,
        "state__exact=draft",
    ),
    Task(
        _("Esperan que los revises"),
        "clipboard-check",
        "procedures.approve_procedureversion",
        _to_review,
        VERSIONS,
        "state__exact=in_review",
    ),
    Task(
        _("Aprobados, sin fecha para publicar"),
        "send",
        "procedures.publish_procedureversion",
        _to_publish,
        VERSIONS,
        "state__exact=approved",
    ),
    Task(
        _("Preguntas sin responder"),
        "inbox",
        "guides.change_citizenquestion",
        _new_questions,
        "admin:guides_citizenquestion_changelist",
        "state__exact=new",
    ),
    Task(
        _("Organismos que no responden"),
        "unplug",
        "procedures.change_operatorswitch",
        _lost,
        "admin:procedures_entity_changelist",
    ),
)


def tasks_for(request: HttpRequest) -> list[Waiting]:
    """What waits for this person, empty kinds left out."""
    user = request.user
    if not isinstance(user, User):
        return []
    found = [Waiting(task, _count(task, user), _path(task)) for task in TASKS if user.has_perm(task.permission)]
    return [waiting for waiting in found if waiting.count]


def _count(task: Task, user: User) -> int:
    return task.rows(user).order_by()[: MOST_COUNTED + 1].count()


def _path(task: Task) -> str:
    return f"{reverse(task.url)}?{task.query}" if task.query else reverse(task.url)
