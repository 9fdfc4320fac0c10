"""What the operator tells everybody, or those who are at one place, for a while."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.models import Revisioned
from procedures.models.catalogue import Entity
from procedures.models.stamps import CatalogueStamp, Stamp


class BannerQuerySet(models.QuerySet["Banner"]):
    def to_come(self) -> Self:
        """Those that are shown now or will be."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def shown(self) -> Self:
        """Those that are shown now."""
        return self.to_come().filter(starts_at__lte=timezone.now())

    def announce(self) -> int:
        """Have the pages made anew when one has begun or ended since they were; answers how many have."""
        with transaction.atomic():
            now = timezone.now()
            begun = self.shown().order_by().filter(is_announced=False).update(is_announced=True)
            past = models.Q(ends_at__lte=now) | models.Q(starts_at__gt=now)
            ended = self.filter(past, is_announced=True).update(is_announced=False)
            if begun or ended:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return begun + ended


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
    starts_at = models.DateTimeField(_("desde"), default=timezone.now)
    ends_at = models.DateTimeField(_("hasta"))
    is_announced = models.BooleanField(default=False, editable=False)

    objects = BannerQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["ends_at"], name="banners_to_come")]
        verbose_name = _("aviso")
        verbose_name_plural = _("avisos")

    def __str__(self) -> str:
        return str(self.text)

    def clean(self) -> None:
        wrong: dict[str, str] = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            wrong["ends_at"] = str(_("Tiene que ser después del comienzo"))
        if (self.audience == self.Audience.ENTITY) != bool(self.entity_id):
            wrong["entity"] = str(_("Elige un organismo si el aviso es para quien está en él, y ninguno si no"))
        if self.link and not _is_page(self.link):
            wrong["link"] = str(_("Escribe la ruta de una página de este portal, como /ayuda/sms/"))
        if wrong:
            raise ValidationError(wrong)

    @property
    def is_shown(self) -> bool:
        """Whether its time is now."""
        return self.starts_at <= timezone.now() < self.ends_at

    def is_for(self, audiences: set[str], entity_slug: str) -> bool:
        """Whether those at a place of these audiences, and of this entity, are told."""
        if self.entity is not None:
            return bool(self.entity.slug == entity_slug)
        return self.audience == self.Audience.EVERYBODY or self.audience in audiences


def _is_page(link: str) -> bool:
    """Whether it is a path of this portal, and leads somewhere."""
    if not link.startswith("/") or link.startswith(("//", "/gestion")):
        return False
    try:
        resolve(link.partition("#")[0].partition("?")[0])
    except Resolver404:
        return False
    return True
