"""PAdES signatures from a test authority whose keys are generated on first use and last as long as the process."""

from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

ORGANISATION = "Sandbox de Trámites: autoridad de prueba, sin valor"
SIGNING = Lock()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ES"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def _made() -> tuple[x509.Certificate, signers.SimpleSigner]:
    """Return the authority's certificate and a signer for the bodies' seal, which that authority certifies."""
    root_key, seal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, seal_name = "Autoridad de prueba del sandbox", "Sello electrónico de prueba del sandbox"
    root = _builder(root_name, root_name, root_key, authority=True).sign(root_key, hashes.SHA256())
    seal = _builder(seal_name, root_name, seal_key, authority=False).sign(root_key, hashes.SHA256())
    bundle = pkcs12.serialize_key_and_certificates(b"seal", seal_key, seal, [root], NoEncryption())
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, other_certs=())
    if signer is None:
        raise RuntimeError("the test authority's seal cannot be read back")
    return root, signer


def authority() -> bytes:
    """Return the test authority's certificate in PEM, the trust anchor for validating signatures."""
    with SIGNING:
        return _made()[0].public_bytes(Encoding.PEM)


def sign(pdf: bytes, reason: str) -> bytes:
    """Return the PDF with a PAdES signature (baseline B) added as an incremental update."""
    with SIGNING:
        signer = _made()[1]
    about = signers.PdfSignatureMetadata(
        field_name="Sello",
        md_algorithm="sha256",
        reason=reason,
        location="Sandbox",
        subfilter=SigSeedSubFilter.PADES,
    )
    signed = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), about, signer=signer, output=signed)
    return signed.getvalue()
