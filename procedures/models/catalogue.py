"""The public bodies and their procedures."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from foundation.models import Revisioned
from foundation.rendering.tones import TONE_CHOICES

DIR3 = re.compile(r"[A-Z]{1,2}[0-9]{7,8}")
"""A code of the Directorio Común de Unidades Orgánicas: nine characters, as ``E00130502`` or ``EA0040718``."""


SLUG_IS_FIXED = _("Ya está publicado: su dirección no cambia, porque la gente la guarda")


class Entity(Revisioned):
    """A public body."""

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
        wrong: dict[str, Any] = {}
        if self.dir3 and not (len(self.dir3) == 9 and DIR3.fullmatch(self.dir3)):
            wrong["dir3"] = _("Un código DIR3 tiene nueve caracteres, una o dos letras y números: EA0040718")
        if self.was_published and not Entity.objects.filter(pk=self.pk, slug=self.slug).exists():
            wrong["slug"] = SLUG_IS_FIXED
        if wrong:
            raise ValidationError(wrong)

    @property
    def was_published(self) -> bool:
        """Whether people know its address."""
        return bool(self.pk) and Procedure.objects.filter(entity=self, versions__published_at__isnull=False).exists()


class Procedure(Revisioned):
    """One thing that a person can do at an entity; what it says and asks for stands in its published version."""

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
        """Whether people know its address."""
        return bool(self.pk) and Procedure.objects.filter(pk=self.pk, versions__published_at__isnull=False).exists()

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.pk and self.replaced_by_id and self.pk in replacements_from(self.replaced_by_id):
            wrong["replaced_by"] = _("Un trámite no puede sustituirse a sí mismo, tampoco a través de otros")
        mine = Procedure.objects.filter(entity=self.entity_id, slug=self.slug)
        if self.entity_id and mine.exclude(pk=self.pk).exists():
            wrong["slug"] = _("Ese organismo ya tiene un trámite con este identificador")
        elif self.was_published and not mine.exists():
            wrong["slug"] = SLUG_IS_FIXED
        if wrong:
            raise ValidationError(wrong)

    def clone(self, entity: Entity, slug: str) -> "Procedure":
        """A procedure of the same or another entity, with a draft of what this one says at its latest.

        Raises ``ValidationError`` when the entity has one of that name.
        """
        copy = Procedure(entity=entity, slug=slug, order=self.order)
        copy.full_clean()
        latest = self.versions.order_by("-number").first()
        with transaction.atomic():
            copy.save()
            if latest is not None:
                latest.copy_to_draft(of=copy)
        return copy


def replacements_from(procedure: int) -> tuple[int, ...]:
    """The keys of the procedures that one leads to, itself first; a circle, as two editors at once could make, once."""
    replaced = dict(Procedure.objects.exclude(replaced_by=None).values_list("pk", "replaced_by"))
    return chain_of(procedure, replaced)


def chain_of(procedure: int, replaced: Mapping[int, int | None]) -> tuple[int, ...]:
    """The same, from who is replaced by whom."""
    chain = [procedure]
    while (following := replaced.get(chain[-1])) and following not in chain:
        chain.append(following)
    return tuple(chain)
