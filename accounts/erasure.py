"""What is stored for a device, and its erasure.

Each app registers the kinds of things that it stores, to be counted on the device's page. Erasing needs no
registration: it deletes whatever refers to the device.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import ngettext

from accounts.models import ClaveUser, Device
from accounts.tasks import delete_erased_devices


@dataclass(frozen=True)
class StoredKind:
    """``label`` puts a count into words: "3 usuarios de Cl@ve PIN"; ``of`` finds the device's rows."""

    label: Callable[[int], str]
    of: Callable[[Device], models.QuerySet[Any]]


_kinds: list[StoredKind] = []


def register(label: Callable[[int], str], of: Callable[[Device], models.QuerySet[Any]]) -> None:
    """Have a kind counted on the device's page."""
    _kinds.append(StoredKind(label, of))


def inventory(device: Device) -> list[str]:
    """Return a line for each kind that the device has something of."""
    counts = [(kind, kind.of(device).count()) for kind in _kinds]
    return [kind.label(count) for kind, count in counts if count]


def erase_device(device: Device) -> None:
    """Make the device and all that it has unreachable at once, and have it deleted in the background."""
    if device.mark_erased():
        transaction.on_commit(delete_erased_devices.enqueue)


def users_label(count: int) -> str:
    return ngettext("%(count)d usuario de Cl@ve PIN", "%(count)d usuarios de Cl@ve PIN", count) % {"count": count}


def users_of(device: Device) -> models.QuerySet[ClaveUser]:
    return ClaveUser.objects.filter(device=device)
