"""Why an access failed, told so that a person knows what to do next."""

from typing import Any

import pytest
from django.utils import timezone, translation

from accesses.failures import Failure, explain
from accesses.models import Access, Outcome, State
from foundation.vault import place, seal
from tests.factories import a_datum, a_device, a_version, an_access
from tests.pages import PageClient, main_of, text_of

ENTITY = "Tráfico"


@pytest.mark.parametrize("failure", [*Failure, "", "of another version"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_failure_says_what_happened_and_what_to_do(failure: str, language: str) -> None:
    with translation.override(language):
        what, next_step = explain(failure, ENTITY)
    for sentence in (what, next_step):
        assert sentence.endswith(".")
        assert "%" not in sentence


@pytest.mark.parametrize(
    "failure", [Failure.AWAY, Failure.UNKNOWN, Failure.REFUSED, Failure.TOO_LONG, Failure.NOT_A_DOCUMENT]
)
def test_what_the_body_did_is_told_with_its_name(failure: Failure) -> None:
    assert ENTITY in explain(failure, ENTITY)[0]


def test_only_what_surely_was_not_done_is_said_to_be_safe_to_repeat() -> None:
    again = explain(Failure.AWAY, ENTITY)[1]
    for failure in Failure:
        said = explain(failure, ENTITY)[1]
        unsafe = failure in (Failure.UNKNOWN, Failure.REFUSED, Failure.LEVEL, Failure.QUOTA_EXCEEDED)
        assert (said != again) == unsafe, failure


def failed(client: PageClient, failure: str, **changes: Any) -> Any:
    access = an_access(a_device(client), a_version(), {"plate": "1234BBC"})
    a_datum(access.version, "plate", "plate")
    if detail := changes.pop("detail", ""):
        changes["detail_cell"] = seal(detail, place(access, "detail_cell", access.pk))
    Access.objects.filter(pk=access.pk).update(
        state=State.FAILED, outcome=Outcome.FAILED, failure=failure, finished_at=timezone.now(), **changes
    )
    return client.get(f"/accesos/{access.pk}/resultado/")


@pytest.mark.django_db
@pytest.mark.parametrize("failure", Failure)
def test_the_page_of_a_failure_has_a_reference_and_a_way_to_begin_again_with_the_same_data(
    client: PageClient, failure: Failure
) -> None:
    page = failed(client, failure)
    assert (page.status_code, main_of(page).get("data-result")) == (200, "failed")
    what, next_step = explain(failure, ENTITY)
    for said in (what, next_step, "1234BBC", Access.objects.get().reference):
        assert said in text_of(page)
    again = client.get(main_of(page).find_class("btn")[0].get("href"))
    assert main_of(again).xpath("//input[@name='plate']")[0].get("value") == "1234BBC"


@pytest.mark.django_db
def test_what_the_body_says_is_shown_as_text(client: PageClient) -> None:
    page = failed(client, Failure.REFUSED, detail="<script>alert(1)</script> & más")
    assert "«<script>alert(1)</script> & más»" in text_of(page)
    assert "<script>alert" not in page.text


@pytest.mark.django_db
def test_a_failure_of_a_procedure_that_is_offered_no_more_is_still_told(client: PageClient) -> None:
    page = failed(client, Failure.AWAY)
    Access.objects.get().version.copy_to_draft().publish()
    assert client.get(page.request["PATH_INFO"]).status_code == 200
