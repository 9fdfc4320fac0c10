"""Whole pages and fragments, with the headers that keep caches from mixing them up."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from django import forms
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails
from pytest_django.fixtures import Settings

from foundation.pages import Page, PortalRequest, StepProgress, render_page, wants_fragment
from tests.pages import PageClient

FRAGMENT = {"HX-Request": "true"}
RESTORED = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
WHOLE = "layouts/page.html"
PART = "layouts/fragment.html"
HELP = "/ayuda/preguntas/"

Rendered = Callable[..., HttpResponse]


class AliasForm(forms.Form):
    alias = forms.CharField()


def a_request(headers: dict[str, str] | None = None) -> PortalRequest:
    request = cast(PortalRequest, RequestFactory().get("/", headers=headers))
    request.htmx = HtmxDetails(request)
    return request


@pytest.fixture
def rendered(settings: Settings) -> Rendered:
    """Render a template that prints its layout and context."""
    loader = ("django.template.loaders.locmem.Loader", {"said.html": "{{ layout }}|{{ page.heading }}|{{ more }}"})
    (engine,) = settings.TEMPLATES
    options = {"context_processors": [], "loaders": [loader]}
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": options}]

    def render(headers: dict[str, str] | None = None, *, private: bool = True, **options: Any) -> HttpResponse:
        return render_page(a_request(headers), "said.html", page=Page("Ayuda", private=private), **options)

    return render


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [({}, False), (FRAGMENT, True), (RESTORED, False), ({"HX-History-Restore-Request": "true"}, False)],
    ids=["plain", "htmx", "history restore", "half a restore"],
)
def test_htmx_gets_a_fragment_and_everybody_else_a_page(
    rendered: Rendered, headers: dict[str, str], fragment: bool
) -> None:
    assert wants_fragment(a_request(headers)) is fragment
    assert rendered(headers, more="más").content.decode() == f"{PART if fragment else WHOLE}|Ayuda|más"


@pytest.mark.parametrize("headers", [{}, FRAGMENT, RESTORED])
@pytest.mark.parametrize("private", [True, False])
def test_no_cache_takes_a_fragment_for_a_page_nor_anothers_page_for_mine(
    rendered: Rendered, headers: dict[str, str], private: bool
) -> None:
    varies = {name.strip() for name in rendered(headers, private=private)["Vary"].split(",")}
    assert varies >= {"HX-Request", "HX-History-Restore-Request", "Cookie"}


@pytest.mark.parametrize("headers", [{}, FRAGMENT, RESTORED])
def test_a_page_is_private_unless_it_says_otherwise_and_then_kept_nowhere(
    rendered: Rendered, headers: dict[str, str]
) -> None:
    assert rendered(headers)["Cache-Control"] == "no-store, private"
    assert "Cache-Control" not in rendered(headers, private=False)


@pytest.mark.parametrize(
    ("form", "status"),
    [(AliasForm({}), 422), (AliasForm({"alias": "Ana"}), 200), (AliasForm(), 200), (None, 200)],
    ids=["with errors", "filled in", "not sent", "none"],
)
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_form_with_errors_is_not_an_answer_that_went_well(
    rendered: Rendered, form: AliasForm | None, status: int, headers: dict[str, str]
) -> None:
    assert rendered(headers, form=form).status_code == status


def test_a_status_that_the_view_has_chosen_stands(rendered: Rendered) -> None:
    assert rendered(status=429, form=AliasForm({})).status_code == 429


@pytest.mark.parametrize(
    ("headers", "options", "pushed"),
    [
        (FRAGMENT, {"form": AliasForm({})}, "false"),
        (FRAGMENT, {"status": 404}, "false"),
        (FRAGMENT, {}, None),
        ({}, {"status": 404}, None),
        (RESTORED, {"status": 404}, None),
    ],
)
def test_a_fragment_that_went_wrong_stays_out_of_the_history(
    rendered: Rendered, headers: dict[str, str], options: dict[str, Any], pushed: str | None
) -> None:
    assert rendered(headers, **options).get("HX-Push-Url") == pushed


def test_a_step_shows_how_far_it_is() -> None:
    assert StepProgress(2, 4, "Usuario").bars == [True, True, False, False]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, RESTORED])
def test_a_whole_page_is_a_document(client: PageClient, headers: dict[str, str]) -> None:
    answer = client.get(HELP, headers=headers)
    assert answer.content.startswith(b"<!doctype html>")
    assert b"</html>" in answer.content


@pytest.mark.django_db
def test_a_fragment_is_the_main_part_with_its_title(client: PageClient) -> None:
    answer = client.get(HELP, headers=FRAGMENT)
    assert answer.content.lstrip().startswith(b"<title>")
    assert b"<html" not in answer.content
    assert b'<main id="main"' in answer.content
