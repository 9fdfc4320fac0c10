"""The public bodies (entities) and their procedures."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from foundation.models import Revisioned
from foundation.rendering.tones import TONE_CHOICES

DIR3 = re.compile(r"[A-Z]{1,2}[0-9]{7,8}")
"""A code of the Directorio Común de Unidades Orgánicas has nine characters, like ``E00130502`` or ``EA0040718``."""

SLUG_IS_FIXED = _("Ya está publicado: su dirección no cambia, porque la gente la guarda")


class Entity(Revisioned):
    slug = models.SlugField(_("identificador"), unique=True, max_length=30)
    name = models.CharField(_("nombre oficial"), max_length=200)
    short_name = models.CharField(_("nombre corto"), max_length=60)
    monogram = models.CharField(_("monograma"), max_length=4)
    tone = models.CharField(_("tono"), max_length=10, choices=TONE_CHOICES, default="petrol")
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

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        if self.dir3 and not (len(self.dir3) == 9 and DIR3.fullmatch(self.dir3)):
            errors["dir3"] = _("Un código DIR3 tiene nueve caracteres, una o dos letras y números: EA0040718")
        if self.was_published and not Entity.objects.filter(pk=self.pk, slug=self.slug).exists():
            errors["slug"] = SLUG_IS_FIXED
        if errors:
            raise ValidationError(errors)

    @property
    def was_published(self) -> bool:
        """Whether a procedure of the entity was ever published, so that people may have saved its address."""
        return bool(self.pk) and Procedure.objects.filter(entity=self, versions__published_at__isnull=False).exists()


class Procedure(Revisioned):
    """The identity of a procedure; its texts and required data belong to its versions."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="procedures", verbose_name=_("organismo"))
    slug = models.SlugField(_("identificador"), max_length=60)
    order = models.PositiveSmallIntegerField(_("orden"), default=100)
    featured_order = models.PositiveSmallIntegerField(
        _("puesto en la portada"),
        default=0,
        help_text=_("El menor sale primero; con 0, solo si es de los más pedidos"),
    )
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

    @property
    def was_published(self) -> bool:
        """Whether it was ever published, so that people may have saved its address."""
        return bool(self.pk) and Procedure.objects.filter(pk=self.pk, versions__published_at__isnull=False).exists()

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        if self.pk and self.replaced_by_id and self.pk in replacement_chain(self.replaced_by_id, replacements()):
            errors["replaced_by"] = _("Un trámite no puede sustituirse a sí mismo, tampoco a través de otros")
        mine = Procedure.objects.filter(entity=self.entity_id, slug=self.slug)
        if self.entity_id and mine.exclude(pk=self.pk).exists():
            errors["slug"] = _("Ese organismo ya tiene un trámite con este identificador")
        elif self.was_published and not mine.exists():
            errors["slug"] = SLUG_IS_FIXED
        if errors:
            raise ValidationError(errors)

    def clone(self, entity: Entity, slug: str) -> "Procedure":
        """Create a procedure of this or another entity, with a draft that copies the latest version of this one.

        Raises ``ValidationError`` when the entity already has a procedure with this slug.
        """
        copy = Procedure(entity=entity, slug=slug, order=self.order)
        copy.full_clean()
        latest = self.versions.order_by("-number").first()
        with transaction.atomic():
            copy.save()
            if latest is not None:
                latest.copy_to_draft(of=copy)
        return copy


def replacements() -> dict[int, int | None]:
    """Return which procedures are replaced by which, by primary key."""
    return dict(Procedure.objects.exclude(replaced_by=None).values_list("pk", "replaced_by"))


def replacement_chain(procedure: int, replaced_by: Mapping[int, int | None]) -> tuple[int, ...]:
    """Return the procedure and those that replace it one after another, by primary key.

    It ends even where two editors working at once have made a circle.
    """
    chain = [procedure]
    while (following := replaced_by.get(chain[-1])) and following not in chain:
        chain.append(following)
    return tuple(chain)
