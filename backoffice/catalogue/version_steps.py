"""The steps of a version's workflow: who is offered which, and how each is taken.

Each step is a form sent by POST with the revision that the person has read, so that nobody approves what has changed
meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.moments import MomentField
from foundation.pages import Text
from procedures.models import ProcedureVersion, VersionState
from procedures.models.version_workflow import SelfApproval

CHANGE, APPROVE, PUBLISH = (f"procedures.{action}_procedureversion" for action in ("change", "approve", "publish"))


class StepForm(forms.Form):
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class NoteForm(StepForm):
    """The reason why a version is sent back."""

    note = forms.CharField(
        label=_("qué hay que cambiar"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": _("Escribe qué hay que cambiar: quien la escribió no lo sabe si no")},
    )


class DatesForm(StepForm):
    """When an approved version is published, and when a published one is retired."""

    publish_at = MomentField(label=_("publicar el"), required=False)
    retire_at = MomentField(label=_("retirar el"), required=False)


@dataclass(frozen=True)
class WorkflowStep:
    """``key`` is part of the URL; ``take`` returns whether it won against others, or raises ``ValidationError``.

    ``done`` goes into the version's history, ``audit_action`` into the audit log.
    """

    key: str
    label: Text
    permission: str
    states: tuple[VersionState, ...]
    audit_action: str
    done: Text
    take: Callable[[ProcedureVersion, AbstractBaseUser, dict[str, Any]], bool]
    form: type[StepForm] = StepForm
    explanation: Text = ""
    is_primary: bool = True

    @property
    def needs_input(self) -> bool:
        return self.form is not StepForm


def may_take(step: WorkflowStep, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(step.permission))


STEPS = (
    WorkflowStep(
        "submit",
        _("Enviar a revisión"),
        CHANGE,
        (VersionState.DRAFT,),
        "submitted",
        _("Enviada a revisión"),
        lambda version, user, _values: version.submit(user),
    ),
    WorkflowStep(
        "approve",
        _("Aprobar"),
        APPROVE,
        (VersionState.IN_REVIEW,),
        "approved",
        _("Aprobada"),
        lambda version, user, _values: version.approve(user),
    ),
    WorkflowStep(
        "publish",
        _("Publicar ahora"),
        PUBLISH,
        (VersionState.APPROVED,),
        "published",
        _("Publicada"),
        lambda version, _user, _values: version.publish_approved(),
        explanation=_("La gente la verá enseguida, y la que estaba publicada se retirará."),
    ),
    WorkflowStep(
        "schedule",
        _("Poner fechas"),
        PUBLISH,
        (VersionState.APPROVED, VersionState.PUBLISHED),
        "scheduled",
        _("Fechas cambiadas"),
        lambda version, _user, values: version.schedule(values["publish_at"], values["retire_at"]),
        form=DatesForm,
        explanation=_("Se hará solo, como mucho un minuto después. Sin fecha, no se hará hasta que alguien lo haga."),
        is_primary=False,
    ),
    WorkflowStep(
        "send_back",
        _("Devolver"),
        APPROVE,
        (VersionState.IN_REVIEW, VersionState.APPROVED),
        "sent_back",
        _("Devuelta"),
        lambda version, _user, values: version.send_back(values["note"]),
        form=NoteForm,
        explanation=_("Vuelve a ser un borrador, y quien lo escribió verá esta nota arriba."),
        is_primary=False,
    ),
    WorkflowStep(
        "retire",
        _("Retirar"),
        PUBLISH,
        (VersionState.PUBLISHED,),
        "retired",
        _("Retirada"),
        lambda version, _user, _values: version.retire(),
        explanation=_("Nadie podrá empezarlo, y su página dirá que ha terminado. Quien ya lo empezó puede terminarlo."),
        is_primary=False,
    ),
)
BY_KEY = {step.key: step for step in STEPS}
CONFLICT = _("Otra persona acaba de cambiar «%(version)s». Mira cómo está ahora")


def offered_steps(request: HttpRequest, version: ProcedureVersion) -> list[tuple[WorkflowStep, StepForm]]:
    """Return the steps that this user may take now, each with its form; authors may not approve their own version."""
    found = [step for step in STEPS if version.state in step.states and may_take(step, request)]
    if version.state == VersionState.IN_REVIEW and not version.may_be_approved_by(request.user):  # type: ignore[arg-type]
        found = [step for step in found if step.key != "approve"]
    return [(step, step_form(step, version)) for step in found]


def step_form(step: WorkflowStep, version: ProcedureVersion, data: Any = None) -> StepForm:
    initial = {"revision": version.revision, "publish_at": version.publish_at, "retire_at": version.retire_at}
    form = step.form(data, initial=initial, auto_id=f"{step.key}_%s")
    if step.form is DatesForm and version.is_fixed:
        del form.fields["publish_at"]
    return form


def take(step: WorkflowStep, request: HttpRequest, version: ProcedureVersion, form: StepForm) -> bool:
    """Take the step, and return False with the reasons in the form's errors when it is refused.

    Raises ``PermissionDenied`` when the user may not take it.
    """
    if not may_take(step, request):
        raise PermissionDenied
    if not form.is_valid():
        return False
    seen = form.cleaned_data["revision"]
    values = {"publish_at": None, "retire_at": None, **form.cleaned_data}
    try:
        if seen != version.revision or not step.take(version, request.user, values):  # type: ignore[arg-type]
            form.add_error(None, CONFLICT % {"version": version})
    except SelfApproval as error:
        form.add_error(None, error)
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
    return not form.errors
