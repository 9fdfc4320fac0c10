"""Devices and the Cl@ve PIN users saved on each."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.devices import DeviceCookie
from accounts.identity_numbers import IdentityNumber, mask
from foundation.tones import TONES
from foundation.vault import SealedText, blind_index, blind_indexes, place, seal

IDENTITY_PURPOSE = "identity"
"""Purpose of the blind index of a DNI or NIE: the same person has the same index on every device."""


class DeviceQuerySet(models.QuerySet["Device"]):
    def known_by(self, key: bytes) -> Self:
        return self.filter(token_hash=key)

    def saving(self, cookie: DeviceCookie) -> "Device":
        """The cookie's device, made now if this is the first thing saved on it; parallel calls make one."""
        cookie.ensure()
        device, _created = self.get_or_create(token_hash=cookie.key)
        return device


class Device(models.Model):
    """One browser. It has no account and no password; whoever holds the phone holds what is saved on it."""

    class Kind(models.TextChoices):
        OWN = "own", _("propio")
        BORROWED = "borrowed", _("prestado")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OWN)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)


class NoFreeSlot(Exception):
    """The device already holds as many users as it may."""


class ClaveUserQuerySet(models.QuerySet["ClaveUser"]):
    def owned_by(self, key: bytes) -> Self:
        """The users saved on the device with this key (hash of its token)."""
        return self.filter(device__token_hash=key)

    def listed(self) -> Self:
        return self.order_by("slot")

    def same_person(self, device: Device, number: IdentityNumber) -> "ClaveUser | None":
        return self.filter(device=device, document_index__in=blind_indexes(number.value, IDENTITY_PURPOSE)).first()

    def save_new(self, device: Device, *, alias: str, number: IdentityNumber, phone: str) -> tuple["ClaveUser", bool]:
        """Save a user in the first free slot; answers the one already saved, and False, for the same person.

        Parallel calls with the same person make one. Raises ``NoFreeSlot``.
        """
        for _attempt in range(settings.USERS_PER_DEVICE + 1):
            if known := self.same_person(device, number):
                return known, False
            taken = set(self.filter(device=device).values_list("slot", flat=True))
            free = next((slot for slot in range(1, settings.USERS_PER_DEVICE + 1) if slot not in taken), None)
            if free is None:
                raise NoFreeSlot
            user = ClaveUser.sealed(device, free, alias=alias, number=number, phone=phone)
            try:
                with transaction.atomic():
                    user.save(force_insert=True)
            except IntegrityError:
                continue
            return user, True
        raise NoFreeSlot


class ClaveUser(models.Model):
    """A Cl@ve PIN user saved on a device: what spares typing, and no proof of identity."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="users")
    slot = models.PositiveSmallIntegerField()
    alias_cell = models.BinaryField()
    document_number_cell = models.BinaryField()
    phone_cell = models.BinaryField(default=bytes)
    document_kind = models.CharField(max_length=3, choices=[("dni", "DNI"), ("nie", "NIE")])
    document_index = models.BinaryField(max_length=20, db_index=True)
    level = models.CharField(max_length=8, default="", blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    alias = SealedText("alias_cell")
    document_number = SealedText("document_number_cell")
    phone = SealedText("phone_cell")

    objects = ClaveUserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "slot"], name="one_user_a_slot"),
            models.UniqueConstraint(fields=["device", "document_index"], name="one_saving_a_person"),
            models.CheckConstraint(condition=models.Q(slot__gte=1, slot__lte=20), name="slot_from_1_to_20"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def sealed(cls, device: Device, slot: int, *, alias: str, number: IdentityNumber, phone: str) -> Self:
        """An unsaved user whose cells are sealed for its place."""
        pk = uuid4()
        return cls(
            id=pk,
            device=device,
            slot=slot,
            alias_cell=seal(alias, place(cls, "alias_cell", pk)),
            document_number_cell=seal(number.value, place(cls, "document_number_cell", pk)),
            phone_cell=seal(phone, place(cls, "phone_cell", pk)) if phone else b"",
            document_kind=number.kind,
            document_index=blind_index(number.value, IDENTITY_PURPOSE),
        )

    @property
    def masked_number(self) -> str:
        """``DNI ***4567**``."""
        return f"{self.document_kind.upper()} {mask(self.document_number)}"

    @property
    def phone_ending(self) -> str:
        """The last two digits of the phone, or ``""``."""
        return self.phone[-2:]

    @property
    def initial(self) -> str:
        return self.alias[:1].upper()

    @property
    def tone(self) -> str:
        return TONES[(self.slot - 1) % len(TONES)]

    @property
    def is_stranger(self) -> bool:
        """Whether this device never verified this identity."""
        return self.verified_at is None

    @property
    def subjects(self) -> list[bytes]:
        """Under what limits count this person, on any device: the index under every key, the primary one first."""
        return blind_indexes(self.document_number, IDENTITY_PURPOSE)

    def rename(self, alias: str) -> None:
        ClaveUser.objects.filter(pk=self.pk).update(alias_cell=seal(alias, place(ClaveUser, "alias_cell", self.pk)))

    def change_phone(self, phone: str) -> None:
        cell = seal(phone, place(ClaveUser, "phone_cell", self.pk)) if phone else b""
        ClaveUser.objects.filter(pk=self.pk).update(phone_cell=cell)

    def was_verified(self, level: str) -> None:
        """Cl@ve has proved this identity from this device."""
        moment = timezone.now()
        ClaveUser.objects.filter(pk=self.pk).update(verified_at=moment, used_at=moment, level=level)
