"""Pages travel compressed to who takes them so, and to nobody else."""

import gzip

import pytest
from django.test import Client

PAGE = "/dispositivo/"
"""One that is not kept ready in either form."""


@pytest.mark.django_db
@pytest.mark.parametrize("accepted", ["gzip", "br;q=1, gzip ; q=0.5", "gzip;q=0.001"])
def test_who_takes_gzip_gets_it(accepted: str) -> None:
    answer = Client().get(PAGE, headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).startswith(b"<!doctype html>")
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip ; q=0.000, br", "x-gzip-like", "identity, gzip;q=0."])
def test_who_refuses_gzip_gets_the_page_as_it_is(accepted: str) -> None:
    answer = Client().get(PAGE, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.content.startswith(b"<!doctype html>")
    assert "Accept-Encoding" in answer.headers["Vary"]
