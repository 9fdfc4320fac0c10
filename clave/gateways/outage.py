"""The gateway while no address of Cl@ve is configured: nothing is ever sent."""

from typing import NoReturn

from clave.gateways.base import Contrast
from foundation.http.errors import ErrorReason, NotSent


class OutageGateway:
    """Raises ``NotSent`` from every call."""

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> NoReturn:
        raise NotSent(ErrorReason.NOT_CONFIGURED)

    def resend_sms(self, key: str, *, request_id: str) -> NoReturn:
        raise NotSent(ErrorReason.NOT_CONFIGURED)

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> NoReturn:
        raise NotSent(ErrorReason.NOT_CONFIGURED)

    def verify_app(self, key: str, *, document_number: str, code: str, pin: str, purpose: str) -> NoReturn:
        raise NotSent(ErrorReason.NOT_CONFIGURED)

    def recorded(self, key: str) -> NoReturn:
        raise NotSent(ErrorReason.NOT_CONFIGURED)

    def keys(self) -> NoReturn:
        raise NotSent(ErrorReason.NOT_CONFIGURED)
