"""The pages of a procedure's versions: written by one person, approved by another, published."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import IntegrityError, models
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from modeltranslation.admin import TranslationAdmin

from backoffice.catalogue import version_views
from backoffice.catalogue.line_fields import MappingField
from backoffice.catalogue.model_admin import CatalogueAdmin
from backoffice.catalogue.previews import MAY_FRAME
from backoffice.catalogue.stages import (
    DATA,
    STAGES,
    Stage,
    chosen_stage,
    completeness,
    following,
    stage_url,
    stepper,
)
from backoffice.catalogue.translation_progress import translation_progress
from backoffice.catalogue.version_filters import (
    EntityFilter,
    KindFilter,
    TranslationFilter,
    WaitingForMeFilter,
    state_badge,
)
from backoffice.catalogue.version_form import (
    RequiredDatumInline,
    VersionForm,
    may_submit,
    stage_fieldsets,
    version_fieldsets,
)
from backoffice.catalogue.version_steps import BY_KEY, CONFLICT, offered_steps, step_form, take
from backoffice.edit_conflicts import log_entries
from clave.models import Method
from foundation import languages
from procedures.connector_checks import resolve_addresses
from procedures.models import LifeEventStep, Procedure, ProcedureVersion

MAX_LOG_ENTRIES = 8


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(CatalogueAdmin, TranslationAdmin[ProcedureVersion]):
    """Drafts are edited and taken through the workflow; other versions can only be read and copied."""

    form = VersionForm
    list_display = ["name_shown", "entity_shown", "number", "state_shown", "kind", "translated", "changed"]
    list_filter = ["state", KindFilter, WaitingForMeFilter, TranslationFilter, EntityFilter]
    list_select_related = ["procedure__entity"]
    search_fields = [languages.column("name"), "procedure__slug", "procedure__entity__slug"]
    ordering = ["-pk"]
    autocomplete_fields = ["procedure"]
    inlines = [RequiredDatumInline]
    readonly_fields = ["methods_shown", "mapping_shown"]
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget({"rows": 4})}}
    actions = ["submit", "publish", "copy_to_draft"]
    change_form_template = "backoffice/catalogue/version.html"

    class Media:
        css = {"all": ["css/backoffice/catalogue.css"]}
        js = ["js/backoffice/derived.js", "js/backoffice/form-preview.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProcedureVersion]:
        return super().get_queryset(request).select_related("procedure__entity", "submitted_by", "approved_by")

    def get_fieldsets(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> Any:
        is_read_only = obj is not None and not self.has_change_permission(request, obj)
        stage = self.stage(request, obj)
        if stage is not None and stage.key == DATA:
            return stage_fieldsets(obj, stage)
        shown = stage_fieldsets(obj, stage) if stage else version_fieldsets(obj, is_read_only=is_read_only)
        return self.with_revision(shown, request, obj)

    def stage(self, request: HttpRequest, version: ProcedureVersion | None) -> Stage | None:
        """Return the stage whose fields the page shows; None for the whole form, as read-only pages do."""
        may_write = self.has_change_permission(request, version) if version else self.has_add_permission(request)
        return chosen_stage(request) if may_write else None

    def get_inline_instances(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> Any:
        stage = self.stage(request, obj)
        return super().get_inline_instances(request, obj) if stage is None or stage.key == DATA else []

    @admin.display(description=_("Formas de identificarse"))
    def methods_shown(self, version: ProcedureVersion) -> str:
        names = dict(Method.choices)
        return ", ".join(str(names.get(method, method)) for method in version.methods)

    @admin.display(description=_("Nombres para el organismo"))
    def mapping_shown(self, version: ProcedureVersion) -> str:
        return str(MappingField().prepare_value(version.mapping))

    def get_urls(self) -> list[URLPattern]:
        return [*version_views.urls(self), *super().get_urls()]

    # --- Permissions --------------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> bool:
        return may_submit(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> bool:
        return (obj is None or obj.is_draft) and super().has_delete_permission(request, obj)

    # --- Saving -------------------------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """Look the connector's host up before the admin opens the transaction in which the form is checked."""
        if request.method == "POST" and (self.has_add_permission(request) or self.has_change_permission(request)):
            sent = request.POST.get("connector", "").strip()
            request.refused_addresses = resolve_addresses([sent])  # type: ignore[attr-defined]  # for ``get_form``
        response = super().changeform_view(request, *args, **options)
        saved: ProcedureVersion | None = getattr(request, "saved_to_submit", None)
        return response if saved is None else version_views.hand_over(request, saved, self)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **options)
        for name in form.base_fields.keys() - set(flatten_fieldsets(self.get_fieldsets(request, obj))):
            del form.base_fields[name]  # declared fields that the stage does not have
        form.refused_addresses = getattr(request, "refused_addresses", {})
        return form

    def save_model(self, request: HttpRequest, obj: ProcedureVersion, form: Any, change: bool) -> None:
        if not change:
            Procedure.objects.select_for_update().get(pk=obj.procedure_id)
            obj.number = (obj.procedure.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Make whoever saves an author, who therefore may not approve the version."""
        super().save_related(request, form, formsets, change)
        form.instance.authors.add(request.user)

    def response_add(self, request: HttpRequest, obj: ProcedureVersion, *args: Any, **options: Any) -> Any:
        return self._lead_on(request, obj) or super().response_add(request, obj, *args, **options)

    def response_change(self, request: HttpRequest, obj: ProcedureVersion) -> Any:
        return self._lead_on(request, obj) or super().response_change(request, obj)

    def _lead_on(self, request: HttpRequest, version: ProcedureVersion) -> HttpResponse | None:
        """Return to the stage or go to the next; a version to submit waits until the admin's transaction has ended.

        ``_stay`` is the button that the Enter key presses.
        """
        stage = chosen_stage(request)
        if "_submit" in request.POST:
            request.saved_to_submit = version  # type: ignore[attr-defined]  # for ``changeform_view``
            return redirect(stage_url(version, STAGES[-1]))
        if stage is None and "_stay" not in request.POST:
            return None
        self.message_user(request, _("Guardado"), messages.SUCCESS)
        goal = following(stage) if stage and "_next" in request.POST else stage
        return redirect(stage_url(version, goal) if goal else version_views.change_url(version))

    # --- The page -----------------------------------------------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        version: ProcedureVersion | None = context.get("original")
        stage = self.stage(request, version)
        lacking = completeness(version) if version and version.is_draft else {"gaps": []}
        context |= lacking | {"stage": stage, "following": following(stage) if stage else None}
        context |= {"title": stage.label} if stage else {}
        if version is None or (version.is_draft and self.has_change_permission(request, version)):
            context["stepper"] = stepper(version, stage.key if stage else "", lacking["gaps"])
        if version is not None and stage is None:
            context |= self.panel(request, version)
        response = super().render_change_form(request, context, *args, **options)
        return csp_override(MAY_FRAME)(lambda _request: response)(request)

    def panel(self, request: HttpRequest, version: ProcedureVersion) -> dict[str, Any]:
        """Return what the panel above the form shows: next steps, history, translation."""
        data = list(version.required_data.all())
        in_events = LifeEventStep.objects.filter(procedure=version.procedure_id).select_related("life_event")
        return {
            "steps": offered_steps(request, version),
            "progress": translation_progress(version, data),
            "entries": log_entries(version)[:MAX_LOG_ENTRIES],
            "in_events": in_events,
            "needs_other_approver": version.state == "in_review" and not version.may_be_approved_by(request.user),  # type: ignore[arg-type]
            "may_copy": self.has_add_permission(request),
            "siblings": version.procedure.versions.exclude(pk=version.pk).only("pk", "number", "state")[:20],
        }

    # --- The list -----------------------------------------------------------------------------------------------------

    @admin.display(description=_("nombre"), ordering=languages.column("name"))
    def name_shown(self, version: ProcedureVersion) -> Any:
        code = version.procedure.code
        return format_html('{} <span class="code">{}</span>', version.name or _("Sin nombre todavía"), code)

    @admin.display(description=_("organismo"), ordering="procedure__entity__short_name")
    def entity_shown(self, version: ProcedureVersion) -> str:
        return str(version.procedure.entity)

    @admin.display(description=_("estado"), ordering="state")
    def state_shown(self, version: ProcedureVersion) -> Any:
        return state_badge(version)

    @admin.display(description=_("traducción"))
    def translated(self, version: ProcedureVersion) -> Any:
        """Show ``en 5/8`` for each language that lacks texts."""
        progress = translation_progress(version, version.required_data.all())
        lacking = [(found.language, found.done, found.total) for found in progress if not found.is_complete]
        return format_html_join(" · ", "{} {}/{}", lacking) or _("completa")

    def prepare_rows(self, changelist: Any) -> None:
        """Fetch the required data of all rows in one query, for ``translated``."""
        changelist.result_list = changelist.result_list.prefetch_related("required_data")

    # --- In bulk ------------------------------------------------------------------------------------------------------

    @admin.action(description=_("Enviar a revisión los borradores elegidos"), permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> None:
        self._take_all(request, "submit", queryset, _("Versiones enviadas a revisión: %(count)d"))

    @admin.action(description=_("Publicar las versiones aprobadas elegidas"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> None:
        self._take_all(request, "publish", queryset, _("Versiones publicadas: %(count)d"))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(BY_KEY["publish"].permission))

    def _take_all(self, request: HttpRequest, key: str, queryset: QuerySet[ProcedureVersion], done: Any) -> None:
        """Take a step with each version in the right state, and tell why any is refused."""
        step, count = BY_KEY[key], 0
        for version in queryset.filter(state__in=step.states):
            form = step_form(step, version, {"revision": version.revision})
            if take(step, request, version, form):
                self.log_step(request, step.audit_action, version, str(step.done))
                count += 1
            else:
                refused = _("«%(version)s» sigue como estaba. %(reasons)s")
                reasons = ". ".join(map(str, form.non_field_errors()))
                self.message_user(request, refused % {"version": version, "reasons": reasons}, messages.ERROR)
        self.message_user(request, done % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.action(description=_("Copiar a un borrador nuevo"), permissions=["add"])
    def copy_to_draft(self, request: HttpRequest, queryset: QuerySet[ProcedureVersion]) -> None:
        copies = [copy for version in queryset if (copy := self.copy_version(request, version))]
        self.message_user(request, _("Borradores creados: %(count)d") % {"count": len(copies)}, messages.SUCCESS)

    def copy_version(self, request: HttpRequest, version: ProcedureVersion) -> ProcedureVersion | None:
        """Copy a version to a new draft; None, with a message, when somebody else was making one."""
        try:
            copy = version.copy_to_draft()
        except IntegrityError:
            self.message_user(request, CONFLICT % {"version": version}, messages.ERROR)
            return None
        copy.authors.add(request.user)  # type: ignore[arg-type]  # signed in
        self.log_step(request, "copied", copy, str(_("Copiada de la versión %(number)d") % {"number": version.number}))
        return copy
