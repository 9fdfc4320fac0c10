"""The words of one page that the next one says: kept in a cookie, since a citizen has no session."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class NoticeCookie(CookieStorage):
    """Django's own, under the portal's cookie prefix."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cookie_name = settings.NOTICE_COOKIE_NAME
