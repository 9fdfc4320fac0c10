"""What is kept for a device, and erasing all of it at once. Each app registers its part when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import ClaveUser, Device


@dataclass(frozen=True)
class Part:
    """One kind of what is kept: how a number of it is said, how much a device has, how it is erased."""

    label: Callable[[int], str]
    count: Callable[[Device], int]
    erase: Callable[[Device], None]


_parts: list[Part] = []


def register(label: Callable[[int], str], count: Callable[[Device], int], erase: Callable[[Device], None]) -> None:
    """Have a kind counted on the device's page, and erased with the device."""
    _parts.append(Part(label, count, erase))


def kept(device: Device) -> list[str]:
    """What the device has, one line a kind: "3 usuarios de Cl@ve PIN"; nothing is said of what it has none of."""
    counted = [(part, part.count(device)) for part in _parts]
    return [part.label(count) for part, count in counted if count]


def erase_device(device: Device) -> None:
    """Erase all that is kept for the device, and the device itself; the last registered goes first."""
    with transaction.atomic():
        for part in reversed(_parts):
            part.erase(device)
        device.delete()


def users_label(count: int) -> str:
    return ngettext("%(count)d usuario de Cl@ve PIN", "%(count)d usuarios de Cl@ve PIN", count) % {"count": count}


def count_users(device: Device) -> int:
    return ClaveUser.objects.filter(device=device).count()


def erase_users(device: Device) -> None:
    ClaveUser.objects.filter(device=device).delete()
