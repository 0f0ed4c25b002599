"""An authority for time beside the demo, so that its checkpoints are stamped.

In the field it is another organisation's; here it is `openssl ts` behind a small server
with keys of its own. It makes the demo's bundles complete; to a stranger it proves
nothing, since whoever runs the demo holds its keys.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import shutil
from subprocess import run
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
import waitress

from lims.anchors.authority import Authority
from lims.laboratory import Laboratory

HERE = "127.0.0.1"
FOLDER = "time-office"
NAME = "Time Stamping of the Demo"
YEAR = timedelta(days=365)
MOST_BYTES = 10_000
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

Start = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True)
class Office:
    """The authority's folder with its keys, certificates and configuration."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        run(  # noqa: S603 - our own words, and the program that `which` found
            [
                *(shutil.which("openssl") or "openssl", "ts", "-reply"),
                *("-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"),
            ],
            cwd=self.folder,
            capture_output=True,
            check=True,
        )
        return (self.folder / "reply").read_bytes()

    def __call__(self, request: dict[str, Any], start: Start) -> Iterable[bytes]:
        """As WSGI: one query, one answer."""
        length = min(int(request.get("CONTENT_LENGTH") or 0), MOST_BYTES)
        answer = self.reply(request["wsgi.input"].read(length))
        start("200 OK", [("Content-Type", "application/timestamp-reply")])
        return [answer]


def stamp_beside(laboratory: Laboratory) -> Authority | None:
    """Start the authority; None where one is set already, or there is no openssl."""
    beside = laboratory.log_policy
    if beside is None or laboratory.authority or not shutil.which("openssl"):
        return laboratory.authority
    office = Office(beside.with_name(FOLDER))
    if not office.root.exists():
        found(office.folder, NAME)
    server: Any = waitress.create_server(office, host=HERE, port=0, threads=1, ident="")
    Thread(target=server.run, daemon=True).start()
    return Authority(f"http://{HERE}:{server.effective_port}/tsr", office.root)


def found(folder: Path, name: str, until: datetime | None = None) -> Office:
    """A new root and a certificate for time stamping below it, valid `until`."""
    folder.mkdir(parents=True, mode=0o700)
    begin = datetime.now(UTC) - 2 * YEAR
    until = until or begin + 10 * YEAR
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = _name(f"Root of {name}"), _name(name)
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
    for file, content in {
        "tsa.pem": tsa.public_bytes(Encoding.PEM),
        "tsa.key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "serial": b"01\n",
        "tsa.cnf": CONFIG.format(folder=folder).encode(),
        "ca.pem": root.public_bytes(Encoding.PEM),
    }.items():
        (folder / file).write_bytes(content)
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
