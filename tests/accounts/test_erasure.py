"""Erasing all that is kept for a device."""

import pytest
from django.db import DatabaseError

from accounts import erasure
from accounts.models import ClaveUser, Device
from tests.accounts.factories import a_device, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[erasure.Part]:
    alone: list[erasure.Part] = []
    monkeypatch.setattr(erasure, "_parts", alone)
    erasure.register(erasure.users_label, erasure.count_users, erasure.erase_users)
    return alone


def test_each_registered_kind_is_counted_and_what_there_is_none_of_is_left_out(parts: list[erasure.Part]) -> None:
    device = a_device()
    erasure.register(lambda count: f"{count} cosas", lambda _device: 3, lambda _device: None)
    assert erasure.kept(device) == ["3 cosas"]
    a_user(device)
    assert erasure.kept(device) == ["1 usuario de Cl@ve PIN", "3 cosas"]
    assert len(parts) == 2


def test_the_last_registered_is_erased_first(parts: list[erasure.Part]) -> None:
    users_then: list[int] = []
    device = a_user(a_device()).device
    erasure.register(str, lambda _device: 0, lambda erased: users_then.append(erased.users.count()))
    erasure.erase_device(device)
    assert users_then == [1]
    assert not Device.objects.exists()
    assert len(parts) == 2


def test_what_cannot_be_erased_whole_is_not_erased_at_all(parts: list[erasure.Part]) -> None:
    def fail(_device: Device) -> None:
        raise DatabaseError

    user = a_user(a_device())
    parts.insert(0, erasure.Part(str, lambda _device: 0, fail))
    with pytest.raises(DatabaseError):
        erasure.erase_device(user.device)
    assert list(ClaveUser.objects.all()) == [user]
