"""The deletion of erased devices, in the background: one may have hundreds of files."""

from django.tasks import task

from accounts.models import Device
from foundation.batches import delete_in_batches
from foundation.schedule import every


@every(minutes=10)
@task()
def delete_erased_devices() -> int:
    """Delete the devices marked as erased, with all that refers to them; return how many.

    Each erasure enqueues it, and the schedule resumes one that was interrupted.
    """
    erased = list(Device.objects.erased())
    for device in erased:
        for relation in Device._meta.related_objects:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: device})
            delete_in_batches(rows)
        device.delete()
    return len(erased)
