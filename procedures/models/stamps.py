"""Counters by which every process learns that the catalogue, or its availability, has changed."""

from typing import NamedTuple

from django.db import models
from django.db.models import F


class Stamp(models.IntegerChoices):
    """What is counted: the texts of the catalogue, and what may be expected of it right now."""

    CONTENT = 1
    AVAILABILITY = 2


class Stamps(NamedTuple):
    content: int
    availability: int


class CatalogueStamp(models.Model):
    """One row a kind of change: ``pk`` is a ``Stamp``, ``number`` counts.

    They are two because content takes long to read (seconds for 5,000 procedures) and changes by an editor's hand,
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
