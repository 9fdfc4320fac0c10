"""Keysets are new each time, fit on one line and have the vault's format."""

import base64
import json
from collections.abc import Callable
from traceback import format_exception

import pytest
from tink.proto import aes_gcm_hkdf_streaming_pb2, aes_gcm_pb2, common_pb2, hmac_prf_pb2

from foundation.keysets import new_cell_keyset, new_file_keyset, new_index_keyset, read_keyset
from tests.foundation.factories import encoded

MAKERS = {new_cell_keyset: "AesGcmKey", new_file_keyset: "AesGcmHkdfStreamingKey", new_index_keyset: "HmacPrfKey"}
SECRET = "clandestine"


@pytest.mark.parametrize(("make", "kind"), MAKERS.items())
def test_a_key_set_is_one_key_of_its_kind_in_one_line(make: Callable[[], str], kind: str) -> None:
    text = make()
    content = json.loads(base64.b64decode(text))
    (key,) = content["key"]
    assert key["keyData"]["typeUrl"] == f"type.googleapis.com/google.crypto.tink.{kind}"
    assert (key["keyId"], key["status"]) == (content["primaryKeyId"], "ENABLED")
    assert text.isascii()
    assert not set(text) & set("\n\"'$# ")


def key_of(text: str) -> bytes:
    return base64.b64decode(json.loads(base64.b64decode(text))["key"][0]["keyData"]["value"])


def test_keys_are_as_long_and_of_the_kind_that_the_vaults_format_says() -> None:
    cells = aes_gcm_pb2.AesGcmKey.FromString(key_of(new_cell_keyset()))
    files = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey.FromString(key_of(new_file_keyset()))
    indexes = hmac_prf_pb2.HmacPrfKey.FromString(key_of(new_index_keyset()))
    assert len(cells.key_value) == len(files.key_value) == len(indexes.key_value) == files.params.derived_key_size == 32
    assert files.params.ciphertext_segment_size == 1 << 20
    assert files.params.hkdf_hash_type == indexes.params.hash == common_pb2.SHA256


def test_what_seals_cells_is_prefixed_with_its_keys_id_so_that_keys_can_be_changed() -> None:
    (key,) = json.loads(base64.b64decode(new_cell_keyset()))["key"]
    assert key["outputPrefixType"] == "TINK"


@pytest.mark.parametrize("make", MAKERS)
def test_no_two_key_sets_are_the_same(make: Callable[[], str]) -> None:
    assert len({make() for _time in range(5)}) == 5


@pytest.mark.parametrize("make", MAKERS)
def test_a_key_set_is_read_again(make: Callable[[], str]) -> None:
    text = make()
    assert read_keyset(text).keyset_info().primary_key_id == json.loads(base64.b64decode(text))["primaryKeyId"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        SECRET,
        f"{SECRET}ñ",
        f"\n{SECRET}",
        base64.b64encode(b"\xff" + SECRET.encode()).decode(),
        encoded([]),
        encoded({}),
        encoded({SECRET: 1}),
        encoded({"primaryKeyId": SECRET}),
        encoded({"primaryKeyId": 1, "key": []}),
        encoded({"primaryKeyId": 1, "key": [{"keyData": {"value": SECRET}}]}),
    ],
)
def test_what_is_no_key_set_is_refused_and_nothing_of_it_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a key set") as refused:
        read_keyset(text)
    assert SECRET not in "".join(format_exception(refused.value))
