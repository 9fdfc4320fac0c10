"""A certificate for this machine in its own network, signed by an authority that is made here and known to nobody.

A phone runs service workers, shares files and copies to the clipboard over HTTPS alone; on the machine itself
`http://127.0.0.1` counts as secure. `make run TLS=on` makes what is needed in `DATA_DIR/tls/`, or
`python -m tramites_site.local_certificate` does. `docs/phone.md` says how a phone is told to trust it. Never for
production.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tramites_site import local
from tramites_site.launch.addresses import address_in_network, is_every_address

AUTHORITY_LIFE, LIFE, RENEWED_BEFORE = timedelta(days=3650), timedelta(days=397), timedelta(days=30)
ALWAYS = ("localhost", "127.0.0.1", "::1")
LOCAL_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7"),
    )
)
LOCAL_DOMAINS = ("localhost", "local", "lan", "home.arpa", "internal")

Key = ec.EllipticCurvePrivateKey
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Files:
    """What stands in a directory: for the server the certificate with its chain and its key; the authority to trust."""

    directory: Path

    @property
    def certificate(self) -> Path:
        return self.directory / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.directory / "key.pem"

    @property
    def authority(self) -> Path:
        """Alone in its directory, so that this one can be given to a phone and no key with it."""
        return self.directory / "public" / "tramites-ca.crt"

    @property
    def authority_key(self) -> Path:
        return self.directory / "ca-key.pem"


def names_of_this_machine(host: str = "") -> list[str]:
    """The names and addresses under which others reach it, and `host`, where it listens."""
    own = socket.gethostname().lower()
    found = [*ALWAYS, own if "." in own else f"{own}.local", address_in_network()]
    if host and not is_every_address(host):
        found.append(host)
    return sorted({name for name in found if name})


def ensure(data_dir: Path, names: list[str]) -> Files:
    """Make what is missing, near its end, or not for all of these names; the rest stays, as phones trust it.

    Raises `OSError` when the directory cannot be written.
    """
    files = Files(data_dir / "tls")
    files.authority.parent.mkdir(parents=True, exist_ok=True)
    authority = _read(files.authority)
    if authority is None or not files.authority_key.is_file() or not _permits(authority, names):
        authority = _make_authority(files, names)
    certificate = _read(files.certificate)
    if certificate is None or not files.key.is_file() or not _is_good(certificate, authority, names):
        _make_certificate(files, authority, names)
    return files


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _is_good(certificate: x509.Certificate, authority: x509.Certificate, names: list[str]) -> bool:
    """Whether it has time left, is for all of these names, and this authority has signed it."""
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if certificate.not_valid_after_utc - datetime.now(UTC) < RENEWED_BEFORE:
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return all(_alternative(name) in held for name in names)


def _permits(authority: x509.Certificate, names: list[str]) -> bool:
    """Whether it lives long enough, and its constraints let it sign for all of these."""
    if authority.not_valid_after_utc - datetime.now(UTC) < LIFE:
        return False
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return set(_constraints(names)) <= set(constraints.permitted_subtrees or [])


def _constraints(names: list[str]) -> list[x509.GeneralName]:
    """Local networks and names alone, and what else this machine is called: a stolen key is of no use elsewhere."""
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = list(LOCAL_NETWORKS)
    domains = list(LOCAL_DOMAINS)
    for name in names:
        address = _address(name)
        if address is None:
            if name.rpartition(".")[2] not in LOCAL_DOMAINS and name not in domains:
                domains.append(name)
        elif not any(address in network for network in networks):
            networks.append(ipaddress.ip_network(address))
    return [*map(x509.IPAddress, networks), *map(x509.DNSName, domains)]


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _alternative(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _make_authority(files: Files, names: list[str]) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"Trámites, {socket.gethostname()[:30]}, {datetime.now(UTC):%Y-%m-%d}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    authority = (
        _begun(subject, subject, key, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(_constraints(names), None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(files.authority_key, _pem(key))
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    return authority


def _make_certificate(files: Files, authority: x509.Certificate, names: list[str]) -> None:
    signing = serialization.load_pem_private_key(files.authority_key.read_bytes(), None)
    if not isinstance(signing, Key):
        raise TypeError(f"{files.authority_key} holds another kind of key")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Trámites")])
    certificate = (
        _begun(subject, authority.subject, key, LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    _write(files.key, _pem(key))
    chain = [one.public_bytes(serialization.Encoding.PEM) for one in (certificate, authority)]
    files.certificate.write_bytes(b"".join(chain))


def _begun(subject: x509.Name, issuer: x509.Name, key: Key, life: timedelta) -> x509.CertificateBuilder:
    started = datetime.now(UTC) - timedelta(hours=1)  # the phone's clock may be a little behind
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(started)
        .not_valid_after(started + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: Key) -> bytes:
    """PKCS #8, which granian wants."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """For its owner's eyes alone, from the first moment on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def main() -> int:
    names = names_of_this_machine(os.environ.get("HOST", ""))
    try:
        files = ensure(local.data_dir(), names)
    except OSError as error:
        sys.stderr.write(f"The certificate cannot be written: {error.strerror} ({error.filename}).\n")
        return 1
    sys.stdout.write(f"For {', '.join(names)}:\n  {files.certificate}\n  {files.key}\n")
    sys.stdout.write(f"Signed by the authority that the phone must trust (docs/phone.md):\n  {files.authority}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
