"""Steps of a process in one table: who may see which, and where a person belongs who may go no further.

A step that is not allowed (yet, or any more) redirects to where the process stands, so Back and resubmission are safe.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from foundation.pages import PortalRequest, Text


@dataclass(frozen=True)
class Step[Row]:
    """``key`` is also the name of the URL, the view and the template; ``number`` its place in the progress, from 1."""

    key: str
    is_allowed: Callable[[Row], bool]
    heading: Text = ""
    number: int = 0


class Steps[Request: PortalRequest, Row]:
    """The steps of one kind of process, whose state is a row of the database.

    ``find`` returns the row of whoever asks, or raises ``Http404``; ``answer_instead`` may answer in the view's place
    (the process has ended, something outside is awaited); ``current_url`` is where the process goes on.
    """

    def __init__(
        self,
        namespace: str,
        *steps: Step[Row],
        find: Callable[[Request, UUID], Row],
        answer_instead: Callable[[Request, Row, Step[Row]], HttpResponse | None],
        current_url: Callable[[Row], str],
    ) -> None:
        self.namespace = namespace
        self.by_key = {step.key: step for step in steps}
        self.find = find
        self.answer_instead = answer_instead
        self.current_url = current_url

    def __getitem__(self, key: str) -> Step[Row]:
        return self.by_key[key]

    def __iter__(self) -> Iterator[Step[Row]]:
        return iter(self.by_key.values())

    def url(self, key: str, pk: UUID) -> str:
        return reverse(f"{self.namespace}:{key}", args=[pk])

    def furthest(self, row: Row) -> Step[Row]:
        """Return the last step that is allowed now."""
        return next(step for step in reversed(self.by_key.values()) if step.is_allowed(row))

    def at(
        self, key: str
    ) -> Callable[[Callable[[Request, Row], HttpResponse]], Callable[[Request, UUID], HttpResponse]]:
        """Let the view see a row of whoever asks that has reached this step."""

        def decorator(view: Callable[[Request, Row], HttpResponse]) -> Callable[[Request, UUID], HttpResponse]:
            @wraps(view)
            def guarded(request: Request, pk: UUID) -> HttpResponse:
                try:
                    row, step = self.find(request, pk), self[key]
                    if (answer := self.answer_instead(request, row, step)) is not None:
                        return answer
                    return view(request, row) if step.is_allowed(row) else redirect(self.current_url(row))
                except ObjectDoesNotExist as erased:  # meanwhile, by another tab
                    raise Http404 from erased

            return guarded

        return decorator
