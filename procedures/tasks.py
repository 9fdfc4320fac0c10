"""Scheduled work of the catalogue: versions due, ends of switches and banners, health, searches without results."""

from django.core.exceptions import ValidationError
from django.tasks import task
from django.utils.translation import gettext as _

from foundation import audit
from foundation.schedule import every
from procedures.models import Banner, ConnectorHealth, OperatorSwitch, ProcedureVersion, ZeroResultSearch
from procedures.models.version_workflow import publish_due, retire_due


@every(minutes=1)
@task()
def reset_stale_health() -> int:
    """Reset the health of entities without recent trouble; return their number."""
    return ConnectorHealth.objects.reset_stale()


@every(minutes=1)
@task()
def publish_and_retire_due() -> int:
    """Publish approved versions and retire published ones on their dates; return their number.

    Several workers may run at once: each transition is won by one. A version that time has made invalid is sent back.
    """
    published = [version for version in ProcedureVersion.objects.filter(publish_due()) if _publish(version)]
    retired = [version for version in ProcedureVersion.objects.filter(retire_due()) if version.retire()]
    for action, versions in (("published", published), ("retired", retired)):
        for version in versions:
            _record(action, version)
    return len(published) + len(retired)


def _publish(version: ProcedureVersion) -> bool:
    try:
        return version.publish_approved()
    except ValidationError as error:
        note = _("No se ha podido publicar en su fecha. %(reasons)s") % {"reasons": ". ".join(error.messages)}
        if version.send_back(note):
            _record("sent_back", version)
        return False


def _record(action: str, version: ProcedureVersion) -> None:
    audit.record(f"procedureversion.{action}", target=f"{version._meta.label_lower}:{version.pk}", name=str(version))


@every(minutes=1)
@task()
def apply_switch_expiry() -> int:
    """Reset switches whose end has passed, and announce banners that begin or end; return their number."""
    return int(OperatorSwitch.objects.reset_expired() + Banner.objects.announce())


@every(hours=1)
@task()
def trim_zero_result_searches() -> int:
    """Keep the table of searches without results small; return the number of rows deleted."""
    return ZeroResultSearch.objects.trim()
