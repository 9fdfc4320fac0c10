"""A sealed file opens whole and only for its own id; a failing storage leaves nothing behind."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from pytest_django.fixtures import Settings

from foundation.keysets import new_file_keyset
from foundation.sealed_files import open_sealed, read_sealed, save_sealed
from foundation.vault import SealBroken
from tests.foundation.factories import joined

LARGE = 5 << 20


@pytest.fixture
def storage(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(location=tmp_path / "shelf")


def a_file(storage: FileSystemStorage, plain: bytes = b"%PDF-1.7 informe") -> UUID:
    file_id = uuid4()
    save_sealed(storage, str(file_id), file_id, plain)
    return file_id


def names(storage: FileSystemStorage) -> list[str]:
    return sorted(storage.listdir("")[1])


@pytest.mark.parametrize("size", [0, 1, 100, (1 << 20) - 1, 1 << 20, LARGE])
def test_a_file_is_read_as_it_was_saved(storage: FileSystemStorage, size: int) -> None:
    plain = os.urandom(size)
    file_id = a_file(storage, plain)
    assert names(storage) == [str(file_id)]
    assert read_sealed(storage, str(file_id), file_id) == plain


def test_a_large_file_can_be_read_in_parts(storage: FileSystemStorage) -> None:
    plain = os.urandom(LARGE)
    with open_sealed(storage, str(file_id := a_file(storage, plain)), file_id) as stream:
        parts = list(iter(lambda: stream.read(100_000), b""))
    assert b"".join(parts) == plain


def test_what_is_stored_hides_the_content(storage: FileSystemStorage) -> None:
    stored = Path(storage.path(str(a_file(storage, b"12345678Z" * 300_000)))).read_bytes()
    assert b"12345678Z" not in stored
    assert b"5678" * 2 not in stored


def test_a_file_in_anothers_place_does_not_open(storage: FileSystemStorage) -> None:
    mine, other = a_file(storage), uuid4()
    Path(storage.path(str(mine))).rename(storage.path(str(other)))
    with pytest.raises(SealBroken, match=str(other)):
        read_sealed(storage, str(other), other)


def test_a_file_that_is_not_there_is_told_from_one_that_does_not_open(storage: FileSystemStorage) -> None:
    with pytest.raises(FileNotFoundError):
        read_sealed(storage, "nothing", uuid4())


@pytest.mark.parametrize("position", [0, 1, 20, 40, 60, 1 << 20, (2 << 20) + 7, -1])
def test_an_altered_file_does_not_open(storage: FileSystemStorage, position: int) -> None:
    file_id = a_file(storage, bytes(LARGE // 2))
    path = Path(storage.path(str(file_id)))
    altered = bytearray(path.read_bytes())
    altered[position] ^= 1
    path.write_bytes(altered)
    with pytest.raises(SealBroken):
        read_sealed(storage, str(file_id), file_id)


@pytest.mark.parametrize("length", [0, 1, 39, 40, 56, 1 << 20, (1 << 20) + 1, -16, -1])
def test_a_file_that_was_cut_does_not_open(storage: FileSystemStorage, length: int) -> None:
    file_id = a_file(storage, bytes(LARGE // 2))
    path = Path(storage.path(str(file_id)))
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(SealBroken):
        read_sealed(storage, str(file_id), file_id)


def test_a_file_to_which_something_was_added_does_not_open(storage: FileSystemStorage) -> None:
    file_id = a_file(storage)
    with Path(storage.path(str(file_id))).open("ab") as file:
        file.write(b"x")
    with pytest.raises(SealBroken):
        read_sealed(storage, str(file_id), file_id)


def test_a_name_that_is_taken_is_not_written_to_and_nothing_is_left(storage: FileSystemStorage) -> None:
    file_id = a_file(storage, b"first")
    with pytest.raises(FileExistsError):
        save_sealed(storage, str(file_id), file_id, b"second")
    assert names(storage) == [str(file_id)]
    assert read_sealed(storage, str(file_id), file_id) == b"first"


def test_a_name_taken_while_the_file_is_saved_is_not_written_to_and_nothing_is_left(
    storage: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id, exists, looks = a_file(storage, b"first"), storage.exists, iter([False])
    monkeypatch.setattr(storage, "exists", lambda name: next(looks, exists(name)))
    with pytest.raises(FileExistsError):
        save_sealed(storage, str(file_id), file_id, b"second")
    assert names(storage) == [str(file_id)]
    assert read_sealed(storage, str(file_id), file_id) == b"first"


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the disk run full in the middle of the next file."""

    def half(_file: object, _size: int | None = None) -> Iterator[bytes]:
        yield b"half of it"
        raise OSError(28, "No space left on device")

    return lambda: monkeypatch.setattr(File, "chunks", half)


def test_a_storage_that_is_full_keeps_nothing(storage: FileSystemStorage, full: Callable[[], None]) -> None:
    kept = a_file(storage)
    full()
    with pytest.raises(OSError, match="No space left"):
        save_sealed(storage, "new", uuid4(), b"plain")
    assert names(storage) == [str(kept)]


def test_a_storage_that_is_full_does_not_lose_what_it_held_under_this_id(
    storage: FileSystemStorage, full: Callable[[], None]
) -> None:
    kept = a_file(storage, b"first")
    full()
    with pytest.raises(FileExistsError):
        save_sealed(storage, str(kept), kept, b"second")
    assert read_sealed(storage, str(kept), kept) == b"first"


def test_a_full_disk_beside_the_storage_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written outside the storage, where it would be left lying about."""
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    storage, file_id = InMemoryStorage(), uuid4()
    save_sealed(storage, str(file_id), file_id, bytes(LARGE))
    assert read_sealed(storage, str(file_id), file_id) == bytes(LARGE)


class Failing(io.BytesIO):
    """A stored file whose reading times out half-way, as from an object store."""

    def read(self, _size: int | None = -1) -> bytes:
        if self.tell():
            raise TimeoutError("the storage")
        return super().read(50)


def test_a_storage_that_fails_while_a_file_is_read_does_not_look_like_a_broken_seal(
    storage: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = a_file(storage)
    stored = Path(storage.path(str(file_id))).read_bytes()
    monkeypatch.setattr(storage, "_open", lambda _name, _mode: File(Failing(stored)))
    with pytest.raises(TimeoutError):
        read_sealed(storage, str(file_id), file_id)


def test_what_is_raised_while_a_file_is_open_is_not_mistaken(storage: FileSystemStorage) -> None:
    file_id = a_file(storage)
    with pytest.raises(KeyError), open_sealed(storage, str(file_id), file_id):
        raise KeyError


def test_while_keys_are_changed_old_files_open(storage: FileSystemStorage, settings: Settings) -> None:
    old, new = new_file_keyset(), new_file_keyset()
    settings.VAULT_FILE_KEYS = old
    before = a_file(storage, b"before")
    settings.VAULT_FILE_KEYS = joined(new, old)
    after = a_file(storage, b"after")
    assert (read_sealed(storage, str(before), before), read_sealed(storage, str(after), after)) == (b"before", b"after")
    settings.VAULT_FILE_KEYS = new
    assert read_sealed(storage, str(after), after) == b"after"
    with pytest.raises(SealBroken):
        read_sealed(storage, str(before), before)
