"""Which encodings of an answer a browser takes (RFC 9110, section 12.5.3)."""

from django.http import HttpRequest


def takes_gzip(request: HttpRequest) -> bool:
    """Whether the browser names gzip without refusing it by ``q=0``."""
    return any(map(_is_gzip, request.headers.get("Accept-Encoding", "").lower().split(",")))


def _is_gzip(accepted: str) -> bool:
    coding, *parameters = (part.strip() for part in accepted.split(";"))
    return coding == "gzip" and not any(_is_refusal(parameter) for parameter in parameters)


def _is_refusal(parameter: str) -> bool:
    name, _, weight = (part.strip() for part in parameter.partition("="))
    return name == "q" and weight.strip("0") in ("", ".")
