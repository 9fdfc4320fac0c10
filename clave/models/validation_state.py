"""What a validation holds, and what follows from that alone; ``validation`` changes it."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import ClaveUser, Device
from clave.models.states import Method, Operation, State
from clave.pin.codes import access_code
from foundation.vault import SealedMapping


def contrasts_per_validation() -> int:
    return int(settings.CONTRASTS_PER_VALIDATION)


class ValidationState(models.Model):
    """The columns of a validation."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE)
    user = models.ForeignKey(ClaveUser, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=80)
    return_to = models.CharField(max_length=200)
    restart = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=9, blank=True, default="")
    step_number = models.PositiveSmallIntegerField(default=0)
    step_total = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    method = models.CharField(max_length=8, choices=Method.choices, blank=True, default="")
    methods: models.JSONField[Any, Any] = models.JSONField(default=list)
    tries_left = models.PositiveSmallIntegerField()
    sends_left = models.PositiveSmallIntegerField()
    contrasts_left = models.PositiveSmallIntegerField(default=contrasts_per_validation)
    network = models.BinaryField(max_length=20, default=bytes, blank=True)
    operation = models.CharField(max_length=12, choices=Operation.choices, blank=True, default="")
    operation_key = models.CharField(max_length=36, blank=True, default="")
    checking_until = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    notice = models.CharField(max_length=20, blank=True, default="")
    notice_until = models.DateTimeField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    phone_ending = models.CharField(max_length=2, blank=True, default="")
    pin_expires_at = models.DateTimeField(null=True, blank=True)
    resend_at = models.DateTimeField(null=True, blank=True)
    identity_cell = models.BinaryField(default=bytes)
    jti = models.CharField(max_length=128, unique=True, null=True, blank=True)
    verified_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    expires_at = models.DateTimeField()

    identity = SealedMapping("identity_cell")

    known_allowance: Any = None
    """What ``clave.limits.allowance`` has read for this instance."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.purpose} ({self.state})"

    @property
    def has_ended(self) -> bool:
        """Whether it can no longer be used, even if the row does not say so yet; a consumed one has not ended."""
        moment = timezone.now()
        match self.state:
            case State.OPEN:
                return self.expires_at <= moment
            case State.CHECKING:
                return max(self.expires_at, self.checking_until or self.expires_at) <= moment
            case State.VERIFIED:
                return self.verified_until is None or self.verified_until <= moment
        return self.state != State.CONSUMED

    @property
    def accepted_methods(self) -> list[str]:
        """The methods that the person may choose from: all, unless it was begun with fewer."""
        return [method for method in Method.values if not self.methods or method in self.methods]

    @property
    def can_continue(self) -> bool:
        """Whether it has not ended and, by SMS, has a live PIN or a send left."""
        spent = not self.sends_left or not self.contrasts_left
        stuck = self.state == State.OPEN and self.method == Method.SMS and spent
        return not self.has_ended and (self.pin_is_live or not stuck)

    @property
    def pin_seconds(self) -> int:
        """Total lifetime of a PIN, in seconds."""
        return int(settings.PIN_LIFETIME.total_seconds())

    @property
    def access_code(self) -> str:
        return access_code(self.pk)

    @property
    def pin_is_live(self) -> bool:
        return bool(self.request_id and self.pin_expires_at and self.pin_expires_at > timezone.now())

    @property
    def may_resend(self) -> bool:
        return self.sends_left > 0 and (self.resend_at is None or self.resend_at <= timezone.now())
