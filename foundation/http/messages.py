"""Django's messages for citizens, who have no session: stored in a cookie."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class PrefixedCookieStorage(CookieStorage):
    """Django's storage under the portal's cookie prefix, for which Django has no setting."""

    cookie_name = settings.MESSAGES_COOKIE_NAME
