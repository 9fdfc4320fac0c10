"""The files of documents in their storage."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import FileSystemStorage

from documents import files
from documents.files import FileMissing, StorageFailed
from tests.accounts.factories import a_device
from tests.documents.factories import PDF, a_document
from tests.failing import failing

FILE_ID = UUID("3fa9c0de-0000-4000-8000-000000000001")


def test_a_file_lies_two_folders_down(storage: Path) -> None:
    assert files.path_of(FILE_ID) == f"3f/a9/{FILE_ID}"
    files.save(FILE_ID, uuid4(), b"plain")
    assert (storage / "3f" / "a9" / str(FILE_ID)).is_file()


def test_a_file_of_one_document_does_not_open_for_another() -> None:
    files.save(FILE_ID, uuid4(), b"plain")
    with pytest.raises(FileMissing):
        files.read(FILE_ID, uuid4(), "")


def test_a_name_that_is_taken_is_not_written_to() -> None:
    files.save(FILE_ID, owner := uuid4(), b"first")
    with pytest.raises(StorageFailed):
        files.save(FILE_ID, owner, b"second")
    with pytest.raises(FileMissing, match=str(owner)):
        files.read(FILE_ID, owner, "of another content")


def test_walking_lists_one_folder_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for start in ("00aa", "00bb", "ff00"):
        files.save(UUID(f"{start}0000-0000-4000-8000-000000000001"), uuid4(), b"plain")
    listed, listdir = list[str](), FileSystemStorage.listdir

    def listing(storage: FileSystemStorage, path: str) -> tuple[list[str], list[str]]:
        listed.append(path)
        return listdir(storage, path)

    monkeypatch.setattr(FileSystemStorage, "listdir", listing)
    walk = files.walk()
    assert next(walk) == ("00/aa", ["00aa0000-0000-4000-8000-000000000001"])
    assert listed == ["", "00", "00/aa"]
    assert [folder for folder, _names in walk] == ["00/bb", "ff/00"]


def test_walking_passes_by_what_is_no_documents_file(storage: Path) -> None:
    files.save(FILE_ID, uuid4(), b"plain")
    for path in ("health/x", "lost+found.txt", "3f/readme", "3f/a9/readme", "3f/a9/deeper/x"):
        (storage / path).parent.mkdir(exist_ok=True)
        (storage / path).write_bytes(b"x")
    assert list(files.walk()) == [("3f/a9", [str(FILE_ID)])]


@pytest.mark.django_db
def test_discarding_what_is_not_there_or_cannot_be_deleted_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    files.discard(files.path_of(uuid4()))
    document = a_document(a_device())
    monkeypatch.setattr(FileSystemStorage, "delete", failing(PermissionError("read-only")))
    files.discard(document.file_path)
    assert document.read() == PDF
