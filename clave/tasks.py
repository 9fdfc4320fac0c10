"""What time does to validations."""

from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from clave.models import MethodSwitch, State, Validation
from clave.pin.upstream import look_up
from foundation.batches import delete_in_batches, update_in_batches
from foundation.schedule import every

KEPT_DAYS = 30
"""How long an ended validation is kept: it holds no number, name or phone any more."""
LOOK_UPS = 20
"""How many unanswered checks are asked about in one go; with Cl@ve silent each takes its seconds."""


@every(minutes=1)
@task()
def reconcile_checks() -> int:
    """Ask Cl@ve about the checks that nobody came back to, so that what they spent is given back; answers how many."""
    unanswered = list(Validation.objects.unanswered()[:LOOK_UPS])
    for validation in unanswered:
        look_up(validation)
    return len(unanswered)


@every(minutes=1)
@task()
def apply_method_switch_expiry() -> int:
    """Have the methods available again whose closing is over; answers how many."""
    return int(MethodSwitch.objects.reset_expired())


@every(minutes=1)
@task()
def expire_validations() -> int:
    """End what is over and forget what it proved; answers how many."""
    return update_in_batches(Validation.objects.overdue(), {"state": State.EXPIRED, "identity_cell": b""})


@every(hours=24)
@task()
def purge_validations() -> int:
    """Delete what ended long ago; answers how many."""
    ended = Validation.objects.live().values("pk")
    old = Validation.objects.exclude(pk__in=ended).filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    return delete_in_batches(old)
