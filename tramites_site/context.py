"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, str]:
    """The sandbox's address, where there is one."""
    return {"sandbox_url": settings.SANDBOX_PUBLIC_URL}
