"""Banners: messages of the operator above the pages, for a while, for everybody or for one audience."""

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
        """Return the banners that are shown now or will be."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def shown(self) -> Self:
        return self.to_come().filter(starts_at__lte=timezone.now())

    def announce(self) -> int:
        """Have cached pages rendered again if banners have begun or ended since; return the number of banners."""
        with transaction.atomic():
            now = timezone.now()
            begun = self.shown().order_by().filter(is_announced=False).update(is_announced=True)
            past = models.Q(ends_at__lte=now) | models.Q(starts_at__gt=now)
            ended = self.filter(past, is_announced=True).update(is_announced=False)
            if begun or ended:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return begun + ended


class Banner(Revisioned):
    """``is_announced`` says whether cached pages have been rendered with it."""

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
        errors: dict[str, str] = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = str(_("Tiene que ser después del comienzo"))
        if (self.audience == self.Audience.ENTITY) != bool(self.entity_id):
            errors["entity"] = str(_("Elige un organismo si el aviso es para quien está en él, y ninguno si no"))
        if self.link and not _is_page(self.link):
            errors["link"] = str(_("Escribe la ruta de una página de este portal, como /ayuda/sms/"))
        if errors:
            raise ValidationError(errors)

    @property
    def is_shown(self) -> bool:
        return self.starts_at <= timezone.now() < self.ends_at

    def is_for(self, audience: "Banner.Audience", entity_slug: str) -> bool:
        """Whether it is shown on a page for this audience that is about this entity (``""``: about none)."""
        if self.entity is not None:
            return bool(self.entity.slug == entity_slug)
        return self.audience in (self.Audience.EVERYBODY, audience)


def _is_page(link: str) -> bool:
    """Whether the link is a path that leads to a page of this portal."""
    if not link.startswith("/") or link.startswith(("//", "/gestion")):
        return False
    try:
        resolve(link.partition("#")[0].partition("?")[0])
    except Resolver404:
        return False
    return True
