"""Texts of this app that are stored in every language."""

from modeltranslation.translator import TranslationOptions, register

from clave.models import MethodSwitch


@register(MethodSwitch)
class MethodSwitchTranslation(TranslationOptions):
    fields = ("notice",)
