"""The pages of the procedures: what does not change from version to version."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from backoffice.catalogue.model_admin import CatalogueAdmin
from backoffice.catalogue.version_filters import EntityFilter
from backoffice.pages import render_staff_page
from foundation import languages
from foundation.pages import get_or_post
from procedures.models import Entity, Procedure

MAX_VERSIONS = 20


@admin.register(Procedure)
class ProcedureAdmin(CatalogueAdmin):
    list_display = ["code_shown", "entity", "replaced_by", "order", "featured_order"]
    list_filter = [EntityFilter]
    list_select_related = ["entity", "replaced_by__entity"]
    search_fields = ["slug", "entity__slug", languages.column("versions__name")]
    autocomplete_fields = ["entity", "replaced_by"]
    change_form_template = "backoffice/catalogue/procedure.html"

    class Media:
        css = {"all": ["css/backoffice/catalogue.css"]}

    @admin.display(description=_("código"), ordering="slug")
    def code_shown(self, procedure: Procedure) -> str:
        return procedure.code

    def get_queryset(self, request: HttpRequest) -> QuerySet[Procedure]:
        return super().get_queryset(request).select_related("entity", "replaced_by__entity")

    def get_readonly_fields(self, request: HttpRequest, obj: Procedure | None = None) -> list[str]:
        """Fix the address of a published procedure: people may have bookmarked it."""
        return ["entity", "slug"] if obj is not None and obj.was_published else []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(clone, model_admin=self))
        return [path("<int:pk>/clone/", view, name="procedures_procedure_clone"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        procedure: Procedure | None = context.get("original")
        if procedure is not None:
            context["versions"] = procedure.versions.order_by("-number")[:MAX_VERSIONS]
            context["may_add"] = self.has_add_permission(request)
            context["may_write"] = request.user.has_perm("procedures.add_procedureversion")
        return super().render_change_form(request, context, *args, **options)


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
