"""The sessions of the staff: listed to their owner, and ended by them or by an administrator."""

from collections.abc import Iterable

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User

from foundation import audit


class StaffSessions(DefaultUserSessionsAdapter):  # type: ignore[misc]  # the library has no types
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            name = ended[0].user.get_username()
            audit.record("staff.sessions_ended", actor=name, target=_target(ended[0].user), count=len(ended))


def end_sessions_of(user: User, actor: str) -> int:
    """End all sessions of somebody, and answer how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    if sessions:
        audit.record("staff.sessions_ended", actor=actor, target=_target(user), count=len(sessions))
    return len(sessions)


def _target(user: User) -> str:
    return f"auth.user:{user.pk}"
