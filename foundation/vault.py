"""Sealed cells and blind indexes: what is personal is unreadable in the database without the keysets.

A sealed cell is tink AEAD ciphertext whose associated data is its *place* (``app.Model.field:pk``), so a cell
copied to another row or column does not open. A blind index is a keyed pseudorandom function of the value, cut to
16 bytes behind the 4 bytes of its key's id: equal values can be found and counted, and not read. Both formats carry
the id of their key, so keys can be added and retired without touching what is stored.
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
"""Bytes of a blind index: 4 of the key's id, 16 of the function's value."""


class SealBroken(Exception):
    """A sealed cell or file does not open: wrong key, wrong place, or altered."""


def _primitive[T](setting: str, encoded: str, kind: type[T]) -> T:
    """What the keyset of a setting does; raises ``ImproperlyConfigured``, which tells its name and nothing of it."""
    try:
        return cast(T, read_keyset(encoded).primitive(kind))
    except (ValueError, tink.TinkError):
        audit.record_anyway("vault.keyset_unusable", once_for=[setting], setting=setting)
        raise ImproperlyConfigured(f"{setting} is not a keyset of its kind (base64 of tink's JSON)") from None


@lru_cache(maxsize=2)
def _cells(encoded: str) -> aead.Aead:
    aead.register()
    return _primitive("VAULT_CELL_KEYS", encoded, aead.Aead)


@lru_cache(maxsize=2)
def _indexes(encoded: str) -> prf.PrfSet:
    prf.register()
    return _primitive("VAULT_INDEX_KEYS", encoded, prf.PrfSet)


@lru_cache(maxsize=2)
def _files(encoded: str) -> streaming_aead.StreamingAead:
    streaming_aead.register()
    return _primitive("VAULT_FILE_KEYS", encoded, streaming_aead.StreamingAead)


def files() -> streaming_aead.StreamingAead:
    """The streaming primitive for ``foundation.sealed_files``."""
    return _files(settings.VAULT_FILE_KEYS)


def check_keysets() -> None:
    """Read the three keysets once, so that a wrong one stops the start and not a person's request."""
    _cells(settings.VAULT_CELL_KEYS)
    _indexes(settings.VAULT_INDEX_KEYS)
    files()


def place(model: type[models.Model] | models.Model, field: str, pk: object) -> str:
    """Where a cell lives, its associated data: ``accounts.ClaveUser.alias_cell:5e0c…``."""
    return f"{model._meta.label}.{field}:{pk}"


def seal(value: str | bytes, at: str) -> bytes:
    """Encrypt ``value`` for the place ``at``; some 33 bytes longer than the value."""
    plain = value.encode(errors="replace") if isinstance(value, str) else value
    return bytes(_cells(settings.VAULT_CELL_KEYS).encrypt(plain, at.encode()))


def unseal(cell: bytes, at: str) -> bytes:
    """What was sealed at this place; raises ``SealBroken``."""
    try:
        return bytes(_cells(settings.VAULT_CELL_KEYS).decrypt(bytes(cell), at.encode()))
    except tink.TinkError as error:
        audit.record_anyway("vault.cell_broken", target=at, once_for=[at.partition(":")[0]])
        raise SealBroken(at) from error


def blind_index(value: str, purpose: str) -> bytes:
    """The index under the primary key: what is written, and what uniqueness is asked of."""
    functions = _indexes(settings.VAULT_INDEX_KEYS)
    return _index(functions.primary_id(), functions.primary(), value, purpose)


def blind_indexes(value: str, purpose: str) -> list[bytes]:
    """The index under every live key, the primary one first: what a lookup asks for (``…__in``)."""
    functions = _indexes(settings.VAULT_INDEX_KEYS)
    primary = functions.primary_id()
    live = sorted(functions.all().items(), key=lambda pair: pair[0] != primary)
    return [_index(key_id, function, value, purpose) for key_id, function in live]


def _index(key_id: int, function: prf.Prf, value: str, purpose: str) -> bytes:
    return key_id.to_bytes(4, "big") + bytes(function.compute(f"{purpose}:{value}".encode(), INDEX_LENGTH - 4))


class SealedText:
    """Reads a sealed cell as text, only when it is asked for; an empty or missing cell is ``""``.

    Writing is explicit (``row.alias_cell = seal(alias, place(...))``), so that it works in a conditional update too.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, row: None, owner: type[models.Model]) -> Self: ...
    @overload
    def __get__(self, row: models.Model, owner: type[models.Model]) -> str: ...
    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> str | Self:
        if row is None:
            return self
        return opened(row, self.field).decode()


class SealedMapping:
    """Reads a sealed cell as a JSON object; an empty or missing cell is ``{}``."""

    def __init__(self, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, row: None, owner: type[models.Model]) -> Self: ...
    @overload
    def __get__(self, row: models.Model, owner: type[models.Model]) -> dict[str, Any]: ...
    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> dict[str, Any] | Self:
        if row is None:
            return self
        value = json.loads(opened(row, self.field) or b"{}")
        return value if isinstance(value, dict) else {}


def opened(row: models.Model, field: str) -> bytes:
    """The content of a row's cell, kept on the row so that it is decrypted once; ``b""`` when there is none."""
    cell = getattr(row, field)
    if not cell:
        return b""
    kept: dict[str, tuple[bytes, bytes]] = row.__dict__.setdefault("_opened", {})
    if field not in kept or kept[field][0] != bytes(cell):
        kept[field] = (bytes(cell), unseal(cell, place(row, field, row.pk)))
    return kept[field][1]


def sealed_mapping(value: Mapping[str, Any], at: str) -> bytes:
    """Seal a JSON object."""
    return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), at)
