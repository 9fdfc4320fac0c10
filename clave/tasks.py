"""Scheduled tasks for validations and method switches; each returns the number of rows affected."""

from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from clave.models import MethodSwitch, State, Validation
from clave.pin.upstream import reconcile
from foundation.batches import delete_in_batches, update_in_batches
from foundation.schedule import every

KEPT_DAYS = 30
"""Retention of ended validations, which no longer hold a document number, name or phone."""
RECONCILE_BATCH = 20
"""Checks reconciled per run: while Cl@ve is silent, each one takes several seconds to time out."""


@every(minutes=1)
@task()
def reconcile_checks() -> int:
    """Ask Cl@ve about unanswered checks that nobody came back to, so that unused tries and sends are refunded."""
    unanswered = list(Validation.objects.unanswered()[:RECONCILE_BATCH])
    for validation in unanswered:
        reconcile(validation)
    return len(unanswered)


@every(minutes=1)
@task()
def apply_method_switch_expiry() -> int:
    """Make methods available again once their closure has expired."""
    return int(MethodSwitch.objects.reset_expired())


@every(minutes=1)
@task()
def expire_validations() -> int:
    """Expire overdue validations and erase the identities they proved."""
    return update_in_batches(Validation.objects.overdue(), {"state": State.EXPIRED, "identity_cell": b""})


@every(hours=24)
@task()
def purge_validations() -> int:
    """Delete validations that ended and are older than ``KEPT_DAYS``."""
    live = Validation.objects.live().values("pk")
    old = Validation.objects.exclude(pk__in=live).filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    return delete_in_batches(old)
