"""Connector profiles: the credential, time-outs and concurrent calls of each public body."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accesses.models import ConnectorProfile
from accesses.models.connector_profiles import MAX_CREDENTIAL_LENGTH
from backoffice.model_admin import StaffAdmin
from foundation import languages


class ProfileForm(forms.ModelForm[ConnectorProfile]):
    """A profile; its credential can be replaced, and is never shown."""

    credential = forms.CharField(
        label=gettext_lazy("Credencial"),
        max_length=MAX_CREDENTIAL_LENGTH,
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
    form = ProfileForm
    list_display = ["entity", "credential_state", "read_seconds", "total_seconds", "slots", "alert_failures"]
    list_select_related = ["entity"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["entity__slug", languages.column("entity__name")]
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
        """Fix the public body of a saved profile: its credential is sealed for that row."""
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
