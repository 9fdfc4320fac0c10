"""Public catalogue pages cached whole in this process, by path, language, and whole page or fragment.

They are the same for everybody: they hold no token, no message, and nothing about a device. So they can be compressed
once, too, without their length revealing a secret. A page is rendered again when what it shows about its entity
changes; a body that falters invalidates its own pages alone.
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
from foundation.http.encodings import takes_gzip
from foundation.pages import PortalRequest, wants_fragment
from procedures.published_catalogue import Catalogue, published

MAX_PAGES = 2000
MAX_BYTES = 16 << 20
CACHED_STATUSES = (HTTPStatus.OK, HTTPStatus.GONE)
type Key = tuple[str, str, bool]


@dataclass(frozen=True)
class CachedPage:
    """A response, plain and compressed, and the fingerprint of what it shows."""

    fingerprint: int
    plain: bytes
    compressed: bytes
    headers: dict[str, str]
    status: int

    @classmethod
    def of(cls, response: HttpResponse, fingerprint: int) -> Self:
        patch_vary_headers(response, ["Accept-Encoding"])
        headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
        compressed = gzip.compress(response.content, mtime=0)
        return cls(fingerprint, response.content, compressed, headers, response.status_code)

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.compressed)

    def answer(self, request: PortalRequest) -> HttpResponse:
        if not takes_gzip(request):
            return HttpResponse(self.plain, status=self.status, headers=self.headers)
        headers = {**self.headers, "Content-Encoding": "gzip"}
        return HttpResponse(self.compressed, status=self.status, headers=headers)


class _Pages:
    """The pages used most recently."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self.size = 0
        self.being_rendered: set[Key] = set()

    def get(self, key: Key, fingerprint: int) -> CachedPage | None:
        """Return the page, or None if the caller must render it; while one renders, the others get the outdated one."""
        with self.lock:
            page = self.pages.get(key)
            if page is None:
                return None
            if page.fingerprint != fingerprint and key not in self.being_rendered:
                self.being_rendered.add(key)
                return None
            self.pages.move_to_end(key)
            return page

    def put(self, key: Key, page: CachedPage) -> None:
        with self.lock:
            self.size += page.size - (self.pages[key].size if key in self.pages else 0)
            self.pages[key] = page
            self.pages.move_to_end(key)
            while len(self.pages) > MAX_PAGES or self.size > MAX_BYTES:
                self.size -= self.pages.popitem(last=False)[1].size

    def release(self, key: Key) -> None:
        """Let another caller render the page when it is outdated."""
        with self.lock:
            self.being_rendered.discard(key)


_pages = _Pages()


def cache_public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer from the cache, except for requests with a query string or a message to show."""

    @wraps(view)
    def answer(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.META.get("QUERY_STRING") or settings.MESSAGES_COOKIE_NAME in request.COOKIES:
            return view(request, *args, **kwargs)
        key = (request.path, languages.current(), wants_fragment(request))
        catalogue = published()
        fingerprint = catalogue.fingerprint(_subject(catalogue, **kwargs))
        if page := _pages.get(key, fingerprint):
            return page.answer(request)
        try:
            response = view(request, *args, **kwargs)
            if response.status_code in CACHED_STATUSES and settings.CATALOGUE_SEEN_SECONDS:
                _pages.put(key, CachedPage.of(response, fingerprint))
            return response
        finally:
            _pages.release(key)

    return answer


def _subject(catalogue: Catalogue, entity: str = "", slug: str = "") -> str:
    """Return the slug of the entity that a page is about, ``""`` if it may be about several."""
    return "" if f"{entity}/{slug}" in catalogue.retired else entity
