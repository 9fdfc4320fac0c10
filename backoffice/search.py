"""Search over all of the back office: a few of each kind that the person may see, each with a way to all of them."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from guides.models import CitizenQuestion

MOST_A_KIND = 5
MOST_LETTERS = 100
REFERENCE = re.compile(r"([A-HJ-NP-Z2-9]{4})[\s-]?([A-HJ-NP-Z2-9]{4})", re.IGNORECASE)
"""What citizens read out on the phone: of an access, or of a question of theirs."""
KINDS: tuple[tuple[str, str], ...] = (
    ("procedures.Entity", "building-2"),
    ("procedures.Procedure", "file-text"),
    ("procedures.ProcedureVersion", "files"),
    ("procedures.LifeEvent", "route"),
    ("procedures.Synonym", "book-a"),
    ("guides.PublicQuestion", "message-circle-question-mark"),
    ("auth.User", "users"),
)


@dataclass(frozen=True)
class Hit:
    label: str
    path: str


@dataclass(frozen=True)
class Kind:
    """What was found of one kind; ``all_path`` leads to the whole list when there is more."""

    label: str | Promise
    icon: str
    hits: list[Hit]
    all_path: str = ""


def urls(site: AdminSite) -> list[URLPattern]:
    return [path("buscar/", site.admin_view(search_page(site)), name="search")]


def search_page(site: AdminSite) -> Any:
    """The view of one site's search."""

    @require_GET
    def search(request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
        found = [*_by_reference(request, words), *_by_words(site, request, words)] if words else []
        context = {**site.each_context(request), "title": _("Buscar"), "words": words, "found": found}
        return render(request, "backoffice/search.html", context)

    return search


def _by_words(site: AdminSite, request: HttpRequest, words: str) -> list[Kind]:
    found = [_of_kind(site, request, apps.get_model(label), icon, words) for label, icon in KINDS]
    return [kind for kind in found if kind]


def _of_kind(site: AdminSite, request: HttpRequest, model: Any, icon: str, words: str) -> Kind | None:
    """What the model's own page finds, if the person may see that page; one query, whatever there is."""
    page: ModelAdmin[Any] | None = site._registry.get(model)
    if page is None or not page.has_view_permission(request):
        return None
    rows, may_repeat = page.get_search_results(request, page.get_queryset(request), words)
    if isinstance(page.list_select_related, list | tuple) and page.list_select_related:
        rows = rows.select_related(*page.list_select_related)
    some = list((rows.distinct() if may_repeat else rows)[: MOST_A_KIND + 1])
    if not some:
        return None
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    hits = [Hit(str(row), reverse(f"{name}_change", args=[row.pk])) for row in some[:MOST_A_KIND]]
    more = f"{reverse(f'{name}_changelist')}?{urlencode({'q': words})}" if len(some) > MOST_A_KIND else ""
    return Kind(capfirst(model._meta.verbose_name_plural), icon, hits, more)


def _by_reference(request: HttpRequest, words: str) -> list[Kind]:
    """Where to look up an access, and the question that has exactly this reference."""
    match = REFERENCE.fullmatch(words)
    if not match:
        return []
    reference = "-".join(match.groups()).upper()
    found = []
    if request.user.has_perm("accesses.look_up_access"):
        try:
            where = f"{reverse('admin:access_lookup')}?{urlencode({'reference': reference})}"
            found.append(Kind(_("Accesos"), "ticket", [Hit(reference, where)]))
        except NoReverseMatch:
            pass
    if request.user.has_perm("guides.view_citizenquestion"):
        question = CitizenQuestion.objects.filter(reference=reference).only("pk", "reference").first()
        if question:
            where = reverse("admin:guides_citizenquestion_change", args=[question.pk])
            found.append(Kind(_("Preguntas recibidas"), "inbox", [Hit(reference, where)]))
    return found
