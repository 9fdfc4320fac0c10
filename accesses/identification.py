"""The types of identification, and the preference that a cookie keeps; no device is made for it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from foundation.http.cookies import set_private_cookie
from foundation.pages import Text

SALT = "identification"


@dataclass(frozen=True)
class Identification:
    """A way to identify oneself; ``is_offered`` says whether this portal has it yet."""

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
OFFERED = tuple(way for way in IDENTIFICATIONS if way.is_offered)
BY_KEY = {way.key: way for way in OFFERED}


class IdentificationForm(forms.Form):
    """The type of identification; what is offered is chosen beforehand when there is but one."""

    identification = forms.ChoiceField(
        label=_("¿Cómo te identificas?"),
        choices=[(way.key, way.name) for way in OFFERED],
        widget=forms.RadioSelect,
        initial=OFFERED[0].key,
        error_messages={
            "required": _("Elige cómo quieres identificarte"),
            "invalid_choice": _("Elige una de las formas de identificarte que ya se pueden usar aquí"),
        },
    )


def chosen(request: HttpRequest) -> Identification | None:
    """The type that the cookie names; None without one, or with one that is not offered."""
    try:
        key: Any = signing.loads(request.COOKIES.get(settings.IDENTIFICATION_COOKIE_NAME, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return BY_KEY.get(key) if isinstance(key, str) else None


def remember(response: HttpResponse, key: str) -> None:
    set_private_cookie(response, settings.IDENTIFICATION_COOKIE_NAME, signing.dumps(key, salt=SALT))
