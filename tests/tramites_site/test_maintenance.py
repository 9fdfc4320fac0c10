"""The portal closed on purpose."""

import pytest
from django.conf import settings as the_settings
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from tests.pages import PageClient, main_of, text_of


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/descargas/", "/nada/"])
def test_every_page_says_so_and_asks_the_database_nothing(
    client: PageClient, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    settings.MAINTENANCE = "hoy a las 18:00"
    with django_assert_num_queries(0):
        closed = client.get(path)
    assert closed.status_code == 503
    assert closed.headers["Retry-After"]
    assert main_of(closed).get("data-step") == "maintenance"
    assert "hoy a las 18:00" in text_of(closed)
    assert "script-src 'self'" in closed.headers["Content-Security-Policy"]


def test_it_speaks_the_persons_language(client: PageClient, settings: Settings) -> None:
    settings.MAINTENANCE = "on"
    client.cookies[the_settings.LANGUAGE_COOKIE_NAME] = "en"
    closed = client.get("/")
    assert b'lang="en"' in closed.content


def test_health_is_still_answered(client: PageClient, settings: Settings) -> None:
    settings.MAINTENANCE = "on"
    assert client.get("/salud/vivo").status_code == 200
