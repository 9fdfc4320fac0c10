"""One identity validation: its state, tries and sends, and the conditional updates that move it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accounts.models import ClaveUser, Device
from clave.identity import Identity
from clave.models.states import LIVE, Method, Operation, State
from clave.pin.codes import access_code
from clave.pin.gateways.base import SmsSent
from foundation.vault import SealedMapping, place, seal_mapping

CHECK_GRACE = timedelta(seconds=5)
"""After the total deadline of a call, how long Cl@ve may still take it in before it counts as never arrived."""
LOOK_EVERY = timedelta(seconds=1)


class ValidationQuerySet(models.QuerySet["Validation"]):
    def owned_by(self, key: bytes) -> Self:
        return self.filter(device__token_hash=key)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def overdue(self) -> Self:
        """Live rows whose time is over, whether or not anybody comes back to them; a call under way is waited for."""
        moment = timezone.now()
        unused = Q(state=State.VERIFIED, verified_until__lte=moment)
        left = Q(state=State.OPEN) | Q(state=State.CHECKING, checking_until__lte=moment)
        return self.filter(unused | left & Q(expires_at__lte=moment))

    def unanswered(self) -> Self:
        """Checks whose call is over without an answer, the longest waiting first: their process died, or Cl@ve was
        silent and nobody came back."""
        over = self.filter(state=State.CHECKING, checking_until__lte=timezone.now())
        return over.select_related("user").order_by("checking_until")

    def without_sms(self) -> Self:
        """Open rows by SMS that have nothing left to send and no PIN that could still be typed."""
        usable = ~Q(request_id="") & Q(pin_expires_at__gt=timezone.now())
        return self.filter(state=State.OPEN, method=Method.SMS, sends_left=0).exclude(usable)

    def for_purpose(self, purpose: str) -> "Validation | None":
        """The live validation of this purpose, if there is one."""
        return self.live().filter(purpose=purpose).select_related("user").first()

    def begin(
        self,
        device: Device,
        user: ClaveUser,
        *,
        purpose: str,
        return_to: str,
        restart: str,
        title: str,
        place: tuple[int, int] = (0, 0),
        methods: Sequence[str] = (),
    ) -> "Validation":
        """The validation of this user for this purpose: the live one, else a new one; parallel calls make one.

        A live one of another user is given up, verified or not, and so is one that has no SMS left to send or use;
        but not while Cl@ve is being asked about it. ``methods`` are those that the purpose accepts; none: all.
        ``place`` is the validation's number among the steps of the caller's process, and how many those are.
        """
        live = self.for_purpose(purpose)
        if live is not None and live.user_id == user.pk and live.leads_on:
            return live
        if live is not None and (remaining := self._end_others(user, purpose)):
            return remaining
        caller = {"return_to": return_to, "restart": restart, "title": title, "methods": list(methods)}
        return self._create(device, user, purpose=purpose, step_number=place[0], step_total=place[1], **caller)

    def _end_others(self, user: ClaveUser, purpose: str) -> "Validation | None":
        """End the validations that lead nowhere or are another user's, and return the live one that remains."""
        mine = self.filter(purpose=purpose)
        mine.overdue().update(state=State.EXPIRED, identity_cell=b"")
        others = mine.filter(state__in=(State.OPEN, State.VERIFIED)).exclude(user=user)
        others.update(state=State.ABANDONED, identity_cell=b"")
        mine.without_sms().update(state=State.ABANDONED)
        return self.for_purpose(purpose)

    def _create(self, device: Device, user: ClaveUser, *, purpose: str, **caller: Any) -> "Validation":
        """Create one with the method of the one before it: a person whose time ran out is at the same step again."""
        before = self.filter(purpose=purpose, user=user).order_by("-created_at").values_list("method", flat=True)
        validation = self.model(
            device=device,
            user=user,
            purpose=purpose,
            method=before.first() or "",
            tries_left=settings.TRIES_PER_VALIDATION,
            sends_left=settings.SENDS_PER_VALIDATION,
            expires_at=timezone.now() + settings.VALIDATION_LIFETIME,
            **caller,
        )
        try:
            with transaction.atomic():
                validation.save(force_insert=True)
        except IntegrityError:
            return self.live().select_related("user").get(purpose=purpose)
        return validation

    def consume(self, purpose: str, device_id: UUID) -> Identity | None:
        """Take the verified identity of this purpose, once; None when there is none (any more)."""
        row = self.filter(
            purpose=purpose, device=device_id, state=State.VERIFIED, verified_until__gt=timezone.now()
        ).first()
        if row is None:
            return None
        won = self.filter(pk=row.pk, state=State.VERIFIED).update(state=State.CONSUMED, identity_cell=b"")
        return Identity.from_mapping(row.identity) if won else None


class Validation(models.Model):
    """One identity check at Cl@ve of one saved user, for one purpose, used once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE)
    user = models.ForeignKey(ClaveUser, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=80)
    return_to = models.CharField(max_length=200)
    restart = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    step_number = models.PositiveSmallIntegerField(default=0)
    step_total = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    method = models.CharField(max_length=8, choices=Method.choices, blank=True, default="")
    methods: models.JSONField[Any, Any] = models.JSONField(default=list)
    tries_left = models.PositiveSmallIntegerField()
    sends_left = models.PositiveSmallIntegerField()
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

    objects = ValidationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(state__in=LIVE), name="one_live_validation_a_purpose"
            )
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state__in=LIVE), name="live_validations"),
            models.Index(fields=["purpose"], name="validations_of_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.state})"

    # --- What can be read of it -------------------------------------------------------------------------------------

    @property
    def has_ended(self) -> bool:
        """Whether it leads nowhere any more, be it written down yet or not; a used one does not end."""
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
    def accepted(self) -> list[str]:
        """The methods among which may be chosen: all, unless it was begun for fewer."""
        return [method for method in Method.values if not self.methods or method in self.methods]

    @property
    def leads_on(self) -> bool:
        """Whether its person can go on with it: not ended, and by SMS with a PIN to type or one to ask for."""
        stuck = self.state == State.OPEN and self.method == Method.SMS and not self.sends_left
        return not self.has_ended and not (stuck and not (self.request_id and self.pin_is_live))

    @property
    def pin_seconds(self) -> int:
        """How long a PIN lives in all."""
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

    # --- How it moves: each is a conditional update that tells whether it won ----------------------------------------

    def _update(self, *states: State, **changes: Any) -> bool:
        won = Validation.objects.filter(pk=self.pk, state__in=states).update(**changes)
        self.refresh_from_db(fields=[field.name for field in self._meta.concrete_fields if field.name != "user"])
        return bool(won)

    def choose(self, method: Method) -> bool:
        return self._update(State.OPEN, method=method, notice="")

    def begin_check(self, operation: Operation) -> str | None:
        """Spend a try or a send and take the only right to ask Cl@ve.

        Answers the idempotency key of the call; None when another request has the right, or nothing is left.
        """
        counter = "tries_left" if operation == Operation.VERIFICATION else "sends_left"
        moment, key = timezone.now(), str(uuid4())
        won = Validation.objects.filter(pk=self.pk, state=State.OPEN, expires_at__gt=moment, **{f"{counter}__gt": 0})
        if operation != Operation.VERIFICATION:
            won = won.filter(Q(resend_at=None) | Q(resend_at__lte=moment))
        patience = timedelta(seconds=settings.CLAVE_TOTAL_SECONDS) + CHECK_GRACE
        changed = won.update(
            state=State.CHECKING,
            operation=operation,
            operation_key=key,
            checking_until=moment + patience,
            notice="",
            notice_until=None,
            **{counter: F(counter) - 1},
        )
        return key if changed else None

    def begin_look(self) -> bool:
        """Take the turn to ask what Cl@ve has recorded; one look a second over all tabs."""
        moment = timezone.now()
        return bool(
            Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=self.operation_key)
            .filter(Q(looked_at=None) | Q(looked_at__lte=moment - LOOK_EVERY))
            .update(looked_at=moment)
        )

    def reopen(self, key: str, notice: str, *, give_back: bool = False, **changes: Any) -> bool:
        """Cl@ve's no (or its silence): open again with what there is to say, or failed when no try is left."""
        mine = Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=key)
        if not give_back:
            state = Case(When(tries_left=0, then=Value(State.FAILED)), default=Value(State.OPEN))
            return bool(mine.update(state=state, notice=notice, **changes))
        counter = "tries_left" if self.operation == Operation.VERIFICATION else "sends_left"
        return bool(mine.update(state=State.OPEN, notice=notice, **{counter: F(counter) + 1}, **changes))

    def fail(self, key: str, notice: str, **changes: Any) -> bool:
        """End it: no further try makes sense."""
        mine = Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=key)
        return bool(mine.update(state=State.FAILED, notice=notice, **changes))

    def sent(self, key: str, sms: SmsSent) -> bool:
        """Cl@ve has sent the PIN."""
        moment = timezone.now()
        wait = max(sms.resend_after, settings.RESEND_AFTER_SECONDS)
        mine = Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=key)
        return bool(
            mine.update(
                state=State.OPEN,
                request_id=sms.request_id,
                phone_ending=sms.phone_ending,
                pin_expires_at=min(sms.expires_at, moment + settings.PIN_LIFETIME, self.expires_at),
                resend_at=moment + timedelta(seconds=wait),
                notice="",
            )
        )

    def verify(self, key: str, identity: Identity, jti: str) -> bool:
        """Cl@ve has proved the identity; raises ``IntegrityError`` when its assertion was used before."""
        mine = Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=key)
        with transaction.atomic():
            return bool(
                mine.update(
                    state=State.VERIFIED,
                    identity_cell=seal_mapping(identity.as_mapping(), place(self, "identity_cell", self.pk)),
                    jti=jti,
                    verified_until=timezone.now() + settings.VERIFIED_LIFETIME,
                    notice="",
                )
            )
