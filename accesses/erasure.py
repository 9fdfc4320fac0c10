"""Favourites in the inventory of what is stored for a device."""

from django.db import models
from django.utils.translation import ngettext

from accesses.models import Favourite
from accounts.models import Device


def label(count: int) -> str:
    return ngettext("%(count)d trámite favorito", "%(count)d trámites favoritos", count) % {"count": count}


def favourites_of(device: Device) -> models.QuerySet[Favourite]:
    return Favourite.objects.filter(device=device)
