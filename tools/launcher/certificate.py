"""A certificate for this machine in its own network, signed by an authority that is made here and known to nobody.

A phone runs service workers, shares files and writes to the clipboard over HTTPS alone; on the machine itself
`http://127.0.0.1` counts as secure. `make run TLS=on` or `python -m tools.launcher.certificate` writes what is needed
to `DATA_DIR/tls/`; `docs/phone.md` says how a phone is made to trust it. Never for production.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.launcher import local_secrets
from tools.launcher.addresses import address_in_network, is_every_address

AUTHORITY_LIFE, LIFE, RENEWED_BEFORE = timedelta(days=3650), timedelta(days=397), timedelta(days=30)
EARLIER = timedelta(hours=1)  # the phone's clock may be a little behind
LOCAL_DOMAINS = ("localhost", "local", "lan", "home.arpa", "internal")
LOCAL_NETWORKS = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7".split()


class Files(NamedTuple):
    """For the server a certificate and its key; for a phone the authority, alone in its directory, with no key."""

    certificate: Path
    key: Path
    authority: Path
    authority_key: Path


def names_of_this_machine(host: str = "") -> list[str]:
    """Return the names and addresses under which others reach it, and `host`, where it listens."""
    own = socket.gethostname().lower()
    found = {"localhost", "127.0.0.1", "::1", own if "." in own else f"{own}.local", address_in_network()}
    if not is_every_address(host):
        found.add(host)
    return sorted(name for name in found if re.fullmatch(r"[a-z0-9.:-]+", name))


def ensure(data_dir: Path, names: list[str]) -> Files:
    """Make what is missing, near its end, or not for all of these names; the rest stays, because phones trust it.

    Raise `OSError` when the directory cannot be written.
    """
    tls = data_dir / "tls"
    files = Files(tls / "certificate.pem", tls / "key.pem", tls / "public" / "tramites-ca.crt", tls / "ca-key.pem")
    files.authority.parent.mkdir(parents=True, exist_ok=True)
    authority = _read(files.authority, files.authority_key)
    if authority is None or not _may_sign(authority, names):
        authority = _make_authority(files, names)
    certificate = _read(files.certificate, files.key)
    if certificate is None or not _is_current(certificate, authority, names):
        issuer = trustme.CA.from_pem(files.authority.read_bytes(), files.authority_key.read_bytes())
        now = datetime.now(UTC)
        issued = issuer.issue_cert(*names, organization_name="Trámites", not_before=now - EARLIER, not_after=now + LIFE)
        _write_private(files.key, issued.private_key_pem.bytes())
        files.certificate.write_bytes(issued.cert_chain_pems[0].bytes())
    return files


def _read(path: Path, key: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()) if key.is_file() else None
    except (OSError, ValueError):
        return None


def _is_current(certificate: x509.Certificate, authority: x509.Certificate, names: list[str]) -> bool:
    """Return whether it has time left, is for all of these names, and was signed by this authority."""
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {*held.get_values_for_type(x509.DNSName), *map(str, held.get_values_for_type(x509.IPAddress))}
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return known.issuperset(names) and certificate.not_valid_after_utc - datetime.now(UTC) > RENEWED_BEFORE


def _may_sign(authority: x509.Certificate, names: list[str]) -> bool:
    """Return whether it outlives a new certificate, and its constraints let it sign for all of these names."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return authority.not_valid_after_utc - datetime.now(UTC) > LIFE and set(_constraints(names)) <= set(
        constraints.permitted_subtrees or []
    )


def _constraints(names: list[str]) -> list[x509.GeneralName]:
    """Permit local networks and domains, and what else this machine is called: a stolen key is of no use elsewhere."""
    networks, domains = [ipaddress.ip_network(network) for network in LOCAL_NETWORKS], list(LOCAL_DOMAINS)
    for name in names:
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            if name.rpartition(".")[2] not in LOCAL_DOMAINS:
                domains.append(name)
        else:
            if not any(address in network for network in networks):
                networks.append(ipaddress.ip_network(address))
    return [*map(x509.IPAddress, networks), *map(x509.DNSName, domains)]


def _make_authority(files: Files, names: list[str]) -> x509.Certificate:
    """Make one by hand, because trustme's own authorities may sign for the whole world."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = f"Trámites, {socket.gethostname()[:30]}, {now:%Y-%m-%d}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= {"digital_signature": False, "encipher_only": False, "decipher_only": False}
    authority = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .add_extension(x509.NameConstraints(_constraints(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    _write_private(files.authority_key, key.private_bytes(*pem))
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    return authority


def _write_private(path: Path, content: bytes) -> None:
    """Write what only its owner may read, from the first moment on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def main() -> int:
    names = names_of_this_machine(os.environ.get("HOST", ""))
    try:
        files = ensure(local_secrets.data_dir(), names)
    except OSError as error:
        sys.stderr.write(f"The certificate cannot be written: {error.strerror} ({error.filename}).\n")
        return 1
    sys.stdout.write(f"For {', '.join(names)}:\n  {files.certificate}\n  {files.key}\n")
    sys.stdout.write(f"Signed by the authority that the phone must trust (docs/phone.md):\n  {files.authority}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
