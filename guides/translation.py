"""Which texts of the guides exist in every language."""

from modeltranslation.translator import TranslationOptions, register

from guides.models import PublicQuestion


@register(PublicQuestion)
class PublicQuestionTranslation(TranslationOptions):
    fields = ("question", "answer")
