"""The gateway when there is none: every call says that nothing was sent."""

from typing import NoReturn

from clave.gateways.base import Contrast, NotSent


class OutageGateway:
    """Stands in while no gateway is configured or the operator has closed it."""

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> NoReturn:
        raise NotSent("closed")

    def resend_sms(self, key: str, *, request_id: str) -> NoReturn:
        raise NotSent("closed")

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> NoReturn:
        raise NotSent("closed")

    def verify_app(self, key: str, *, document_number: str, code: str, pin: str, purpose: str) -> NoReturn:
        raise NotSent("closed")

    def recorded(self, key: str) -> NoReturn:
        raise NotSent("closed")

    def keys(self) -> NoReturn:
        raise NotSent("closed")
