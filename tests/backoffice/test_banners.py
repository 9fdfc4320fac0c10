"""Banners: written in the back office, seen by citizens at once, refused when they make no sense."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.roles import Role
from procedures.models import Banner, CatalogueStamp, Stamp
from procedures.tasks import apply_switch_expiry
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.pages import PageClient, parse, text_of

pytestmark = pytest.mark.django_db

LIST = "/gestion/procedures/banner/"


@pytest.fixture
def operator() -> PageClient:
    return signed_in(a_staff_user(Role.OPERATOR))


def write(client: PageClient, **typed: Any) -> Any:
    """Submit the form of a new banner that ends in a day."""
    form = next(form for form in parse(client.get(f"{LIST}add/")).forms if "text_es" in form.fields)
    end = timezone.localtime() + timedelta(days=1)
    ends = {"ends_at_0": f"{end:%d/%m/%Y}", "ends_at_1": f"{end:%H:%M}"}
    return client.post(f"{LIST}add/", {**dict(form.form_values()), **ends, "text_es": "Hoy no.", **typed}, follow=True)


def test_a_banner_is_seen_at_once(operator: PageClient, client: PageClient) -> None:
    a_version()
    assert "Hoy no." not in text_of(client.get("/tramites/"))
    before = CatalogueStamp.current(Stamp.AVAILABILITY)
    write(operator, link="/ayuda/")
    assert CatalogueStamp.current(Stamp.AVAILABILITY) > before
    assert "Hoy no." in text_of(client.get("/tramites/"))
    assert apply_switch_expiry.call() == 0
    banner = Banner.objects.get()
    operator.post(f"{LIST}{banner.pk}/delete/", {**token(operator, f"{LIST}{banner.pk}/delete/"), "post": "yes"})
    assert "Hoy no." not in text_of(client.get("/tramites/"))


def token(client: PageClient, path: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": parse(client.get(path)).xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_at_0": "01/01/2020"}, "después del comienzo"),
        ({"audience": "entity"}, "Elige un organismo"),
        ({"link": "https://evil.example/"}, "ruta de una página"),
    ],
)
def test_invalid_values_are_refused_with_a_sentence(operator: PageClient, typed: dict[str, str], said: str) -> None:
    assert said in parse(write(operator, **typed)).text_content()
    assert not Banner.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(Role.SUPPORT, 200), (Role.AUDITOR, 200), (Role.EDITOR, 403)])
def test_other_roles_read_banners_and_write_none(role: Role, status: int) -> None:
    client = signed_in(a_staff_user(role))
    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}add/").status_code == 403


def test_the_list_costs_the_same_with_many(
    operator: PageClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entity = a_version().procedure.entity
    now = timezone.now()
    Banner.objects.bulk_create(
        Banner(text_es=str(number), audience="entity", entity=entity, starts_at=now, ends_at=now + timedelta(days=1))
        for number in range(200)
    )
    with django_assert_max_num_queries(12):
        assert operator.get(LIST).status_code == 200
