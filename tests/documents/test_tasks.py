"""The sweeps of documents, links and files."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from documents.models import Document, ShareLink
from documents.tasks import LINK_RETENTION, ORPHAN_AGE, sweep_documents, sweep_orphan_files
from tests.accounts.factories import a_device
from tests.documents.factories import a_document, stored

pytestmark = pytest.mark.django_db


def aged(path: Path, age: timedelta) -> Path:
    moment = (timezone.now() - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_expired_documents_go_with_their_files(
    storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    device = a_device()
    old, kept = a_document(device, retention_days=5), a_document(device, retention_days=5)
    forever = a_document(device)
    Document.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_documents.func()
    assert set(Document.objects.all()) == {kept, forever}
    assert not (storage / old.file_path).exists()
    assert (storage / kept.file_path).exists()


def test_links_of_long_ago_are_forgotten() -> None:
    document = a_document(a_device())
    old, over, live = (ShareLink.objects.make(document, uuid4()) for _number in range(3))
    ShareLink.objects.filter(pk=old.pk).update(expires_at=timezone.now() - LINK_RETENTION)
    ShareLink.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    sweep_documents.func()
    assert set(ShareLink.objects.all()) == {over, live}


def test_old_files_without_a_row_are_swept_and_nothing_else_is(storage: Path) -> None:
    claimed = {aged(storage / path, ORPHAN_AGE * 2) for path in a_document(a_device()).file_paths}
    folder = storage / "ab" / "cd"
    folder.mkdir(parents=True)
    orphan, young, stray = folder / str(uuid4()), folder / str(uuid4()), folder / f"{uuid4()}_x7Kq2aB"
    foreign = storage / "lost+found.txt"
    for path in (orphan, young, stray, foreign):
        path.write_bytes(b"sealed")
    for path in (orphan, stray, foreign):
        aged(path, ORPHAN_AGE * 2)
    assert sweep_orphan_files.func() == 2
    assert {path for path in storage.rglob("*") if path.is_file()} == {*claimed, young, foreign}


def test_sweeping_goes_on_over_batches(monkeypatch: pytest.MonkeyPatch, storage: Path) -> None:
    monkeypatch.setattr("documents.tasks.BATCH_SIZE", 2)
    (storage / "ab" / "cd").mkdir(parents=True)
    for _number in range(5):
        path = storage / "ab" / "cd" / str(uuid4())
        path.write_bytes(b"sealed")
        aged(path, ORPHAN_AGE * 2)
    assert sweep_orphan_files.func() == 5
    assert stored(storage) == []


def test_sweeping_an_empty_storage_does_nothing() -> None:
    assert sweep_orphan_files.func() == 0
    assert sweep_documents.func() == 0
