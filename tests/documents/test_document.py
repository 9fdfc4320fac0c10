"""Storing documents, reading and renaming them."""

import errno
import hashlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Device
from documents import files
from documents.models import (
    Document,
    FileMissing,
    NotADocument,
    OwnerMismatch,
    QuotaExceeded,
    ShareLink,
    StorageFailed,
    TooLarge,
)
from tests.accounts.factories import a_device, a_user
from tests.database import raw_bytes
from tests.documents.factories import CSV, CSV_URL, PDF, a_document, a_pdf, names_of, new_document, stored
from tests.documents.hostile import pdf_of
from tests.failing import failing
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


def test_a_document_is_stored_as_it_was_received(storage: Path) -> None:
    device = a_device()
    document_id = uuid4()
    document = Document.objects.store(new_document(device, a_user(device), retention_days=30), document_id)
    assert (document.pk, document.size, document.pages) == (document_id, len(PDF), 3)
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (document.name, document.label) == ("Informe de vida laboral.pdf", "Informe de vida laboral")
    assert (document.csv, document.csv_url) == (CSV, CSV_URL)
    assert document.days_left == 29
    assert document.read() == PDF
    assert stored(storage) == names_of(document)


def test_nothing_of_a_document_can_be_read_at_rest(storage: Path) -> None:
    document = a_document(a_device())
    raw = raw_bytes(document)
    for secret in ("vida laboral.pdf", CSV, "7Q2M"):
        assert secret.encode() not in raw
    sealed = (storage / document.file_path).read_bytes()
    assert b"%PDF" not in sealed
    assert b"reportlab" in PDF.lower()
    assert b"reportlab" not in sealed.lower()


@pytest.mark.parametrize("size", [1, 1 << 10, (1 << 20) - 50, 1 << 20, (5 << 20) + 7])
def test_files_of_any_size_come_back_byte_by_byte(size: int) -> None:
    noise = bytes(number % 251 for number in range(1000)) * (size // 1000 + 1)
    content = pdf_of(b"<<>>\nstream\n" + noise[:size] + b"\nendstream")
    assert a_document(a_device(), content=content).read() == content


def test_stored_twice_under_one_id_it_is_one_document(storage: Path) -> None:
    device, document_id = a_device(), uuid4()
    first = Document.objects.store(new_document(device), document_id)
    again = Document.objects.store(new_document(device, content=a_pdf(9)), document_id)
    assert again == first
    assert Document.objects.count() == 1
    assert again.read() == PDF
    assert stored(storage) == names_of(first)


@pytest.mark.parametrize("content", [b"", b"<html>", b"GIF89a", b"\n%PDF-1.7", PDF[: len(PDF) // 2]])
def test_what_is_no_pdf_is_not_stored(content: bytes, storage: Path) -> None:
    with pytest.raises(NotADocument):
        a_document(a_device(), content=content)
    assert not Document.objects.exists()
    assert stored(storage) == []


def test_what_is_too_large_is_not_stored(settings: Settings, storage: Path) -> None:
    settings.DOCUMENT_MAX_BYTES = len(PDF)
    assert a_document(a_device()).size == len(PDF)
    with pytest.raises(TooLarge):
        a_document(a_device(), content=PDF + b"\n")
    assert stored(storage) == names_of(Document.objects.get())


def test_a_device_at_its_quota_takes_no_more(settings: Settings) -> None:
    settings.DOCUMENTS_PER_DEVICE = 2
    device = a_device()
    a_document(device)
    a_document(device)
    with pytest.raises(QuotaExceeded):
        a_document(device)
    assert a_document(a_device()).pages == 3


def test_a_full_disk_is_told_and_leaves_nothing(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(FileSystemStorage, "_save", failing(full))
    with pytest.raises(StorageFailed):
        a_document(a_device())
    assert not Document.objects.exists()
    assert stored(storage) == []


def test_a_file_cut_off_by_a_full_disk_is_removed(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(storage: FileSystemStorage, name: str, _content: object) -> str:
        Path(storage.path(name)).parent.mkdir(exist_ok=True)
        Path(storage.path(name)).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", cut_off)
    with pytest.raises(StorageFailed):
        a_document(a_device())
    assert stored(storage) == []


def test_without_its_row_the_file_goes(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = a_device()
    monkeypatch.setattr(Document, "save", failing(DatabaseError("gone away")))
    with pytest.raises(DatabaseError):
        a_document(device)
    assert stored(storage) == []


def test_what_was_rolled_back_can_be_stored_again_and_leaves_an_orphan(storage: Path) -> None:
    device, document_id = a_device(), uuid4()
    with transaction.atomic():
        undone = Document.objects.store(new_document(device), document_id)
        transaction.set_rollback(True)
    assert stored(storage) == names_of(undone)
    other = a_pdf(2, "Otra versión")
    again = Document.objects.store(new_document(device, content=other), document_id)
    assert again.read() == other
    assert stored(storage) == names_of(undone, again)


def test_anothers_document_of_the_same_id_is_neither_given_nor_touched(storage: Path) -> None:
    theirs = a_document(a_device())
    with pytest.raises(OwnerMismatch):
        Document.objects.store(new_document(a_device()), theirs.pk)
    assert list(Document.objects.all()) == [theirs]
    assert stored(storage) == names_of(theirs)


def test_nothing_is_stored_for_an_erased_device(storage: Path) -> None:
    device = a_device()
    device.mark_erased()
    with pytest.raises(OwnerMismatch):
        a_document(device)
    assert not Document.objects.exists()
    assert stored(storage) == []


@pytest.mark.django_db(transaction=True)
def test_parallel_calls_store_no_more_than_allowed(settings: Settings, storage: Path) -> None:
    settings.DOCUMENTS_PER_DEVICE = 2
    device, refused = a_device(), list[QuotaExceeded]()

    def store() -> None:
        try:
            a_document(device)
        except QuotaExceeded as error:
            refused.append(error)

    in_parallel(store, 8)
    assert len(refused) == 6
    assert stored(storage) == names_of(*Document.objects.all())
    assert Document.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_calls_with_one_id_store_one_document_that_opens(storage: Path) -> None:
    device, document_id, answers = a_device(), uuid4(), list[Document]()
    in_parallel(lambda: answers.append(Document.objects.store(new_document(device), document_id)), 8)
    document = Document.objects.get()
    assert {answer.file_id for answer in answers} == {document.file_id}
    assert document.read() == PDF
    assert stored(storage) == names_of(document)


def test_a_call_that_fails_leaves_the_file_of_the_one_that_won(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other call stores the same document between this one's file and its row, and then this one's row fails."""
    device, document_id, save = a_device(), uuid4(), files.save

    def overtaken(*how: Any) -> None:
        monkeypatch.setattr(files, "save", save)
        Document.objects.store(new_document(device), document_id)
        save(*how)
        monkeypatch.setattr(Device.objects.__class__, "lock", failing(DatabaseError("gone away")))

    monkeypatch.setattr(files, "save", overtaken)
    with pytest.raises(DatabaseError):
        Document.objects.store(new_document(device), document_id)
    winner = Document.objects.get()
    assert winner.read() == PDF
    assert stored(storage) == names_of(winner)


def test_the_file_goes_with_the_row_once_that_is_certain(
    storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    document = a_document(a_device())
    ShareLink.objects.make(document, uuid4())
    names = names_of(document)
    with django_capture_on_commit_callbacks() as waiting:
        document.delete()
    assert stored(storage) == names
    for callback in waiting:
        callback()
    assert stored(storage) == []
    assert not ShareLink.objects.exists()


def test_with_a_device_its_files_go(
    storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    device = a_device()
    a_document(device)
    kept = a_document(a_device())
    with django_capture_on_commit_callbacks(execute=True):
        device.delete()
    assert stored(storage) == names_of(kept)


def test_a_document_outlives_its_user() -> None:
    device = a_device()
    document = a_document(device, a_user(device))
    device.users.all().delete()
    document.refresh_from_db()
    assert document.user is None
    assert document.read() == PDF


@pytest.mark.parametrize("damage", ["missing", "altered", "cut", "another"])
def test_a_file_that_is_not_what_was_stored_is_missing_and_never_served(damage: str, storage: Path) -> None:
    device = a_device()
    document, other = a_document(device), a_document(device, content=a_pdf(2))
    path = storage / document.file_path
    sealed = path.read_bytes()
    match damage:
        case "missing":
            path.unlink()
        case "altered":
            path.write_bytes(sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:])
        case "cut":
            path.write_bytes(sealed[: len(sealed) // 2])
        case "another":
            path.write_bytes((storage / other.file_path).read_bytes())
    with pytest.raises(FileMissing):
        document.read()


def test_an_unavailable_storage_is_told_from_a_missing_file(monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_document(a_device())
    monkeypatch.setattr(FileSystemStorage, "_open", failing(TimeoutError("storage")))
    with pytest.raises(StorageFailed):
        document.read()


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b", 'https://a"onclick=', "https://\nx"],
)
def test_a_verification_address_that_is_none_is_left_out(url: str) -> None:
    assert a_document(a_device(), csv_url=url).csv_url == ""


def test_a_received_name_is_tidied() -> None:
    assert a_document(a_device(), name="../vida\u202elaboral.PDF").name == "vidalaboral.pdf"
    assert a_document(a_device(), name="...").name == "tgss-vida-laboral.pdf"


def test_renaming_changes_the_label_and_nothing_else(storage: Path) -> None:
    document = a_document(a_device())
    sealed = (storage / document.file_path).read_bytes()
    assert document.rename("Para la beca.pdf")
    document.refresh_from_db()
    assert (document.name, document.original_name) == ("Para la beca.pdf", "Informe de vida laboral.pdf")
    assert document.is_renamed
    assert (storage / document.file_path).read_bytes() == sealed


def test_documents_are_found_by_their_devices_key_alone() -> None:
    device = a_device()
    old, new = a_document(device), a_document(device)
    a_document(a_device())
    mine = Document.objects.owned_by(bytes(device.token_hash))
    assert list(mine.recent()) == [new, old]
    assert not Document.objects.owned_by(b"").exists()
    Document.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert list(mine.live()) == [new]
    assert list(mine.expired()) == [old]
