"""Public catalogue pages kept whole in this process, for each path, language, form of answer and catalogue stamp.

They are the same for everybody: no token, no message, nothing of a device stands on them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language

from foundation.pages import PortalRequest, wants_fragment
from procedures.published import published

MOST_PAGES = 2000
Key = tuple[str, str | None, bool, int]


class _Pages:
    """The pages last used, the oldest dropped first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[Key, tuple[bytes, dict[str, str]]] = OrderedDict()

    def get(self, key: Key) -> tuple[bytes, dict[str, str]] | None:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def put(self, key: Key, content: bytes, headers: dict[str, str]) -> None:
        with self.lock:
            self.kept[key] = (content, headers)
            while len(self.kept) > MOST_PAGES:
                self.kept.popitem(last=False)


_pages = _Pages()


def kept_whole(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer from memory where the page was made before; a query string or a waiting message makes it anew."""

    @wraps(view)
    def answer(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.META.get("QUERY_STRING") or "messages" in request.COOKIES:
            return view(request, *args, **kwargs)
        key = (request.path, get_language(), wants_fragment(request), published().stamp)
        if kept := _pages.get(key):
            return HttpResponse(kept[0], headers=kept[1])
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and settings.CATALOGUE_SEEN_SECONDS:
            headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
            _pages.put(key, response.content, headers)
        return response

    return answer
