"""Counters that tell every process when the catalogue or its availability has changed."""

from typing import NamedTuple

from django.db import models
from django.db.models import F


class Stamp(models.IntegerChoices):
    """What has changed: the content of the catalogue, or its availability."""

    CONTENT = 1
    AVAILABILITY = 2


class Stamps(NamedTuple):
    content: int
    availability: int


class CatalogueStamp(models.Model):
    """One row for each ``Stamp``, which is its primary key.

    There are two because content takes long to read (seconds for 5,000 procedures) and changes when editors publish,
    while availability is small and changes by itself whenever a body falters.
    """

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def all_current(cls) -> Stamps:
        numbers = dict(cls.objects.values_list("pk", "number"))
        return Stamps(numbers.get(Stamp.CONTENT, 0), numbers.get(Stamp.AVAILABILITY, 0))

    @classmethod
    def current(cls, stamp: Stamp = Stamp.CONTENT) -> int:
        return cls.objects.filter(pk=stamp).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls, stamp: Stamp = Stamp.CONTENT) -> None:
        if not cls.objects.filter(pk=stamp).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=stamp, defaults={"number": 1})
