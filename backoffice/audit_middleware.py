"""What somebody of the staff tried and may not do is written into the audit log."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from backoffice.model_admin import name_of
from foundation import audit


class AuditRefusalsMiddleware:
    """Middleware; once an hour for each person and page, so that a reload says nothing new."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A citizen is refused nothing so: what is not theirs is not found."""
        match = request.resolver_match
        if not isinstance(exception, PermissionDenied) or match is None or "admin" not in match.namespaces:
            return
        actor = name_of(request)
        if actor:
            page, method = match.view_name, str(request.method)
            audit.record_anyway(
                "staff.refused", actor=actor, once_for=[f"{actor} {method} {page}"], page=page, method=method
            )
