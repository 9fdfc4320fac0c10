"""The versions of a procedure: written, looked at, published."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from backoffice.catalogue.base import ChangesCatalogue
from procedures.models import ProcedureVersion, RequiredDatum, VersionState

CHANGED_MEANWHILE = _("Otra persona acaba de cambiar «%(version)s». Prueba otra vez")


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
