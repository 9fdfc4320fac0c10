"""The types of identification, and the preferred one, kept in a signed cookie so that choosing creates no device."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from foundation.http.cookies import set_private_cookie
from foundation.pages import Text

SALT = "identification"


@dataclass(frozen=True)
class Identification:
    key: str
    name: Text
    description: Text
    monogram: str
    is_offered: bool = False


IDENTIFICATIONS = (
    Identification(
        "clave_pin",
        _("Cl@ve PIN"),
        _("Un código y un PIN que salen en la APP o llegan por SMS. Sirve para todos los trámites de aquí."),
        "Cl@",
        is_offered=True,
    ),
    Identification("clave_movil", _("Cl@ve Móvil"), _("Confirmas en la aplicación, sin escribir ningún PIN."), "Móv"),
    Identification(
        "clave_permanente", _("Cl@ve Permanente"), _("Un usuario con contraseña y, a veces, un SMS."), "Per"
    ),
    Identification(
        "certificate", _("Certificado o DNI electrónico"), _("El certificado que tienes en el dispositivo."), "Cer"
    ),
    Identification("eidas", _("eIDAS"), _("La identidad electrónica de otro país de la Unión Europea."), "UE"),
)
OFFERED = {identification.key: identification for identification in IDENTIFICATIONS if identification.is_offered}


class IdentificationForm(forms.Form):
    """Offers the types in use; the first is selected beforehand."""

    identification = forms.ChoiceField(
        label=_("¿Cómo te identificas?"),
        choices=[(key, identification.name) for key, identification in OFFERED.items()],
        widget=forms.RadioSelect,
        initial=next(iter(OFFERED)),
        error_messages={
            "required": _("Elige cómo quieres identificarte"),
            "invalid_choice": _("Elige una de las formas de identificarte que ya se pueden usar aquí"),
        },
    )


def preferred_identification(request: HttpRequest) -> Identification | None:
    """Return the type in the cookie; None without a cookie of ours, or when the type is not offered."""
    try:
        key: Any = signing.loads(request.COOKIES.get(settings.IDENTIFICATION_COOKIE_NAME, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return OFFERED.get(key) if isinstance(key, str) else None


def set_preference(response: HttpResponseBase, key: str) -> None:
    set_private_cookie(response, settings.IDENTIFICATION_COOKIE_NAME, signing.dumps(key, salt=SALT))
