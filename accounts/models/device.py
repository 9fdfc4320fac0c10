"""A device: one browser without account or password; whoever holds the phone holds what is saved on it."""

import secrets
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.devices import DeviceCookie

TOKEN_HASH_LENGTH = 32
"""Bytes of a SHA-256 digest."""


class DeviceQuerySet(models.QuerySet["Device"]):
    def with_key(self, key: bytes) -> Self:
        """Filter by the hash of a token."""
        return self.filter(token_hash=key)

    def erased(self) -> Self:
        return self.filter(erased_at__isnull=False)

    def ensure(self, cookie: DeviceCookie) -> "Device":
        """Return the cookie's device, created if this is the first thing saved on it; parallel calls create one."""
        cookie.ensure()
        device, _is_new = self.get_or_create(token_hash=cookie.key)
        return device

    def lock(self, pk: UUID) -> bool:
        """Lock the row until the transaction ends; return False when the device has been erased."""
        return self.filter(pk=pk, erased_at=None).select_for_update(no_key=True).exists()


class Device(models.Model):
    class Kind(models.TextChoices):
        OWN = "own", _("propio")
        BORROWED = "borrowed", _("prestado")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    token_hash = models.BinaryField(max_length=TOKEN_HASH_LENGTH, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OWN)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["erased_at"], name="devices_erased", condition=Q(erased_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def mark_erased(self) -> bool:
        """Cut the device off from its token at once, before what it has is deleted; return False if that was done.

        Everything of a device is found by the hash of its token. A random one in its place belongs to no token, so
        nothing is found any more, whoever asks.
        """
        tombstone = secrets.token_bytes(TOKEN_HASH_LENGTH)
        present = Device.objects.filter(pk=self.pk, erased_at=None)
        return bool(present.update(token_hash=tombstone, erased_at=timezone.now()))
