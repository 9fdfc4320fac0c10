"""The windows of a validation: method, app, contrast datum, PIN of the SMS."""

from http import HTTPStatus

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.devices import DeviceRequest
from clave.health import is_degraded
from clave.models import Method, Validation
from clave.pin import upstream
from clave.pin.forms import ContrastForm, MethodForm, PinAppForm, SmsPinForm
from clave.pin.messages import PIN_NOTICES, message, standing_notice
from clave.pin.notices import Notice
from clave.pin.steps import after_check, at_step, current_url, notice_step, step_page
from clave.switches import is_closed, open_methods, unavailable_methods
from foundation.pages import get_or_post, render_page


@get_or_post
@at_step("method")
def method(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Choose between the app and the SMS; choosing again is allowed until Cl@ve has said yes."""
    usable = open_methods(validation.accepted)
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
        unavailable=unavailable_methods(validation.accepted),
        open_methods=usable,
    )


@get_or_post
@sensitive_post_parameters()
@sensitive_variables()
@at_step("pin_app")
def pin_app(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """Code and PIN of the app."""
    form = PinAppForm(_submitted(request))
    if form.is_valid():
        notice = upstream.verify_app(validation, form.cleaned_data["code"], form.cleaned_data["pin"])
        return _checked(request, validation, form, notice, "pin_app")
    return _show(request, validation, form, "pin_app")


@get_or_post
@sensitive_post_parameters()
@sensitive_variables()
@at_step("contrast")
def contrast(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """The contrast datum, and with it the first SMS; a second tap while the first SMS is fresh sends none."""
    form = ContrastForm(validation.user.document_kind, _submitted(request))
    if form.is_valid():
        if validation.pin_is_live and not validation.may_resend:
            return redirect("clave:sms_pin", validation.pk)
        notice = upstream.request_sms(validation, form.contrast)
        return _checked(request, validation, form, notice, "contrast")
    return _show(request, validation, form, "contrast")


@get_or_post
@sensitive_post_parameters()
@sensitive_variables()
@at_step("sms_pin")
def sms_pin(request: DeviceRequest, validation: Validation) -> HttpResponse:
    """The PIN of the SMS, or another SMS with the same PIN."""
    if "resend" in request.POST and not is_closed(Method.SMS):
        notice = upstream.resend_sms(validation)
        return _checked(request, validation, SmsPinForm(), notice, "sms_pin")
    form = SmsPinForm(_submitted(request))
    if form.is_valid():
        notice = upstream.verify_sms(validation, form.cleaned_data["pin"])
        return _checked(request, validation, form, notice, "sms_pin")
    return _show(request, validation, form, "sms_pin")


def _submitted(request: DeviceRequest) -> QueryDict | None:
    """What was sent, be it nothing; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def _checked(
    request: DeviceRequest, validation: Validation, form: forms.Form, notice: Notice | None, key: str
) -> HttpResponse:
    """After a check: on, or the same step with what there is to say."""
    validation.refresh_from_db()
    if answer := after_check(request, validation, key):
        return answer
    said = notice or validation.notice
    if not said:
        return redirect(current_url(validation))
    if not form.is_bound:
        return _show(request, validation, form, key, said=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.add_error(_field_of(form, said), message(validation, said))
    return _show(request, validation, form, key)


def _field_of(form: forms.Form, notice: str) -> str | None:
    if notice in PIN_NOTICES and "pin" in form.fields:
        return "pin"
    if notice == Notice.WRONG_CONTRAST:
        return next(iter(form.fields))
    return None


def _show(
    request: DeviceRequest,
    validation: Validation,
    form: forms.Form,
    key: str,
    *,
    said: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The window of a step; when only asked for, with what the last check of this step has left to say."""
    if not form.is_bound and not said and key == notice_step(validation):
        said = standing_notice(validation)
    return render_page(
        request,
        f"clave/{key}.html",
        page=step_page(validation, key),
        status=status,
        form=form,
        validation=validation,
        problem=message(validation, said),
        open_methods=open_methods(validation.accepted),
    )
