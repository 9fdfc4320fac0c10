"""Scheduled work of the catalogue: dates of versions, ends of switches and banners, health, searches in vain."""

from django.core.exceptions import ValidationError
from django.tasks import task
from django.utils.translation import gettext as _

from foundation import audit
from foundation.schedule import every
from procedures.models import Banner, ConnectorHealth, OperatorSwitch, ProcedureVersion, ZeroResultSearch
from procedures.models.version_workflow import due_to_be_published, due_to_be_retired


@every(minutes=1)
@task()
def reset_stale_health() -> int:
    """Say no more that a body does not answer when nobody has met that for a while; answers of how many."""
    return ConnectorHealth.objects.recover()


@every(minutes=1)
@task()
def publish_and_retire_due() -> int:
    """Publish what is approved and retire what is published when its time has come; answers how many versions.

    Several workers may do it at once: each step is won by one. What time has made wrong goes back to its editors.
    """
    published = [version for version in ProcedureVersion.objects.filter(due_to_be_published()) if _published(version)]
    due = ProcedureVersion.objects.filter(due_to_be_retired())
    retired = [version for version in due if version.retire()]
    for what, versions in (("published", published), ("retired", retired)):
        for version in versions:
            _note(what, version)
    return len(published) + len(retired)


def _published(version: ProcedureVersion) -> bool:
    try:
        return version.publish_approved()
    except ValidationError as error:
        said = _("No se ha podido publicar en su fecha. %(reasons)s") % {"reasons": ". ".join(error.messages)}
        if version.send_back(said):
            _note("sent_back", version)
        return False


def _note(what: str, version: ProcedureVersion) -> None:
    audit.record(f"procedureversion.{what}", target=f"{version._meta.label_lower}:{version.pk}", name=str(version))


@every(minutes=1)
@task()
def apply_switch_expiry() -> int:
    """Reopen what the operator closed until now, and tell banners that begin or end; answers how many changed."""
    return int(OperatorSwitch.objects.reset_expired() + Banner.objects.announce())


@every(hours=1)
@task()
def keep_most_asked_searches() -> int:
    """Keep the table of searches without result small; answers how many were dropped."""
    return ZeroResultSearch.objects.keep_most_asked()
