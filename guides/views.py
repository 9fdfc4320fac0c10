"""The guides: an index, and one page for each topic. They are the same for everybody.

None asks the database anything, but for the questions, which are kept in memory.
"""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.pages import Page, PortalRequest, render_page
from guides.limits import about_portal, limits
from guides.shown import shown_questions, tidy
from guides.topics import Topic, grouped
from guides.tutorials import every_tutorial, tutorials_of


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Every guide, in the order in which people need them."""
    page = Page(heading=_("Ayuda"), step="guide", section="help", private=False)
    return render_page(request, "guides/index.html", page=page, groups=grouped())


@require_safe
def topic(request: PortalRequest, topic: Topic) -> HttpResponse:
    """One guide."""
    return _render(request, topic)


@require_safe
def questions(request: PortalRequest, topic: Topic) -> HttpResponse:
    """Questions with their answers: all of them, or what a search finds."""
    query = tidy(request.GET.get("q", ""))
    return _render(request, topic, query=query, questions=shown_questions(query))


def _render(request: PortalRequest, topic: Topic, **context: Any) -> HttpResponse:
    page = Page(
        heading=topic.heading,
        step="guide",
        section="help",
        back=reverse("guides:index"),
        subtitle=_("Ayuda"),
        private=False,
    )
    return render_page(
        request,
        topic.template,
        page=page,
        limits=limits(),
        about=about_portal(),
        tutorials=tutorials_of(topic.key, sandbox=bool(settings.SANDBOX_PUBLIC_URL)),
        **context,
    )


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
