"""The certificate of a portal in its own network, and the authority that a phone is told to trust."""

import ipaddress
import socket
import ssl
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tools.launcher import certificate
from tools.launcher.certificate import ensure, names_of_this_machine

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  nothing listens there in a test
NAMES = ["127.0.0.1", "192.168.1.20", "localhost"]


def shaken_hands(files: certificate.Files, name: str) -> str:
    """The protocol that a client which trusts this authority alone agrees on; raises `ssl.SSLError`."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except (ssl.SSLError, OSError):
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client = ssl.create_default_context(cafile=files.authority)
        with client.wrap_socket(ours, server_hostname=name) as agreed:
            return agreed.version() or ""
    finally:
        ours.close()
        thread.join(5)


def content(files: certificate.Files) -> tuple[bytes, bytes, bytes]:
    return files.authority.read_bytes(), files.certificate.read_bytes(), files.key.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_client_that_trusts_the_authority_believes_each_name(tmp_path: Path, name: str) -> None:
    assert shaken_hands(ensure(tmp_path, NAMES), name) == "TLSv1.3"


def test_another_name_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(ensure(tmp_path, NAMES), "tramites.example")


def test_the_authority_can_sign_for_local_names_alone(tmp_path: Path) -> None:
    """Whoever steals its key can impersonate no site of the world."""
    authority = x509.load_pem_x509_certificate(ensure(tmp_path, NAMES).authority.read_bytes())
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    permitted = constraints.value.permitted_subtrees or []
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    assert all(network.is_private for network in networks)
    assert {one.value for one in permitted if isinstance(one, x509.DNSName)} == set(certificate.DOMAINS)


def test_keys_are_for_their_owner_alone_and_apart_from_what_a_phone_gets(tmp_path: Path) -> None:
    files = ensure(tmp_path, NAMES)
    for path in (files.key, files.authority_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in files.authority.parent.iterdir()] == ["tramites-ca.crt"]
    assert b"PRIVATE" not in files.authority.read_bytes()


def test_what_is_there_stays_so_that_the_phone_need_not_be_told_again(tmp_path: Path) -> None:
    before = content(ensure(tmp_path, NAMES))
    assert content(ensure(tmp_path, NAMES)) == before
    assert content(ensure(tmp_path, NAMES[:2])) == before


def test_another_address_gets_another_certificate_of_the_same_authority(tmp_path: Path) -> None:
    before = content(ensure(tmp_path, NAMES))
    files = ensure(tmp_path, [*NAMES, "10.0.0.7"])
    assert files.authority.read_bytes() == before[0]
    assert files.certificate.read_bytes() != before[1]
    assert shaken_hands(files, "10.0.0.7")


def test_an_address_beyond_local_networks_gets_an_authority_that_may_sign_for_it(tmp_path: Path) -> None:
    before = content(ensure(tmp_path, NAMES))
    files = ensure(tmp_path, [*NAMES, "203.0.113.9", "portal.example"])
    assert files.authority.read_bytes() != before[0]
    assert shaken_hands(files, "203.0.113.9")
    assert shaken_hands(files, "portal.example")


def test_a_certificate_near_its_end_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "LIFE", timedelta(days=20))
    before = content(ensure(tmp_path, NAMES))
    monkeypatch.undo()
    after = content(ensure(tmp_path, NAMES))
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


def test_a_spoilt_file_is_made_anew(tmp_path: Path) -> None:
    files = ensure(tmp_path, NAMES)
    files.certificate.write_text("nothing")
    assert shaken_hands(ensure(tmp_path, NAMES), "localhost")
    files.authority.write_text("nothing")
    assert shaken_hands(ensure(tmp_path, NAMES), "localhost")


def test_the_names_are_those_by_which_others_reach_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "address_in_network", lambda: "192.168.1.20")
    assert {"localhost", "127.0.0.1", "::1", "192.168.1.20"} <= set(names_of_this_machine(EVERY_ADDRESS))
    assert EVERY_ADDRESS not in names_of_this_machine(EVERY_ADDRESS)
    assert "10.1.2.3" in names_of_this_machine("10.1.2.3")
    assert all(ipaddress.ip_address(name) for name in names_of_this_machine() if name[0].isdigit())


def test_the_command_says_where_everything_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    certificate.main()
    said = capsys.readouterr().out
    assert str(tmp_path / "tls" / "public" / "tramites-ca.crt") in said
    assert "docs/phone.md" in said
