"""An identity validation: its state, remaining tries and sends, and the conditional updates that change them."""

from collections.abc import Iterable, Sequence
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
from clave.models.validation_state import ValidationState
from clave.pin.gateways.base import SmsSent
from foundation.vault import place, seal_mapping

CHECK_GRACE = timedelta(seconds=5)
"""How long after a call's total timeout Cl@ve may still receive it; after that it counts as never arrived."""
RECONCILE_INTERVAL = timedelta(seconds=1)


class ValidationQuerySet(models.QuerySet["Validation"]):
    def owned_by(self, key: bytes) -> Self:
        return self.filter(device__token_hash=key)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def overdue(self) -> Self:
        """Return live rows past their deadline, except those whose call to Cl@ve may still be answered."""
        moment = timezone.now()
        unused = Q(state=State.VERIFIED, verified_until__lte=moment)
        left = Q(state=State.OPEN) | Q(state=State.CHECKING, checking_until__lte=moment)
        return self.filter(unused | left & Q(expires_at__lte=moment))

    def unanswered(self) -> Self:
        """Return checks past their deadline, oldest first: the process died, or Cl@ve stayed silent."""
        over = self.filter(state=State.CHECKING, checking_until__lte=timezone.now())
        return over.select_related("user", "device").order_by("checking_until")

    def without_sms(self) -> Self:
        """Return open SMS validations that can ask for no other SMS and have no live PIN."""
        usable = ~Q(request_id="") & Q(pin_expires_at__gt=timezone.now())
        spent = Q(sends_left=0) | Q(contrasts_left=0)
        return self.filter(spent, state=State.OPEN, method=Method.SMS).exclude(usable)

    def for_purpose(self, purpose: str) -> "Validation | None":
        """Return the live validation for this purpose, if any."""
        return self.live().filter(purpose=purpose).select_related("user", "device").first()

    def begin(
        self,
        device: Device,
        user: ClaveUser,
        *,
        purpose: str,
        return_to: str,
        restart: str,
        title: str,
        reference: str = "",
        place: tuple[int, int] = (0, 0),
        methods: Sequence[str] = (),
        method: str = "",
    ) -> "Validation":
        """Return the user's live validation for this purpose, or create one; parallel calls create only one.

        With a ``method`` it begins at the step of that method; otherwise it is asked for, unless it was chosen before.

        Another user's live validation is abandoned, even if verified, and so is one with no SMS left to send or use,
        unless a call to Cl@ve is pending. ``methods`` are those that the purpose accepts (empty: all). ``place`` is
        the validation's step number in the caller's process, and that process's total number of steps; ``reference`` is
        what the caller's process is found by, for people to read out on the phone.
        """
        if (live := self._usable(user, purpose)) is None:
            user.mark_chosen(method)
            caller = {"return_to": return_to, "restart": restart, "title": title, "reference": reference}
            steps = {"step_number": place[0], "step_total": place[1]}
            return self._create(device, user, purpose=purpose, method=method, methods=list(methods), **steps, **caller)
        if method and live.user_id == user.pk and live.method != method:
            live.choose(Method(method))
        return live

    def _usable(self, user: ClaveUser, purpose: str) -> "Validation | None":
        """Return the live validation to go on with, if any, after ending those that are no use to this user."""
        live = self.for_purpose(purpose)
        if live is None or (live.user_id == user.pk and live.can_continue):
            return live
        return self._end_others(user, purpose)

    def _end_others(self, user: ClaveUser, purpose: str) -> "Validation | None":
        """End validations that are overdue, stuck or another user's, and return the live one that remains, if any."""
        mine = self.filter(purpose=purpose)
        mine.overdue().update(state=State.EXPIRED, identity_cell=b"")
        others = mine.filter(state__in=(State.OPEN, State.VERIFIED)).exclude(user=user)
        others.update(state=State.ABANDONED, identity_cell=b"")
        mine.without_sms().update(state=State.ABANDONED)
        return self.for_purpose(purpose)

    def _create(self, device: Device, user: ClaveUser, *, purpose: str, method: str, **caller: Any) -> "Validation":
        """Create a validation, by default with the previous one's method: whoever timed out resumes at that step."""
        before = self.filter(purpose=purpose, user=user).order_by("-created_at").values_list("method", flat=True)
        validation = self.model(
            device=device,
            user=user,
            purpose=purpose,
            method=method or before.first() or "",
            tries_left=settings.TRIES_PER_VALIDATION,
            sends_left=settings.SENDS_PER_VALIDATION,
            contrasts_left=settings.CONTRASTS_PER_VALIDATION,
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
        """Return the verified identity for this purpose and erase it; None if there is none or another caller won."""
        row = self.filter(
            purpose=purpose, device=device_id, state=State.VERIFIED, verified_until__gt=timezone.now()
        ).first()
        if row is None:
            return None
        won = self.filter(pk=row.pk, state=State.VERIFIED).update(state=State.CONSUMED, identity_cell=b"")
        return Identity.from_mapping(row.identity) if won else None


class Validation(ValidationState):
    """An identity check of a saved user at Cl@ve, for one purpose and a single use."""

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

    # --- Transitions: each is a conditional update that returns whether it won ---------------------------------------

    def choose(self, method: Method) -> bool:
        """Choose how to validate, and remember it for the user's next time."""
        won = Validation.objects.filter(pk=self.pk, state=State.OPEN).update(method=method, notice="")
        if won:
            self.user.mark_chosen(method)
        self.reload()
        return bool(won)

    def reload(self) -> None:
        """Read the row again, but for whose it is and where this request comes from."""
        kept = {"user", "device", "network"}
        self.refresh_from_db(fields=[field.name for field in self._meta.concrete_fields if field.name not in kept])
        self.known_allowance = None

    def begin_check(self, operation: Operation) -> str | None:
        """Spend a try or a send and acquire the exclusive right to call Cl@ve.

        Return the call's idempotency key, or None if another request holds the right or nothing is left to spend.
        """
        moment, key = timezone.now(), str(uuid4())
        left = {f"{counter}__gt": 0 for counter in COUNTERS[operation]}
        free = Validation.objects.filter(pk=self.pk, state=State.OPEN, expires_at__gt=moment, **left)
        if operation != Operation.VERIFICATION:
            free = free.filter(Q(resend_at=None) | Q(resend_at__lte=moment))
        deadline = moment + timedelta(seconds=settings.CLAVE_TOTAL_SECONDS) + CHECK_GRACE
        won = free.update(
            state=State.CHECKING,
            operation=operation,
            operation_key=key,
            checking_until=deadline,
            notice="",
            notice_until=None,
            network=self.network,
            **_counted(COUNTERS[operation], -1),
        )
        return key if won else None

    def begin_reconciliation(self) -> bool:
        """Acquire the right to ask what Cl@ve recorded, at most once a second across all tabs."""
        moment = timezone.now()
        return bool(
            Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=self.operation_key)
            .filter(Q(looked_at=None) | Q(looked_at__lte=moment - RECONCILE_INTERVAL))
            .update(looked_at=moment)
        )

    def _end_check(self, key: str, **changes: Any) -> bool:
        """Apply the changes if the check with this key is still pending."""
        pending = Validation.objects.filter(pk=self.pk, state=State.CHECKING, operation_key=key)
        return bool(pending.update(**changes))

    def reopen(self, key: str, notice: str, *, give_back: bool = False, **changes: Any) -> bool:
        """Reopen it with a notice, refunding what was spent if asked to; otherwise fail it if no try is left."""
        if give_back:
            refunded = _counted(COUNTERS[self.operation], 1)
            return self._end_check(key, state=State.OPEN, notice=notice, **refunded, **changes)
        state = Case(When(tries_left=0, then=Value(State.FAILED)), default=Value(State.OPEN))
        return self._end_check(key, state=state, notice=notice, **changes)

    def refuse_contrast(self, key: str, notice: str) -> bool:
        """Reopen it with a notice, with the SMS refunded that was not sent."""
        return self.reopen(key, notice, **_counted(["sends_left"], 1))

    def fail(self, key: str, notice: str, **changes: Any) -> bool:
        """End it, because no further try can succeed."""
        return self._end_check(key, state=State.FAILED, notice=notice, **changes)

    def record_sms(self, key: str, sms: SmsSent) -> bool:
        """Reopen it with the details of the SMS just sent, capping the PIN's lifetime by our own limits."""
        moment = timezone.now()
        wait = max(sms.resend_after, settings.RESEND_AFTER_SECONDS)
        refunded = [counter for counter in COUNTERS[self.operation] if counter != "sends_left"]
        return self._end_check(
            key,
            state=State.OPEN,
            request_id=sms.request_id,
            phone_ending=sms.phone_ending,
            pin_expires_at=min(sms.expires_at, moment + settings.PIN_LIFETIME, self.expires_at),
            resend_at=moment + timedelta(seconds=wait),
            notice="",
            **_counted(refunded, 1),
        )

    def verify(self, key: str, identity: Identity, jti: str) -> bool:
        """Store the proved identity; raise ``IntegrityError`` if the assertion was used before."""
        with transaction.atomic():
            return self._end_check(
                key,
                state=State.VERIFIED,
                identity_cell=seal_mapping(identity.as_mapping(), place(self, "identity_cell", self.pk)),
                jti=jti,
                verified_until=timezone.now() + settings.VERIFIED_LIFETIME,
                notice="",
            )


COUNTERS: dict[str, list[str]] = {
    Operation.VERIFICATION: ["tries_left"],
    Operation.SMS_REQUEST: ["sends_left", "contrasts_left"],
    Operation.RESEND: ["sends_left"],
}
"""What each operation spends of a validation; an SMS request, in the end, only one of its two."""


def _counted(counters: Iterable[str], number: int) -> dict[str, Any]:
    return {counter: F(counter) + number for counter in counters}
