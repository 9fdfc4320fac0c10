"""Creating and reading the keysets of the vault.

A keyset is Tink's cleartext JSON in base64, so that it fits on one line of an environment file. Whoever holds it can
read what it sealed: keep it as a secret of the environment, never in the repository. The key templates define the
vault's format and carry Tink's prefix, which identifies the key, so that keys can be rotated.
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


for _primitive in (aead, prf, streaming_aead):
    _primitive.register()


def new_cell_keyset() -> str:
    """Return a keyset with one AES-256-GCM key, for database cells."""
    return _new(aead.aead_key_templates.AES256_GCM)


def new_file_keyset() -> str:
    """Return a keyset with one streaming AES-256-GCM key (HKDF, 1 MiB segments), for files."""
    return _new(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)


def new_index_keyset() -> str:
    """Return a keyset with one HMAC-SHA256 pseudorandom function, for blind indexes."""
    return _new(prf.prf_key_templates.HMAC_SHA256)


def new_audit_key() -> str:
    """Return a key for ``AUDIT_KEY``: a random id and 32 bytes in base64; it is not a Tink keyset."""
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_signing_key() -> str:
    """A P-256 private key for ``CONNECTOR_SIGNING_KEY``, PEM in base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return base64.b64encode(key.private_bytes(*encoding)).decode()


def read_keyset(text: str) -> tink.KeysetHandle:
    """Return the keyset; raise ``ValueError``, without revealing any of the text, when it is not one."""
    try:
        return json_proto_keyset_format.parse(base64.b64decode(text, validate=True).decode(), secret_key_access.TOKEN)
    except (ValueError, tink.TinkError):
        raise ValueError("not a key set: base64 of Tink's JSON is expected") from None


def _new(template: tink_pb2.KeyTemplate) -> str:
    handle = tink.new_keyset_handle(template)
    return base64.b64encode(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN).encode()).decode()
