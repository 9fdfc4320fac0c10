"""What the list of versions is narrowed down by."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.catalogue.translation_progress import lacks_texts
from backoffice.catalogue.version_steps import APPROVE, CHANGE, PUBLISH
from procedures.models import Entity, ProcedureVersion, VersionState

MOST_ENTITIES = 100
"""More would make the list longer than the page; the search finds every one."""


class EntityFilter(SimpleListFilter):
    """By the public body, the first hundred in their order."""

    title = _("organismo")
    parameter_name = "entity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(entity.slug, str(entity.short_name)) for entity in Entity.objects.all()[:MOST_ENTITIES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        path = "entity__slug" if queryset.model is not ProcedureVersion else "procedure__entity__slug"
        return queryset.filter(**{path: self.value()}) if self.value() else queryset


class TranslationFilter(SimpleListFilter):
    """By whether a text is missing in some language."""

    title = _("traducción")
    parameter_name = "translation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("incomplete", _("incompleta")), ("complete", _("completa"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
        match self.value():
            case "incomplete":
                return queryset.filter(lacks_texts())
            case "complete":
                return queryset.exclude(lacks_texts())
        return queryset


class WaitingForMeFilter(SimpleListFilter):
    """What this person can take a step further: drafts of theirs, others' to approve, what can be published."""

    title = _("turno")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("me toca a mí"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
        return queryset.filter(waiting_for(request.user)) if self.value() == "me" else queryset


def waiting_for(user: Any) -> Q:
    """The versions that wait for this person."""
    mine = ProcedureVersion.authors.through.objects.filter(user_id=user.pk).values("procedureversion")
    waiting = Q(pk=None)
    if user.has_perm(CHANGE):
        waiting |= Q(state=VersionState.DRAFT, pk__in=mine)
    if user.has_perm(APPROVE):
        waiting |= Q(state=VersionState.IN_REVIEW) & ~Q(submitted_by=user.pk) & ~Q(pk__in=mine)
    if user.has_perm(PUBLISH):
        waiting |= Q(state=VersionState.APPROVED, publish_at=None)
    return waiting
