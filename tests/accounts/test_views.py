"""Pages of the saved users and of this device."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import ClaveUser, Device
from tests.accounts.factories import a_device, a_dni, a_user
from tests.pages import PageClient
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db

LIST = "/usuarios/"
DEVICE = "/dispositivo/"
ERASE = "/dispositivo/borrar/"
HTMX = {"HX-Request": "true"}
RESTORE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.fixture
def device(client: PageClient) -> Device:
    return a_device(client)


@pytest.fixture
def ana(device: Device) -> ClaveUser:
    return a_user(device, phone="+34612345689")


def edit(user: ClaveUser) -> str:
    return reverse("accounts:user", args=[user.pk])


def remove(user: ClaveUser) -> str:
    return reverse("accounts:remove", args=[user.pk])


def test_without_users_the_list_says_what_to_do_next_and_sets_no_cookie(client: PageClient) -> None:
    page = client.get(LIST)
    assert page.status_code == 200
    assert reverse("procedures:entities") in page.text
    assert not page.cookies


def test_users_are_listed_masked_with_when_they_were_last_used(client: PageClient, ana: ClaveUser) -> None:
    a_user(ana.device, alias="Yasmin", number="X1234567L")
    ClaveUser.objects.filter(pk=ana.pk).update(used_at=datetime(2026, 3, 9, 12, tzinfo=UTC))
    text = client.get(LIST).text
    for said in ("Ana", "DNI ***4567**", "móvil …89", "09/03/2026", "Yasmin", "NIE ****4567*", "Sin usar todavía"):
        assert said in text
    for secret in ("12345678Z", "X1234567L", "612345689"):
        assert secret not in text


@pytest.mark.parametrize("many", [1, 20])
def test_the_pages_cost_few_queries_whatever_is_saved(
    many: int, client: PageClient, device: Device, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = [a_user(device, number=a_dni(number)) for number in range(many)]
    for path in (LIST, edit(users[0]), remove(users[0])):
        with django_assert_num_queries(1):
            assert client.get(path).status_code == 200


def test_this_devices_page_costs_as_many_queries_as_there_are_kinds(
    client: PageClient, ana: ClaveUser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for path in (DEVICE, ERASE):
        with django_assert_max_num_queries(6):
            assert client.get(path).status_code == 200


def test_each_page_is_whole_plainly_a_fragment_to_htmx_and_whole_from_history(
    client: PageClient, ana: ClaveUser
) -> None:
    for path in (LIST, edit(ana), remove(ana), DEVICE, ERASE):
        plain, fragment, restored = client.get(path), client.get(path, headers=HTMX), client.get(path, headers=RESTORE)
        assert "<!doctype html>" in plain.text
        assert "<!doctype html>" not in fragment.text
        assert "<!doctype html>" in restored.text
        for answer in (plain, fragment, restored):
            assert 'id="main"' in answer.text
            assert "no-store" in answer["Cache-Control"]


def test_alias_and_phone_can_be_changed(client: PageClient, ana: ClaveUser) -> None:
    text = client.get(edit(ana)).text
    assert 'value="Ana"' in text
    assert 'value="+34612345689"' in text
    answer = client.post(edit(ana), {"alias": "Mamá", "phone": "698 76 54 32"})
    assert answer.headers["Location"] == LIST
    ana.refresh_from_db()
    assert (ana.alias, ana.phone, ana.document_number) == ("Mamá", "+34698765432", "12345678Z")
    assert "Cambios guardados" in client.get(LIST).text


def test_a_mistake_is_said_in_the_page_and_nothing_changes(client: PageClient, ana: ClaveUser) -> None:
    answer = client.post(edit(ana), {"alias": "", "phone": "912345678"})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert answer.text.count("no es un móvil") == 2
    assert 'value="912345678"' in answer.text
    ana.refresh_from_db()
    assert (ana.alias, ana.phone) == ("Ana", "+34612345689")


def test_removing_asks_first_and_frees_the_slot(client: PageClient, ana: ClaveUser) -> None:
    assert "¿Quitar este usuario?" in client.get(remove(ana)).text
    assert ClaveUser.objects.exists()
    assert client.post(remove(ana)).headers["Location"] == LIST
    assert not ClaveUser.objects.exists()
    assert client.post(remove(ana)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_devices_user_is_not_found(method: str, client: PageClient, device: Device) -> None:
    theirs = a_user(a_device(), alias="Leo")
    for path in (edit(theirs), remove(theirs), reverse("accounts:user", args=[uuid4()])):
        assert getattr(client, method)(path, {"alias": "Mío", "phone": ""}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.alias == "Leo"


def test_this_devices_page_says_what_is_kept(client: PageClient, ana: ClaveUser) -> None:
    text = client.get(DEVICE).text
    assert "1 usuario de Cl@ve PIN" in text
    assert ERASE in text
    a_user(ana.device, number="X1234567L")
    assert "2 usuarios de Cl@ve PIN" in client.get(DEVICE).text
    assert ERASE not in PageClient().get(DEVICE).text


def test_erasing_asks_first_and_then_leaves_nothing_of_this_device(client: PageClient, ana: ClaveUser) -> None:
    other, key = a_user(a_device(), alias="Leo"), bytes(ana.device.token_hash)
    assert "1 usuario de Cl@ve PIN" in client.get(ERASE).text
    assert Device.objects.count() == 2
    answer = client.post(ERASE)
    assert answer.headers["Location"] == DEVICE
    assert answer.cookies[settings.DEVICE_COOKIE_NAME]["max-age"] == 0
    assert answer.cookies[settings.IDENTIFICATION_COOKIE_NAME]["max-age"] == 0
    assert not ClaveUser.objects.owned_by(key).exists()
    run_tasks()
    assert list(ClaveUser.objects.all()) == [other]
    assert list(Device.objects.all()) == [other.device]
    text = client.get(DEVICE).text
    assert "Este dispositivo ya no tiene nada guardado" in text
    assert "1 usuario" not in text


def test_erasing_twice_or_without_a_device_is_no_error(client: PageClient, ana: ClaveUser) -> None:
    for browser in (client, client, PageClient()):
        assert browser.post(ERASE).status_code == 302
    run_tasks()
    assert not Device.objects.exists()
