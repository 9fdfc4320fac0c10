"""Citizens' phones: the SMS inbox and the Cl@ve PIN app, showing what their owner would read on screen."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock, iso

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
PIN_LENGTH, CODE_LENGTH = 3, 4
PIN_LIFE = timedelta(minutes=10)
REMEMBERED = timedelta(hours=1)
"""How long after expiry a used or expired PIN can still be told apart from one that never existed."""

MOST_MESSAGES = 500


@dataclass(frozen=True)
class Message:
    text: str
    pin: str
    sent_at: datetime

    def as_json(self) -> dict[str, str]:
        return {"text": self.text, "pin": self.pin, "sent_at": iso(self.sent_at)}


@dataclass
class AppPin:
    """A code and PIN pair from the app: single use, valid for ten minutes."""

    code: str
    pin: str
    expires_at: datetime
    used: bool = False
    tries_left: int = 5

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "pin": self.pin, "expires_at": iso(self.expires_at)}


@dataclass
class Phone:
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=MOST_MESSAGES))
    """Newest first."""
    app_pins: list[AppPin] = field(default_factory=list)


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def receive_pin(phone: Phone, code: str, pin: str, clock: Clock) -> None:
    """Deliver the SMS with the PIN to the phone's inbox."""
    text = (
        f"Cl@ve: tu PIN es {pin} para el código {code}. Caduca en 10 minutos. "
        "No se lo des a nadie. [SANDBOX: no es Cl@ve]"
    )
    phone.messages.appendleft(Message(text, pin, clock.now()))


def new_app_pin(phone: Phone, clock: Clock) -> AppPin:
    """Create a code and PIN; earlier ones stay valid until used or expired, so that parallel tests do not collide."""
    now = clock.now()
    phone.app_pins = [made for made in phone.app_pins if made.expires_at + REMEMBERED > now]
    taken = {made.code for made in phone.app_pins}
    code = random_text(CODE_LENGTH)
    while code in taken:
        code = random_text(CODE_LENGTH)
    made = AppPin(code, random_text(PIN_LENGTH), now + PIN_LIFE)
    phone.app_pins.append(made)
    return made


def live_app_pin(phone: Phone, clock: Clock) -> AppPin | None:
    """Return the newest code and PIN pair that can still be used, or None."""
    now = clock.now()
    live = [made for made in phone.app_pins if not made.used and made.tries_left and made.expires_at > now]
    return live[-1] if live else None
