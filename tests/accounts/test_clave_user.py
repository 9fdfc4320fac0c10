"""Cl@ve PIN users saved on a device."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import ClaveUser, NoFreeSlot
from foundation.forms.identity_numbers import parse_identity_number
from foundation.vault import SealBroken, blind_index
from tests.accounts.factories import a_device, a_dni, a_user
from tests.database import raw_bytes


@pytest.mark.django_db
def test_the_first_free_slot_is_taken_and_a_freed_one_is_used_again() -> None:
    device = a_device()
    users = [a_user(device, number=a_dni(number)) for number in range(3)]
    assert [user.slot for user in users] == [1, 2, 3]
    users[1].delete()
    assert a_user(device, number=a_dni(99)).slot == 2


@pytest.mark.django_db
def test_a_device_holds_twenty_users_and_not_one_more() -> None:
    device = a_device()
    for number in range(settings.USERS_PER_DEVICE):
        a_user(device, number=a_dni(number))
    with pytest.raises(NoFreeSlot):
        a_user(device, number=a_dni(500))
    assert device.users.count() == settings.USERS_PER_DEVICE
    assert a_user(device, number=a_dni(0)).slot == 1


@pytest.mark.django_db
def test_the_same_person_is_saved_once_a_device_however_the_number_is_typed() -> None:
    device, other = a_device(), a_device()
    first = a_user(device, number="1234567L")
    assert a_user(device, number=" 01.234.567-l", alias="Otra vez") == first
    assert a_user(other, number="1234567L") != first


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_savings_of_the_same_person_make_one_user() -> None:
    device, together = a_device(), Barrier(10)

    def save(_number: int) -> tuple[object, bool]:
        together.wait()
        try:
            user, is_new = ClaveUser.objects.save_new(
                device, alias="Ana", number=parse_identity_number("12345678Z"), phone=""
            )
            return user.pk, is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        saved = list(pool.map(save, range(10)))
    assert len({pk for pk, _is_new in saved}) == 1
    assert sum(is_new for _pk, is_new in saved) == 1
    assert ClaveUser.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_savings_of_different_people_take_a_slot_each() -> None:
    device, together = a_device(), Barrier(8)

    def save(number: int) -> int:
        together.wait()
        try:
            return a_user(device, number=a_dni(number)).slot
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(save, range(8))) == list(range(1, 9))


@pytest.mark.django_db
def test_the_database_holds_no_number_phone_or_name_in_clear() -> None:
    user = a_user(a_device(), alias="Ana Belén", number="12345678Z", phone="+34612345678")
    raw = raw_bytes(user)
    for secret in ("12345678Z", "12345678", "+34612345678", "612345678", "Ana Belén", "Ana"):
        assert secret.encode() not in raw
    read = ClaveUser.objects.get(pk=user.pk)
    assert (read.document_number, read.phone, read.alias) == ("12345678Z", "+34612345678", "Ana Belén")


@pytest.mark.django_db
def test_a_cell_copied_to_another_row_does_not_open() -> None:
    device = a_device()
    ana, leo = a_user(device), a_user(device, number="X1234567L", alias="Leo")
    ClaveUser.objects.filter(pk=leo.pk).update(alias_cell=ana.alias_cell)
    leo.refresh_from_db()
    with pytest.raises(SealBroken):
        assert leo.alias == "Ana"


@pytest.mark.django_db
def test_a_person_has_the_same_index_on_every_device_and_only_for_its_purpose() -> None:
    one, two = a_user(a_device()), a_user(a_device())
    assert bytes(one.document_index) == bytes(two.document_index)
    assert blind_index("12345678Z", "another purpose") != bytes(one.document_index)


@pytest.mark.django_db
def test_a_user_is_shown_masked() -> None:
    device = a_device()
    dni, nie = a_user(device, phone="+34612345689"), a_user(device, number="X1234567L", alias="yasmin")
    assert (dni.masked_number, dni.phone_ending) == ("DNI ***4567**", "89")
    assert (nie.masked_number, nie.phone_ending) == ("NIE ****4567*", "")
    assert (dni.initial, nie.initial) == ("A", "Y")
    assert dni.tone != nie.tone


@pytest.mark.django_db
def test_renaming_and_changing_the_phone_seal_the_new_values() -> None:
    user = a_user(a_device())
    user.rename("Ana María")
    user.change_phone("+34698765432")
    user.refresh_from_db()
    assert (user.alias, user.phone) == ("Ana María", "+34698765432")
    user.change_phone("")
    user.refresh_from_db()
    assert user.phone == ""


@pytest.mark.django_db
def test_users_are_found_by_their_devices_key_alone() -> None:
    mine, other = a_device(), a_device()
    user = a_user(mine)
    assert list(ClaveUser.objects.owned_by(bytes(mine.token_hash))) == [user]
    assert not ClaveUser.objects.owned_by(bytes(other.token_hash)).exists()
    assert not ClaveUser.objects.owned_by(b"").exists()
    assert not ClaveUser.objects.filter(pk=uuid4()).exists()
