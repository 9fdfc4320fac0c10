"""Which validations there are: of a device, live, overdue, for a purpose; one is begun and consumed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import ClaveUser, Device
from clave.assertions import Identity
from clave.models.states import LIVE, Method, State

if TYPE_CHECKING:
    from clave.models.validation import Validation


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

    def for_purpose(self, purpose: str) -> Validation | None:
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
        methods: Sequence[str] = (),
    ) -> Validation:
        """The validation of this user for this purpose: the live one, else a new one; parallel calls make one.

        A live one of another user is given up, verified or not, and so is one that has no SMS left to send or use;
        but not while Cl@ve is being asked about it. ``methods`` are those that the purpose accepts; none: all.
        """
        live = self.for_purpose(purpose)
        if live is not None and live.user_id == user.pk and live.leads_on:
            return live
        if live is not None and (kept := self._closed_but_for(user, purpose)):
            return kept
        texts = {"return_to": return_to, "restart": restart, "title": title}
        return self._made(device, user, purpose=purpose, methods=list(methods), **texts)

    def _closed_but_for(self, user: ClaveUser, purpose: str) -> Validation | None:
        """End what leads nowhere or is somebody else's; the live validation that remains."""
        mine = self.filter(purpose=purpose)
        mine.overdue().update(state=State.EXPIRED, identity_cell=b"")
        others = mine.filter(state__in=(State.OPEN, State.VERIFIED)).exclude(user=user)
        others.update(state=State.ABANDONED, identity_cell=b"")
        mine.without_sms().update(state=State.ABANDONED)
        return self.for_purpose(purpose)

    def _made(self, device: Device, user: ClaveUser, *, purpose: str, methods: list[str], **texts: str) -> Validation:
        """A new one, by the method of the one before it: whose time ran out is at the same step again."""
        before = self.filter(purpose=purpose, user=user).order_by("-created_at").values_list("method", flat=True)
        validation = self.model(
            device=device,
            user=user,
            purpose=purpose,
            method=before.first() or "",
            methods=methods,
            tries_left=settings.TRIES_PER_VALIDATION,
            sends_left=settings.SENDS_PER_VALIDATION,
            expires_at=timezone.now() + settings.VALIDATION_LIFETIME,
            **texts,
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
