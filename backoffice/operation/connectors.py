"""The connectors: how each body is called, and a try of them with made-up data."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accesses.connectors.http import address_of
from accesses.models import ConnectorProfile
from accesses.models.connector_profiles import LONGEST_CREDENTIAL
from backoffice.base import StaffAdmin, name_of
from backoffice.models import Trial
from backoffice.operation.pages import page, show
from backoffice.operation.trying import as_rows, try_connector
from foundation import audit
from procedures.models import Entity, ProcedureVersion, VersionState

TEST = "procedures.test_connector"
VERSIONS_A_PAGE, MOST_LETTERS = 40, 80
REFRESH_SECONDS = 2


def urls(site: AdminSite) -> list[URLPattern]:
    return [
        page(site, "operacion/conectores/", connectors, "connectors", TEST),
        page(site, "operacion/conectores/<int:pk>/", connector, "connector_test", TEST),
        page(site, "operacion/conectores/prueba/<uuid:pk>/", trial, "connector_trial", TEST),
    ]


def connectors(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The published versions, of all bodies or of one, each with a way to its try."""
    entity = Entity.objects.filter(slug=request.GET.get("organismo", "")).first()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    versions = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).select_related("procedure__entity")
    if entity:
        versions = versions.filter(procedure__entity=entity)
    if words:
        versions = versions.filter(name_es__icontains=words) | versions.filter(connector__icontains=words)
    ordered = versions.order_by("procedure__entity__order", "procedure__entity__slug", "procedure__order", "pk")
    shown = Paginator(ordered, VERSIONS_A_PAGE).get_page(request.GET.get("p"))
    title = _("Conectores")
    return show(site, request, "connectors.html", title=title, versions=shown, entity=entity, words=words)


def connector(site: AdminSite, request: HttpRequest, pk: int) -> HttpResponse:
    """What a try would do; a POST does it, once however often it is sent."""
    versions = ProcedureVersion.objects.select_related("procedure__entity")
    version: ProcedureVersion = get_object_or_404(versions, pk=pk)
    if request.method == "POST":
        return _try(request, version)
    profile = ConnectorProfile.objects.filter(pk=version.procedure.entity_id).first()
    return show(
        site,
        request,
        "connector.html",
        title=_("Probar el conector"),
        subtitle=str(version),
        version=version,
        entity=version.procedure.entity,
        address=address_of(version.connector),
        profile=profile,
        trial_id=uuid4(),
    )


def _try(request: HttpRequest, version: ProcedureVersion) -> HttpResponse:
    begun = begin(request, version)
    if begun is None:
        return HttpResponseRedirect(reverse("admin:connector_test", args=[version.pk]))
    running, is_mine = begun
    if is_mine:
        steps = try_connector(version, running.pk)
        end(request, running, as_rows(steps), f"procedures.procedureversion:{version.pk}")
    return HttpResponseRedirect(reverse("admin:connector_trial", args=[running.pk]))


def begin(request: HttpRequest, version: ProcedureVersion | None) -> tuple[Trial, bool] | None:
    """The try that the form asks for, and whether it is this request's to run; None when it cannot be run."""
    if not request.user.has_perm(TEST):
        raise PermissionDenied
    try:
        pk = UUID(request.POST.get("trial", ""))
    except ValueError:
        pk = uuid4()
    if mine := Trial.objects.begin(pk, version):
        return mine, True
    if another := Trial.objects.filter(pk=pk, version=version).first():
        return another, False
    messages.warning(request, _("Hay demasiadas pruebas en marcha. Espera a que terminen y prueba otra vez"))
    return None


def end(request: HttpRequest, running: Trial, steps: list[dict[str, Any]], target: str) -> None:
    running.finish(steps)
    passed = all(step["state"] != "no" for step in steps)
    audit.record("connector.tested", actor=name_of(request), target=target, passed=passed)


def trial(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a try came; while it runs, the page looks again."""
    found = get_object_or_404(Trial.objects.select_related("version__procedure__entity"), pk=pk)
    answer = show(
        site,
        request,
        "trial.html",
        title=_("Prueba del conector") if found.version else _("Prueba de Cl@ve"),
        subtitle=str(found.version or ""),
        trial=found,
        version=found.version,
    )
    if found.is_running:
        answer["Refresh"] = str(REFRESH_SECONDS)
    return answer


class ProfileForm(forms.ModelForm[ConnectorProfile]):
    """A profile; its credential is written and never read."""

    credential = forms.CharField(
        label=gettext_lazy("Credencial"),
        max_length=LONGEST_CREDENTIAL,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password", "class": "vTextField"}),
        help_text=gettext_lazy("Se guarda sellada y no se vuelve a mostrar. Vacía, se queda la que hay"),
    )
    forget_credential = forms.BooleanField(label=gettext_lazy("Borrar la credencial"), required=False)

    class Meta:
        model = ConnectorProfile
        fields = ["entity", "credential_header", "read_seconds", "total_seconds", "slots", "alert_failures"]

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        credential = cleaned.get("credential", "")
        if credential and cleaned.get("forget_credential"):
            self.add_error("forget_credential", _("Escribe una credencial o borra la que hay: las dos cosas no"))
        if credential and not (credential.isascii() and credential.isprintable()):
            self.add_error("credential", _("Una credencial va en una cabecera: letras sin acentos, números y signos"))
        keeps = bool(self.instance.credential_cell) and not cleaned.get("forget_credential")
        if (credential or keeps) and "credential_header" in cleaned and not cleaned["credential_header"]:
            self.add_error("credential_header", _("Escribe en qué cabecera va la credencial"))
        return cleaned


@admin.register(ConnectorProfile)
class ConnectorProfileAdmin(StaffAdmin):
    """Credential, time-outs and places of each body."""

    form = ProfileForm
    list_display = ["entity", "credential_state", "read_seconds", "total_seconds", "slots", "alert_failures"]
    list_select_related = ["entity"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["entity__slug", "entity__name_es"]
    autocomplete_fields = ["entity"]
    readonly_fields = ["credential_state"]
    fieldsets = [
        (None, {"fields": ["entity"]}),
        (
            gettext_lazy("Credencial"),
            {"fields": ["credential_header", "credential_state", "credential", "forget_credential"]},
        ),
        (
            gettext_lazy("Tiempos y llamadas"),
            {
                "fields": ["read_seconds", "total_seconds", "slots", "alert_failures"],
                "description": gettext_lazy("Lo que quede vacío es como en la instalación."),
            },
        ),
    ]

    @method_decorator(sensitive_post_parameters("credential"))
    def changeform_view(self, *args: Any, **options: Any) -> Any:
        return super().changeform_view(*args, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: ConnectorProfile | None = None) -> list[str]:
        """A profile is its entity's: its credential would not open at another's place."""
        return ["credential_state", "entity"] if obj else ["credential_state"]

    @admin.display(description=gettext_lazy("Credencial guardada"))
    def credential_state(self, profile: ConnectorProfile) -> str:
        if not profile.credential_cell:
            return _("Ninguna")
        moment = date_format(localtime(profile.credential_set_at), "j/n/Y G:i") if profile.credential_set_at else ""
        return _("Puesta el %(moment)s") % {"moment": moment}

    def save_model(self, request: HttpRequest, obj: ConnectorProfile, form: Any, change: bool) -> None:
        if form.cleaned_data.get("credential"):
            obj.set_credential(form.cleaned_data["credential"])
        elif form.cleaned_data.get("forget_credential"):
            obj.set_credential("")
        super().save_model(request, obj, form, change)
