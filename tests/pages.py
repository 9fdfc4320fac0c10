"""A test client that checks every page it gets, and fills in forms as a browser does.

Every HTML answer must have one h1, a title that begins with it, a language, unique ids, labelled inputs, forms with an
action and a token, no script or style of its own, and links that lead somewhere.
"""

import re
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import Resolver404, resolve
from lxml import html
from lxml.html import HtmlElement

HTMX = {"HX-Request": "true"}
RESTORE = {**HTMX, "HX-History-Restore-Request": "true"}
"""Headers of a request for a fragment, and of one that restores a whole page from the browser's history."""
UNLABELLED = {"hidden", "submit", "button"}
FOREIGN = re.compile(r"^(https?:|mailto:|tel:|#|$)")
SERVED_ELSEWHERE = ("/static/", "/gestion/")


class PageClient(Client):
    """Django's client, which also checks each of the portal's pages and submits their forms."""

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):  # a test's transaction never commits
            response = super().request(**request)
        path = request.get("PATH_INFO", "")
        if _is_page(response) and not path.startswith("/gestion/"):
            check(response, fragment=not response.content.startswith(b"<!doctype"))
        return response

    def submit(self, response: Any, *, button: str | None = None, follow: bool = False, **typed: Any) -> Any:
        """Send the form that has these fields, with all its other values; None leaves a field out."""
        form = form_with(response, *typed, button=button)
        values = dict(form.form_values()) | {k: v for k, v in typed.items() if v is not None}
        for name in [name for name, value in typed.items() if value is None]:
            values.pop(name, None)
        path = form.get("action") or response.request["PATH_INFO"]
        if (form.get("method") or "get").lower() == "get":
            return self.get(path, values, follow=follow)
        return self.post(path, values, follow=follow)


def _is_page(response: Any) -> bool:
    html_type = response.headers.get("Content-Type", "").startswith("text/html")
    return html_type and not 300 <= response.status_code < 400


def parse(response: Any) -> HtmlElement:
    return html.document_fromstring(cast(HttpResponse, response).content.decode())


def form_with(response: Any, *names: str, button: str | None = None) -> Any:
    """Return the first form with all of these fields, and with a button of this text if one is given."""
    for form in parse(response).forms:
        texts = [" ".join(found.text_content().split()) for found in form.iter("button")]
        if set(names) <= set(form.fields) and (button is None or any(button in text for text in texts)):
            return form
    raise AssertionError(f"no form with {names} {button or ''} on the page")


def step_of(response: Any) -> str:
    return main_of(response).get("data-step") or ""


def main_of(response: Any) -> HtmlElement:
    return cast(HtmlElement, parse(response).get_element_by_id("main"))


def text_of(response: Any) -> str:
    return " ".join(main_of(response).text_content().split())


def errors_of(response: Any) -> list[str]:
    """Return the sentences of the error summary."""
    summary = parse(response).find_class("err")
    return [" ".join(item.text_content().split()) for item in summary[0].iter("li")] if summary else []


def check(response: Any, *, fragment: bool) -> None:
    page = parse(response)
    headings = [" ".join(heading.text_content().split()) for heading in page.iter("h1")]
    assert len(headings) == 1, f"one h1, not {headings}"
    title = " ".join((page.findtext(".//title") or "").split()).removeprefix("Error: ")
    assert title.startswith(headings[0]), f"the title {title!r} begins with the h1 {headings[0]!r}"
    if not fragment:
        assert page.get("lang"), "the page says its language"
    _check_ids(page)
    _check_forms(page)
    _check_no_inline(page)
    _check_links(page)


def _check_ids(page: HtmlElement) -> None:
    ids = [element.get("id") for element in page.iter() if isinstance(element.tag, str) and element.get("id")]
    twice = {one for one in ids if ids.count(one) > 1}
    assert not twice, f"ids are unique, not {twice}"
    for element in page.iter():
        for named in (element.get("aria-describedby") or "").split() if isinstance(element.tag, str) else ():
            assert named in ids, f"aria-describedby={named} leads to nothing"


def _check_forms(page: HtmlElement) -> None:
    labelled = {label.get("for") for label in page.iter("label")}
    for control in page.iter("input", "select", "textarea"):
        if control.get("type") not in UNLABELLED:
            named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
            assert named, f"the input {control.get('name')} has a label"
    for form in page.iter("form"):
        assert form.get("action"), "a form says where it goes"
        if (form.get("method") or "").lower() == "post":
            assert "csrfmiddlewaretoken" in form.fields, f"the form to {form.get('action')} has a token"


def _check_no_inline(page: HtmlElement) -> None:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag != "style", "no style in the page"
        assert not element.get("style"), f"no inline style on {element.tag}"
        inline = [name for name in element.attrib if str(name).startswith("on")]
        assert not inline, f"no inline script on {element.tag}"
        if element.tag == "script":
            assert element.get("src"), "no inline script"


def _check_links(page: HtmlElement) -> None:
    for link in page.iter("a"):
        target = (link.get("href") or "").partition("#")[0].partition("?")[0]
        assert link.get("href"), f"the link {link.text_content()!r} leads somewhere"
        if FOREIGN.match(target) or target.startswith(SERVED_ELSEWHERE):
            continue
        try:
            resolve(target)
        except Resolver404:
            raise AssertionError(f"the link to {target} leads nowhere") from None
