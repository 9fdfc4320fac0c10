"""What the other side says is read strictly, and bounded."""

from datetime import UTC, datetime
from typing import Any

import pytest

from foundation.http.errors import BadResponse, ErrorReason
from foundation.http.responses import LONGEST_DETAIL, MOST_SECONDS, ProblemDetails, Response, moment, printable, seconds


def a_response(body: str | bytes, media_type: str = "application/json", status: int = 200) -> Response:
    return Response(status, {"content-type": media_type}, body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"]
)
def test_an_object_is_read(media_type: str) -> None:
    assert a_response('{"a": {"b": [1, 2.5, "ñ"]}}', media_type).json_object() == {"a": {"b": [1, 2.5, "ñ"]}}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "7",
        '"a"',
        "{",
        '{"a": 1} {}',
        '{"a": 1, "a": 2}',
        '{"b": [{"a": 1, "a": 1}]}',
        b'{"a": "\xff"}',
        '{"a": ' + "1" * 5000 + "}",
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_what_is_no_object_is_refused(body: str | bytes) -> None:
    with pytest.raises(BadResponse) as bad:
        a_response(body).json_object()
    assert (bad.value.reason, bad.value.settled) == (ErrorReason.NOT_JSON, True)


@pytest.mark.parametrize("media_type", ["", "text/html", "text/json", "application/jsonp", "application/pdf"])
def test_another_media_type_is_refused(media_type: str) -> None:
    with pytest.raises(BadResponse):
        a_response("{}", media_type).json_object()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_json_has_no_number_for_is_none(number: str) -> None:
    assert a_response(f'{{"a": {number}}}').json_object() == {"a": None}


def test_a_problem_is_read() -> None:
    content = {"type": "urn:a", "detail": "No", "until": "2030-01-01T01:00:00+01:00", "retry_after": 2.5}
    assert ProblemDetails.of(content) == ProblemDetails("urn:a", "No", datetime(2030, 1, 1, tzinfo=UTC), 2.5)


def test_what_a_problem_says_is_bounded() -> None:
    content = {"type": ["urn:a"], "detail": "a\x00" + "b" * 900, "until": "2030-01-01", "retry_after": 10**400}
    problem = ProblemDetails.of(content)
    assert (problem.type, len(problem.detail), problem.detail[:3]) == ("", LONGEST_DETAIL, "a b")
    assert (problem.until, problem.retry_after) == (None, MOST_SECONDS)


@pytest.mark.parametrize(
    ("content", "header", "wait"),
    [
        ({}, "7", 7),
        ({"retry_after": 2}, "7", 2),
        ({"retry_after": "2"}, "7", 0),
        ({}, "Wed, 21 Oct 2026 07:28:00 GMT", 0),
        ({}, "-1", 0),
        ({}, "9" * 400, 0),
        ({}, "99999999", MOST_SECONDS),
    ],
)
def test_the_wait_stands_in_the_problem_or_in_the_header(content: dict[str, Any], header: str, wait: float) -> None:
    assert ProblemDetails.of(content, {"retry-after": header}).retry_after == wait


@pytest.mark.parametrize("value", [None, "5", [], {}, float("nan"), float("inf"), -1])
def test_what_is_no_number_of_seconds_is_none_of_them(value: Any) -> None:
    assert seconds(value) == 0


@pytest.mark.parametrize(
    "value", [None, 7, "", "soon", "2030-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00Z"]
)
def test_what_is_no_moment_is_none(value: Any) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(("value", "text"), [("a\x07b\ud800c\x9f", "a b c"), (None, ""), (7, ""), ("  ", "")])
def test_what_cannot_be_shown_is_a_space(value: Any, text: str) -> None:
    assert printable(value) == text
