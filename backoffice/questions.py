"""Questions in the back office: the public ones to edit, the citizens' to read and to answer."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from foundation.vault import SealBroken
from guides.models import CitizenQuestion, PublicQuestion


@admin.register(PublicQuestion)
class PublicQuestionAdmin(TranslationAdmin[PublicQuestion]):
    list_display = ["question", "section", "where", "order", "is_shown"]
    list_editable = ["order", "is_shown"]
    list_filter = ["section", "is_shown"]
    list_per_page = 50
    search_fields = ["question_es", "answer_es"]


@admin.register(CitizenQuestion)
class CitizenQuestionAdmin(admin.ModelAdmin[CitizenQuestion]):
    """Only the state is changed here; the list opens no seal."""

    list_display = ["reference", "topic", "language", "state", "created_at"]
    list_filter = ["state", "topic"]
    list_per_page = 50
    search_fields = ["reference"]
    ordering = ["-created_at"]
    fields = ["reference", "topic", "language", "created_at", "confirmed_at", "email_opened", "text_opened", "state"]
    readonly_fields = ["reference", "topic", "language", "created_at", "confirmed_at", "email_opened", "text_opened"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("correo electrónico"))
    def email_opened(self, question: CitizenQuestion) -> Any:
        return _opened(question, "email")

    @admin.display(description=_("pregunta"))
    def text_opened(self, question: CitizenQuestion) -> Any:
        return _opened(question, "text")


def _opened(question: CitizenQuestion, name: str) -> Any:
    try:
        return getattr(question, name)
    except SealBroken:
        return _("No se puede abrir: falta la clave con la que se cifró")
