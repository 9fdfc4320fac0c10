"""Views for the validation steps: method, app, contrast datum, SMS PIN."""

from http import HTTPStatus

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.devices import DeviceRequest
from clave.health import is_degraded
from clave.models import Method, Validation
from clave.pin import upstream
from clave.pin.forms import ContrastForm, MethodForm, PinAppForm, SmsPinForm
from clave.pin.messages import PIN_NOTICES, message, standing_notice
from clave.pin.notices import Notice
from clave.pin.steps import at_step, current_url, notice_step, response_unless_open, step_page
from clave.switches import is_closed, open_methods, unavailable_methods
from foundation.pages import get_or_post, render_page


@get_or_post
@at_step("method")
def method(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Choose between the app and SMS; the choice can be changed until Cl@ve confirms the identity."""
    usable = open_methods(validation.accepted_methods)
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
        if validation.pin_is_live and not validation.may_resend:
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
        return _respond_to_check(request, validation, SmsPinForm(), notice, "sms_pin")
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
    validation.refresh_from_db()
    if response := response_unless_open(request, validation, key):
        return response
    reason = notice or validation.notice
    if not reason:
        return redirect(current_url(validation))
    if not form.is_bound:
        return _render_step(request, validation, form, key, notice=reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.add_error(_field_of(form, reason), message(validation, reason))
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
    if key == "sms_pin" and not validation.pin_is_live:
        return _render_expired_pin(request, validation, form, notice)
    return render_page(
        request,
        f"clave/{key}.html",
        page=step_page(validation, key),
        status=status,
        form=form,
        validation=validation,
        problem=message(validation, notice),
        open_methods=open_methods(validation.accepted_methods),
    )


def _render_expired_pin(request: DeviceRequest, validation: Validation, form: forms.Form, notice: str) -> HttpResponse:
    """Say that the PIN has expired and offer another, instead of a field that takes none; add what was refused."""
    refused = [error for errors in form.errors.values() for error in errors]
    return render_page(
        request,
        "clave/pin_expired.html",
        page=step_page(validation, "sms_pin", heading=_("El PIN ha caducado")),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK,
        validation=validation,
        problem=next(iter(refused), message(validation, notice)),
        open_methods=open_methods(validation.accepted_methods),
    )
