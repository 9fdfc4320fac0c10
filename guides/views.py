"""Views of the guides: an index, one page a topic, and the list of videos.

They are the same for everybody and need no database, but for the questions, which stay in memory.
"""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.pages import Page, PortalRequest, render_page
from foundation.search import tidy
from guides.portal_facts import about_portal, limits
from guides.question_search import find_questions
from guides.topics import Topic, grouped
from guides.tutorials import every_tutorial, tutorials_of


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List every guide, in the order in which people need them."""
    page = Page(heading=_("Ayuda"), step="guide", section="help", private=False)
    return render_page(request, "guides/index.html", page=page, groups=grouped())


@require_safe
def topic(request: PortalRequest, topic: Topic) -> HttpResponse:
    """Show one guide."""
    return _render(request, topic)


@require_safe
def questions(request: PortalRequest, topic: Topic) -> HttpResponse:
    """Show all questions with their answers, or those that match ``q``."""
    query = tidy(request.GET.get("q", ""))
    return _render(request, topic, query=query, questions=find_questions(query))


def _render(request: PortalRequest, topic: Topic, **context: Any) -> HttpResponse:
    page = Page(
        heading=topic.heading,
        step="guide",
        section="help",
        back=reverse("guides:index"),
        back_label=_("Ayuda"),
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
    """List every video with a link to the guide that shows it."""
    page = Page(
        heading=_("Vídeos"),
        step="guide",
        section="help",
        back=reverse("guides:index"),
        back_label=_("Ayuda"),
        private=False,
    )
    shown = every_tutorial(sandbox=bool(settings.SANDBOX_PUBLIC_URL))
    return render_page(request, "guides/tutorials.html", page=page, tutorials=shown)
