"""The guides: an index, and one page for each topic. They are the same for everybody and ask the database nothing."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.pages import Page, PortalRequest, render_page
from guides.topics import TOPICS, Topic
from guides.tutorials import every_tutorial, tutorials_of


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Every guide, in the order in which people need them."""
    page = Page(heading=_("Ayuda"), step="guide", section="help", private=False)
    return render_page(request, "guides/index.html", page=page, topics=TOPICS)


@require_safe
def topic(request: PortalRequest, topic: Topic) -> HttpResponse:
    """One guide."""
    page = Page(
        heading=topic.heading,
        step="guide",
        section="help",
        back=reverse("guides:index"),
        subtitle=_("Ayuda"),
        private=False,
    )
    shown = tutorials_of(topic.key, sandbox=bool(settings.SANDBOX_PUBLIC_URL))
    return render_page(request, topic.template, page=page, limits=_limits(), tutorials=shown)


@require_safe
def tutorials(request: PortalRequest) -> HttpResponse:
    """Every video, with where it is shown."""
    page = Page(
        heading=_("Vídeos"),
        step="guide",
        section="help",
        back=reverse("guides:index"),
        subtitle=_("Ayuda"),
        private=False,
    )
    shown = every_tutorial(sandbox=bool(settings.SANDBOX_PUBLIC_URL))
    return render_page(request, "guides/tutorials.html", page=page, tutorials=shown)


def _limits() -> dict[str, int | str]:
    """What the guides say of times and numbers, as this portal is set: minutes, seconds, hours and counts."""
    return {
        "pin_minutes": settings.PIN_LIFETIME // timedelta(minutes=1),
        "resend_seconds": settings.RESEND_AFTER_SECONDS,
        "sends": settings.SENDS_PER_VALIDATION,
        "tries": settings.TRIES_PER_VALIDATION,
        "users": settings.USERS_PER_DEVICE,
        "access_hours": settings.ACCESS_LIFETIME // timedelta(hours=1),
        "link_hours": settings.SHARE_LINK_LIFETIME // timedelta(hours=1),
        "dni_contrast": settings.DNI_CONTRAST,
    }
