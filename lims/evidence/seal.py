"""The laboratory's electronic signature under a certificate (PAdES, by pyHanko).

The key and its X.509 certificate lie in two files. Where there are none, a key is
made with a certificate that vouches for itself: whoever opens the PDF sees that it is
unchanged, and that nobody vouches for the name. A certificate from an authority,
followed by its chain, replaces the file `signing.pem`.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import TextStampStyle

from lims.errors import RuleBroken

KEY, CERTIFICATE = "signing.key", "signing.pem"
FIELD = "Laboratory"
BOX = (300, 42, 544, 88)
"""On the last page above the foot, in points."""
STAMP = TextStampStyle(
    stamp_text="Signed electronically by the laboratory\n%(ts)s",
    timestamp_format="%Y-%m-%d %H:%M:%S UTC",
    background=None,
    border_width=1,
)
"""Plain letters only: the name stands in the certificate, in any script."""
YEARS = 10


def seal(archived: bytes, folder: Path, *, laboratory: str, now: datetime) -> bytes:
    """The document with the laboratory's signature, certified against any change."""
    _provide(folder, laboratory, now)
    signer = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]  # pyHanko's own
        str(folder / KEY),
        str(folder / CERTIFICATE),
        ca_chain_files=(str(folder / CERTIFICATE),),
    )
    if signer is None:
        raise RuleBroken(
            f"The files '{KEY}' and '{CERTIFICATE}' in '{folder}' cannot be used to "
            "sign. Expected: a private key and its certificate, both in PEM."
        )
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        reason="Issued by the laboratory",
        location=laboratory,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signing = signers.PdfSigner(
        about,
        signer=signer,
        new_field_spec=SigFieldSpec(FIELD, on_page=-1, box=BOX),
        stamp_style=STAMP,
    )
    # pyHanko starts an event loop, which a thread that has one already cannot.
    with ThreadPoolExecutor(1) as beside:
        writer = IncrementalPdfFileWriter(BytesIO(archived))
        out = beside.submit(signing.sign_pdf, writer).result()
    return bytes(out.getbuffer())


def _provide(folder: Path, laboratory: str, now: datetime) -> None:
    """A key of our own at first use, readable by its owner only."""
    if (folder / KEY).exists():
        mode = (folder / KEY).stat().st_mode & 0o077
        if mode:
            raise RuleBroken(
                f"'{folder / KEY}' can be read by others (mode {mode:03o} beyond its "
                f"owner). Run: chmod 600 {folder / KEY}"
            )
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(key, laboratory, now)
    _write(folder / CERTIFICATE, certificate.public_bytes(Encoding.PEM), 0o644)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(folder / KEY, private, 0o600)


def _self_signed(
    key: ec.EllipticCurvePrivateKey, laboratory: str, now: datetime
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, laboratory[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
