"""A time-stamping authority on this machine: `openssl ts` behind a small server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import run

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.lims.anchors.servers import answering
from tests.programs import program

NAME = "Time Stamping of the Ministry"
YEAR = timedelta(days=365)
CONFIG = """
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
# `certs` is left out on purpose: with the CA beside it, openssl writes the set of
# certificates unsorted, which strict DER refuses.

Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Office:
    """The authority's folder with its keys, certificates and configuration."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        run(
            [
                *(program("openssl"), "ts", "-reply", "-config", "tsa.cnf"),
                *("-queryfile", "query", "-out", "reply"),
            ],
            cwd=self.folder,
            capture_output=True,
            check=True,
        )
        return (self.folder / "reply").read_bytes()

    @contextmanager
    def open(self, ask: Change = bytes, answer: Change = bytes) -> Iterator[str]:
        """The address; a test may change what is asked, or what is answered."""

        def serve(_: str, query: bytes) -> tuple[int, str, bytes]:
            reply = answer(self.reply(ask(query)))
            return 200, "application/timestamp-reply", reply

        with answering(serve) as url:
            yield f"{url}/tsr"


def an_office(folder: Path, until: datetime | None = None) -> Office:
    """A new root and a certificate for time stamping below it, valid `until`."""
    folder.mkdir(parents=True)
    begin = datetime.now(UTC) - 2 * YEAR
    until = until or begin + 10 * YEAR
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = _name("Root of the Ministry"), _name(NAME)
    root = (
        _certificate(issuer, issuer, root_key, begin, begin + 20 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    tsa = (
        _certificate(issuer, subject, key, begin, until)
        .add_extension(stamping, critical=True)
        .sign(root_key, hashes.SHA256())
    )
    for name, content in {
        "ca.pem": root.public_bytes(Encoding.PEM),
        "tsa.pem": tsa.public_bytes(Encoding.PEM),
        "tsa.key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "serial": b"01\n",
        "tsa.cnf": CONFIG.format(folder=folder).encode(),
    }.items():
        (folder / name).write_bytes(content)
    return Office(folder)


def _certificate(
    issuer: x509.Name,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begin: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(until)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
