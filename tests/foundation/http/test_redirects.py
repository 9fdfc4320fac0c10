"""Where a request may ask to go on."""

from typing import Any

import pytest

from foundation.http.redirects import is_safe_path, safe_path
from tests.redirect_targets import OTHER_SITES


@pytest.mark.parametrize("path", ["/", "/tramites/?q=puntos&a=b", "/accesos/#main"])
def test_a_path_of_this_site_is_gone_on_to(rf: Any, path: str) -> None:
    assert safe_path(rf.get("/", {"next": path}), "next") == path
    assert safe_path(rf.post("/", {"next": path}), "next") == path


@pytest.mark.parametrize("path", OTHER_SITES)
def test_a_path_that_leads_elsewhere_is_not(rf: Any, path: str) -> None:
    assert not is_safe_path(path)
    assert safe_path(rf.get("/", {"next": path}), "next") == ""
    assert safe_path(rf.post("/?next=/tramites/", {"next": path}), "next") == ("/tramites/" if not path else "")


def test_without_the_field_there_is_nowhere_to_go_on_to(rf: Any) -> None:
    assert safe_path(rf.get("/", {"to": "/tramites/"}), "next") == ""
