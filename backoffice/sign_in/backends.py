"""Who may sign in: active staff, and nobody else."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class StaffOnly(ModelBackend):
    """Refuses everybody else as it refuses a wrong password; a session ends when its user is staff no more."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and bool(getattr(user, "is_staff", False))
