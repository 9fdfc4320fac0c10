"""Sealed cells and blind indexes: personal data is unreadable in the database without the keysets.

A sealed cell is Tink AEAD ciphertext whose associated data is its *place* (``app.Model.field:pk``), so a cell copied
to another row or column does not open. A blind index is a keyed pseudorandom function of the value: 4 bytes of the
key's id and 16 of the output, so equal values can be found and counted but not read. Both formats carry the id of
their key, so keys can be added and retired without touching stored data.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self, cast, overload

import tink
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from tink import aead, prf, streaming_aead

from foundation import audit
from foundation.keysets import read_keyset

INDEX_LENGTH = 20
"""Bytes of a blind index: 4 of the key's id, 16 of the function's output."""


class SealBroken(Exception):
    """A sealed cell or file does not open: wrong key, wrong place, or altered."""


@lru_cache(maxsize=6)
def _primitive[T](setting: str, encoded: str, kind: type[T]) -> T:
    try:
        return cast(T, read_keyset(encoded).primitive(kind))
    except (ValueError, tink.TinkError):
        audit.record_anyway("vault.keyset_unusable", once_for=[setting], setting=setting)
        raise ImproperlyConfigured(f"{setting} is not a keyset of its kind (base64 of tink's JSON)") from None


def _cells() -> aead.Aead:
    return _primitive("VAULT_CELL_KEYS", settings.VAULT_CELL_KEYS, aead.Aead)


def _indexes() -> prf.PrfSet:
    return _primitive("VAULT_INDEX_KEYS", settings.VAULT_INDEX_KEYS, prf.PrfSet)


def streaming_primitive() -> streaming_aead.StreamingAead:
    """Return what encrypts files, for ``foundation.sealed_files``."""
    return _primitive("VAULT_FILE_KEYS", settings.VAULT_FILE_KEYS, streaming_aead.StreamingAead)


def check_keysets() -> None:
    """Raise ``ImproperlyConfigured`` at start, rather than in somebody's request, when a keyset is wrong."""
    _cells()
    _indexes()
    streaming_primitive()


def place(model: type[models.Model] | models.Model, field: str, pk: object) -> str:
    """Return the place of a cell, its associated data: ``accounts.ClaveUser.alias_cell:5e0c…``."""
    return f"{model._meta.label}.{field}:{pk}"


def seal(value: str | bytes, at: str) -> bytes:
    """Encrypt ``value`` for the place ``at``; the cell is 33 bytes longer than the value."""
    plain = value.encode(errors="replace") if isinstance(value, str) else value
    return bytes(_cells().encrypt(plain, at.encode()))


def unseal(cell: bytes, at: str) -> bytes:
    """Return what was sealed for this place; raise ``SealBroken`` when it does not open."""
    try:
        return bytes(_cells().decrypt(bytes(cell), at.encode()))
    except tink.TinkError as error:
        audit.record_anyway("vault.cell_broken", target=at, once_for=[at.partition(":")[0]])
        raise SealBroken(at) from error


def blind_index(value: str, purpose: str) -> bytes:
    """Return the index under the primary key, for storing and for unique constraints."""
    functions = _indexes()
    return _index(functions.primary_id(), functions.primary(), value, purpose)


def blind_indexes(value: str, purpose: str) -> list[bytes]:
    """Return the index under every live key, the primary one first, for lookups (``…__in``)."""
    functions = _indexes()
    primary = functions.primary_id()
    live = sorted(functions.all().items(), key=lambda pair: pair[0] != primary)
    return [_index(key_id, function, value, purpose) for key_id, function in live]


def _index(key_id: int, function: prf.Prf, value: str, purpose: str) -> bytes:
    return key_id.to_bytes(4, "big") + bytes(function.compute(f"{purpose}:{value}".encode(), INDEX_LENGTH - 4))


class _SealedField[T]:
    """Descriptor that opens a sealed cell on access.

    Writing is explicit (``row.alias_cell = seal(alias, place(...))``), so that it works in conditional updates too.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, row: None, owner: type[models.Model]) -> Self: ...
    @overload
    def __get__(self, row: models.Model, owner: type[models.Model]) -> T: ...
    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> T | Self:
        return self if row is None else self.decode(_open_cell(row, self.field))

    def decode(self, content: bytes) -> T:
        raise NotImplementedError


class SealedText(_SealedField[str]):
    """An empty or missing cell is ``""``."""

    def decode(self, content: bytes) -> str:
        return content.decode()


class SealedMapping(_SealedField[dict[str, Any]]):
    """An empty or missing cell is ``{}``."""

    def decode(self, content: bytes) -> dict[str, Any]:
        value = json.loads(content or b"{}")
        return value if isinstance(value, dict) else {}


def _open_cell(row: models.Model, field: str) -> bytes:
    """Return the content of a row's cell, cached on the row so that it is decrypted once; ``b""`` for no cell."""
    cell = getattr(row, field)
    if not cell:
        return b""
    cache: dict[str, tuple[bytes, bytes]] = row.__dict__.setdefault("_opened", {})
    if field not in cache or cache[field][0] != bytes(cell):
        cache[field] = (bytes(cell), unseal(cell, place(row, field, row.pk)))
    return cache[field][1]


def seal_mapping(value: Mapping[str, Any], at: str) -> bytes:
    """Seal a JSON object."""
    return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), at)
