"""Cl@ve PIN users saved on a device: they save typing and prove no identity."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models.device import Device
from foundation.forms.identity_numbers import IdentityNumber, mask
from foundation.methods import Method
from foundation.rendering.tones import TONES
from foundation.vault import SealedText, blind_index, blind_indexes, place, seal

IDENTITY_PURPOSE = "identity"
"""Purpose of the blind index of a DNI or NIE: a person has the same index on every device."""


class NoFreeSlot(Exception):
    """The device already has ``USERS_PER_DEVICE`` users."""


class ClaveUserQuerySet(models.QuerySet["ClaveUser"]):
    def owned_by(self, key: bytes) -> Self:
        """Filter by the key of a device (the hash of its token)."""
        return self.filter(device__token_hash=key)

    def listed(self) -> Self:
        return self.order_by("slot")

    def same_person(self, device: Device, number: IdentityNumber) -> "ClaveUser | None":
        return self.filter(device=device, document_index__in=blind_indexes(number.value, IDENTITY_PURPOSE)).first()

    def save_new(self, device: Device, *, alias: str, number: IdentityNumber, phone: str) -> tuple["ClaveUser", bool]:
        """Save a user in the first free slot; return it and True, or the same person's existing user and False.

        Parallel calls for one person create one user. Raises ``NoFreeSlot``.
        """
        for _attempt in range(settings.USERS_PER_DEVICE + 1):
            if existing := self.same_person(device, number):
                return existing, False
            taken = set(self.filter(device=device).values_list("slot", flat=True))
            free = next((slot for slot in range(1, settings.USERS_PER_DEVICE + 1) if slot not in taken), None)
            if free is None:
                raise NoFreeSlot
            user = ClaveUser.sealed(device, free, alias=alias, number=number, phone=phone)
            try:
                with transaction.atomic():
                    user.save(force_insert=True)
            except IntegrityError:  # a parallel call took the slot, or saved this person
                continue
            return user, True
        raise NoFreeSlot


class ClaveUser(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="users")
    slot = models.PositiveSmallIntegerField()
    alias_cell = models.BinaryField()
    document_number_cell = models.BinaryField()
    phone_cell = models.BinaryField(default=bytes)
    document_kind = models.CharField(max_length=3, choices=[("dni", "DNI"), ("nie", "NIE")])
    document_index = models.BinaryField(max_length=20, db_index=True)
    level = models.CharField(max_length=8, default="", blank=True)
    method = models.CharField(max_length=8, choices=Method.choices, default="", blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
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
        """Return an unsaved user whose cells are sealed for its id."""
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
        """The last two digits of the phone, ``""`` without one."""
        return self.phone[-2:]

    @property
    def initial(self) -> str:
        return self.alias[:1].upper()

    @property
    def tone(self) -> str:
        return TONES[(self.slot - 1) % len(TONES)]

    @property
    def last_chosen_at(self) -> datetime:
        return self.chosen_at or self.used_at or self.created_at

    @property
    def is_stranger(self) -> bool:
        """Whether this identity was never verified from this device."""
        return self.verified_at is None

    @property
    def subjects(self) -> list[bytes]:
        """The person's blind indexes under every live key, the primary first, by which limits count on any device."""
        return blind_indexes(self.document_number, IDENTITY_PURPOSE)

    def rename(self, alias: str) -> None:
        ClaveUser.objects.filter(pk=self.pk).update(alias_cell=seal(alias, place(ClaveUser, "alias_cell", self.pk)))

    def change_phone(self, phone: str) -> None:
        cell = seal(phone, place(ClaveUser, "phone_cell", self.pk)) if phone else b""
        ClaveUser.objects.filter(pk=self.pk).update(phone_cell=cell)

    def mark_chosen(self, method: str) -> None:
        """Remember the choice of this user and of a method (``""``: the one of before), to preselect both next time."""
        changes = {"method": method} if method else {}
        ClaveUser.objects.filter(pk=self.pk).update(chosen_at=timezone.now(), **changes)

    def mark_verified(self, level: str) -> None:
        """Remember that Cl@ve has proved this identity from this device, and at which level."""
        moment = timezone.now()
        ClaveUser.objects.filter(pk=self.pk).update(verified_at=moment, used_at=moment, level=level)
