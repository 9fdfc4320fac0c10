"""How often each procedure was begun lately: what home offers first, after what the editors have chosen."""

from collections.abc import Mapping

from django.db import models, transaction

from procedures.models.catalogue import Procedure
from procedures.models.stamps import CatalogueStamp, Stamp

MOST_RANKED = 20


class PopularityQuerySet(models.QuerySet["Popularity"]):
    def ranked(self) -> list[int]:
        """Return the primary keys of the procedures begun most often, the most often first."""
        return list(self.order_by("-starts", "procedure_id").values_list("procedure_id", flat=True)[:MOST_RANKED])

    def replace(self, starts: Mapping[str, int]) -> None:
        """Store the counts by procedure code, and have pages shown anew if the order at the top has changed."""
        before = self.ranked()
        slugs = {code.partition("/")[2] for code in starts}
        known = Procedure.objects.filter(slug__in=slugs).select_related("entity")
        rows = [Popularity(procedure=one, starts=starts[one.code]) for one in known if one.code in starts]
        with transaction.atomic():
            self.all().delete()
            self.bulk_create(rows, batch_size=500)
            if self.ranked() != before:
                CatalogueStamp.bump(Stamp.AVAILABILITY)


class Popularity(models.Model):
    """How often one procedure was begun in the days that count."""

    procedure = models.OneToOneField(Procedure, on_delete=models.CASCADE, primary_key=True)
    starts = models.PositiveIntegerField(db_index=True)

    objects = PopularityQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.procedure_id}: {self.starts}"
