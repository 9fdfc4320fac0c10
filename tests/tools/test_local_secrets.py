"""The secrets of a local installation."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from foundation.keysets import read_keyset
from tools.launcher import local_secrets


def test_every_secret_is_made_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    made = local_secrets.ensure(tmp_path / "new")
    path = tmp_path / "new" / "local.env"
    assert set(made) == set(local_secrets.MAKERS)
    assert local_secrets.read(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(base64.b64decode(made["CODE_KEY"])) == 32
    for name in ("VAULT_CELL_KEYS", "VAULT_FILE_KEYS", "VAULT_INDEX_KEYS"):
        assert read_keyset(made[name]).keyset_info().primary_key_id


def test_what_stands_there_is_kept_and_only_what_is_missing_is_added(tmp_path: Path) -> None:
    path = tmp_path / "local.env"
    path.write_text("# mine\nCLAVE_TOKEN=kept\nPORTAL_URL=http://elsewhere\n", encoding="utf-8")
    made = local_secrets.ensure(tmp_path)
    assert path.read_text(encoding="utf-8").startswith("# mine\nCLAVE_TOKEN=kept\nPORTAL_URL=http://elsewhere\n")
    assert made["CLAVE_TOKEN"] == "kept"
    before = path.read_bytes()
    assert local_secrets.ensure(tmp_path) == made
    assert path.read_bytes() == before


def test_starts_at_the_same_moment_make_one_set_of_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sets = list(pool.map(lambda _: local_secrets.ensure(tmp_path), range(8)))
    assert all(one == sets[0] for one in sets)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["local.env", "local.env.lock"]


def test_a_text_that_is_no_key_set_is_refused_without_being_told(tmp_path: Path) -> None:
    for text in ("", "not base64!", base64.b64encode(b"secret").decode()):
        with pytest.raises(ValueError, match=r"^not a key set: base64 of Tink's JSON is expected$"):
            read_keyset(text)
