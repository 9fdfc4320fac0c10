"""Making the key sets of the vault, and writing them down in one line of text.

A key set is Tink's JSON, in the clear, in base64 so that it fits one line of an environment file. Whoever holds one
reads what it sealed: keep it as a secret of the environment, never in the repository. Every template is the one that
the vault's format is defined with, with Tink's prefix (it names the key), so that keys can be rotated later.
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
    """A key set of one AES-256-GCM key, for cells of the database."""
    aead.register()
    return _new(aead.aead_key_templates.AES256_GCM)


def new_file_keyset() -> str:
    """A key set of one streaming AES-256-GCM key (HKDF, segments of 1 MiB), for files."""
    streaming_aead.register()
    return _new(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)


def new_index_keyset() -> str:
    """A key set of one HMAC-SHA256 pseudo-random function, for blind indexes."""
    prf.register()
    return _new(prf.prf_key_templates.HMAC_SHA256)


def new_audit_key() -> str:
    """A key of the audit log for ``AUDIT_KEY``, 32 bytes behind an id of its own; not one of Tink's."""
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_signing_key() -> str:
    """A P-256 private key for ``CONNECTOR_SIGNING_KEY``, PEM in base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return base64.b64encode(key.private_bytes(*encoding)).decode()


def read_keyset(text: str) -> tink.KeysetHandle:
    """The key set written in `text`; the primitive's `register()` must have been called before using it.

    Raises `ValueError`, which tells nothing of the text, when it is not a key set.
    """
    try:
        return json_proto_keyset_format.parse(base64.b64decode(text, validate=True).decode(), secret_key_access.TOKEN)
    except (ValueError, tink.TinkError):
        raise ValueError("not a key set: base64 of Tink's JSON is expected") from None


def _new(template: tink_pb2.KeyTemplate) -> str:
    handle = tink.new_keyset_handle(template)
    return base64.b64encode(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN).encode()).decode()
