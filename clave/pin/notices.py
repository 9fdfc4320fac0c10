"""What a person has to be told after the last call to Cl@ve."""

from enum import StrEnum


class Notice(StrEnum):
    """Stored in ``Validation.notice``; ``clave.pin.messages`` has the sentences."""

    WRONG_PIN = "wrong_pin"
    WRONG_CONTRAST = "wrong_contrast"
    PIN_EXPIRED = "pin_expired"
    BLOCKED = "blocked"
    CLAVE_WAIT = "clave_wait"
    CLAVE_AWAY = "clave_away"
    CLAVE_BUSY = "clave_busy"
    ASSERTION_REJECTED = "not_believed"
    TRIES_OF_THE_DAY = "tries_of_the_day"
    SENDS_OF_THE_HOUR = "sends_of_the_hour"
    NEEDS_CONTRAST = "needs_contrast"
    TOO_MANY_PEOPLE = "too_many_people"
    NEVER_ARRIVED = "never_arrived"
    NO_SENDS = "no_sends"
    TOO_EARLY = "too_early"
