"""Public questions, which editors write, and citizens' questions, which support staff answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from backoffice.model_admin import StaffAdmin
from backoffice.questions.answer_page import language_name, open_cell, question_page, record
from foundation import languages
from guides.models import CitizenQuestion, PublicQuestion

ORIGIN_PARAMETER = "pregunta"
"""Names the citizen's question that a new public question is made from."""
MAX_TITLE_LENGTH = 200
MAX_ORIGINS = 20


@admin.register(PublicQuestion)
class PublicQuestionAdmin(StaffAdmin, TranslationAdmin[PublicQuestion]):
    """A public question may start from a citizen's, of which the editor removes everything personal."""

    list_display = ["question", "section", "where", "order", "is_shown"]
    list_editable = ["order", "is_shown"]
    list_filter = ["section", "is_shown"]
    list_per_page = 50
    search_fields = [languages.column("question"), languages.column("answer")]
    readonly_fields = ["came_from"]
    add_form_template = "backoffice/questions/public_question.html"

    @admin.display(description=_("viene de"))
    def came_from(self, question: PublicQuestion) -> str:
        known = question.came_from.order_by("-created_at")[:MAX_ORIGINS] if question.pk else []
        links = ((reverse("admin:guides_citizenquestion_change", args=[one.pk]), one.reference) for one in known)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "—"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "origin": self._origin(request)}
        return super().add_view(request, form_url or request.get_full_path(), context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        origin = self._origin(request)
        if origin is None:
            return {}
        record(request, "opened", origin)
        language = languages.known_or_default(origin.language)
        text = " ".join(str(open_cell(origin, "text")).split())
        return {
            languages.column("question", language): text[:MAX_TITLE_LENGTH],
            languages.column("answer", language): open_cell(origin, "answer"),
            "is_shown": False,
        }

    def save_model(self, request: HttpRequest, obj: PublicQuestion, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        origin = None if change else self._origin(request)
        if origin is not None:
            CitizenQuestion.objects.filter(pk=origin.pk).update(public_question=obj)

    @staticmethod
    def _origin(request: HttpRequest) -> CitizenQuestion | None:
        """Return the citizen's question that the URL names, if the user may see it."""
        try:
            pk = UUID(request.GET.get(ORIGIN_PARAMETER, ""))
        except ValueError:
            return None
        if not request.user.has_perm("guides.view_citizenquestion"):
            return None
        return CitizenQuestion.objects.filter(pk=pk).first()


class AgeFilter(admin.SimpleListFilter):
    title = _("espera")
    parameter_name = "espera"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("2", _("Más de 2 días")), ("7", _("Más de una semana")), ("30", _("Más de un mes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CitizenQuestion]) -> QuerySet[CitizenQuestion] | None:
        days = self.value()
        if days not in ("2", "7", "30"):
            return queryset
        return queryset.filter(created_at__lte=timezone.now() - timedelta(days=int(days)))


class LanguageFilter(admin.SimpleListFilter):
    """Offers the languages of the portal, without a query for those that occur."""

    title = _("idioma")
    parameter_name = "idioma"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(languages.names().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[CitizenQuestion]) -> QuerySet[CitizenQuestion] | None:
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(CitizenQuestion)
class CitizenQuestionAdmin(StaffAdmin):
    """The inbox; only the page of a single question opens its sealed cells."""

    list_display = ["reference", "topic", "language_shown", "state", "age", "handled_by"]
    list_filter = ["state", AgeFilter, "topic", LanguageFilter]
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    search_fields = ["reference"]
    search_help_text = _("Por su referencia")
    ordering = ["-created_at"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[CitizenQuestion]:
        found: QuerySet[CitizenQuestion] = super().get_queryset(request)
        return found.select_related("public_question")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search by the reference, however it is spelled."""
        return super().get_search_results(request, queryset, search_term.strip().upper().replace(" ", ""))

    @admin.display(description=_("idioma"), ordering="language")
    def language_shown(self, question: CitizenQuestion) -> str:
        return language_name(question.language)

    @admin.display(description=_("hace"), ordering="-created_at")
    def age(self, question: CitizenQuestion) -> str:
        return timesince(question.created_at, depth=1)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        question = self.get_object(request, object_id)
        if question is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return, attr-defined]
        if not self.has_view_or_change_permission(request, question):
            raise PermissionDenied
        may_change = self.has_change_permission(request, question)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        title = _("Pregunta %(reference)s") % {"reference": question.reference}
        frame = {"opts": self.opts, "title": title, "may_change": may_change, "original": question}
        return question_page(request, question, {**self.admin_site.each_context(request), **frame})
