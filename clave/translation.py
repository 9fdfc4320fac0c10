"""Which texts of the identification are written in every language."""

from modeltranslation.translator import TranslationOptions, register

from clave.models import MethodSwitch


@register(MethodSwitch)
class MethodSwitchTranslation(TranslationOptions):
    fields = ("notice",)
