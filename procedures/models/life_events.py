"""Life events with the procedures that they require, and synonyms for the words of the catalogue."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import languages
from foundation.models import Revisioned
from foundation.rendering.icons import icon_exists
from procedures.models.catalogue import Procedure


def check_icon(name: str) -> None:
    """Raise ``ValidationError`` when there is no icon of this name."""
    if not icon_exists(name):
        raise ValidationError(_("«%(name)s» no es un icono de Lucide") % {"name": name})


class LifeEvent(Revisioned):
    """Something that happens to people, in their own words."""

    slug = models.SlugField(_("identificador"), unique=True, max_length=40)
    icon = models.CharField(
        _("icono"), max_length=40, validators=[check_icon], help_text=_("Nombre de un icono de lucide.dev")
    )
    order = models.PositiveSmallIntegerField(_("orden"), default=100)
    is_shown = models.BooleanField(_("se muestra"), default=True)
    name = models.CharField(_("nombre"), max_length=80)
    summary = models.CharField(_("resumen"), max_length=200)
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("situación de la vida")
        verbose_name_plural = _("situaciones de la vida")

    def __str__(self) -> str:
        return str(self.name)


class LifeEventStep(models.Model):
    """One procedure that a life event requires, and why."""

    life_event = models.ForeignKey(LifeEvent, on_delete=models.CASCADE, related_name="steps")
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, verbose_name=_("trámite"))
    order = models.PositiveSmallIntegerField(_("orden"), default=10)
    note = models.CharField(_("para qué, en esta situación"), max_length=240)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["life_event", "procedure"], name="one_step_a_procedure"),
        ]
        verbose_name = _("paso")
        verbose_name_plural = _("pasos")

    def __str__(self) -> str:
        return self.procedure.code


class Synonym(Revisioned):
    """What people say, in one language, for words that the catalogue uses."""

    language = models.CharField(_("idioma"), max_length=20)
    said = models.CharField(_("lo que dice la gente"), max_length=80)
    meant = models.TextField(
        _("lo que dice el catálogo"),
        help_text=_("Una expresión por línea; se encuentra lo que lleva todas las palabras de una"),
    )
    is_used = models.BooleanField(_("se usa"), default=True)
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        ordering = ["language", "said"]
        constraints = [models.UniqueConstraint(fields=["language", "said"], name="one_meaning_a_saying")]
        verbose_name = _("sinónimo")
        verbose_name_plural = _("sinónimos")

    def __str__(self) -> str:
        return self.said

    def clean(self) -> None:
        if self.language not in languages.codes():
            allowed = ", ".join(languages.codes())
            raise ValidationError({"language": _("Escribe uno de estos: %(codes)s") % {"codes": allowed}})
