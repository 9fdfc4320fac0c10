"""What every answer carries, so that browsers keep people safe; as production has it, over HTTPS."""

import json
from typing import Any

import pytest
from django.conf import settings as conf
from django.utils import timezone

from accesses.models import Access, Outcome, State
from tests.documents.factories import a_document
from tests.factories import a_device, a_user, a_validation, a_version, an_access
from tests.pages import PageClient
from tools.production import run
from tramites_site.middleware import PRIVATE

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "media-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
EVERYWHERE = ["/", "/tramites/", "/identificacion/", "/ayuda/", "/nada/", "/gestion/login/", "/manifest.webmanifest"]
SCRIPT = """
import json
import django
django.setup()
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from accounts.devices import DeviceCookie
from procedures import published_catalogue as published
settings.CATALOGUE_SEEN_SECONDS = float("inf")
published._stamps.put(published.Stamps(0, 0))
published._content.put(published.Content(), 0)
published._availability.put(published.AvailabilityMap(), 0)
static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": static}
said = {}
def note(name, response):
    cookies = {key: dict(morsel) for key, morsel in response.cookies.items()}
    said[name] = {"status": response.status_code, "headers": dict(response.headers), "cookies": cookies}
https = Client(headers={"host": "tramites.example"})
note("plain", https.get("/ayuda/?a=b"))
note("probe", https.get("/salud/vivo"))
note("page", https.get("/ayuda/", secure=True))
note("form", https.get("/identificacion/", secure=True))
note("chosen", https.post("/identificacion/", {"identification": "clave_pin"}, secure=True))
note("language", https.get("/idioma/?to=en", secure=True))
note("sign in", https.get("/gestion/login/", secure=True))
device = HttpResponse()
cookie = DeviceCookie("")
cookie.ensure()
cookie.set_on(device)
note("device", device)
said["session"] = [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What production answers, by the name of the request."""
    ended = run("-c", SCRIPT, data=tmp_path_factory.mktemp("data"))
    assert ended.returncode == 0, ended.stderr
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return said


@pytest.mark.django_db
@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_every_answer_closes_what_pages_do_not_use(client: PageClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    directives = answer.headers["Content-Security-Policy"].split(";")
    assert {directive.strip() for directive in directives} == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.django_db
def test_private_pages_are_kept_in_no_cache_and_found_by_no_search_engine(client: PageClient) -> None:
    device = a_device(client)
    user = a_user(device)
    started = an_access(device, a_version(), user=user)
    done = an_access(device, started.version)
    values = {"state": State.DONE, "outcome": Outcome.DOCUMENT, "finished_at": timezone.now()}
    Access.objects.filter(pk=done.pk).update(**values)
    validation, document = a_validation(device, user), a_document(device, user)
    for path in (
        "/accesos/",
        f"/accesos/{started.pk}/usuario/",
        f"/accesos/{started.pk}/usuario/nuevo/",
        f"/accesos/{done.pk}/resultado/",
        f"/clave/{validation.pk}/metodo/",
        "/descargas/",
        f"/descargas/{document.pk}/",
        f"/descargas/{document.pk}/archivo",
        f"/usuarios/{user.pk}/",
        "/usuarios/",
        "/dispositivo/",
        "/c/nothing/",
        "/descargas/nada/",
    ):
        answer = client.get(path)
        assert "no-store" in answer.headers["Cache-Control"], path
        assert "noindex" in answer.headers["X-Robots-Tag"], path


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/tramites/dgt/puntos/empezar/", "/identificacion/"])
def test_a_page_with_a_token_is_kept_in_no_cache(client: PageClient, path: str) -> None:
    a_version()
    assert client.get(path).headers["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/tramites/", "/ayuda/", "/sin-conexion/"])
def test_public_pages_may_be_found(client: PageClient, path: str) -> None:
    assert "X-Robots-Tag" not in client.get(path).headers


def test_every_private_path_is_one_of_the_portals() -> None:
    assert {path.strip("/").split("/")[0] for path in PRIVATE} == {
        "accesos", "clave", "descargas", "usuarios", "dispositivo", "c", "gestion",
    }  # fmt: skip


@pytest.mark.django_db
def test_cookies_are_out_of_the_reach_of_scripts_and_other_sites(client: PageClient) -> None:
    a_version()
    client.get("/idioma/", {"to": "en"})
    client.submit(client.get("/tramites/dgt/puntos/empezar/"), identification="clave_pin")
    set_here = {name: morsel for name, morsel in client.cookies.items() if morsel.value}
    assert set(set_here) == {
        conf.CSRF_COOKIE_NAME,
        conf.DEVICE_COOKIE_NAME,
        conf.IDENTIFICATION_COOKIE_NAME,
        conf.LANGUAGE_COOKIE_NAME,
    }
    for morsel in set_here.values():
        assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "Lax", "/", "")


# --- Over HTTPS ------------------------------------------------------------------------------------------------------


def test_plain_http_is_sent_to_https_but_for_the_probes(production: dict[str, Any]) -> None:
    assert production["plain"]["status"] == 301
    assert production["plain"]["headers"]["Location"] == "https://tramites.example/ayuda/?a=b"
    assert production["probe"]["status"] == 200


def test_browsers_insist_on_https(production: dict[str, Any]) -> None:
    for name in ("page", "form", "sign in"):
        assert production[name]["headers"]["Strict-Transport-Security"] == (
            "max-age=63072000; includeSubDomains; preload"
        )


def test_each_cookie_is_secure_and_bound_to_this_host(production: dict[str, Any]) -> None:
    cookies = {
        name: cookie
        for said in ("form", "chosen", "language", "device")
        for name, cookie in production[said]["cookies"].items()
    }
    assert set(cookies) == {"__Host-csrf", "__Host-identification", "__Host-lang", "__Host-device"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert production["session"] == ["__Host-gestion", True, True]


def test_the_policy_is_as_strict_in_production(production: dict[str, Any]) -> None:
    for name in ("page", "form", "sign in"):
        directives = production[name]["headers"]["Content-Security-Policy"].split(";")
        assert {directive.strip() for directive in directives} == POLICY
