"""The catalogue: the public bodies and their procedures, and the stamp by which a change of it is seen."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from foundation.revisions import Revisioned

TONES = [
    (tone, tone)
    for tone in (
        "petrol", "plum", "teal", "blue", "ochre", "indigo", "brick", "forest", "slate", "rose", "olive", "sky",
    )
]  # fmt: skip


class CatalogueStamp(models.Model):
    """One row that counts the changes of the catalogue, so that every process knows when to read it again."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})


class Entity(Revisioned):
    """A public body."""

    slug = models.SlugField(_("identificador"), unique=True, max_length=30)
    name = models.CharField(_("nombre oficial"), max_length=200)
    short_name = models.CharField(_("nombre corto"), max_length=60)
    monogram = models.CharField(_("monograma"), max_length=4)
    tone = models.CharField(_("tono"), max_length=10, choices=TONES, default="petrol")
    dir3 = models.CharField(_("código DIR3"), max_length=12, blank=True, default="")
    site = models.URLField(_("sitio web"), blank=True, default="")
    contact = models.CharField(
        _("contacto"), max_length=200, blank=True, default="", help_text=_("Teléfono, correo o página de atención")
    )
    order = models.PositiveSmallIntegerField(_("orden"), default=100)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("organismo")
        verbose_name_plural = _("organismos")

    def __str__(self) -> str:
        return str(self.short_name)


class Procedure(Revisioned):
    """One thing that a person can do at an entity; what it says and asks for stands in its published version."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="procedures", verbose_name=_("organismo"))
    slug = models.SlugField(_("identificador"), max_length=60)
    order = models.PositiveSmallIntegerField(_("orden"), default=100)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("lo sustituye"),
        help_text=_("Adónde se lleva a la gente cuando este trámite se retira"),
    )

    class Meta:
        ordering = ["entity__order", "order", "slug"]
        constraints = [models.UniqueConstraint(fields=["entity", "slug"], name="one_slug_an_entity")]
        verbose_name = _("trámite")
        verbose_name_plural = _("trámites")

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """``<entity>/<procedure>``."""
        return f"{self.entity.slug}/{self.slug}"
