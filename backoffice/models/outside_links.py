"""The links that lead out of the portal: where each stands, and whether it still leads somewhere."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LOOKED_AT_EVERY = timedelta(days=7)


class LinkState(models.TextChoices):
    UNLOOKED = "unlooked", _("sin mirar")
    OK = "ok", _("bien")
    MOVED = "moved", _("ha cambiado de sitio")
    INSECURE = "insecure", _("sin cifrar")
    BROKEN = "broken", _("roto")


class OutsideLinkQuerySet(models.QuerySet["OutsideLink"]):
    def due(self) -> Self:
        """Those that nobody has looked at for a week, the longest first."""
        long_ago = timezone.now() - LOOKED_AT_EVERY
        return self.filter(Q(looked_at=None) | Q(looked_at__lte=long_ago)).order_by("looked_at", "pk")

    def stand(self, places: dict[str, list[str]]) -> int:
        """Write down where each link stands, and forget those that stand nowhere any more; answers how many stand."""
        known = {link.url: link for link in self.all()}
        self.filter(pk__in=[link.pk for url, link in known.items() if url not in places]).delete()
        self.bulk_create([OutsideLink(url=url, places=of) for url, of in places.items() if url not in known])
        changed = [link for url, link in known.items() if url in places and link.places != places[url]]
        for link in changed:
            link.places = places[link.url]
        self.bulk_update(changed, ["places"])
        return len(places)


class OutsideLink(models.Model):
    """An address outside; ``places`` are the names of what it stands in."""

    url = models.CharField(max_length=500, unique=True)
    places: models.JSONField[Any, Any] = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=LinkState.choices, default=LinkState.UNLOOKED)
    detail = models.CharField(max_length=200, blank=True, default="")
    broken_since = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        indexes = [models.Index(fields=["looked_at"], name="links_by_last_look")]
        verbose_name = _("enlace externo")
        verbose_name_plural = _("enlaces externos")

    def __str__(self) -> str:
        return self.url

    def found(self, state: LinkState, detail: str) -> None:
        """Write down how it is; what is broken keeps since when."""
        now = timezone.now()
        since = Coalesce("broken_since", Value(now)) if state == LinkState.BROKEN else None
        values = {"state": state, "detail": detail[:200], "looked_at": now, "broken_since": since}
        OutsideLink.objects.filter(pk=self.pk).update(**values)
