"""What is stored for a device, and erasing it."""

from typing import Any

import pytest
from django.db import DatabaseError
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from accounts import erasure
from accounts.models import ClaveUser, Device
from accounts.tasks import delete_erased_devices
from tests.accounts.factories import a_device, a_dni, a_user
from tests.failing import failing

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[erasure.StoredKind]:
    alone: list[erasure.StoredKind] = []
    monkeypatch.setattr(erasure, "_kinds", alone)
    erasure.register(erasure.users_label, erasure.users_of)
    return alone


def test_each_registered_kind_is_counted_and_what_there_is_none_of_is_left_out(kinds: list[erasure.StoredKind]) -> None:
    device = a_device()
    a_device()
    erasure.register(lambda count: f"{count} cosas", lambda _device: Device.objects.all())
    assert erasure.inventory(device) == ["2 cosas"]
    a_user(device)
    assert erasure.inventory(device) == ["1 usuario de Cl@ve PIN", "2 cosas"]
    assert len(kinds) == 2


def test_erasing_hides_at_once_and_deletes_in_one_task(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    device = a_user(a_device()).device
    key, other = bytes(device.token_hash), a_user(a_device())
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_device(device)
        erasure.erase_device(device)
    assert not ClaveUser.objects.owned_by(key).exists()
    assert [task.task_path for task in DBTaskResult.objects.all()] == ["accounts.tasks.delete_erased_devices"]
    assert delete_erased_devices.func() == 1
    assert list(ClaveUser.objects.all()) == [other]
    assert list(Device.objects.all()) == [other.device]


def test_everything_that_refers_to_a_device_is_deleted_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[tuple[str, bool]] = []

    def delete(rows: Any) -> int:
        deleted.append((rows.model.__name__, Device.objects.exists()))
        return 0

    monkeypatch.setattr("accounts.tasks.delete_in_batches", delete)
    a_device().mark_erased()
    assert delete_erased_devices.func() == 1
    assert {model for model, _is_before in deleted} >= {"ClaveUser", "Document", "Validation", "Access", "Favourite"}
    assert all(is_before for _model, is_before in deleted)
    assert not Device.objects.exists()


def test_a_deletion_that_was_interrupted_goes_on_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    device = a_device()
    for number in range(3):
        a_user(device, number=a_dni(number))
    key = bytes(device.token_hash)
    device.mark_erased()
    with monkeypatch.context() as broken:
        broken.setattr(Device, "delete", failing(DatabaseError("gone away")))
        with pytest.raises(DatabaseError):
            delete_erased_devices.func()
    assert not Device.objects.with_key(key).exists()
    assert delete_erased_devices.func() == 1
    assert not Device.objects.exists()
    assert delete_erased_devices.func() == 0
