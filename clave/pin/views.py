"""Views for the validation steps: method, app, contrast datum, SMS PIN."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.devices import DeviceRequest
from clave.health import is_degraded
from clave.limits.allowance import allowance, allowance_of_next
from clave.models import Method, State, Validation
from clave.pin import upstream
from clave.pin.forms import ContrastForm, MethodForm, PinAppForm, SmsPinForm
from clave.pin.messages import PIN_NOTICES, REFUSALS, message, standing_notice
from clave.pin.notices import Notice
from clave.pin.steps import (
    asks_contrast_first,
    at_step,
    current_url,
    notice_step,
    response_unless_open,
    step_page,
)
from clave.switches import is_closed, open_methods, unavailable_methods
from foundation.pages import get_or_post, render_page

WAIT_ON_PAGE = timedelta(minutes=2)


@get_or_post
@at_step("method")
def method(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Choose between the app and SMS; the choice can be changed until Cl@ve confirms the identity."""
    allowed, methods = allowance(validation), open_methods(validation.accepted_methods)
    usable = allowed.usable(methods)
    form = MethodForm(usable, _submitted(request), initial={"method": validation.method})
    if form.is_valid():
        validation.choose(Method(form.cleaned_data["method"]))
        return redirect(current_url(validation))
    page = step_page(validation, "method")
    return render_page(
        request,
        "clave/method.html",
        page=page,
        form=form,
        validation=validation,
        clave_is_degraded=is_degraded(),
        unavailable=unavailable_methods(validation.accepted_methods),
        open_methods=usable,
        closed=[(method, allowed.opens_at([method])) for method in methods if method not in usable],
        another=not usable and another_is_possible(validation),
    )


@get_or_post
@sensitive_post_parameters()
@sensitive_variables()
@at_step("pin_app")
def pin_app(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Check the code and PIN shown by the app."""
    form = PinAppForm(_submitted(request))
    if form.is_valid():
        notice = upstream.verify_app(validation, form.cleaned_data["code"], form.cleaned_data["pin"])
        return _respond_to_check(request, validation, form, notice, "pin_app")
    return _render_step(request, validation, form, "pin_app")


@get_or_post
@sensitive_post_parameters()
@sensitive_variables()
@at_step("contrast")
def contrast(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Request an SMS with the contrast datum; a second tap while the first SMS is recent sends nothing."""
    form = ContrastForm(validation.user.document_kind, _submitted(request))
    if form.is_valid():
        if validation.method == Method.SMS and validation.pin_is_live and not validation.may_resend:
            return redirect("clave:sms_pin", validation.pk)
        notice = upstream.request_sms(validation, form.contrast)
        return _respond_to_check(request, validation, form, notice, "contrast")
    return _render_step(request, validation, form, "contrast")


@get_or_post
@sensitive_post_parameters()
@sensitive_variables()
@at_step("sms_pin")
def sms_pin(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Check the PIN sent by SMS, or resend the same PIN."""
    if "resend" in request.POST and not is_closed(Method.SMS):
        notice = upstream.resend_sms(validation)
        response = _respond_to_check(request, validation, SmsPinForm(), notice, "sms_pin")
        if response.status_code == HTTPStatus.FOUND and validation.state == State.OPEN:
            messages.success(request, _("Te hemos enviado otra vez el SMS, con el mismo PIN"))
        return response
    form = SmsPinForm(_submitted(request), access_code=validation.access_code)
    if form.is_valid():
        notice = upstream.verify_sms(validation, form.cleaned_data["pin"])
        return _respond_to_check(request, validation, form, notice, "sms_pin")
    return _render_step(request, validation, form, "sms_pin")


def _submitted(request: DeviceRequest) -> QueryDict | None:
    """Return the submitted data, even if empty, or None if nothing was submitted."""
    return request.POST if request.method == "POST" else None


def _respond_to_check(
    request: DeviceRequest, validation: Validation, form: forms.Form, notice: Notice | None, key: str
) -> HttpResponse:
    """Redirect to the next step, or show this one again with the resulting notice."""
    validation.reload()
    if response := response_unless_open(request, validation, key):
        return response
    reason = notice or validation.notice
    if not reason:
        return redirect(current_url(validation))
    if key == "pin_app" and asks_contrast_first(validation):
        form, key = ContrastForm(validation.user.document_kind), "contrast"
    if not form.is_bound:
        return _render_step(request, validation, form, key, notice=reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.add_error(_field_of(form, reason), message(validation, reason, allowance(validation)))
    return _render_step(request, validation, form, key)


def _field_of(form: forms.Form, notice: str) -> str | None:
    if notice in PIN_NOTICES and "pin" in form.fields:
        return "pin"
    if notice == Notice.WRONG_CONTRAST:
        return next(iter(form.fields))
    return None


def _render_step(
    request: DeviceRequest,
    validation: Validation,
    form: forms.Form,
    key: str,
    *,
    notice: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Render a step; on GET, with the last check's notice if it concerns this step and still holds."""
    if not form.is_bound and not notice and key == notice_step(validation):
        notice = standing_notice(validation)
    allowed, methods = allowance(validation), open_methods(validation.accepted_methods)
    problem = message(validation, notice, allowed)
    has_expired = key == "sms_pin" and not validation.pin_is_live
    if has_expired and form.is_bound:
        problem = next((str(error) for errors in form.errors.values() for error in errors), problem)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(
        request,
        "clave/pin_expired.html" if has_expired else f"clave/{key}.html",
        page=step_page(validation, key, heading=_("El PIN ha caducado") if has_expired else ""),
        status=status,
        form=None if has_expired else form,  # a field would take no PIN
        validation=validation,
        problem=problem,
        allowed=allowed,
        refused=validation.notice in REFUSALS,
        waits_briefly=_opens_soon(allowed.contrasts.opens_at),
        open_methods=allowed.usable(methods),
        sms_is_closed=Method.SMS not in methods,
        another=not (allowed.app if key == "pin_app" else allowed.sms).left and another_is_possible(validation),
    )


def another_is_possible(validation: Validation) -> bool:
    """Return whether another validation of this person could succeed now."""
    return bool(allowance_of_next(validation).usable(open_methods(validation.accepted_methods)))


def _opens_soon(moment: datetime | None) -> bool:
    """Return whether it is worth waiting on the page, whose button then opens by itself."""
    return moment is not None and moment - timezone.now() <= WAIT_ON_PAGE
