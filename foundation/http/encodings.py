"""The content codings that a browser accepts (RFC 9110, section 12.5.3).

Django's ``GZipMiddleware`` overlooks ``q=0``, and its ``MediaType`` raises on malformed parameters.
"""

from django.http import HttpRequest


def takes_gzip(request: HttpRequest) -> bool:
    """Return whether the browser names gzip without refusing it by ``q=0``."""
    return any(map(_accepts_gzip, request.headers.get("Accept-Encoding", "").lower().split(",")))


def _accepts_gzip(part: str) -> bool:
    coding, *parameters = (piece.strip() for piece in part.split(";"))
    return coding == "gzip" and not any(map(_is_zero_weight, parameters))


def _is_zero_weight(parameter: str) -> bool:
    name, _, weight = (piece.strip() for piece in parameter.partition("="))
    return name == "q" and weight.strip("0") in ("", ".")
