from typing import Any, Self

from allauth.mfa.models import Authenticator
from django.db import models


class UsedCodeQuerySet(models.QuerySet["UsedCode"]):
    def use(self, authenticator: Any, time_step: int) -> bool:
        """Return False when this code was used before; of parallel requests one wins."""
        _code, is_first_use = self.get_or_create(authenticator=authenticator, time_step=time_step)
        return is_first_use

    def before(self, time_step: int) -> Self:
        return self.filter(time_step__lt=time_step)


class UsedCode(models.Model):
    """A code of an authenticator app that signed somebody in: RFC 6238, section 5.2, allows it once.

    The code itself is not stored: ``time_step`` counts periods of 30 seconds since 1970, and has one code each.
    """

    authenticator = models.ForeignKey(Authenticator, on_delete=models.CASCADE, related_name="+")
    time_step = models.PositiveBigIntegerField(db_index=True)

    objects = UsedCodeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["authenticator", "time_step"], name="code_used_once")]

    def __str__(self) -> str:
        return str(self.time_step)
