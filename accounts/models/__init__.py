"""Devices, and the Cl@ve PIN users saved on each."""

from accounts.models.clave_user import IDENTITY_PURPOSE, ClaveUser, NoFreeSlot
from accounts.models.device import Device

__all__ = ["IDENTITY_PURPOSE", "ClaveUser", "Device", "NoFreeSlot"]
