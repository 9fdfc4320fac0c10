"""The sandbox clock: the machine's time, which tests can move forward."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SPAIN = ZoneInfo("Europe/Madrid")


class Clock:
    """A clock that runs ``ahead`` of the machine's."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def today(self) -> date:
        return self.now().astimezone(SPAIN).date()

    def advance(self, **span: float) -> None:
        self.ahead += timedelta(**span)


def iso(moment: datetime) -> str:
    """Return the moment in ISO 8601, in UTC, to the second: ``2026-11-24T02:21:31Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
