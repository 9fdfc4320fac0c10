"""The validation steps in one table: their keys, when each is allowed, and where a validation continues."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.devices import DeviceRequest
from clave.limits.allowance import allowance, allowance_of_next, network_of
from clave.models import Method, Operation, State, Validation
from clave.pin.messages import message
from clave.pin.upstream import reconcile
from clave.switches import is_closed, open_methods
from foundation.pages import Page, StepProgress, Text, render_page
from foundation.steps import Step, Steps

WAIT_SECONDS = 2
"""Refresh interval of a page that waits for Cl@ve."""
ENDED_HEADINGS: dict[str, Text] = {
    State.FAILED: _("Esta validación ha terminado"),
    State.ABANDONED: _("Has empezado otra validación"),
}
"""Headings for ended validations; in any other state, the heading says that it has expired."""


def _can_enter_sms_pin(validation: Validation) -> bool:
    """Return whether an SMS was sent whose PIN is live or, unless another SMS was just refused, replaceable."""
    was_refused = validation.operation == Operation.SMS_REQUEST and bool(validation.notice)
    may_ask_for_another = not was_refused and not is_closed(Method.SMS)
    return bool(validation.request_id) and (validation.pin_is_live or may_ask_for_another)


def _is_chosen(validation: Validation, method: Method) -> bool:
    """Return whether this method was chosen and is still open."""
    return validation.method == method and method in open_methods(validation.accepted_methods)


def asks_contrast_first(validation: Validation) -> bool:
    """Return whether the app's way has to ask for the contrast datum: strangers have tried too many PINs of it."""
    return (
        _is_chosen(validation, Method.PIN_APP) and validation.user.is_stranger and allowance(validation).needs_contrast
    )


def _can_enter_app_pin(validation: Validation) -> bool:
    return _is_chosen(validation, Method.PIN_APP) and not asks_contrast_first(validation)


def _can_enter_contrast(validation: Validation) -> bool:
    return _is_chosen(validation, Method.SMS) or asks_contrast_first(validation)


def awaited_step(validation: Validation) -> str:
    """Return the key of the step that will show the answer to the pending call."""
    return "pin_app" if validation.method == Method.PIN_APP else "sms_pin"


def notice_step(validation: Validation) -> str:
    """Return the key of the step that the last check's notice concerns: the contrast datum if no SMS was sent."""
    if asks_contrast_first(validation):
        return "contrast"
    about_datum = validation.operation == Operation.SMS_REQUEST or not validation.request_id
    return "contrast" if validation.method == Method.SMS and about_datum else awaited_step(validation)


def current_url(validation: Validation) -> str:
    """Return the URL where this validation continues."""
    return STEPS.url(STEPS.furthest(validation).key, validation.pk)


def step_page(validation: Validation, key: str, *, refresh: int = 0, heading: Text = "") -> Page:
    """Return the page frame; Back leads to the method, or from there to the choice of user."""
    return Page(
        heading=heading or STEPS[key].heading,
        step=key,
        back=validation.restart if key == "method" else reverse("clave:method", args=[validation.pk]),
        back_label=_("Cambiar de persona") if key == "method" else _("Cambiar de método"),
        section="procedures",
        progress=_progress(validation),
        refresh=refresh,
    )


def _progress(validation: Validation) -> StepProgress | None:
    """Return the progress in the process that began the validation, if that process gave its step numbers."""
    if not validation.step_total:
        return None
    return StepProgress(validation.step_number, validation.step_total, validation.title)


def response_unless_open(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse | None:
    """Return the response for a validation that is not open, or None if it is open."""
    if validation.has_ended:
        return _ended(request, validation, key)
    if validation.state in (State.VERIFIED, State.CONSUMED):
        return redirect(validation.return_to)
    if validation.state == State.CHECKING:
        return _checking(request, validation, key)
    return None


def _find(request: DeviceRequest, pk: UUID) -> Validation:
    """Return this device's validation, reconciling an unanswered call first; raise ``Http404`` if there is none."""
    validation = _owned(request, pk)
    if validation.state == State.CHECKING and not validation.has_ended:
        reconcile(validation)
        validation = _owned(request, pk)
    return validation


def _owned(request: DeviceRequest, pk: UUID) -> Validation:
    owned = Validation.objects.owned_by(request.device_cookie.key).select_related("user", "device")
    validation = get_object_or_404(owned, pk=pk)
    validation.network = network_of(request)
    return validation


def _checking(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse:
    """Wait at the step that will show the answer; redirect there from any other."""
    step = awaited_step(validation)
    if request.method == "POST" or key != step:
        return redirect(STEPS.url(step, validation.pk))
    page = step_page(validation, key, refresh=WAIT_SECONDS, heading=_("Estamos comprobándolo con Cl@ve"))
    return render_page(request, "clave/checking.html", page=page, validation=validation)


def _ended(request: DeviceRequest, validation: Validation, key: str) -> HttpResponse:
    heading = ENDED_HEADINGS.get(validation.state, _("Esta validación ha caducado"))
    failed = validation.state == State.FAILED
    methods = open_methods(validation.accepted_methods)
    following = allowance_of_next(validation)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render_page(
        request,
        "clave/ended.html",
        page=step_page(validation, key, heading=heading),
        status=status,
        validation=validation,
        reason=message(validation, validation.notice) if failed else "",
        another=bool(following.usable(methods)) or not methods,
        opens_at=following.opens_at(methods),
    )


STEPS = Steps[DeviceRequest, Validation](
    "clave",
    Step("method", lambda validation: True, _("¿Cómo quieres validar tu identidad?")),
    Step("pin_app", _can_enter_app_pin, _("Escribe el código y el PIN de la APP")),
    Step("contrast", _can_enter_contrast, _("Demuestra que el documento es tuyo")),
    Step(
        "sms_pin",
        lambda validation: validation.method == Method.SMS and _can_enter_sms_pin(validation),
        _("Escribe el PIN que te ha llegado"),
    ),
    find=_find,
    answer_instead=lambda request, validation, step: response_unless_open(request, validation, step.key),
    current_url=current_url,
)
at_step = STEPS.at
