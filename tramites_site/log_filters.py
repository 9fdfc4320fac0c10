"""Keeps the path of a request out of the log: it may hold the token of a share link."""

import logging


class RouteInsteadOfPath(logging.Filter):
    """Names the route, as ``c/<str:token>/``, in the records of ``django.request``."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            record.msg, record.args = "%s at %s", (record.levelname.title(), match.route if match else "no route")
        return True
