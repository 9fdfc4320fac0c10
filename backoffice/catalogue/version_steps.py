"""The steps in the life of a version, as people of the staff take them: which is offered, to whom, and how it is done.

Each is a form of its own that is sent by POST with the revision that was read, so that nobody approves what has
changed meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.pages import Text
from procedures.models import ProcedureVersion, VersionState
from procedures.models.version_workflow import SelfApproval

CHANGE, APPROVE, PUBLISH = (f"procedures.{action}_procedureversion" for action in ("change", "approve", "publish"))


class StepForm(forms.Form):
    """What every step is sent with."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class NoteForm(StepForm):
    """Why a version is sent back."""

    note = forms.CharField(
        label=_("qué hay que cambiar"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": _("Escribe qué hay que cambiar: quien la escribió no lo sabe si no")},
    )


class DatesForm(StepForm):
    """When an approved version is published, and when a published one is retired."""

    publish_at = forms.SplitDateTimeField(label=_("publicar el"), required=False, widget=AdminSplitDateTime)
    retire_at = forms.SplitDateTimeField(label=_("retirar el"), required=False, widget=AdminSplitDateTime)


@dataclass(frozen=True)
class Step:
    """``key`` is its place in the URL; ``take`` does it and says whether it was won, or raises ``ValidationError``.

    ``done`` is what its history says; ``audited`` how the audit log knows it.
    """

    key: str
    label: Text
    permission: str
    states: tuple[VersionState, ...]
    audited: str
    done: Text
    take: Callable[[ProcedureVersion, AbstractBaseUser, dict[str, Any]], bool]
    form: type[StepForm] = StepForm
    explained: Text = ""
    is_main: bool = True

    @property
    def asks(self) -> bool:
        """Whether something has to be written first."""
        return self.form is not StepForm

    def is_offered(self, request: HttpRequest, version: ProcedureVersion) -> bool:
        return version.state in self.states and may_take(self, request)


def may_take(step: Step, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(step.permission))


STEPS = (
    Step(
        "submit",
        _("Enviar a revisión"),
        CHANGE,
        (VersionState.DRAFT,),
        "submitted",
        _("Enviada a revisión"),
        lambda version, user, _given: version.submit(user),
    ),
    Step(
        "approve",
        _("Aprobar"),
        APPROVE,
        (VersionState.IN_REVIEW,),
        "approved",
        _("Aprobada"),
        lambda version, user, _given: version.approve(user),
    ),
    Step(
        "publish",
        _("Publicar ahora"),
        PUBLISH,
        (VersionState.APPROVED,),
        "published",
        _("Publicada"),
        lambda version, _user, _given: version.publish_approved(),
        explained=_("La gente la verá enseguida, y la que estaba publicada se retirará."),
    ),
    Step(
        "schedule",
        _("Poner fechas"),
        PUBLISH,
        (VersionState.APPROVED, VersionState.PUBLISHED),
        "scheduled",
        _("Fechas cambiadas"),
        lambda version, _user, given: version.schedule(given["publish_at"], given["retire_at"]),
        form=DatesForm,
        explained=_("Se hará solo, como mucho un minuto después. Sin fecha, no se hará hasta que alguien lo haga."),
        is_main=False,
    ),
    Step(
        "send_back",
        _("Devolver"),
        APPROVE,
        (VersionState.IN_REVIEW, VersionState.APPROVED),
        "sent_back",
        _("Devuelta"),
        lambda version, _user, given: version.send_back(given["note"]),
        form=NoteForm,
        explained=_("Vuelve a ser un borrador, y quien lo escribió verá esta nota arriba."),
        is_main=False,
    ),
    Step(
        "retire",
        _("Retirar"),
        PUBLISH,
        (VersionState.PUBLISHED,),
        "retired",
        _("Retirada"),
        lambda version, _user, _given: version.retire(),
        explained=_("Nadie podrá empezarlo, y su página dirá que ha terminado. Quien ya lo empezó puede terminarlo."),
        is_main=False,
    ),
)
BY_KEY = {step.key: step for step in STEPS}
LOST = _("Otra persona acaba de cambiar «%(version)s». Mira cómo está ahora")


def offered(request: HttpRequest, version: ProcedureVersion) -> list[tuple[Step, StepForm]]:
    """The next steps that this person may take, each with its form; nobody is offered to approve what is theirs."""
    found = [step for step in STEPS if step.is_offered(request, version)]
    if version.state == VersionState.IN_REVIEW and not version.may_be_approved_by(request.user):  # type: ignore[arg-type]
        found = [step for step in found if step.key != "approve"]
    return [(step, step_form(step, version)) for step in found]


def step_form(step: Step, version: ProcedureVersion, data: Any = None) -> StepForm:
    initial = {"revision": version.revision, "publish_at": version.publish_at, "retire_at": version.retire_at}
    form = step.form(data, initial=initial, auto_id=f"{step.key}_%s")
    if step.form is DatesForm and version.is_fixed:
        del form.fields["publish_at"]
    return form


def take(step: Step, request: HttpRequest, version: ProcedureVersion, form: StepForm) -> bool:
    """Take the step; what refuses it stands in the form's errors.

    Raises ``PermissionDenied`` for whoever may not take it.
    """
    if not may_take(step, request):
        raise PermissionDenied
    if not form.is_valid():
        return False
    seen = form.cleaned_data["revision"]
    given = {"publish_at": None, "retire_at": None, **form.cleaned_data}
    lost = LOST % {"version": version}
    try:
        if seen != version.revision or not step.take(version, request.user, given):  # type: ignore[arg-type]
            form.add_error(None, lost)
    except SelfApproval as error:
        form.add_error(None, error)
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
    return not form.errors
