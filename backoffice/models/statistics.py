"""What happened on each day, added up: small tables that are kept for years, when the accesses are long gone.

Days are those of Madrid, and an access belongs to the day on which it was begun. Nothing here tells of a person: bodies
and procedures stand by their codes, so a row outlives what it counts. Each day is counted anew, whole, until nothing
of it can change any more (``backoffice.statistics.daily_statistics``), so nothing is ever counted twice.

There are two grains: a body, which the page of all of it reads in a few thousand rows, and a procedure.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reached(models.IntegerChoices):
    """How far a person came, in the order of the steps."""

    STARTED = 0, _("Da los datos y empieza")
    USER = 1, _("Elige un usuario")
    METHOD = 2, _("Elige cómo identificarse")
    PIN = 3, _("Recibe el PIN o lo escribe")
    VERIFIED = 4, _("Cl@ve confirma quién es")
    RESULT = 5, _("Tiene su resultado")


class TimedStep(models.TextChoices):
    """What is timed, from the end of one step to the end of the next."""

    USER = "user", _("Elegir usuario")
    IDENTIFICATION = "identification", _("Identificarse con Cl@ve")
    BODY = "body", _("Esperar al organismo")


class CountedDay(models.Model):
    """When a day was counted last, and so whether that was late enough for it to stand."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Accesses(models.Model):
    """How many accesses of a day came to the same end in the same way; ``entity`` is its slug.

    ``state``, ``outcome`` and ``failure`` are those of ``procedures.Access``, ``method`` is Cl@ve's or ``""``;
    ``sends`` and ``tries`` are what was spent of them, all together.
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
    """The accesses of a body."""

    class Meta(Accesses.Meta):
        abstract = False
        permissions = [("view_dashboard", _("Ver el panel de la operación"))]
        indexes = [models.Index(fields=["day", "entity"], name="daily_accesses")]


class DailyAccessesOfProcedure(Accesses):
    """The accesses of a procedure; ``procedure`` is its slug in the body."""

    procedure = models.CharField(max_length=60)

    class Meta(Accesses.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["day", "entity", "procedure", "count"], name="daily_accesses_by_procedure"),
            models.Index(fields=["entity", "procedure", "day"], name="daily_accesses_of_procedure"),
        ]


class Times(models.Model):
    """How long the accesses of a day took at a step: ``counts`` is ``{bucket: how many}``, with the buckets of
    ``backoffice.statistics.histograms`` as text. One row, not one a bucket: a season of 200 bodies is read at once."""

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
    """The times of a body."""

    class Meta(Times.Meta):
        abstract = False
        indexes = [models.Index(fields=["day", "entity"], name="daily_times")]


class DailyTimesOfProcedure(Times):
    """The times of a procedure."""

    procedure = models.CharField(max_length=60)

    class Meta(Times.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["day"], name="daily_times_by_day"),
            models.Index(fields=["entity", "procedure", "day"], name="daily_times_of_procedure"),
        ]


class StoredDocuments(models.Model):
    """How many documents the portal kept on a day, and their size in bytes, as it was last looked at."""

    day = models.DateField(primary_key=True)
    documents = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.documents}"
