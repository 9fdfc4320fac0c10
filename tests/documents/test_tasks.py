"""What time does to documents."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from documents.models import Document, ShareLink
from documents.tasks import LINKS_KEPT, ORPHAN_AGE, sweep_documents, sweep_orphan_files
from tests.accounts.factories import a_device
from tests.documents.factories import a_document

pytestmark = pytest.mark.django_db


def aged(path: Path, age: timedelta) -> Path:
    moment = (timezone.now() - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_expired_documents_go_with_their_files(
    shelf: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    device = a_device()
    old, kept = a_document(device, retention_days=5), a_document(device, retention_days=5)
    forever = a_document(device)
    Document.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_documents.func()
    assert set(Document.objects.all()) == {kept, forever}
    assert not (shelf / str(old.pk)).exists()
    assert (shelf / str(kept.pk)).exists()


def test_links_of_long_ago_are_forgotten() -> None:
    document = a_document(a_device())
    old, over, live = (ShareLink.objects.make(document, uuid4()) for _number in range(3))
    ShareLink.objects.filter(pk=old.pk).update(expires_at=timezone.now() - LINKS_KEPT)
    ShareLink.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    sweep_documents.func()
    assert set(ShareLink.objects.all()) == {over, live}


def test_old_files_without_a_row_are_swept_and_nothing_else_is(shelf: Path) -> None:
    claimed = aged(shelf / str(a_document(a_device()).pk), ORPHAN_AGE * 2)
    orphan, young, stray = shelf / str(uuid4()), shelf / str(uuid4()), shelf / f"{uuid4()}_x7Kq2aB"
    foreign = shelf / "lost+found.txt"
    for path in (orphan, young, stray, foreign):
        path.write_bytes(b"sealed")
    for path in (orphan, stray, foreign):
        aged(path, ORPHAN_AGE * 2)
    assert sweep_orphan_files.func() == 2
    assert set(shelf.iterdir()) == {claimed, young, foreign}


def test_sweeping_an_empty_storage_does_nothing() -> None:
    assert sweep_orphan_files.func() == 0
    assert sweep_documents.func() == 0
