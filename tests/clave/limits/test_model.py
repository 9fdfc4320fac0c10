"""Random sequences of strangers and of a person against the limits: totals hold, and what is shown is what is left.

The clock stands still but for the rule that moves it, and Cl@ve is a fake that knows one person.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import ClaveUser, Device
from clave.identity import Identity
from clave.limits.allowance import Allowance, allowance, allowance_of
from clave.limits.book import NO_SUCCESS_WINDOW
from clave.models import Method, Validation
from clave.pin import upstream
from clave.pin.gateways.base import Contrast, Reason, Refusal, SmsSent, Verified
from foundation import audit
from foundation.http.errors import ErrorReason, NotSent
from tests.factories import a_device, a_user, a_validation, an_identity, known_to

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RIGHT_DATE, WRONG_DATE = "2020-01-01", "1999-01-01"
OWN, NEW, STRANGERS = "own", "new", ("s0", "s1", "s2", "s3", "s4", "s5")
"""The person's verified device and new phone, and devices of strangers."""
HOME, NETWORKS = b"home", (b"n0", b"n1", b"n2", b"n3")
WAITS = [timedelta(seconds=40), timedelta(minutes=5), timedelta(minutes=35), 7 * HOUR, 25 * HOUR]

Event = tuple[str, str, float]
"""What reached Cl@ve, from which device, and when."""


def verified(_token: str, **_expected: str) -> tuple[Identity, str]:
    return an_identity(), uuid4().hex


class FakeClave:
    """Cl@ve with one person, whose PIN and code are ``AAA`` and ``AAAA``; it records what reaches it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.by = ""
        self.is_down = False

    def note(self, what: str) -> None:
        if self.is_down:
            raise NotSent(ErrorReason.NOT_CONNECTED)
        self.events.append((what, self.by, timezone.now().timestamp()))

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> SmsSent | Refusal:
        is_right = contrast.value == RIGHT_DATE
        self.note("sms" if is_right else "contrast")
        return self.sms() if is_right else Refusal(Reason.CONTRAST_MISMATCH)

    def resend_sms(self, key: str, *, request_id: str) -> SmsSent | Refusal:
        self.note("sms")
        return self.sms()

    def sms(self) -> SmsSent:
        return SmsSent(uuid4().hex, "78", timezone.now() + timedelta(minutes=10), settings.RESEND_AFTER_SECONDS)

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> Verified | Refusal:
        return self.verify(pin)

    def verify_app(self, key: str, *, document_number: str, code: str, pin: str, purpose: str) -> Verified | Refusal:
        return self.verify(pin)

    def verify(self, pin: str) -> Verified | Refusal:
        self.note("right" if pin == "AAA" else "wrong")
        return Verified("assertion") if pin == "AAA" else Refusal(Reason.WRONG_PIN)


class Limits(RuleBasedStateMachine):
    """Strangers know the number, a thief knows its date too; the person has a verified device and a new phone."""

    def __init__(self) -> None:
        super().__init__()
        audit.forget_recent()
        self.clave = FakeClave()
        self.clock = time_machine.travel("2026-03-02 09:00:00+01:00", tick=False)
        self.time = self.clock.start()
        self.patches = [
            mock.patch("clave.pin.upstream.gateway", return_value=self.clave),
            mock.patch(
                "clave.pin.upstream.verify_assertion", side_effect=lambda *_a, **_k: (an_identity(), uuid4().hex)
            ),
            mock.patch("foundation.audit.record_anyway"),
        ]
        for patch in self.patches:
            patch.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.validations: dict[str, Validation] = {}
        self.thief_has_acted = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        for patch in self.patches:
            patch.stop()
        self.clock.stop()

    @initialize()
    def save_the_person_on_two_devices(self) -> None:
        known_to(a_user(self.device(OWN)))
        a_user(self.device(NEW))

    # --- Who acts --------------------------------------------------------------------------------------------------

    def device(self, name: str) -> Device:
        return a_device(token=name.ljust(43, "x"))

    def user(self, name: str) -> ClaveUser:
        return a_user(self.device(name))

    def validation(self, name: str, network: bytes, method: Method) -> Validation:
        """Return the device's validation, a new one if there is none that may be gone on with."""
        known = self.validations.get(name)
        kept = Validation.objects.select_related("user", "device").filter(pk=known.pk).first() if known else None
        if kept is None or kept.has_ended or kept.state != "open" or not kept.can_continue or not kept.contrasts_left:
            kept = a_validation(self.device(name), self.user(name), method)
        kept.choose(method)
        kept.user = ClaveUser.objects.get(pk=kept.user_id)
        kept.network = network
        self.validations[name] = kept
        return kept

    def act(self, name: str, shown: int, call: Callable[[], Any]) -> bool:
        """Do it as this device; what was shown as left must foretell whether it reached Cl@ve."""
        before, self.clave.by = len(self.clave.events), name
        call()
        reached = len(self.clave.events) > before
        assert reached == (shown > 0)
        return reached

    def try_app(self, name: str, network: bytes, pin: str) -> bool:
        validation = self.validation(name, network, Method.PIN_APP)
        shown = allowance(validation).tries
        return self.act(name, shown, lambda: upstream.verify_app(validation, "AAAA", pin))

    def try_contrast(self, name: str, network: bytes, date: str) -> bool:
        validation = self.validation(name, network, Method.SMS)
        shown = allowance(validation).contrasts.left
        contrast = Contrast("issue_date", date)
        return self.act(name, shown, lambda: upstream.request_sms(validation, contrast))

    def try_sms(self, name: str, network: bytes, pin: str) -> bool:
        validation = self.validation(name, network, Method.SMS)
        if not validation.pin_is_live:
            return False
        shown = allowance(validation).tries
        return self.act(name, shown, lambda: upstream.verify_sms(validation, pin))

    # --- What strangers, a thief and the person do -----------------------------------------------------------------

    @rule(name=st.sampled_from(STRANGERS), network=st.sampled_from(NETWORKS), times=st.integers(1, 6))
    def strangers_guess_the_apps_pin(self, name: str, network: bytes, times: int) -> None:
        for _time in range(times):
            self.try_app(name, network, "BBB")

    @rule(name=st.sampled_from(STRANGERS), network=st.sampled_from(NETWORKS), times=st.integers(1, 8))
    def strangers_guess_the_date(self, name: str, network: bytes, times: int) -> None:
        for _time in range(times):
            self.try_contrast(name, network, WRONG_DATE)

    @rule(name=st.sampled_from(STRANGERS), network=st.sampled_from(NETWORKS), times=st.integers(1, 6))
    def a_thief_with_the_date_guesses_the_pin(self, name: str, network: bytes, times: int) -> None:
        self.thief_has_acted = True
        self.try_contrast(name, network, RIGHT_DATE)
        for _time in range(times):
            self.try_sms(name, network, "BBB")

    @rule(name=st.sampled_from((*STRANGERS, OWN, NEW)))
    def an_sms_is_asked_for_again(self, name: str) -> None:
        validation = self.validation(name, HOME, Method.SMS)
        if validation.pin_is_live:
            shown = allowance(validation).sends.left
            self.act(name, shown, lambda: upstream.resend_sms(validation))

    @rule(name=st.sampled_from(STRANGERS))
    def a_stranger_deletes_the_user_and_saves_it_again(self, name: str) -> None:
        before = self.next(name, NETWORKS[0])
        self.user(name).delete()
        self.validations.pop(name, None)
        assert self.next(name, NETWORKS[0]) == before

    @rule(name=st.sampled_from([OWN, NEW]), pin=st.sampled_from(["AAA", "BBB"]))
    def the_person_uses_the_app(self, name: str, pin: str) -> None:
        self.try_app(name, HOME, pin)

    @rule(
        name=st.sampled_from([OWN, NEW]),
        date=st.sampled_from([RIGHT_DATE, WRONG_DATE]),
        pin=st.sampled_from(["AAA", "BBB"]),
    )
    def the_person_uses_the_sms(self, name: str, date: str, pin: str) -> None:
        self.try_contrast(name, HOME, date)
        self.try_sms(name, HOME, pin)

    @rule(name=st.sampled_from((*STRANGERS, OWN, NEW)))
    def clave_is_down(self, name: str) -> None:
        before = self.next(name, HOME)
        self.clave.is_down = True
        upstream.verify_app(self.validation(name, HOME, Method.PIN_APP), "AAAA", "BBB")
        upstream.request_sms(self.validation(name, HOME, Method.SMS), Contrast("issue_date", RIGHT_DATE))
        self.clave.is_down = False
        assert self.next(name, HOME) == before

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.time.shift(wait)

    # --- What holds, whatever they do ------------------------------------------------------------------------------

    def next(self, name: str, network: bytes) -> Allowance:
        device = self.device(name)
        return allowance_of(self.user(name), bytes(device.token_hash), network, Method.values)

    def count(self, what: str, window: timedelta, names: tuple[str, ...] = (*STRANGERS, OWN, NEW)) -> int:
        since = timezone.now().timestamp() - window.total_seconds()
        return sum(1 for kind, name, at in self.clave.events if kind == what and name in names and at > since)

    @invariant()
    def totals_hold_over_all_devices(self) -> None:
        assert self.count("wrong", DAY) <= settings.TRIES_PER_IDENTITY_PER_DAY
        assert self.count("sms", HOUR) <= settings.SENDS_PER_IDENTITY_PER_HOUR
        assert self.count("sms", DAY) <= settings.SENDS_PER_IDENTITY_PER_DAY
        assert self.count("contrast", DAY, STRANGERS) <= settings.CONTRASTS_PER_IDENTITY_PER_DAY
        for name in STRANGERS:
            assert self.count("contrast", DAY, (name,)) <= settings.CONTRASTS_PER_DEVICE_PER_DAY

    @invariant()
    def clave_is_kept_far_from_locking_the_person(self) -> None:
        last = max((at for kind, _name, at in self.clave.events if kind == "right"), default=0.0)
        since = max(last, timezone.now().timestamp() - NO_SUCCESS_WINDOW.total_seconds())
        wrong = [at for kind, _name, at in self.clave.events if kind == "wrong" and at > since]
        assert len(wrong) <= settings.TRIES_WITHOUT_SUCCESS

    @invariant()
    @precondition(lambda self: not self.thief_has_acted)
    def strangers_without_the_date_guess_three_pins_and_cause_no_sms(self) -> None:
        assert self.count("wrong", DAY, STRANGERS) <= settings.TRIES_PER_STRANGE_DEVICE_PER_DAY
        assert self.count("sms", DAY, STRANGERS) == 0

    @invariant()
    def a_verified_device_has_tries_that_strangers_cannot_spend(self) -> None:
        kept = settings.TRIES_PER_IDENTITY_PER_DAY // 5
        kept_for_long = settings.TRIES_WITHOUT_SUCCESS // 4
        if (
            self.count("wrong", DAY, (OWN, NEW)) < kept
            and self.count("wrong", NO_SUCCESS_WINDOW, (OWN, NEW)) < kept_for_long
        ):
            assert self.next(OWN, HOME).tries >= 1

    @invariant()
    def a_verified_device_has_an_sms_that_others_cannot_spend(self) -> None:
        spent = self.count("sms", HOUR, (OWN, NEW)), self.count("sms", DAY, (OWN, NEW))
        if spent[0] < settings.SENDS_PER_IDENTITY_PER_HOUR // 5 and spent[1] < settings.SENDS_PER_IDENTITY_PER_DAY // 3:
            assert self.next(OWN, HOME).sends.left >= 1 or not self.next(OWN, HOME).tries

    @invariant()
    @precondition(lambda self: not self.thief_has_acted)
    def a_new_phone_with_the_date_gets_through(self) -> None:
        """Unless the person has used up their own tries, SMS or patience, or strangers the data of the day."""
        own = (OWN, NEW)
        if any(self.count(what, window, own) for what, window in (("wrong", NO_SUCCESS_WINDOW), ("contrast", DAY))):
            return
        if (
            self.count("sms", DAY, own)
            or self.count("contrast", DAY, STRANGERS) >= settings.CONTRASTS_PER_IDENTITY_PER_DAY
        ):
            return
        allowed = self.next(NEW, HOME)
        assert allowed.contrasts.left or allowed.is_proven
        assert allowed.app.left


@pytest.mark.timeout(300)
@pytest.mark.django_db
def test_the_limits_keep_their_word() -> None:
    run_state_machine_as_test(
        Limits,
        settings=hypothesis_settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
