"""Links that lead out of the portal, where they stand, and whether they still lead somewhere."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.batches import delete_in_batches

CHECK_INTERVAL = timedelta(days=7)
BATCH_SIZE = 500


class LinkState(models.TextChoices):
    UNKNOWN = "unknown", _("sin mirar")
    OK = "ok", _("bien")
    MOVED = "moved", _("ha cambiado de sitio")
    INSECURE = "insecure", _("sin cifrar")
    BROKEN = "broken", _("roto")


class OutsideLinkQuerySet(models.QuerySet["OutsideLink"]):
    def due(self) -> Self:
        """Return the links that have not been checked for a week, the longest unchecked first."""
        before = timezone.now() - CHECK_INTERVAL
        return self.filter(Q(checked_at=None) | Q(checked_at__lte=before)).order_by("checked_at", "pk")

    def sync(self, places: dict[str, list[str]]) -> int:
        """Store the places of each link, delete links that stand nowhere any more, and return how many there are."""
        known = {link.url: link for link in self.all()}
        gone = [link.pk for url, link in known.items() if url not in places]
        for start in range(0, len(gone), BATCH_SIZE):
            delete_in_batches(self.filter(pk__in=gone[start : start + BATCH_SIZE]))
        new = [OutsideLink(url=url, places=names) for url, names in places.items() if url not in known]
        self.bulk_create(new, batch_size=BATCH_SIZE)
        changed = [link for url, link in known.items() if url in places and link.places != places[url]]
        for link in changed:
            link.places = places[link.url]
        self.bulk_update(changed, ["places"], batch_size=BATCH_SIZE)
        return len(places)


class OutsideLink(models.Model):
    """An external address; ``places`` names the entities, procedures and pages that link to it."""

    url = models.CharField(max_length=500, unique=True)
    places: models.JSONField[Any, Any] = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=LinkState.choices, default=LinkState.UNKNOWN)
    detail = models.CharField(max_length=200, blank=True, default="")
    broken_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        indexes = [models.Index(fields=["checked_at"], name="links_by_last_check")]
        verbose_name = _("enlace externo")
        verbose_name_plural = _("enlaces externos")

    def __str__(self) -> str:
        return self.url

    def record_check(self, state: LinkState, detail: str) -> None:
        """Store the outcome of a check; a link that stays broken keeps the moment since which it is."""
        now = timezone.now()
        broken_since = Coalesce("broken_since", Value(now)) if state == LinkState.BROKEN else None
        values = {"state": state, "detail": detail[:200], "checked_at": now, "broken_since": broken_since}
        OutsideLink.objects.filter(pk=self.pk).update(**values)
