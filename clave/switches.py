"""The operator's word on whether a method can be used: told before anybody identifies, read every few seconds."""

import logging
import threading
import time
from collections.abc import Iterable

from django.db import DatabaseError, models

from clave.models.states import Method
from foundation.models import Switch, SwitchQuerySet

logger = logging.getLogger(__name__)

SEEN_SECONDS = 3.0


class MethodSwitch(Switch):
    """What an operator says of a method; its key is the method's."""

    method = models.CharField(max_length=8, choices=Method.choices, primary_key=True)

    objects = SwitchQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # whoever may change the operator's other switches may change these

    def __str__(self) -> str:
        return f"{self.method}: {self.state}"


class _Seen:
    """What this process saw last, and when."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.switches: dict[str, MethodSwitch] = {}
        self.at = 0.0

    def look(self) -> dict[str, MethodSwitch]:
        with self.lock:
            if time.monotonic() - self.at >= SEEN_SECONDS or not self.at:
                self.at = time.monotonic()
                try:
                    self.switches = {row.method: row for row in MethodSwitch.objects.unavailable()}
                except DatabaseError as error:  # the page is shown all the same, by what was seen before
                    logger.warning("The method switches cannot be looked at: %s", type(error).__name__)
            return self.switches

    def forget(self) -> None:
        with self.lock:
            self.switches, self.at = {}, 0.0


seen = _Seen()


def current_switches() -> dict[str, MethodSwitch]:
    """Return the switches that are closed or degraded at this moment, by method."""
    return {method: switch for method, switch in seen.look().items() if switch.is_closed or switch.is_degraded}


def method_switch(method: str) -> MethodSwitch | None:
    """Return what the operator says of a method; None when it is available."""
    return current_switches().get(method)


def is_closed(method: str) -> bool:
    switch = method_switch(method)
    return switch is not None and switch.is_closed


def unavailable_methods(methods: Iterable[str]) -> list[MethodSwitch]:
    """What the operator says of these methods, in their order."""
    return [switch for method in methods if (switch := method_switch(method)) is not None]


def open_methods(methods: Iterable[str]) -> list[str]:
    """Those of these methods that are not closed."""
    return [method for method in methods if not is_closed(method)]
