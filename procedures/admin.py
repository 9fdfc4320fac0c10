"""The catalogue in the back office.

Its pages run under the portal's own policy: nothing of them may need an inline script or style, or another site's.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from procedures.models import (
    CatalogueStamp,
    Entity,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Synonym,
    VersionState,
    ZeroResultSearch,
)

ROWS_A_PAGE = 20
"""So that a list with fields to edit in it stays below ``DATA_UPLOAD_MAX_NUMBER_FIELDS`` when it is sent."""
CHANGED_MEANWHILE = _("Otra persona acaba de cambiar «%(version)s». Prueba otra vez")


class ChangesCatalogue(admin.ModelAdmin[Any]):
    """Saving or deleting here is a change of the catalogue, which every process must see."""

    list_per_page = ROWS_A_PAGE
    list_max_show_all = ROWS_A_PAGE

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        CatalogueStamp.bump()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        CatalogueStamp.bump()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        CatalogueStamp.bump()


@admin.register(Entity)
class EntityAdmin(ChangesCatalogue, TranslationAdmin[Entity]):
    list_display = ["short_name", "slug", "is_open", "order"]
    list_editable = ["is_open", "order"]
    search_fields = ["slug", "name_es", "short_name_es"]


@admin.register(Procedure)
class ProcedureAdmin(ChangesCatalogue):
    list_display = ["code", "entity", "is_open", "order"]
    list_editable = ["is_open", "order"]
    list_filter = ["entity", "is_open"]
    list_select_related = ["entity"]
    search_fields = ["slug", "entity__slug", "versions__name_es"]
    autocomplete_fields = ["entity"]


class RequiredDatumInline(TranslationStackedInline[RequiredDatum, ProcedureVersion]):
    """The data of a draft; those of a published version can only be looked at."""

    model = RequiredDatum
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_fixed(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_fixed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_fixed(obj) and super().has_delete_permission(request, obj)


def _is_fixed(version: ProcedureVersion | None) -> bool:
    return version is not None and version.is_fixed


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(ChangesCatalogue, TranslationAdmin[ProcedureVersion]):
    """Drafts are edited and published here; what was published can only be looked at, or copied to a new draft."""

    list_display = ["name", "procedure", "number", "state", "kind", "level"]
    list_filter = ["state", "kind", "procedure__entity"]
    list_select_related = ["procedure__entity"]
    search_fields = ["name_es", "procedure__slug"]
    autocomplete_fields = ["procedure"]
    readonly_fields = ["state", "published_at"]
    inlines = [RequiredDatumInline]
    actions = ["publish", "copy_to_draft"]

    def has_change_permission(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> bool:
        return not _is_fixed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> bool:
        return not _is_fixed(obj) and super().has_delete_permission(request, obj)

    @admin.action(description=_("Publicar los borradores elegidos"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> None:
        drafts = list(queryset.filter(state=VersionState.DRAFT))
        published = [draft for draft in drafts if self._published(request, draft)]
        if published or not drafts:
            self.message_user(request, _("Versiones publicadas: %(count)d") % {"count": len(published)})

    def _published(self, request: HttpRequest, draft: ProcedureVersion) -> bool:
        """Publish a draft, or say why it cannot be."""
        try:
            draft.publish()
        except ValidationError as error:
            refused = _("«%(version)s» no se puede publicar. %(reasons)s")
            reasons = ". ".join(error.messages)
            self.message_user(request, refused % {"version": draft, "reasons": reasons}, messages.ERROR)
            return False
        except IntegrityError:
            self.message_user(request, CHANGED_MEANWHILE % {"version": draft}, messages.ERROR)
            return False
        return True

    @admin.action(description=_("Copiar a un borrador nuevo"), permissions=["add"])
    def copy_to_draft(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> None:
        copies = 0
        for version in queryset:
            try:
                version.copy_to_draft()
                copies += 1
            except IntegrityError:
                self.message_user(request, CHANGED_MEANWHILE % {"version": version}, messages.ERROR)
        self.message_user(request, _("Borradores creados: %(count)d") % {"count": copies}, messages.SUCCESS)


class LifeEventStepInline(TranslationStackedInline[LifeEventStep, LifeEvent]):
    """The procedures that a life event takes."""

    model = LifeEventStep
    extra = 0
    autocomplete_fields = ["procedure"]


@admin.register(LifeEvent)
class LifeEventAdmin(ChangesCatalogue, TranslationAdmin[LifeEvent]):
    list_display = ["name", "slug", "is_shown", "order"]
    list_editable = ["is_shown", "order"]
    search_fields = ["slug", "name_es"]
    inlines = [LifeEventStepInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The stamp moves again when the steps are saved: a page made in between lacks them."""
        super().save_related(request, form, formsets, change)
        CatalogueStamp.bump()


@admin.register(Synonym)
class SynonymAdmin(ChangesCatalogue):
    list_display = ["said", "language", "meant", "is_used"]
    list_editable = ["is_used"]
    list_filter = ["language"]
    search_fields = ["said", "meant"]


@admin.register(ZeroResultSearch)
class ZeroResultSearchAdmin(admin.ModelAdmin[ZeroResultSearch]):
    """What people searched for and did not find: to read, so that the catalogue learns their words."""

    list_display = ["text", "language", "times", "last_at"]
    list_filter = ["language"]
    search_fields = ["text"]
    list_per_page = 100
    list_max_show_all = 100

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ZeroResultSearch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ZeroResultSearch | None = None) -> bool:
        return False
