"""What is kept of procedures for a device beside its accesses, which go with it: the favourites."""

from django.utils.translation import ngettext

from accesses.models import Favourite
from accounts.models import Device


def label(count: int) -> str:
    return ngettext("%(count)d trámite favorito", "%(count)d trámites favoritos", count) % {"count": count}


def count(device: Device) -> int:
    return Favourite.objects.filter(device=device).count()


def erase(device: Device) -> None:
    Favourite.objects.filter(device=device).delete()
