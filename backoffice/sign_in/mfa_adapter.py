"""The second factors: their secrets sealed at rest, and the last one never taken off by its owner."""

import base64
import re

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from backoffice.sign_in.second_factor import factors_of
from foundation.vault import place, seal, unseal

LAST_ONE = _("Es tu único segundo factor: añade antes otro, o pide a un administrador que lo restablezca")


def _place() -> str:
    """One for all rows: the library seals before it saves, and does not say whose secret it is."""
    return place(Authenticator, "data", "secret")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Ese código no vale o ya se ha usado: espera al siguiente y prueba otra vez"),
        "cannot_delete_authenticator": LAST_ONE,
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, _place())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ``foundation.vault.SealBroken``."""
        return unseal(base64.b64decode(encrypted_text), _place()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return factors_of(authenticator.user) > 1

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """The picture of the address, to stand in the page itself: no part of it needs a style."""
        drawn = re.sub(r"^<\?xml.*?\?>\s*", "", super().build_totp_svg(url))
        return drawn.replace("<svg ", '<svg role="img" class="qr" aria-labelledby="qr-says" ', 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return str(_("Llave %(number)d") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1})


def reset_factors(user: User) -> int:
    """Take off every second factor of somebody, who sets one up at the next sign-in; answers how many there were."""
    taken, _kinds = Authenticator.objects.filter(user=user).delete()
    return int(taken)


def enrol_app(user: User, secret: str) -> None:
    """Have somebody's application of codes work with this secret (base32), and no other."""
    now = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if now is not None and SecondFactors().decrypt(now.data["secret"]) == secret:
        return
    if now is not None:
        now.delete()
    TOTP.activate(user, secret)
