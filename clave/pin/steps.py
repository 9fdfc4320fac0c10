"""The steps of a validation, in one table: key, when it is allowed, and where a person goes who may go no further."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.devices import DeviceRequest
from clave.models import Method, Operation, State, Validation
from clave.pin.messages import message
from clave.pin.upstream import look_up
from clave.switches import is_closed, open_methods
from foundation.pages import Page, StepProgress, Text, render_page
from foundation.steps import Step, Steps

WAIT_SECONDS = 2
"""How often a page that waits for Cl@ve looks again."""
ENDED: dict[str, Text] = {
    State.FAILED: _("Esta validación ha terminado"),
    State.ABANDONED: _("Has empezado otra validación"),
}
"""What is said of a validation that was ended; of any other, that its time is over."""


def _has_pin_to_type(validation: Validation) -> bool:
    """An SMS went out; once its PIN is over, a refused request for another leads back to the contrast datum."""
    asked_in_vain = validation.operation == Operation.SMS_REQUEST and bool(validation.notice)
    may_ask_for_another = not asked_in_vain and not is_closed(Method.SMS)
    return bool(validation.request_id) and (validation.pin_is_live or may_ask_for_another)


def _may_go_by(method: Method) -> Callable[[Validation], bool]:
    """It was chosen, and can be used still."""
    return lambda validation: validation.method == method and method in open_methods(validation.accepted)


def awaited_step(validation: Validation) -> str:
    """Return the key of the step where the answer of the call under way is shown."""
    return "pin_app" if validation.method == Method.PIN_APP else "sms_pin"


def notice_step(validation: Validation) -> str:
    """The key of the step that the last check's notice is about; with nothing to type a PIN for, it is the datum."""
    about_datum = validation.operation == Operation.SMS_REQUEST or not validation.request_id
    return "contrast" if validation.method == Method.SMS and about_datum else awaited_step(validation)


def current_url(validation: Validation) -> str:
    """Return where this validation goes on."""
    return STEPS.url(STEPS.furthest(validation).key, validation.pk)


def step_page(validation: Validation, key: str, *, refresh: int = 0, heading: Text = "") -> Page:
    """The frame of a step; Back leads to the step before, from the first one to the choice of the user."""
    return Page(
        heading=heading or STEPS[key].heading,
        step=key,
        back=validation.restart if key == "method" else reverse("clave:method", args=[validation.pk]),
        section="procedures",
        subtitle=validation.title,
        progress=_progress(validation),
        refresh=refresh,
    )


def _progress(validation: Validation) -> StepProgress | None:
    """Return the validation's place in the process that began it, as that process has told."""
    if not validation.step_total:
        return None
    return StepProgress(validation.step_number, validation.step_total, _("Validación con Cl@ve PIN"))


def after_check(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse | None:
    """What a validation that is not open answers; None when it is open."""
    if validation.has_ended:
        return _ended(request, validation, key)
    if validation.state in (State.VERIFIED, State.CONSUMED):
        return redirect(validation.return_to)
    if validation.state == State.CHECKING:
        return _checking(request, validation, key)
    return None


def _find(request: DeviceRequest, pk: UUID) -> Validation:
    """Return a validation of this device, or raise ``Http404``; an unanswered call is looked up first."""
    validation = _owned(request, pk)
    if validation.state == State.CHECKING and not validation.has_ended:
        look_up(validation)
        validation = _owned(request, pk)
    return validation


def _owned(request: DeviceRequest, pk: UUID) -> Validation:
    return get_object_or_404(Validation.objects.owned_by(request.device_cookie.key).select_related("user"), pk=pk)


def _checking(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse:
    """What waits for Cl@ve waits at the step that comes next, so that the answer is found there."""
    step = awaited_step(validation)
    if request.method == "POST" or key != step:
        return redirect(STEPS.url(step, validation.pk))
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


STEPS = Steps[DeviceRequest, Validation](
    "clave",
    Step("method", lambda validation: True, _("¿Cómo quieres validar tu identidad?")),
    Step("pin_app", _may_go_by(Method.PIN_APP), _("Escribe el código y el PIN de la APP")),
    Step("contrast", _may_go_by(Method.SMS), _("Demuestra que el documento es tuyo")),
    Step(
        "sms_pin",
        lambda validation: validation.method == Method.SMS and _has_pin_to_type(validation),
        _("Escribe el PIN que te ha llegado"),
    ),
    find=_find,
    answer_instead=lambda request, validation, step: after_check(request, validation, step.key),
    current_url=current_url,
)
at_step = STEPS.at
