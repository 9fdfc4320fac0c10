"""Which texts of the identification are written in every language."""

from modeltranslation.translator import TranslationOptions, register

from clave.switches import MethodSwitch


@register(MethodSwitch)
class MethodSwitchTranslation(TranslationOptions):
    fields = ("notice",)
