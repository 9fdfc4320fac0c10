"""The pages of the procedures: what does not change from version to version."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice.catalogue.derived import SlugForm
from backoffice.catalogue.model_admin import CatalogueAdmin
from backoffice.catalogue.stages import STAGES, stage_url, stepper
from backoffice.catalogue.version_filters import EntityFilter, KindFilter, ProcedureStateFilter, state_badge
from backoffice.pages import render_staff_page
from foundation import languages
from foundation.pages import get_or_post
from procedures.models import Entity, Kind, Procedure, ProcedureVersion, VersionState

MAX_VERSIONS = 20


NAMES = languages.columns("name")
DraftFields = type("DraftFields", (forms.Form,), forms.fields_for_model(ProcedureVersion, [*NAMES, "kind"]))
"""The fields with which a first draft begins."""


class ProcedureForm(SlugForm):
    """The form of a procedure, whose address may be derived from its name."""

    def is_taken(self, slug: str) -> bool:
        return Procedure.objects.filter(entity=self.cleaned_data.get("entity"), slug=slug).exists()


class NewProcedureForm(ProcedureForm, DraftFields):  # type: ignore[misc, valid-type]  # made from the model
    """Asks for the name and the kind too; with a name, the first draft is made along with the procedure."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in (*NAMES, "kind"):
            self.fields[name].required = False
        self.fields["kind"].choices = [("", _("Elige")), *Kind.choices]  # type: ignore[attr-defined]

    def draft(self) -> ProcedureVersion | None:
        """Return the first draft, not saved yet; None when no name was given."""
        texts = {name: self.cleaned_data.get(name) or "" for name in (*NAMES, "kind")}
        return ProcedureVersion(procedure=self.instance, **texts) if any(texts[name] for name in NAMES) else None


@admin.register(Procedure)
class ProcedureAdmin(CatalogueAdmin):
    list_display = ["name_shown", "entity", "state_shown", "kind_shown", "changed", "order", "featured_order"]
    list_filter = [EntityFilter, ProcedureStateFilter, KindFilter]
    form = ProcedureForm
    list_select_related = ["entity"]
    search_fields = ["slug", "entity__slug", languages.column("versions__name")]
    autocomplete_fields = ["entity", "replaced_by"]
    change_form_template = "backoffice/catalogue/procedure.html"

    class Media:
        css = {"all": ["css/backoffice/catalogue.css"]}
        js = ["js/backoffice/derived.js"]

    # --- The list -----------------------------------------------------------------------------------------------------

    def prepare_rows(self, changelist: Any) -> None:
        versions = ProcedureVersion.objects.only("procedure", "name", "kind", "state").order_by("-number")
        changelist.result_list = changelist.result_list.prefetch_related(Prefetch("versions", versions))

    @admin.display(description=_("trámite"), ordering="slug")
    def name_shown(self, procedure: Procedure) -> Any:
        version = _shown_version(procedure)
        name = version.name if version and version.name else procedure.slug
        return format_html('{} <span class="code">{}</span>', name, procedure.code)

    @admin.display(description=_("estado"))
    def state_shown(self, procedure: Procedure) -> Any:
        version = _shown_version(procedure)
        return state_badge(version) if version else _("sin versiones")

    @admin.display(description=_("tipo"))
    def kind_shown(self, procedure: Procedure) -> str:
        version = _shown_version(procedure)
        return version.get_kind_display() if version else ""

    # --- The page -----------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Procedure]:
        return super().get_queryset(request).select_related("entity", "replaced_by__entity")

    def get_readonly_fields(self, request: HttpRequest, obj: Procedure | None = None) -> list[str]:
        """Fix the address of a published procedure: people may have bookmarked it."""
        return ["entity", "slug"] if obj is not None and obj.was_published else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: dict[str, Any] = {} if obj else {"form": NewProcedureForm}
        return super().get_form(request, obj, change=change, **form | options)

    def get_fieldsets(self, request: HttpRequest, obj: Procedure | None = None) -> Any:
        draft = [] if obj else [tuple(NAMES), "kind"]
        sections = [
            (None, {"fields": ["entity", *draft, "slug"]}),
            (_("En las listas"), {"fields": [("order", "featured_order"), "replaced_by"]}),
        ]
        return self.with_revision(sections, request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the first draft of a new procedure, of which this person is an author."""
        super().save_related(request, form, formsets, change)
        may_write = request.user.has_perm("procedures.add_procedureversion")
        if not change and may_write and (draft := form.draft()):
            draft.save()
            draft.authors.add(cast(User, request.user))
            request.first_draft = draft  # type: ignore[attr-defined]  # for ``response_add``

    def response_add(self, request: HttpRequest, obj: Procedure, *args: Any, **options: Any) -> Any:
        """Lead on to the texts of the first draft."""
        draft: ProcedureVersion | None = getattr(request, "first_draft", None)
        if draft is None or "_save" not in request.POST:
            return super().response_add(request, obj, *args, **options)
        self.message_user(request, _("Guardado"), messages.SUCCESS)
        return redirect(stage_url(draft, STAGES[1]))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(clone, model_admin=self))
        return [path("<int:pk>/clone/", view, name="procedures_procedure_clone"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        procedure: Procedure | None = context.get("original")
        context["may_write"] = request.user.has_perm("procedures.add_procedureversion")
        if procedure is not None:
            context["versions"] = procedure.versions.order_by("-number")[:MAX_VERSIONS]
            context["may_add"] = self.has_add_permission(request)
        else:
            context["stepper"] = stepper(None, STAGES[0].key)
        return super().render_change_form(request, context, *args, **options)


def _shown_version(procedure: Procedure) -> ProcedureVersion | None:
    """Return the published version or else the latest, of versions that were fetched latest first."""
    versions = list(procedure.versions.all())
    published = (version for version in versions if version.state == VersionState.PUBLISHED)
    return next(published, versions[0] if versions else None)


class CloneForm(forms.Form):
    entity: forms.ModelChoiceField[Entity] = forms.ModelChoiceField(queryset=Entity.objects.all(), label=_("organismo"))
    slug = forms.SlugField(
        label=_("identificador"), max_length=60, help_text=_("Parte de su dirección: en minúsculas, con guiones")
    )

    def __init__(self, site: admin.AdminSite, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        widget = AutocompleteSelect(Procedure._meta.get_field("entity"), site)
        widget.choices = self.fields["entity"].choices  # type: ignore[attr-defined]
        self.fields["entity"].widget = widget


@get_or_post
def clone(request: HttpRequest, pk: int, *, model_admin: ProcedureAdmin) -> HttpResponse:
    """Create another procedure whose first draft copies this one."""
    if not model_admin.has_add_permission(request) or not request.user.has_perm("procedures.add_procedureversion"):
        raise PermissionDenied
    procedure = get_object_or_404(model_admin.get_queryset(request), pk=pk)
    form = CloneForm(model_admin.admin_site, request.POST or None, initial={"entity": procedure.entity_id})
    if form.is_valid() and (copy := _clone(form, procedure)):
        for version in copy.versions.all():
            version.authors.add(cast(User, request.user))
        model_admin.log_addition(request, copy, [{"added": {}}])
        message = _("Este trámite es una copia de %(code)s. Tiene un borrador que puedes cambiar")
        model_admin.message_user(request, message % {"code": procedure.code}, messages.SUCCESS)
        return redirect("admin:procedures_procedure_change", copy.pk)
    return render_staff_page(
        model_admin.admin_site,
        request,
        "backoffice/catalogue/clone.html",
        title=_("Duplicar un trámite"),
        subtitle=procedure.code,
        procedure=procedure,
        form=form,
        errors=form.errors,
        opts=model_admin.opts,
        media=model_admin.media + form.media,
    )


def _clone(form: CloneForm, procedure: Procedure) -> Procedure | None:
    """Return the copy; None, with the reason in the form, when there is none."""
    try:
        return procedure.clone(form.cleaned_data["entity"], form.cleaned_data["slug"])
    except ValidationError as error:
        form.add_error("slug", error.messages)
        return None
