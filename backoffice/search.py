"""Search over the whole back office: a few results of each kind that the user may see, with a link to all of them."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice.pages import GET, render_staff_page, staff_page
from foundation.text import clean_code, clean_text
from guides.models import CitizenQuestion

MAX_PER_KIND = 5
MAX_QUERY_LENGTH = 100
REFERENCE = re.compile(r"([A-HJ-NP-Z2-9]{4})[\s-]?([A-HJ-NP-Z2-9]{4})", re.IGNORECASE)
"""The reference of an access or of a question, as citizens read it out on the phone."""
KINDS: tuple[tuple[str, str], ...] = (
    ("procedures.Entity", "building-2"),
    ("procedures.Procedure", "file-text"),
    ("procedures.ProcedureVersion", "files"),
    ("procedures.LifeEvent", "route"),
    ("procedures.Synonym", "book-a"),
    ("procedures.ExternalService", "external-link"),
    ("guides.PublicQuestion", "message-circle-question-mark"),
    ("auth.User", "users"),
)


@dataclass(frozen=True)
class Hit:
    label: str
    path: str


@dataclass(frozen=True)
class HitGroup:
    """The results of one kind; ``all_path`` leads to the whole list when there are more."""

    label: str | Promise
    icon: str
    hits: list[Hit]
    all_path: str = ""


def urls(site: AdminSite) -> list[URLPattern]:
    return [staff_page(site, "buscar/", search, "search", methods=GET)]


def search(site: AdminSite, request: HttpRequest) -> HttpResponse:
    query = clean_text(request.GET.get("q", ""))[:MAX_QUERY_LENGTH]
    found: list[HitGroup] = []
    if query:
        by_model = (_search_model(site, request, apps.get_model(label), icon, query) for label, icon in KINDS)
        found = [*_search_references(request, query), *filter(None, by_model)]
    return render_staff_page(site, request, "backoffice/search.html", title=_("Buscar"), words=query, found=found)


def _search_model(site: AdminSite, request: HttpRequest, model: Any, icon: str, query: str) -> HitGroup | None:
    """Search as the model's own list does, if the user may see that list; one query."""
    page: ModelAdmin[Any] | None = site._registry.get(model)
    if page is None or not page.has_view_permission(request):
        return None
    rows, may_repeat = page.get_search_results(request, page.get_queryset(request), query)
    if isinstance(page.list_select_related, list | tuple) and page.list_select_related:
        rows = rows.select_related(*page.list_select_related)
    found = list((rows.distinct() if may_repeat else rows)[: MAX_PER_KIND + 1])
    if not found:
        return None
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    hits = [Hit(str(row), reverse(f"{name}_change", args=[row.pk])) for row in found[:MAX_PER_KIND]]
    all_path = f"{reverse(f'{name}_changelist')}?{urlencode({'q': query})}" if len(found) > MAX_PER_KIND else ""
    return HitGroup(capfirst(model._meta.verbose_name_plural), icon, hits, all_path)


def _search_references(request: HttpRequest, query: str) -> list[HitGroup]:
    """Return the look-up of an access with this reference, and the question that has it."""
    match = REFERENCE.fullmatch(clean_code(query))
    if not match:
        return []
    reference = "-".join(match.groups()).upper()
    groups = []
    if request.user.has_perm("accesses.look_up_access"):
        path = f"{reverse('admin:access_lookup')}?{urlencode({'reference': reference})}"
        groups.append(HitGroup(_("Accesos"), "ticket", [Hit(reference, path)]))
    if request.user.has_perm("guides.view_citizenquestion"):
        question = CitizenQuestion.objects.filter(reference=reference).only("pk", "reference").first()
        if question:
            path = reverse("admin:guides_citizenquestion_change", args=[question.pk])
            groups.append(HitGroup(_("Preguntas recibidas"), "inbox", [Hit(reference, path)]))
    return groups
