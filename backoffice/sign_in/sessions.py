"""Sessions of the staff, ended by their owner or by an administrator."""

from collections.abc import Iterable

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User

from foundation import audit


class StaffSessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth has no types
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            _record(ended[0].user.get_username(), ended)


def end_sessions_of(user: User, actor: str) -> int:
    """End every session of a user, and return how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    if sessions:
        _record(actor, sessions)
    return len(sessions)


def _record(actor: str, ended: list[UserSession]) -> None:
    audit.record("staff.sessions_ended", actor=actor, target=f"auth.user:{ended[0].user_id}", count=len(ended))
