"""New key sets for the vault, each written as one line of text.

A key set is Tink's JSON, in the clear, in base64 so that it fits one line of an environment file. Whoever holds one
can read what it sealed: it is a secret of the environment and never enters the repository. The templates are those of
the vault's format, with Tink's prefix, which names the key so that keys can be rotated.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

import tink
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tink import aead, json_proto_keyset_format, prf, secret_key_access, streaming_aead

if TYPE_CHECKING:
    from tink.proto import tink_pb2


def new_cell_keyset() -> str:
    """Return a key set with one AES-256-GCM key, for cells of the database."""
    aead.register()
    return _new(aead.aead_key_templates.AES256_GCM)


def new_file_keyset() -> str:
    """Return a key set with one streaming AES-256-GCM key (HKDF, segments of 1 MiB), for files."""
    streaming_aead.register()
    return _new(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)


def new_index_keyset() -> str:
    """Return a key set with one HMAC-SHA256 pseudo-random function, for blind indexes."""
    prf.register()
    return _new(prf.prf_key_templates.HMAC_SHA256)


def new_audit_key() -> str:
    """Return a key for ``AUDIT_KEY``: an id and 32 bytes in base64, not one of Tink's."""
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_signing_key() -> str:
    """A P-256 private key for ``CONNECTOR_SIGNING_KEY``, PEM in base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return base64.b64encode(key.private_bytes(*encoding)).decode()


def read_keyset(text: str) -> tink.KeysetHandle:
    """Return the key set written in ``text``; raise a ``ValueError`` that quotes nothing of it when it is none.

    The primitive's ``register()`` must have been called before the key set is used.
    """
    try:
        return json_proto_keyset_format.parse(base64.b64decode(text, validate=True).decode(), secret_key_access.TOKEN)
    except (ValueError, tink.TinkError):
        raise ValueError("not a key set: base64 of Tink's JSON is expected") from None


def _new(template: tink_pb2.KeyTemplate) -> str:
    handle = tink.new_keyset_handle(template)
    return base64.b64encode(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN).encode()).decode()
