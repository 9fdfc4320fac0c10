"""Filters of the list of versions."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice.catalogue.translation_progress import incomplete_translations
from backoffice.catalogue.version_steps import APPROVE, CHANGE, PUBLISH
from procedures.models import Entity, Kind, ProcedureVersion, VersionState

MAX_ENTITIES = 100
"""A longer list would be longer than the page; the search finds every entity."""


class EntityFilter(SimpleListFilter):
    title = _("organismo")
    parameter_name = "entity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(entity.slug, str(entity.short_name)) for entity in Entity.objects.all()[:MAX_ENTITIES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        path = "entity__slug" if queryset.model is not ProcedureVersion else "procedure__entity__slug"
        return queryset.filter(**{path: self.value()}) if self.value() else queryset


class KindFilter(SimpleListFilter):
    title = _("tipo")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        if queryset.model is ProcedureVersion:
            return queryset.filter(kind=self.value())
        return queryset.filter(Exists(ProcedureVersion.objects.filter(procedure=OuterRef("pk"), kind=self.value())))


class ProcedureStateFilter(SimpleListFilter):
    title = _("estado")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*VersionState.choices, ("none", _("sin versiones"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the procedures that have a version in this state."""
        versions = ProcedureVersion.objects.filter(procedure=OuterRef("pk"))
        match self.value():
            case None:
                return queryset
            case "none":
                return queryset.exclude(Exists(versions))
            case state:
                return queryset.filter(Exists(versions.filter(state=state)))


def state_badge(version: ProcedureVersion) -> Any:
    return format_html('<span class="state" data-state="{}">{}</span>', version.state, version.get_state_display())


class TranslationFilter(SimpleListFilter):
    title = _("traducción")
    parameter_name = "translation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("incomplete", _("incompleta")), ("complete", _("completa"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
        match self.value():
            case "incomplete":
                return queryset.filter(incomplete_translations())
            case "complete":
                return queryset.exclude(incomplete_translations())
        return queryset


class WaitingForMeFilter(SimpleListFilter):
    title = _("turno")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("me toca a mí"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
        return queryset.filter(waiting_for(request.user)) if self.value() == "me" else queryset


def waiting_for(user: Any) -> Q:
    """Match the versions with which this user can do the next step: own drafts, others' to approve, to publish."""
    authored = ProcedureVersion.authors.through.objects.filter(user_id=user.pk).values("procedureversion")
    waiting = Q(pk=None)
    if user.has_perm(CHANGE):
        waiting |= Q(state=VersionState.DRAFT, pk__in=authored)
    if user.has_perm(APPROVE):
        waiting |= Q(state=VersionState.IN_REVIEW) & ~Q(submitted_by=user.pk) & ~Q(pk__in=authored)
    if user.has_perm(PUBLISH):
        waiting |= Q(state=VersionState.APPROVED, publish_at=None)
    return waiting
