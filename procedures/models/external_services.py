"""What people look for here and another site offers: an appointment, a new DNI, the municipal register."""

from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.models import Revisioned


class ExternalService(Revisioned):
    """Who does it, how in one sentence, and the address of the official page; found by the search."""

    slug = models.SlugField(_("identificador"), unique=True, max_length=40)
    url = models.URLField(
        _("página oficial"),
        max_length=300,
        validators=[URLValidator(schemes=["https"], message=_("Escribe una dirección que empiece por https://"))],
        help_text=_("Adónde se lleva a la gente; se comprueba cada semana"),
    )
    order = models.PositiveSmallIntegerField(_("orden"), default=100)
    is_shown = models.BooleanField(_("se muestra"), default=True)
    name = models.CharField(_("nombre"), max_length=80, help_text=_("Lo que la gente quiere hacer: «Renovar el DNI»"))
    body = models.CharField(_("quién lo hace"), max_length=120)
    summary = models.CharField(_("en una frase"), max_length=240)
    keywords = models.TextField(
        _("palabras con que se busca"), blank=True, default="", help_text=_("Una expresión por línea")
    )
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("servicio de otro sitio")
        verbose_name_plural = _("servicios de otros sitios")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def host(self) -> str:
        """The site's name as people know it: ``citapreviadnie.es``."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")
