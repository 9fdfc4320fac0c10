"""Daily statistics: small tables that stay for years, long after the accesses that they count are deleted.

Days are those of Madrid, and an access counts on the day on which it began. The rows hold no personal data; public
bodies and procedures stand by their slugs, so a row outlives what it counts. Each day is aggregated anew, whole, until
nothing of it can change any more (``backoffice.statistics.daily_statistics``), so nothing counts twice.

There are two grains: by public body, which the dashboard reads in a few thousand rows, and by procedure.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reached(models.IntegerChoices):
    """The last step that a person reached, in the order of the steps."""

    STARTED = 0, _("Da los datos y empieza")
    USER = 1, _("Elige un usuario")
    METHOD = 2, _("Elige cómo identificarse")
    PIN = 3, _("Recibe el PIN o lo escribe")
    VERIFIED = 4, _("Cl@ve confirma quién es")
    RESULT = 5, _("Tiene su resultado")


class TimedStep(models.TextChoices):
    """The steps whose duration is measured, from the end of the one before."""

    USER = "user", _("Elegir usuario")
    IDENTIFICATION = "identification", _("Identificarse con Cl@ve")
    BODY = "body", _("Esperar al organismo")


class CountedDay(models.Model):
    """When a day was last aggregated, which tells whether its statistics are final."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Accesses(models.Model):
    """The number of a day's accesses that ended in the same way; ``entity`` is a slug.

    ``state``, ``outcome`` and ``failure`` are those of ``accesses.Access``, ``method`` is Cl@ve's or ``""``; ``sends``
    and ``tries`` are the totals of all these accesses.
    """

    day = models.DateField()
    entity = models.CharField(max_length=30)
    method = models.CharField(max_length=8, blank=True, default="")
    state = models.CharField(max_length=10)
    outcome = models.CharField(max_length=12, blank=True, default="")
    failure = models.CharField(max_length=20, blank=True, default="")
    reached = models.PositiveSmallIntegerField(choices=Reached.choices)
    count = models.PositiveIntegerField()
    sends = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.entity}: {self.count}"


class DailyAccesses(Accesses):
    class Meta(Accesses.Meta):
        permissions = [("view_dashboard", _("Ver el panel de la operación"))]
        indexes = [models.Index(fields=["day", "entity"], name="daily_accesses")]


class DailyAccessesOfProcedure(Accesses):
    procedure = models.CharField(max_length=60)

    class Meta(Accesses.Meta):
        indexes = [
            models.Index(fields=["day", "entity", "procedure", "count"], name="daily_accesses_by_procedure"),
            models.Index(fields=["entity", "procedure", "day"], name="daily_accesses_of_procedure"),
        ]


class Times(models.Model):
    """How long a day's accesses took at a step: ``counts`` is ``{bucket: number of accesses}``.

    The buckets are those of ``backoffice.statistics.histograms``, as text. All of them stand in one row, not one row
    each, so that three months of 200 public bodies are read at once.
    """

    day = models.DateField()
    entity = models.CharField(max_length=30)
    step = models.CharField(max_length=14, choices=TimedStep.choices)
    counts: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.entity} {self.step}"


class DailyTimes(Times):
    class Meta(Times.Meta):
        indexes = [models.Index(fields=["day", "entity"], name="daily_times")]


class DailyTimesOfProcedure(Times):
    procedure = models.CharField(max_length=60)

    class Meta(Times.Meta):
        indexes = [
            models.Index(fields=["day"], name="daily_times_by_day"),
            models.Index(fields=["entity", "procedure", "day"], name="daily_times_of_procedure"),
        ]


class StoredDocuments(models.Model):
    """How many documents were stored on a day, and their size in bytes, when last measured."""

    day = models.DateField(primary_key=True)
    documents = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.documents}"
