"""The texts of the catalogue that exist in every language."""

from modeltranslation.translator import TranslationOptions, register

from procedures.models import (
    Banner,
    Entity,
    ExternalService,
    LifeEvent,
    LifeEventStep,
    OperatorSwitch,
    ProcedureVersion,
    RequiredDatum,
)


@register(Entity)
class EntityTranslation(TranslationOptions):
    fields = ("name", "short_name")


@register(ProcedureVersion)
class ProcedureVersionTranslation(TranslationOptions):
    fields = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis", "keywords")


@register(RequiredDatum)
class RequiredDatumTranslation(TranslationOptions):
    fields = ("label", "hint")


@register(LifeEvent)
class LifeEventTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(LifeEventStep)
class LifeEventStepTranslation(TranslationOptions):
    fields = ("note",)


@register(ExternalService)
class ExternalServiceTranslation(TranslationOptions):
    fields = ("name", "body", "summary", "keywords")


@register(OperatorSwitch)
class OperatorSwitchTranslation(TranslationOptions):
    fields = ("notice",)


@register(Banner)
class BannerTranslation(TranslationOptions):
    fields = ("text",)
