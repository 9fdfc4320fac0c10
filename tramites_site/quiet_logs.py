"""What the log never says: the path of a request, which may hold a share link's token."""

import logging


class RouteForPath(logging.Filter):
    """Names the route in the records of ``django.request``, as ``c/<str:token>/``."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            record.msg, record.args = "%s at %s", (record.levelname.title(), match.route if match else "no route")
        return True
