"""A certificate for this machine in its own network, signed by an authority that is made here and known to nobody.

A phone runs service workers, shares files and writes to the clipboard over HTTPS alone. `make run TLS=on`, or
`python -m tools.launcher.certificate`, keeps what is needed in `DATA_DIR/tls/` (docs/phone.md). Never for production.
"""

import contextlib
import os
import re
import socket
import ssl
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import NamedTuple

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from tools.launcher import local_secrets
from tools.launcher.addresses import EVERY_ADDRESS, address_in_network

AUTHORITY_LIFE, LIFE, RENEWED_BEFORE = timedelta(days=3650), timedelta(days=397), timedelta(days=30)
EARLIER = timedelta(hours=1)  # the phone's clock may be a little behind
DOMAINS = ("localhost", "local", "lan", "home.arpa", "internal")
NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7")


class Files(NamedTuple):
    """For the server a certificate and its key; for the phone the authority, alone in its directory."""

    certificate: Path
    key: Path
    authority: Path
    authority_key: Path


def names_of_this_machine(host: str = "") -> list[str]:
    """Return the names and addresses under which others reach it, and `host`, where it listens."""
    own = socket.gethostname().lower()
    found = {"localhost", "127.0.0.1", "::1", own if "." in own else f"{own}.local", address_in_network(), host}
    return sorted(name for name in found - {*EVERY_ADDRESS} if re.fullmatch(r"[a-z0-9.:-]+", name))


def ensure(data_dir: Path, names: list[str]) -> Files:
    """Make what is missing, near its end, or not for all of these names; phones trust the authority, so it stays."""
    tls = data_dir / "tls"
    files = Files(tls / "certificate.pem", tls / "key.pem", tls / "public" / "tramites-ca.crt", tls / "ca-key.pem")
    files.authority.parent.mkdir(parents=True, exist_ok=True)
    if not _is_good(files, names):
        with contextlib.suppress(FileNotFoundError, ValueError):
            _issue(files, names)
        if not _is_good(files, names):  # there is no authority yet, or it may not sign for one of the names
            _make_authority(files, names)
            _issue(files, names)
    return files


def _is_good(files: Files, names: list[str]) -> bool:
    """Return whether a phone that trusts the authority accepts the certificate for each name, for some time to come."""
    server = ExtensionPolicy.permit_all().require_present(x509.SubjectAlternativeName, Criticality.AGNOSTIC, None)
    policy = PolicyBuilder().extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=server)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.key)
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        store = Store([x509.load_pem_x509_certificate(files.authority.read_bytes())])
        policy = policy.store(store).time(datetime.now(UTC) + RENEWED_BEFORE)
        for name in names:
            policy.build_server_verifier(_subject(name)).verify(certificate, [])
    except (OSError, ValueError, VerificationError):
        return False
    return True


def _subject(name: str) -> x509.IPAddress | x509.DNSName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _issue(files: Files, names: list[str]) -> None:
    authority = trustme.CA.from_pem(files.authority.read_bytes(), files.authority_key.read_bytes())
    start, end = datetime.now(UTC) - EARLIER, datetime.now(UTC) + LIFE
    issued = authority.issue_cert(*names, organization_unit_name="Trámites", not_before=start, not_after=end)
    _write_private(files.key, issued.private_key_pem.bytes())
    files.certificate.write_bytes(issued.cert_chain_pems[0].bytes())


def _make_authority(files: Files, names: list[str]) -> None:
    """Sign trustme's authority anew, with dates, and permitted for this machine and local networks alone.

    Threat: whoever steals its key could otherwise impersonate any site to the phones that trust it.
    """
    permitted: list[x509.GeneralName] = [x509.IPAddress(ip_network(network)) for network in NETWORKS]
    for subject in map(_subject, (*DOMAINS, *names)):
        permitted.append(x509.IPAddress(ip_network(subject.value)) if isinstance(subject, x509.IPAddress) else subject)
    unit = f"{socket.gethostname()[:30]}, {datetime.now(UTC):%Y-%m-%d}"
    made = trustme.CA(path_length=0, organization_name="Trámites", organization_unit_name=unit)
    plain = x509.load_pem_x509_certificate(made.cert_pem.bytes())
    own = plain.issuer, plain.subject, plain.public_key(), plain.serial_number, None, None, list(plain.extensions)
    builder = x509.CertificateBuilder(*own).add_extension(x509.NameConstraints(permitted, None), critical=True)
    builder = builder.not_valid_before(datetime.now(UTC) - EARLIER).not_valid_after(datetime.now(UTC) + AUTHORITY_LIFE)
    key = serialization.load_pem_private_key(made.private_key_pem.bytes(), None)
    signed = builder.sign(key, hashes.SHA256())  # type: ignore[arg-type]  # it is of an elliptic curve
    _write_private(files.authority_key, made.private_key_pem.bytes())
    files.authority.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_bytes(content)


def main() -> None:
    names = names_of_this_machine(os.environ.get("HOST", ""))
    try:
        files = ensure(local_secrets.data_dir(), names)
    except OSError as error:
        sys.exit(f"The certificate cannot be written: {error.strerror} ({error.filename}).")
    print(*names, files.certificate, files.key, "To trust on the phone (docs/phone.md):", files.authority, sep="\n  ")


if __name__ == "__main__":
    main()
