"""Public catalogue pages kept whole in this process, for each path, language, form of answer and catalogue stamp.

They are the same for everybody: no token, no message, nothing of a device stands on them. So they are compressed once,
too, and their length tells nothing.
"""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Self

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from foundation import languages
from foundation.encodings import takes_gzip
from foundation.pages import PortalRequest, wants_fragment
from procedures.published_catalogue import published

MOST_PAGES = 2000
LASTING = (HTTPStatus.OK, HTTPStatus.GONE)
Key = tuple[str, str, bool, int]


@dataclass(frozen=True)
class _Kept:
    """A page as it was answered, and the same compressed."""

    plain: bytes
    compressed: bytes
    headers: dict[str, str]
    status: int

    @classmethod
    def of(cls, response: HttpResponse) -> Self:
        patch_vary_headers(response, ["Accept-Encoding"])
        headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
        return cls(response.content, gzip.compress(response.content, mtime=0), headers, response.status_code)

    def answer(self, request: PortalRequest) -> HttpResponse:
        if not takes_gzip(request):
            return HttpResponse(self.plain, status=self.status, headers=self.headers)
        headers = {**self.headers, "Content-Encoding": "gzip"}
        return HttpResponse(self.compressed, status=self.status, headers=headers)


class _Pages:
    """The pages last used, the oldest dropped first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[Key, _Kept] = OrderedDict()

    def get(self, key: Key) -> _Kept | None:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def put(self, key: Key, page: _Kept) -> None:
        with self.lock:
            self.kept[key] = page
            while len(self.kept) > MOST_PAGES:
                self.kept.popitem(last=False)


_pages = _Pages()


def kept_whole(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer from memory where the page was made before; a query string or a waiting message makes it anew."""

    @wraps(view)
    def answer(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.META.get("QUERY_STRING") or settings.NOTICE_COOKIE_NAME in request.COOKIES:
            return view(request, *args, **kwargs)
        key = (request.path, languages.current(), wants_fragment(request), published().stamp)
        if kept := _pages.get(key):
            return kept.answer(request)
        response = view(request, *args, **kwargs)
        if response.status_code in LASTING and settings.CATALOGUE_SEEN_SECONDS:
            _pages.put(key, _Kept.of(response))
        return response

    return answer
