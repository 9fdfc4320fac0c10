"""Deleting what signing in leaves behind."""

from django.tasks import task

from backoffice.models import UsedCode
from backoffice.sign_in.allauth_adapter import oldest_accepted_time_step
from foundation.schedule import every


@every(hours=1)
@task()
def delete_expired_codes() -> int:
    """Delete the used codes that are no longer valid anyway, and return how many."""
    return UsedCode.objects.before(oldest_accepted_time_step()).delete()[0]
