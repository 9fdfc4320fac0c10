"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def portal(request: HttpRequest) -> dict[str, Any]:
    """The sandbox's address where there is one, and the other languages."""
    current = get_language()
    return {
        "sandbox_url": settings.SANDBOX_PUBLIC_URL,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != current],
    }
