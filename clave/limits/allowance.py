"""What a validation still allows, for its pages: the least that it, the device, the network and the identity leave.

It comes from the rules by which ``spending`` decides, so that no page offers what would be refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ClaveUser
from clave.limits import policy
from clave.limits.book import Subjects, read
from clave.limits.policy import Position
from clave.limits.rules import PLENTY, Room, Tier, either, least
from clave.limits.spending import may_ask_contrast, position_of, subjects_of
from clave.models import Method, Validation
from clave.switches import open_methods
from foundation.http.client_address import client_address
from foundation.vault import blind_index

NONE = Room(0)


@dataclass(frozen=True)
class Allowance:
    """What may be done now.

    ``pins``: PINs tried, by whichever way is open. ``contrasts``: contrast data checked, each of which sends an SMS if
    it is right. ``sends``: SMS sent again; ``sends_after_pause`` is how many when the validation's pause is over.
    ``needs_contrast``: the app's way asks for the contrast datum first.
    """

    pins: Room
    contrasts: Room
    sends: Room
    sends_after_pause: int
    needs_contrast: bool
    is_proven: bool
    has_live_pin: bool

    @property
    def tries(self) -> int:
        return self.pins.left

    @property
    def app(self) -> Room:
        """Whether the app's way can be gone on with."""
        return self.pins if self.is_proven else either(self.pins, self.contrasts)

    @property
    def sms(self) -> Room:
        """Whether the way of the SMS can: with the PIN that was sent, or by asking for one."""
        return either(self.pins, self.contrasts) if self.has_live_pin else self.contrasts

    def usable(self, methods: Sequence[str]) -> list[str]:
        """Return those of the methods that can succeed now."""
        rooms = {Method.PIN_APP: self.app, Method.SMS: self.sms}
        return [method for method in methods if rooms[Method(method)].left > 0]

    def opens_at(self, methods: Sequence[str]) -> datetime | None:
        """Return when the first of the methods opens again; None when one is open, or none will be."""
        if self.usable(methods):
            return None
        rooms = {Method.PIN_APP: self.app, Method.SMS: self.sms}
        return min((at for method in methods if (at := rooms[Method(method)].opens_at)), default=None)


def network_of(request: HttpRequest) -> bytes:
    """Return the blind index of the network that the request comes from."""
    return blind_index(client_address(request), "network")


def allowance(validation: Validation) -> Allowance:
    """Return what the validation allows now, read once for each request or check."""
    if validation.known_allowance is None:
        validation.known_allowance = _allowance(
            _position(validation),
            tries=Room(validation.tries_left),
            contrasts=Room(validation.contrasts_left),
            sends=Room(validation.sends_left),
            paused_until=None if validation.may_resend else validation.resend_at,
            contrast=may_ask_contrast(validation),
            has_live_pin=validation.pin_is_live,
        )
    known: Allowance = validation.known_allowance
    return known


def allowance_of_next(validation: Validation) -> Allowance:
    """Return what another validation of the same person would allow."""
    return _of_new(_position(validation), contrast=may_ask_contrast(validation))


def allowance_of(user: ClaveUser, device: bytes, network: bytes, methods: Sequence[str]) -> Allowance:
    """Return what a new validation of this user would allow, by those of the methods that are open.

    ``device`` is the hash of the device's token, ``network`` comes from ``network_of``.
    """
    subjects, now = Subjects(tuple(user.subjects), device, network), timezone.now().timestamp()
    book = read(subjects)
    tier = policy.tier_of(book, subjects, now, is_verified=not user.is_stranger, has_sms=False)
    return _of_new(Position(subjects, tier, book, now), contrast=Method.SMS in open_methods(methods))


def _of_new(position: Position, *, contrast: bool) -> Allowance:
    return _allowance(
        position,
        tries=Room(settings.TRIES_PER_VALIDATION),
        contrasts=Room(settings.CONTRASTS_PER_VALIDATION),
        sends=Room(settings.SENDS_PER_VALIDATION),
        contrast=contrast,
    )


def _position(validation: Validation) -> Position:
    subjects = subjects_of(validation)
    return position_of(validation, read(subjects), subjects)


def _allowance(
    position: Position,
    *,
    tries: Room,
    contrasts: Room,
    sends: Room,
    contrast: bool,
    paused_until: datetime | None = None,
    has_live_pin: bool = False,
) -> Allowance:
    """Narrow what the validation itself has left (``tries``, ``contrasts``, ``sends``) by what the position has."""
    proven = position.tiered(max(position.tier, Tier.CONTRASTED))
    later = least(tries, policy.pins(proven, may_ask_contrast=contrast))
    unpaused = least(sends, policy.sends(position), later)
    sms = least(unpaused, Room(0, paused_until)) if paused_until else unpaused
    return Allowance(
        pins=least(tries, policy.pins(position, may_ask_contrast=contrast)),
        contrasts=least(contrasts, policy.contrasts(position), Room(PLENTY) if sms.left else sms) if contrast else NONE,
        sends=sms,
        sends_after_pause=unpaused.left,
        needs_contrast=policy.needs_contrast(position, may_ask_contrast=contrast),
        is_proven=position.tier != Tier.STRANGER,
        has_live_pin=has_live_pin,
    )
