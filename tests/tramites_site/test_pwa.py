"""What makes the portal an app, and the files that a site answers by a fixed name."""

import re
from datetime import datetime
from pathlib import Path

import jwt
import pytest
from django.conf import settings as conf
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from PIL import Image, ImageChops
from pytest_django.fixtures import Settings

from foundation.signing import sign
from tests.pages import PageClient, parse, step_of, text_of
from tools.icons import FOLDER, icons
from tramites_site import precache
from tramites_site.middleware import PRIVATE

ROOT = Path(__file__).resolve().parent.parent.parent

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
    assert (manifest["display"], manifest["orientation"]) == ("standalone", "any")
    assert manifest["name"] == manifest["short_name"] == "Trámites"
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
        ("512x512", "monochrome"),
        ("any", "any"),
    }
    assert {picture["form_factor"] for picture in manifest["screenshots"]} == {"narrow", "wide"}
    assert all(picture["label"] for picture in manifest["screenshots"])
    for shortcut in manifest["shortcuts"]:
        assert resolve(shortcut["url"])
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/accesos/", "/descargas/", "/tramites/"]


@pytest.mark.django_db
def test_the_app_has_the_colours_of_the_pages_in_light_and_dark(client: PageClient) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    dark = manifest["user_preferences"]["color_scheme"]["dark"]
    metas = parse(client.get("/")).xpath("//meta[@name='theme-color']")
    light_page, dark_page = (meta.get("content") for meta in metas)
    assert manifest["theme_color"] == manifest["background_color"] == light_page
    assert dark == {"theme_color": dark_page, "background_color": dark_page}


def test_the_manifest_speaks_the_language_of_the_person(client: PageClient) -> None:
    spanish = client.get("/manifest.webmanifest").json()
    english = client.get("/manifest.webmanifest", headers={"Accept-Language": "en"}).json()
    assert (spanish["lang"], english["lang"]) == ("es", "en")
    assert spanish["dir"] == english["dir"] == "ltr"
    assert english["description"] != spanish["description"]


def test_every_picture_of_the_manifest_is_as_large_as_it_says(client: PageClient) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    pictures = manifest["icons"] + manifest["screenshots"]
    pictures += [icon for shortcut in manifest["shortcuts"] for icon in shortcut["icons"]]
    for picture in pictures:
        path = finders.find(picture["src"].removeprefix(conf.STATIC_URL))
        assert path, picture
        assert Path(path).stat().st_size <= 100 * 1024
        if picture["sizes"] != "any":
            with Image.open(path) as image:
                assert f"{image.width}x{image.height}" == picture["sizes"]
                assert max(image.size) <= 2.3 * min(image.size)  # Chrome shows no other screenshot


def test_the_icons_are_those_that_our_drawing_makes() -> None:
    """`make icons` has been run since the drawing was changed."""
    for name, drawn in icons().items():
        with Image.open(FOLDER / name) as kept:
            assert ImageChops.difference(kept.convert("RGBA"), drawn).getbbox() is None, name


def test_an_iphone_finds_its_icon(client: PageClient) -> None:
    assert "/static/img/app/apple-touch-icon.png" in client.get("/aplicacion/").text


def test_the_service_worker_is_always_asked_for_and_keeps_nothing_of_a_person(client: PageClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    script = answer.text
    assert "cache.put(event" not in script
    for private in PRIVATE:
        assert private not in script


def test_the_app_keeps_every_static_file_that_a_page_of_citizens_uses_and_no_other_style() -> None:
    used = set()
    for template in (ROOT / "templates").rglob("*.html"):
        if not {"account", "admin", "backoffice", "mfa", "usersessions"} & set(template.parts):
            used |= set(re.findall(r"""{% static ['"]([^'"]+)['"] %}""", template.read_text(encoding="utf-8")))
    used = {name for name in used if not name.startswith("img/app/")}  # a home screen fetches its icon itself
    with_guides = [path for path in precache.guide_urls() if path.startswith(conf.STATIC_URL)]
    kept = {path.removeprefix(conf.STATIC_URL) for path in (*precache.static_urls(), *with_guides)}
    assert {"css/portal.css", "js/portal.js", "js/app.js", "django_htmx/htmx-2.min.js"} <= kept
    assert used - kept == set()
    assert [name for name in kept if name.startswith("admin/")] == []


def test_the_version_follows_the_files_the_salt_and_the_words(
    settings: Settings,
) -> None:
    files = ["/static/a.1.css"]
    before = precache.version(files)
    assert precache.version(list(files)) == before
    assert precache.version(["/static/a.2.css"]) != before
    settings.SANDBOX_PUBLIC_URL = "https://simulador.example"  # stands in the foot of the page without a network
    assert precache.version(files) != before
    settings.APP_SALT = "again"
    salted = precache.version(files)
    settings.APP_SALT = ""
    assert salted != precache.version(files)


def test_the_page_without_a_network_is_there_in_each_language(client: PageClient) -> None:
    for code, address in precache.offline_urls().items():
        page = client.get(address, headers={"Accept-Language": "es"})
        assert (page.status_code, page.headers["Content-Language"]) == (200, code)
        assert f'<html lang="{code}">' in page.text
    assert client.get("/sin-conexion/?idioma=xx").headers["Content-Language"] == "es"


def test_how_to_have_it_on_the_home_screen_is_told_to_everybody(client: PageClient) -> None:
    page = client.get("/aplicacion/")
    assert (page.status_code, step_of(page)) == (200, "app")
    for browser in ("Chrome", "Samsung Internet", "Firefox", "Safari", "Edge"):
        assert browser in text_of(page)
    assert not client.cookies


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
