"""Background work on documents: deleting what has expired, and files that belong to no document."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import batched

from django.tasks import task
from django.utils import timezone

from documents import files
from documents.models import Document, ShareLink
from foundation.batches import BATCH_SIZE, delete_in_batches
from foundation.schedule import every

ORPHAN_AGE = timedelta(hours=1)
"""Younger files without a row may still be waiting for it."""
LINK_RETENTION = timedelta(days=7)
"""How long an expired link is remembered, so that an old form does not create it again."""


@every(minutes=10)
@task()
def sweep_documents() -> int:
    """Delete expired documents with their files, and links that expired long ago; return how many of both."""
    expired_links = ShareLink.objects.filter(expires_at__lte=timezone.now() - LINK_RETENTION)
    return delete_in_batches(Document.objects.expired()) + delete_in_batches(expired_links)


@every(hours=24)
@task()
def sweep_orphan_files() -> int:
    """Delete the files that no document names, a folder at a time; return how many.

    An attempt to store that was interrupted leaves them, or a storage that was unavailable when a document was deleted.
    """
    return sum(_delete_orphans(folder, batch) for folder, names in files.walk() for batch in batched(names, BATCH_SIZE))


def _delete_orphans(folder: str, names: Sequence[str]) -> int:
    ids = {name[:36] for name in names}  # a storage may have added to a name that was taken
    claimed = Document.objects.claimed_files(ids)
    paths = [f"{folder}/{name}" for name in names if name not in claimed]
    orphans = [path for path in paths if files.is_older(path, ORPHAN_AGE)]
    for path in orphans:
        files.discard(path)
    return len(orphans)
