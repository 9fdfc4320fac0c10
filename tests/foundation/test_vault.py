"""Sealed cells open only at their place, blind indexes reveal equality alone, and keys can be rotated."""

import base64
import json
from collections.abc import Callable
from traceback import format_exception
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps
from pytest_django.fixtures import Settings

from foundation import vault
from foundation.keysets import new_cell_keyset, new_file_keyset, new_index_keyset
from foundation.vault import (
    INDEX_LENGTH,
    SealBroken,
    SealedMapping,
    SealedText,
    blind_index,
    blind_indexes,
    check_keysets,
    place,
    seal,
    seal_mapping,
    unseal,
)
from tests.foundation.factories import encoded, joined

PLAIN = "12345678Z"

with isolate_apps("foundation"):

    class Note(models.Model):
        """A row with sealed cells."""

        id = models.UUIDField(primary_key=True, default=uuid4)
        text_cell = models.BinaryField(default=bytes)
        other_cell = models.BinaryField(default=bytes)
        facts_cell = models.BinaryField(default=bytes)

        text = SealedText("text_cell")
        other = SealedText("other_cell")
        facts = SealedMapping("facts_cell")

        class Meta:
            app_label = "foundation"

        def __str__(self) -> str:
            return str(self.pk)

    class Letter(Note):
        """Another kind of row."""

        class Meta:
            app_label = "foundation"


def a_note(text: str = PLAIN, pk: UUID | None = None) -> Note:
    pk = pk or uuid4()
    return Note(id=pk, text_cell=seal(text, place(Note, "text_cell", pk)))


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the places of the cells that are opened."""
    opened: list[str] = []

    def counting(cell: bytes, at: str) -> bytes:
        opened.append(at)
        return unseal(cell, at)

    monkeypatch.setattr(vault, "unseal", counting)
    return opened


# --- Cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", PLAIN, "Ñandú 🐦", "x" * 100_000])
def test_a_cell_opens_at_its_place(value: str) -> None:
    assert unseal(seal(value, "app.Model.field:1"), "app.Model.field:1") == value.encode()


def test_bytes_are_sealed_as_they_are() -> None:
    assert unseal(seal(b"\x00\xff", "here"), "here") == b"\x00\xff"


def test_a_cell_hides_its_value_and_equal_values_look_different() -> None:
    cells = [seal(PLAIN, "here") for _time in range(2)]
    assert cells[0] != cells[1]
    assert all(PLAIN.encode() not in cell for cell in cells)


def test_a_place_names_model_field_and_row() -> None:
    note = a_note()
    assert (
        place(note, "text_cell", note.pk) == place(Note, "text_cell", note.pk) == f"foundation.Note.text_cell:{note.pk}"
    )


def test_a_cell_copied_to_another_row_does_not_open() -> None:
    copied = Note(id=uuid4(), text_cell=a_note().text_cell)
    with pytest.raises(SealBroken):
        _ = copied.text


def test_a_cell_copied_to_another_field_does_not_open() -> None:
    note = a_note()
    note.other_cell = note.text_cell
    with pytest.raises(SealBroken):
        _ = note.other


def test_a_cell_copied_to_another_model_does_not_open() -> None:
    note = a_note()
    with pytest.raises(SealBroken):
        _ = Letter(id=note.pk, text_cell=note.text_cell).text


def test_a_cell_with_any_altered_byte_does_not_open() -> None:
    cell = seal(PLAIN, "here")
    for position in range(len(cell)):
        altered = bytearray(cell)
        altered[position] ^= 1
        with pytest.raises(SealBroken):
            unseal(bytes(altered), "here")


@pytest.mark.parametrize("cut", [slice(1), slice(-1), slice(1, None), slice(5, None)])
def test_a_cell_that_was_cut_does_not_open(cut: slice) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(PLAIN, "here")[cut], "here")


def test_a_broken_seal_tells_where_it_is_and_not_what_it_held(settings: Settings) -> None:
    note = a_note()
    settings.VAULT_CELL_KEYS = new_cell_keyset()
    with pytest.raises(SealBroken) as broken:
        _ = note.text
    told = "".join(format_exception(broken.value))
    assert str(note.pk) in told
    assert PLAIN not in told


# --- Reading a row --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [b"", memoryview(b""), None])
def test_an_empty_cell_is_an_empty_text_and_an_empty_object(cell: Any) -> None:
    note = Note(text_cell=cell, facts_cell=cell)
    assert (note.text, note.facts) == ("", {})


def test_a_cell_is_opened_when_it_is_asked_for_and_once(openings: list[str]) -> None:
    note = a_note()
    assert openings == []
    assert [note.text, note.text] == [PLAIN, PLAIN]
    assert openings == [place(note, "text_cell", note.pk)]


def test_a_cell_is_opened_again_when_it_has_changed(openings: list[str]) -> None:
    note = a_note()
    assert note.text == PLAIN
    note.text_cell = seal("Otra", place(note, "text_cell", note.pk))
    assert note.text == "Otra"
    assert len(openings) == 2


def test_what_a_database_driver_gives_is_read_too() -> None:
    note = a_note()
    note.text_cell = memoryview(note.text_cell)
    assert note.text == PLAIN


def test_an_object_is_read_as_it_was_sealed() -> None:
    note = Note(id=uuid4())
    facts = {"año": 2025, "list": [1, None], "text": "ñ"}
    note.facts_cell = seal_mapping(facts, place(note, "facts_cell", note.pk))
    assert note.facts == facts


def test_what_is_sealed_and_no_object_is_an_empty_one() -> None:
    note = Note(id=uuid4())
    note.facts_cell = seal("[1]", place(note, "facts_cell", note.pk))
    assert note.facts == {}


def test_on_the_model_itself_the_descriptors_are_themselves() -> None:
    assert (Note.text.field, Note.facts.field) == ("text_cell", "facts_cell")


# --- Blind indexes --------------------------------------------------------------------------------------------------


def test_equal_values_have_the_same_index_and_others_another() -> None:
    assert blind_index(PLAIN, "identity") == blind_index(PLAIN, "identity")
    assert blind_index(PLAIN, "identity") != blind_index("X1234567L", "identity")


def test_one_value_has_different_indexes_for_different_purposes() -> None:
    assert blind_index(PLAIN, "identity")[4:] != blind_index(PLAIN, "phone")[4:]


def test_an_index_begins_with_the_id_of_its_key_and_tells_nothing_of_the_value() -> None:
    key_id = json.loads(base64.b64decode(portal_settings.VAULT_INDEX_KEYS))["primaryKeyId"]
    index = blind_index(PLAIN, "identity")
    assert index[:4] == key_id.to_bytes(4, "big")
    assert len(index) == len(blind_index("", "identity")) == INDEX_LENGTH
    assert PLAIN.encode() not in index


def test_other_keys_make_other_indexes(settings: Settings) -> None:
    before = blind_index(PLAIN, "identity")
    settings.VAULT_INDEX_KEYS = new_index_keyset()
    assert blind_index(PLAIN, "identity")[4:] != before[4:]


# --- Rotating keys --------------------------------------------------------------------------------------------------


def test_while_keys_are_changed_old_cells_open_and_new_ones_are_sealed_with_the_new_key(settings: Settings) -> None:
    old, new = new_cell_keyset(), new_cell_keyset()
    settings.VAULT_CELL_KEYS = old
    before = seal(PLAIN, "here")
    settings.VAULT_CELL_KEYS = joined(new, old)
    after = seal(PLAIN, "here")
    assert unseal(before, "here") == unseal(after, "here") == PLAIN.encode()
    settings.VAULT_CELL_KEYS = new
    assert unseal(after, "here") == PLAIN.encode()
    with pytest.raises(SealBroken):
        unseal(before, "here")


def test_while_keys_are_changed_there_is_an_index_under_each_and_the_new_ones_is_written(settings: Settings) -> None:
    old, new = new_index_keyset(), new_index_keyset()
    indexes = []
    for settings.VAULT_INDEX_KEYS in (old, new):
        indexes.append(blind_index(PLAIN, "identity"))
    settings.VAULT_INDEX_KEYS = joined(new, old)
    assert blind_index(PLAIN, "identity") == indexes[1]
    assert sorted(blind_indexes(PLAIN, "identity")) == sorted(indexes)


def test_with_one_key_the_index_that_is_looked_for_is_the_one_that_is_written() -> None:
    assert blind_indexes(PLAIN, "identity") == [blind_index(PLAIN, "identity")]


# --- Settings -------------------------------------------------------------------------------------------------------


def test_right_key_sets_pass() -> None:
    check_keysets()


SECRET = "clandestine"
UNKNOWN_KEY = {"keyData": {"typeUrl": SECRET, "value": "c2VjcmV0"}, "status": "ENABLED", "keyId": 1}
WRONG: dict[str, Callable[[], str]] = {
    "nothing": str,
    "no base64": lambda: SECRET,
    "no ASCII": lambda: f"{SECRET}ñ",
    "no JSON": lambda: base64.b64encode(b"\xff" + SECRET.encode()).decode(),
    "no key set": lambda: encoded({"primaryKeyId": SECRET}),
    "no key": lambda: encoded({"primaryKeyId": 1, "key": []}),
    "an unknown key": lambda: encoded({"primaryKeyId": 1, "key": [UNKNOWN_KEY]}),
}
MAKERS = {"VAULT_CELL_KEYS": new_cell_keyset, "VAULT_FILE_KEYS": new_file_keyset, "VAULT_INDEX_KEYS": new_index_keyset}


def refusal(settings: Settings, name: str, value: str) -> None:
    """Assert that the start is refused with the name of the setting and nothing of its value."""
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{name} ") as refused:
        check_keysets()
    assert SECRET not in "".join(format_exception(refused.value))


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_a_setting_that_is_no_key_set_stops_the_start_with_its_name(
    settings: Settings, name: str, make: Callable[[], str]
) -> None:
    refusal(settings, name, make())


@pytest.mark.parametrize(("name", "other"), [(name, other) for name in MAKERS for other in MAKERS if name != other])
def test_a_key_set_in_the_place_of_another_stops_the_start_with_the_settings_name(
    settings: Settings, name: str, other: str
) -> None:
    refusal(settings, name, MAKERS[other]())
