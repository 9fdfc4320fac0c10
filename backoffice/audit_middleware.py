"""Middleware that records in the audit log what a staff user tried without permission."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from backoffice.model_admin import actor_name
from foundation import audit


class AuditRefusalsMiddleware:
    """Records each person's refusals once an hour per page and method, so that reloading adds nothing.

    Citizens are never refused with ``PermissionDenied``: what is not theirs is not found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        match = request.resolver_match
        if not isinstance(exception, PermissionDenied) or match is None or "admin" not in match.namespaces:
            return
        if actor := actor_name(request):
            page, method = match.view_name, str(request.method)
            audit.record_anyway(
                "staff.refused", actor=actor, once_for=[f"{actor} {method} {page}"], page=page, method=method
            )
