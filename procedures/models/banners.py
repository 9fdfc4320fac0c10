"""What the operator tells everybody, or those who are at one place, for a while."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.revisions import Revisioned
from procedures.models.catalogue import Entity


class Banner(Revisioned):
    """A sentence above the pages, from one moment to another."""

    class Tone(models.TextChoices):
        INFORMATION = "information", _("información")
        WARNING = "warning", _("aviso")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("todas las páginas")
        CATALOGUE = "catalogue", _("quien busca un trámite")
        IDENTIFYING = "identifying", _("quien se identifica")
        DOWNLOADS = "downloads", _("quien mira sus descargas")
        ENTITY = "entity", _("quien está en un organismo")

    tone = models.CharField(_("tono"), max_length=11, choices=Tone.choices, default=Tone.INFORMATION)
    text = models.CharField(_("texto"), max_length=240)
    link = models.CharField(
        _("enlace"), max_length=200, blank=True, default="", help_text=_("Una ruta de este portal: /ayuda/sms/")
    )
    audience = models.CharField(_("para quién"), max_length=11, choices=Audience.choices, default=Audience.EVERYBODY)
    entity = models.ForeignKey(
        Entity, on_delete=models.CASCADE, null=True, blank=True, related_name="banners", verbose_name=_("organismo")
    )
    starts_at = models.DateTimeField(_("desde"))
    ends_at = models.DateTimeField(_("hasta"))

    class Meta:
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["ends_at"], name="banners_to_come")]
        verbose_name = _("aviso")
        verbose_name_plural = _("avisos")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("Tiene que ser después del comienzo")})
        if (self.audience == self.Audience.ENTITY) != bool(self.entity_id):
            raise ValidationError({"entity": _("Elige un organismo si el aviso es para quien está en él")})
