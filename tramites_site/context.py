"""Context that every template may use."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accesses.tasks import RETENTION_DAYS as RECORD_DAYS
from clave.tasks import KEPT_DAYS as VALIDATION_DAYS
from procedures.banners import banners_at


def portal(request: HttpRequest | None) -> dict[str, Any]:
    """Return the operator's banners for this visitor, the sandbox's URL (local only), and how long data are kept."""
    return {
        "banners": partial(banners_at, request),
        "sandbox_url": settings.SANDBOX_PUBLIC_URL,
        "lifetimes": {
            "access_hours": settings.ACCESS_LIFETIME // timedelta(hours=1),
            "result_minutes": settings.RESULT_LIFETIME // timedelta(minutes=1),
            "record_days": RECORD_DAYS,
            "validation_days": VALIDATION_DAYS,
        },
    }
