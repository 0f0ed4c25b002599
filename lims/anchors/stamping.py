"""Time from an authority outside the house: RFC 3161 tokens over a checkpoint's note.

The token is over the note's bytes exactly as they are stored. Its certificate chain is
checked at the time that the token states: a certificate may expire, its word stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from lims.anchors.authority import Authority, NoStamp
from lims.anchors.post import post

QUERY = "application/timestamp-query"
SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
OK = 200

REASONS = {
    "Nonce mismatch": "it answers another request (the nonce differs)",
    "Mismatch between messages": "it is over other bytes than the checkpoint's",
    "Error while verifying certificates": (
        "it was not signed below the root certificate of the settings, or with a "
        "certificate that was not valid at its time"
    ),
}
"""How a fault of the library begins, to what it means."""


@dataclass(frozen=True)
class Stamp:
    authority: str
    """The subject of the certificate that signed."""
    at: datetime
    token: bytes
    """The whole response, as `openssl ts` reads it."""


def roots(authority: Authority) -> list[x509.Certificate]:
    """The certificates that the authority is trusted by, links of the chain too."""
    path = authority.root_file
    if path is None:
        raise NoStamp("No root certificate is set (timestamp_root).")
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NoStamp(
            f"The root certificate '{path}' cannot be read: expected certificates in "
            "PEM."
        ) from error


def stamp(authority: Authority, note: bytes) -> Stamp:
    """Ask for a timestamp of the note and check it; NoStamp or NoAnswer otherwise."""
    trusted = roots(authority)
    builder = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    answer = post(authority.url, asked.as_bytes(), QUERY)
    if answer.status != OK:
        raise NoStamp(f"The authority answered with the HTTP status '{answer.status}'.")
    return check(answer.body, note, trusted, asked.nonce)


def check(
    token: bytes,
    note: bytes,
    trusted: Sequence[x509.Certificate],
    nonce: int | None = None,
) -> Stamp:
    """What a stored or new token proves; NoStamp where it proves nothing of the note.

    `trusted` holds at least one root; a certificate that another one issued is a link
    of the chain. Without a nonce the token is not held against a request.
    """
    tops = [one for one in trusted if one.issuer == one.subject]
    between = [one for one in trusted if one.issuer != one.subject]
    if not tops:
        raise NoStamp("The file of timestamp_root holds no root certificate.")
    response = _decoded(token)
    verifier = VerifierBuilder(roots=tops, intermediates=between, nonce=nonce).build()
    try:
        verifier.verify_message(response, note)
        found = Stamp(_signed_by(response), response.tst_info.gen_time, token)
    except (VerificationError, ValueError) as error:
        raise NoStamp(f"The timestamp cannot be used: {_why(error)}.") from error
    if response.tst_info.message_imprint.hash_algorithm != SHA256:
        raise NoStamp("The timestamp cannot be used: it does not hash by SHA-256.")
    return found


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(token)
    except ValueError as error:
        raise NoStamp("What the authority sent is no timestamp.") from error
    if response.status != PKIStatus.GRANTED:
        said = "; ".join(response.status_string) or f"status {response.status}"
        raise NoStamp(f"The authority gave no timestamp: '{said[:200]}'.")
    return response


def _signed_by(response: TimeStampResponse) -> str:
    """The subject of the signing certificate; the check has found it already."""
    (signer,) = response.signed_data.signer_infos
    kept = map(x509.load_der_x509_certificate, response.signed_data.certificates)
    wanted = (signer.issuer, signer.serial_number)
    found = next(one for one in kept if (one.issuer, one.serial_number) == wanted)
    return found.subject.rfc4514_string()[:300]


def _why(error: Exception) -> str:
    told = str(error)
    meant = (reason for begin, reason in REASONS.items() if told.startswith(begin))
    return next(meant, told.rstrip(".")[:200])
