"""The steps of a validation, in one table: key, when it is allowed, and where a person goes who may go no further."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.devices import DeviceRequest
from clave.messages import message
from clave.models import Method, Operation, State, Validation
from clave.switches import is_closed, open_methods
from clave.upstream import look_up
from foundation.pages import Page, StepProgress, Text, render_page

WAIT_SECONDS = 2
"""How often a page that waits for Cl@ve looks again."""
ENDED: dict[str, Text] = {
    State.FAILED: _("Esta validación ha terminado"),
    State.ABANDONED: _("Has empezado otra validación"),
}
"""What is said of a validation that was ended; of any other, that its time is over."""


@dataclass(frozen=True)
class Step:
    """``key`` is also the name of the URL, the view and the template."""

    key: str
    heading: Text
    is_allowed: Callable[[Validation], bool]

    def url(self, validation: Validation) -> str:
        return reverse(f"clave:{self.key}", args=[validation.pk])


def _has_pin_to_type(validation: Validation) -> bool:
    """An SMS went out; once its PIN is over, a refused request for another leads back to the contrast datum."""
    asked_in_vain = validation.operation == Operation.SMS_REQUEST and bool(validation.notice)
    may_ask_for_another = not asked_in_vain and not is_closed(Method.SMS)
    return bool(validation.request_id) and (validation.pin_is_live or may_ask_for_another)


def _may_go_by(method: Method) -> Callable[[Validation], bool]:
    """It was chosen, and can be used still."""
    return lambda validation: validation.method == method and method in open_methods(validation.accepted)


STEPS = (
    Step("method", _("¿Cómo quieres validar tu identidad?"), lambda validation: True),
    Step("pin_app", _("Escribe el código y el PIN de la APP"), _may_go_by(Method.PIN_APP)),
    Step("contrast", _("Demuestra que el documento es tuyo"), _may_go_by(Method.SMS)),
    Step(
        "sms_pin",
        _("Escribe el PIN que te ha llegado"),
        lambda validation: validation.method == Method.SMS and _has_pin_to_type(validation),
    ),
)
BY_KEY = {step.key: step for step in STEPS}


def furthest(validation: Validation) -> Step:
    """The last step that is allowed now: where a person who returns goes on."""
    return next(step for step in reversed(STEPS) if step.is_allowed(validation))


def awaited(validation: Validation) -> Step:
    """The step that a check under way leads to when Cl@ve says yes, or where its no is explained."""
    return BY_KEY["pin_app" if validation.method == Method.PIN_APP else "sms_pin"]


def notice_step(validation: Validation) -> str:
    """The key of the step that the last check's notice is about; with nothing to type a PIN for, it is the datum."""
    about_datum = validation.operation == Operation.SMS_REQUEST or not validation.request_id
    return "contrast" if validation.method == Method.SMS and about_datum else awaited(validation).key


def current_url(validation: Validation) -> str:
    """Where this validation goes on."""
    return furthest(validation).url(validation)


def step_page(validation: Validation, key: str, *, refresh: int = 0, heading: Text = "") -> Page:
    """The frame of a step; Back leads to the step before, from the first one to the choice of the user."""
    return Page(
        heading=heading or BY_KEY[key].heading,
        step=key,
        back=validation.restart if key == "method" else reverse("clave:method", args=[validation.pk]),
        section="procedures",
        subtitle=validation.title,
        progress=StepProgress(3, 4, _("Validación con Cl@ve PIN")),
        refresh=refresh,
    )


type StepView[**P] = Callable[Concatenate[DeviceRequest, Validation, P], HttpResponse]


def at_step(key: str) -> Callable[[StepView[[]]], Callable[[DeviceRequest, UUID], HttpResponse]]:
    """Let the view see a validation of this device that is open and has reached the step.

    Another device's is not found, and neither is one that is erased meanwhile; an unanswered check is looked up; one
    that ended says so with a way on.
    """

    def decorator(view: StepView[[]]) -> Callable[[DeviceRequest, UUID], HttpResponse]:
        @wraps(view)
        def guarded(request: DeviceRequest, pk: UUID) -> HttpResponse:
            validation = _owned(request, pk)
            if validation.state == State.CHECKING and not validation.has_ended:
                look_up(validation)
                validation = _owned(request, pk)
            if not BY_KEY[key].is_allowed(validation) and validation.state == State.OPEN and not validation.has_ended:
                return redirect(current_url(validation))
            try:
                return after_check(request, validation, key) or view(request, validation)
            except Validation.DoesNotExist as gone:
                raise Http404 from gone

        return guarded

    return decorator


def after_check(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse | None:
    """What a validation that is not open answers; None when it is open."""
    if validation.has_ended:
        return _ended(request, validation, key)
    if validation.state in (State.VERIFIED, State.CONSUMED):
        return redirect(validation.return_to)
    if validation.state == State.CHECKING:
        return _checking(request, validation, key)
    return None


def _owned(request: DeviceRequest, pk: UUID) -> Validation:
    return get_object_or_404(Validation.objects.owned_by(request.device_cookie.key).select_related("user"), pk=pk)


def _checking(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse:
    """What waits for Cl@ve waits at the step that comes next, so that the answer is found there."""
    step = awaited(validation)
    if request.method == "POST" or key != step.key:
        return redirect(step.url(validation))
    page = step_page(validation, key, refresh=WAIT_SECONDS, heading=_("Estamos comprobándolo con Cl@ve"))
    return render_page(request, "clave/checking.html", page=page, validation=validation)


def _ended(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse:
    heading = ENDED.get(validation.state, _("Esta validación ha caducado"))
    failed = validation.state == State.FAILED
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render_page(
        request,
        "clave/ended.html",
        page=step_page(validation, key, heading=heading),
        status=status,
        validation=validation,
        reason=message(validation, validation.notice) if failed else "",
    )
