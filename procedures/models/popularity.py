"""How often each procedure was started lately: home suggests the most popular, after those that editors feature."""

from collections.abc import Mapping

from django.db import models, transaction

from procedures.models.catalogue import Procedure
from procedures.models.stamps import CatalogueStamp, Stamp

MAX_RANKED = 20


class PopularityQuerySet(models.QuerySet["Popularity"]):
    def ranked(self) -> list[int]:
        """Return the primary keys of the procedures started most often, in descending order."""
        return list(self.order_by("-starts", "procedure_id").values_list("procedure_id", flat=True)[:MAX_RANKED])

    def replace(self, starts: Mapping[str, int]) -> None:
        """Store the counts by procedure code, and have cached pages rendered again if the ranking has changed."""
        before = self.ranked()
        slugs = {code.partition("/")[2] for code in starts}
        candidates = Procedure.objects.filter(slug__in=slugs).select_related("entity")
        rows = [Popularity(procedure=one, starts=starts[one.code]) for one in candidates if one.code in starts]
        with transaction.atomic():
            self.all().delete()
            self.bulk_create(rows, batch_size=500)
            if self.ranked() != before:
                CatalogueStamp.bump(Stamp.AVAILABILITY)


class Popularity(models.Model):
    procedure = models.OneToOneField(Procedure, on_delete=models.CASCADE, primary_key=True)
    starts = models.PositiveIntegerField(db_index=True)

    objects = PopularityQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.procedure_id}: {self.starts}"
