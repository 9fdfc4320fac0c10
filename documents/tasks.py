"""What time does to documents: they expire, links end, and files that belong to no document are swept."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import batched

from django.tasks import task
from django.utils import timezone

from documents import files
from documents.models import Document, ShareLink
from foundation.schedule import every

ORPHAN_AGE = timedelta(hours=1)
"""How old a file without a row must be: a younger one may be waiting for its row."""
LINKS_KEPT = timedelta(days=7)
"""How long a link that is over is still known, so that an old form does not make it again."""
BATCH = 500


@every(minutes=10)
@task()
def sweep_documents() -> int:
    """Delete the documents whose time is over, with their files, and the links of long ago; answers how many."""
    swept = 0
    while expired := list(Document.objects.expired().values_list("pk", flat=True)[:BATCH]):
        swept += Document.objects.filter(pk__in=expired).delete()[0]
    return swept + ShareLink.objects.filter(expires_at__lte=timezone.now() - LINKS_KEPT).delete()[0]


@every(hours=24)
@task()
def sweep_orphan_files() -> int:
    """Delete the files that no document claims; answers how many.

    They come from a keeping that was cut off, or from a storage that was away when its document was deleted.
    """
    return sum(_sweep(names) for names in batched(files.stored_names(), BATCH))


def _sweep(names: Sequence[str]) -> int:
    ids = {name[:36] for name in names}
    claimed = {str(pk) for pk in Document.objects.filter(pk__in=ids).values_list("pk", flat=True)}
    orphans = [name for name in names if name not in claimed and files.is_older(name, ORPHAN_AGE)]
    for name in orphans:
        files.discard(name)
    return len(orphans)
