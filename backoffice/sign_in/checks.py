"""A start is refused when limits on signing in would be counted in each process apart."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

TAG = "sign_in"
PER_PROCESS = ("django.core.cache.backends.locmem.LocMemCache", "django.core.cache.backends.dummy.DummyCache")


@register(TAG)
def check_shared_cache(**_options: Any) -> list[CheckMessage]:
    """Threat: with a cache in each process, whoever guesses passwords has the allowed tries once per process."""
    if settings.WEB_WORKERS > 1 and settings.CACHES["default"]["BACKEND"] in PER_PROCESS:
        return [
            Error(
                f"With {settings.WEB_WORKERS} web processes (WEB_WORKERS), limits on signing in need a cache that they "
                "share: set CACHE_URL, for example to redis://host:6379/0.",
                id="backoffice.E001",
            )
        ]
    return []
