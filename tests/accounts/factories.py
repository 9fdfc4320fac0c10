"""Devices and saved users to test with."""

import hashlib
import secrets

from django.conf import settings
from django.test import Client

from accounts.models import ClaveUser, Device
from foundation.forms.identity_numbers import parse_identity_number

DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def a_dni(number: int) -> str:
    """Make a valid DNI of these digits."""
    return f"{number:08d}{DNI_LETTERS[number % 23]}"


def a_device(client: Client | None = None) -> Device:
    """Make a device, and have the client hold its cookie."""
    token = secrets.token_urlsafe(32)
    if client is not None:
        client.cookies[settings.DEVICE_COOKIE_NAME] = token
    return Device.objects.create(token_hash=hashlib.sha256(token.encode()).digest())


def a_user(device: Device, *, alias: str = "Ana", number: str = "12345678Z", phone: str = "") -> ClaveUser:
    """Save a user on the device."""
    user, _is_new = ClaveUser.objects.save_new(device, alias=alias, number=parse_identity_number(number), phone=phone)
    return user
