"""allauth's adapter for second factors: their secrets are sealed, and nobody removes their own last one."""

import base64
import re

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from backoffice.sign_in.allauth_adapter import activate_totp
from backoffice.sign_in.second_factor import count_factors
from foundation.vault import place, seal, unseal

LAST_FACTOR = _("Es tu único segundo factor: añade antes otro, o pide a un administrador que lo restablezca")


def _place() -> str:
    """Return one place for all rows: allauth encrypts before it knows which row the secret goes to."""
    return place(Authenticator, "data", "secret")


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Ese código no vale o ya se ha usado: espera al siguiente y prueba otra vez"),
        "cannot_delete_authenticator": LAST_FACTOR,
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, _place())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raise ``foundation.vault.SealBroken`` when no live key opens it."""
        return unseal(base64.b64decode(encrypted_text), _place()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return count_factors(authenticator.user) > 1

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as an ``<svg>`` without inline styles, which the content security policy forbids."""
        svg = re.sub(r"^<\?xml.*?\?>\s*", "", super().build_totp_svg(url))
        return svg.replace("<svg ", '<svg role="img" class="qr" aria-labelledby="qr-says" ', 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return str(_("Llave %(number)d") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1})


def reset_factors(user: User) -> int:
    """Delete all second factors of a user, who sets one up at the next sign-in, and return how many."""
    deleted, _kinds = Authenticator.objects.filter(user=user).delete()
    return int(deleted)


def enrol_totp(user: User, secret: str) -> None:
    """Make this secret (base32) the only one of the user's authenticator apps; nothing happens if it is already."""
    current = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if current is not None and StaffMFAAdapter().decrypt(current.data["secret"]) == secret:
        return
    if current is not None:
        current.delete()
    activate_totp(user, secret)
