"""Devices: known by the hash of a token, and cut off from it when they are erased."""

import pytest
from django.db import transaction

from accounts.devices import DeviceCookie
from accounts.models import ClaveUser, Device
from tests.accounts.factories import a_device, a_user
from tests.database import raw_bytes
from tests.parallel import in_parallel


@pytest.mark.django_db
def test_only_a_hash_of_the_devices_token_is_kept() -> None:
    cookie = DeviceCookie("")
    device = Device.objects.ensure(cookie)
    assert cookie.is_new
    assert cookie.token.encode() not in raw_bytes(device)
    assert Device.objects.ensure(DeviceCookie(cookie.token)) == device


@pytest.mark.parametrize("forged", ["", "short", "x" * 44, "Ñ" * 43, "a" * 42 + "\n"])
def test_a_cookie_that_is_no_token_owns_nothing(forged: str) -> None:
    assert DeviceCookie(forged).key == b""


@pytest.mark.django_db
def test_a_device_that_is_erased_and_what_it_has_belongs_to_nobody() -> None:
    device = a_user(a_device()).device
    key = bytes(device.token_hash)
    assert device.mark_erased()
    assert not Device.objects.with_key(key).exists()
    assert not ClaveUser.objects.owned_by(key).exists()
    assert not ClaveUser.objects.owned_by(b"").exists()
    assert list(Device.objects.erased()) == [device]


@pytest.mark.django_db
def test_a_cookie_that_outlives_its_device_begins_a_new_one() -> None:
    cookie = DeviceCookie("")
    device = a_user(Device.objects.ensure(cookie)).device
    device.mark_erased()
    again = Device.objects.ensure(DeviceCookie(cookie.token))
    assert again != device
    assert not again.users.exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_erasures_mark_a_device_once() -> None:
    device, won = a_device(), list[bool]()
    in_parallel(lambda: won.append(device.mark_erased()), 8)
    assert sorted(won) == [False] * 7 + [True]


@pytest.mark.django_db
def test_an_erased_device_cannot_be_locked() -> None:
    device = a_device()
    with transaction.atomic():
        assert Device.objects.lock(device.pk)
        device.mark_erased()
        assert not Device.objects.lock(device.pk)
