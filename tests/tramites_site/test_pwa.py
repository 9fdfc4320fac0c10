"""What makes the portal an app, and the files that a site answers by a fixed name."""

from datetime import datetime

import jwt
import pytest
from django.conf import settings as conf
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from foundation.signing import sign
from tests.pages import PageClient, step_of, text_of
from tramites_site.middleware import PRIVATE

FILES = {
    "/manifest.webmanifest": "application/manifest+json",
    "/sw.js": "text/javascript; charset=utf-8",
    "/robots.txt": "text/plain",
    "/.well-known/assetlinks.json": "application/json",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
    "/.well-known/jwks.json": "application/json",
}


@pytest.mark.parametrize(("path", "media_type"), FILES.items())
def test_each_file_is_what_it_says_and_is_the_same_for_everybody(path: str, media_type: str) -> None:
    """There is no mark for the database on this test: a query would fail it."""
    client = Client()
    answer, head = client.get(path), client.head(path)
    assert (answer.status_code, head.status_code) == (200, 200)
    assert answer.headers["Content-Type"] == head.headers["Content-Type"] == media_type
    assert not client.cookies
    assert client.post(path).status_code == 405


def test_the_manifest_makes_an_app_of_the_whole_site(client: PageClient) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"], manifest["id"]) == ("/", "/", "/")
    assert manifest["display"] == "standalone"
    assert manifest["name"] == "Trámites"
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix(conf.STATIC_URL)), icon
    for shortcut in manifest["shortcuts"]:
        assert shortcut["url"].startswith("/")
    english = client.get("/manifest.webmanifest", headers={"Accept-Language": "en"}).json()
    assert english["description"] != manifest["description"]


def test_the_service_worker_is_always_asked_for_and_keeps_nothing_of_a_person(client: PageClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    script = answer.text
    assert '"/sin-conexion/"' in script
    assert f'startsWith("{conf.STATIC_URL}")' in script
    assert "{{" not in script
    for private in PRIVATE:
        assert private not in script


def test_the_page_without_a_network_is_there_for_everybody(client: PageClient) -> None:
    page = client.get("/sin-conexion/")
    assert (page.status_code, step_of(page)) == (200, "offline")
    assert "conexión" in text_of(page)
    assert not client.cookies


def test_the_security_contact_is_not_out_of_date(client: PageClient) -> None:
    """RFC 9116: one contact at least, and one date until which it holds."""
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"].startswith(("mailto:", "https://"))
    assert datetime.fromisoformat(lines["Expires"]) > timezone.now()


def test_the_apps_that_may_open_our_links_are_those_of_the_setting(client: PageClient, settings: Settings) -> None:
    assert client.get("/.well-known/assetlinks.json").json() == []
    settings.ASSET_LINKS = [{"relation": ["delegate_permission/common.handle_all_urls"], "target": {}}]
    assert client.get("/.well-known/assetlinks.json").json() == settings.ASSET_LINKS


def test_the_public_keys_verify_what_we_sign_and_tell_no_secret(client: PageClient) -> None:
    answer = client.get("/.well-known/jwks.json")
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert "max-age" in answer.headers["Cache-Control"]
    token = sign({"aud": "dgt", "sub": "a"})
    assert jwt.get_unverified_header(token)["kid"] == key["kid"]
    assert jwt.decode(token, jwt.PyJWK(key).key, algorithms=["ES256"], audience="dgt")["sub"] == "a"


def test_search_engines_are_kept_out_of_every_private_path(client: PageClient) -> None:
    refused = {line.removeprefix("Disallow: ") for line in client.get("/robots.txt").text.splitlines()[1:]}
    assert refused == set(PRIVATE)
