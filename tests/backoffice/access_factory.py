"""Creates accesses in every state, with the validations that lead to it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accesses.models import Access, Outcome, State
from accounts.models import ClaveUser, Device
from clave.models import Method, Validation
from clave.models import State as ValidationState
from procedures.models import ProcedureVersion


class People:
    """A device and its user, to whom the created accesses belong."""

    def __init__(self, device: Device, user: ClaveUser) -> None:
        self.device, self.user = device, user

    def begin(self, version: ProcedureVersion, at: datetime, state: State = State.STARTED, **fields: Any) -> Access:
        return Access.objects.create(
            device=self.device,
            version=version,
            state=state,
            created_at=at,
            expires_at=at + settings.ACCESS_LIFETIME,
            **fields,
        )

    def check(
        self, access: Access, method: Method | None, state: ValidationState, *, seconds: int = 10, **fields: Any
    ) -> None:
        """Create a validation that began ``seconds`` after its access."""
        began = access.created_at + timedelta(seconds=seconds)
        Validation.objects.create(
            device=self.device,
            user=self.user,
            purpose=access.purpose,
            return_to="/accesos/",
            restart="/usuarios/",
            title="Mis puntos",
            state=state,
            method=method or "",
            created_at=began,
            expires_at=began + settings.VALIDATION_LIFETIME,
            **{"tries_left": settings.TRIES_PER_VALIDATION, "sends_left": settings.SENDS_PER_VALIDATION, **fields},
        )

    def finish(
        self,
        version: ProcedureVersion,
        at: datetime,
        *,
        outcome: Outcome = Outcome.CONSULTATION,
        failure: str = "",
        method: Method = Method.PIN_APP,
        identification: int = 60,
        body: float = 2,
    ) -> Access:
        """Create a finished access: 10 s until the user is chosen, then the given seconds at Cl@ve and at the body."""
        queued = at + timedelta(seconds=10 + identification)
        access = self.begin(
            version,
            at,
            State.FAILED if failure else State.DONE,
            outcome=Outcome.FAILED if failure else outcome,
            failure=failure,
            user=self.user,
            queued_at=queued,
            sent_at=queued,
            attempts=1,
            finished_at=queued + timedelta(seconds=body),
        )
        spent: dict[str, Any] = {"tries_left": settings.TRIES_PER_VALIDATION - 1}
        if method == Method.SMS:
            spent |= {"sends_left": settings.SENDS_PER_VALIDATION - 1, "phone_ending": "89"}
        self.check(access, method, ValidationState.CONSUMED, **spent)
        return access


def moment(day: str, clock: str = "12:00") -> datetime:
    """Return a moment in Madrid."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{clock}"))
