"""Whatever is sent, the answer is a clear page and never a crash; when we do crash, it says so with a reference."""

import logging
import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from tests.factories import a_datum, a_device, a_user, a_version, an_access
from tests.pages import PageClient, check, errors_of, main_of, step_of, text_of
from tramites_site import errors

HTMX = {"HX-Request": "true"}
START = "/tramites/dgt/puntos/empezar/"
BOUNDARY = "xxxx"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> PageClient:
    """A browser at a portal whose public pages crash."""

    def crash(*_: object, **__: object) -> Any:
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr("procedures.views.published", crash)
    return PageClient(raise_request_exception=False)


@pytest.fixture
def _start_form(db: None) -> None:
    version = a_version()
    a_datum(version, "place", "text")
    a_datum(version, "plate", "plate", required=False)


# --- The pages of errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_not_there_is_said_in_the_design_with_a_way_on(
    client: PageClient, headers: dict[str, str], language: str
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/nada/de/esto/", headers=headers)
    assert (page.status_code, step_of(page)) == (404, "error")
    assert "/" in [link.get("href") for link in main_of(page).iter("a")]
    assert page.headers["Cache-Control"] == "no-store, private"
    if headers:
        assert page.headers["HX-Push-Url"] == "false"


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
    ],
)
def test_each_error_page_can_be_shown_before_any_middleware(view: Any, status: int) -> None:
    """A host that is not ours is refused by one of the first: the page then has no htmx, device or messages."""
    page = view(RequestFactory().get("/a/"))
    assert page.status_code == status
    page.request = {"PATH_INFO": "/a/"}
    check(page, fragment=False)
    assert "El fallo es nuestro" not in page.text


@pytest.mark.parametrize("host", ["evil.example", "", "a b", "testserver.evil.example", "[", "testserver:99999x", "ñ"])
def test_a_host_that_is_not_ours_is_a_bad_request_and_no_crash(host: str) -> None:
    page = PageClient().get("/", HTTP_HOST=host)
    assert (page.status_code, step_of(page)) == (400, "error")
    assert "El fallo es nuestro" not in text_of(page)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_form_without_its_token_says_what_to_do(headers: dict[str, str]) -> None:
    page = PageClient(enforce_csrf_checks=True).post(
        "/identificacion/", {"identification": "clave_pin"}, headers=headers
    )
    assert (page.status_code, step_of(page)) == (403, "error")
    assert "cookies" in text_of(page)


@pytest.mark.parametrize("path", ["/idioma/", "/tramites/", "/sw.js", "/salud/vivo", "/ayuda/"])
def test_a_method_that_a_path_does_not_take_is_refused_with_a_page(client: PageClient, path: str) -> None:
    page = client.delete(path)
    assert (page.status_code, step_of(page)) == (405, "error")
    assert page.headers["Allow"]


@pytest.mark.django_db
def test_who_reloads_what_only_takes_a_form_gets_a_page(client: PageClient) -> None:
    access = an_access(a_device(client), a_version())
    page = client.get(f"/accesos/{access.pk}/descartar/")
    assert (page.status_code, step_of(page)) == (405, "error")


# --- When we crash ---------------------------------------------------------------------------------------------------


def test_a_crash_is_told_with_the_reference_that_stands_in_the_log(
    crashing: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = crashing.get("/tramites/?q=12345678Z")
    assert (page.status_code, step_of(page)) == (500, "error")
    reference = re.search(r"\b[0-9A-F]{8}\b", text_of(page))
    assert reference is not None
    logged = [record.getMessage() for record in caplog.records if record.name == errors.logger.name]
    assert logged == [f"Server error {reference[0]} at tramites/"]
    assert "12345678Z" not in caplog.text


def test_every_crash_has_its_own_reference(crashing: PageClient) -> None:
    assert text_of(crashing.get("/tramites/")) != text_of(crashing.get("/tramites/"))


def test_the_page_of_a_crash_needs_neither_database_nor_context(
    crashing: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no mark for the database on this test: a query would fail it."""
    monkeypatch.setattr("tramites_site.context.portal", None)
    for headers in ({}, HTMX):
        page = crashing.get("/tramites/", headers=headers)
        assert (page.status_code, step_of(page)) == (500, "error")


def test_when_the_page_of_a_crash_crashes_there_is_a_barer_one(
    crashing: PageClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the static files were not collected: every page breaks, and this one too."""

    def missing(*_: object, **__: object) -> str:
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("django.contrib.staticfiles.storage.StaticFilesStorage.url", missing)
    page = crashing.get("/tramites/")
    assert (page.status_code, step_of(page)) == (500, "error")
    reference = re.search(r"\b[0-9A-F]{8}\b", text_of(page))
    assert reference is not None
    assert reference[0] in caplog.text


def test_a_crash_before_the_path_is_known_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    page = errors.server_error(RequestFactory().get("/c/token/"))
    assert page.status_code == 500
    assert "token" not in caplog.text


# --- What may be sent ------------------------------------------------------------------------------------------------


def post(content: bytes, content_type: str = "application/x-www-form-urlencoded", path: str = START) -> Any:
    return PageClient().generic("POST", path, content, content_type=content_type)


@pytest.mark.usefixtures("_start_form")
@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"place=" + b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE, "application/x-www-form-urlencoded"),
        (b"a=b&" * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1), "application/x-www-form-urlencoded"),
        (b"", "multipart/form-data"),
        (b"nonsense", MULTIPART),
        (b"--xxxx\r\n\r\n", MULTIPART),
        (
            b'--xxxx\r\nContent-Disposition: form-data; name="place"\r\n\r\na'
            * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 10),
            MULTIPART,
        ),
        (b'--xxxx\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\na\r\n--xxxx--', MULTIPART),
        (b"a" * 10, "multipart/form-data; boundary=" + "a" * 5000),
    ],
    ids=["large", "fields", "no boundary", "nonsense", "cut off", "unfinished", "file", "boundary"],
)
def test_a_form_that_is_none_is_refused_with_a_clear_page(content: bytes, content_type: str) -> None:
    page = post(content, content_type)
    assert 400 <= page.status_code < 500
    assert step_of(page) in ("error", "start")


@pytest.mark.usefixtures("_start_form")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"&&&&",
        b"=",
        b"%",
        b"place=%ff%fe",
        b"place=\xff\xfe\x00",
        b"place=%00",
        b"plate=%00&place=%00",
        b"place=%ed%a0%80",
        b"access=%00&identification=%00&csrfmiddlewaretoken=%00",
        b"place[]=a&place[b]=c",
        b"place=a&place=b&access=1&access=2",
    ],
)
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json", "a", ""]
)
def test_any_bytes_in_a_form_get_an_answer(content: bytes, content_type: str) -> None:
    assert post(content, content_type).status_code in (200, 302, 400, 422)


@pytest.mark.usefixtures("_start_form")
def test_characters_that_cannot_be_stored_are_refused_or_replaced() -> None:
    assert errors_of(post(b"plate=1234%00BBC&place=a"))
    assert post(b"place=%00%00").status_code == 422
    client = PageClient()
    sent = client.post(START, {"place": "Ávi\x00la"})
    assert sent.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\u202e"]
)
@pytest.mark.parametrize("field", ["document_number", "alias", "phone", "user", "name"])
def test_no_field_of_a_citizen_takes_the_page_down(client: PageClient, field: str, text: str) -> None:
    device = a_device(client)
    access = an_access(device, a_version(), user=a_user(device))
    for path in (f"/accesos/{access.pk}/usuario/", f"/accesos/{access.pk}/usuario/nuevo/"):
        assert client.post(path, {field: text}).status_code in (302, 422)


CITIZENS = ["/", "/identificacion/", "/tramites/", "/accesos/", "/descargas/", "/usuarios/", "/dispositivo/", "/ayuda/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*CITIZENS, "/idioma/", "/nada/"])
@pytest.mark.parametrize(
    "query", ["%00", "%ff=%fe", "q=%00&usuario=%00&pagina=%00&next=%00&to=%00&como=%00", "a" * 9000, "[]={}"]
)
def test_any_query_string_gets_an_answer(client: PageClient, path: str, query: str) -> None:
    assert client.get(path, QUERY_STRING=query).status_code in (200, 302, 404)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "end", ["%00", "%ff%fe", "%c0%ae%c0%ae/", "..%2f..%2fetc/passwd", "\u202e/", "a" * 5000 + "/", "<script>/", "'/"]
)
@pytest.mark.parametrize(
    "start", ["/", "/tramites/", "/accesos/", "/clave/", "/descargas/", "/c/", "/gestion/", "/usuarios/"]
)
def test_any_path_gets_an_answer(client: PageClient, start: str, end: str) -> None:
    assert client.get(start + end).status_code in (301, 302, 404)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pk", ["0", "x", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-00000000000g"]
)
@pytest.mark.parametrize("path", ["/accesos/{}/usuario/", "/clave/{}/app/", "/descargas/{}/archivo", "/usuarios/{}/"])
def test_an_id_that_is_none_is_not_found(client: PageClient, path: str, pk: str) -> None:
    for method in (client.get, client.post):
        assert method(path.format(pk)).status_code == 404


def own_paths(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    """Every path of the portal, with an id that is nobody's where one stands."""
    paths: list[str] = []
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            paths += [] if path == "gestion/" else own_paths(pattern.url_patterns, path)
        else:
            paths.append("/" + re.sub(r"<uuid:\w+>", str(uuid4()), re.sub(r"<(slug|str):\w+>", "nada", path)))
    return paths


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options", "patch", "trace"])
def test_no_method_on_any_path_crashes(method: str) -> None:
    client = Client()
    for path in own_paths(get_resolver().url_patterns):
        assert getattr(client, method)(path).status_code < 500 or path == "/salud/listo", path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value", ["", "x", "\x00", "é" * 100, "a" * 100_000, "a:b:c" * 100, '"\\073', "%00", "{}", "[]"]
)
@pytest.mark.parametrize("name", ["device", "identification", "lang", "csrf", "gestion", "messages"])
def test_a_cookie_of_any_kind_is_ignored(name: str, value: str) -> None:
    client = PageClient()
    for path in ("/", "/descargas/", "/identificacion/"):
        page = client.get(path, HTTP_COOKIE=f"{name}={value}")
        assert page.status_code == 200


@pytest.mark.django_db
def test_ten_megabytes_of_cookies_or_headers_crash_nothing() -> None:
    client = PageClient()
    many = "; ".join(f"a{number}=b" for number in range(50_000))
    for cookies in ("device=" + "a" * 10_000_000, many, ";" * 1_000_000):
        assert client.get("/", HTTP_COOKIE=cookies).status_code == 200
    for header in ("Accept-Language", "HX-Current-URL", "User-Agent", "X-Forwarded-For", "Accept", "If-None-Match"):
        assert client.get("/", headers={header: "a" * 1_000_000}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["", "x", "\x00", "[", "http://[", "%ff", "true\x00", "a" * 100_000])
@pytest.mark.parametrize(
    "name", ["HX-Request", "HX-Target", "HX-Current-URL", "HX-Trigger", "HX-Prompt", "HX-History-Restore-Request"]
)
def test_a_header_of_htmx_may_say_anything(name: str, value: str) -> None:
    assert PageClient().get("/", headers={**HTMX, name: value}).status_code == 200


@pytest.mark.parametrize("language", ["xx", "es-AR", "EN", "a" * 600, "-" * 600, "\x00", "es,en;q=x", "*"])
def test_a_language_of_any_kind_is_answered_in_one_of_ours(client: PageClient, language: str) -> None:
    for page in (
        client.get("/ayuda/", headers={"Accept-Language": language}),
        client.get("/ayuda/", HTTP_COOKIE=f"{settings.LANGUAGE_COOKIE_NAME}={language}"),
    ):
        assert page.status_code == 200
        assert page.headers["Content-Language"] in ("es", "en")
    translation.deactivate()
