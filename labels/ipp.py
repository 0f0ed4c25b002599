"""Print jobs over IPP (RFC 8010, RFC 8011): to CUPS or to a printer itself.

Print-Job, then Get-Job-Attributes until the job is at an end.
"""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
import struct
from time import monotonic, sleep
from urllib.parse import SplitResult, urlsplit

from labels.outcome import Came, Outcome

PRINT_JOB, GET_JOB_ATTRIBUTES = 0x0002, 0x0009
OPERATION, JOB, END = 0x01, 0x02, 0x03
INTEGER, ENUM = 0x21, 0x23
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
FIRST_REFUSAL = 0x0400
"""Status codes from here on are refusals (RFC 8011, appendix B)."""
COMPLETED = 9
ENDED = {7: "cancelled", 8: "aborted", COMPLETED: "completed"}
"""job-state, RFC 8011, 5.3.7."""
PATIENCE = 10.0
FINISHED_WITHIN = 60.0
BETWEEN = 0.5
MOST = 1_000_000
PORT = 631
TYPES = {"pdf": "application/pdf"}
RAW = "application/vnd.cups-raw"
TROUBLE = (OSError, HTTPException)


class BadAnswer(Exception):
    """What came back is no IPP."""


def send(address: str, content: bytes, labels: int, form: str) -> Outcome:
    """`form` is `pdf`, or a printer's language, which goes through as it is."""
    at = urlsplit(address)
    names = [
        (NAME, "requesting-user-name", b"nomen"),
        (NAME, "job-name", b"labels"),
        (MIME, "document-format", TYPES.get(form, RAW).encode()),
    ]
    asked = request(PRINT_JOB, address, names) + content
    line = _line(at)
    try:
        line.connect()
    except TROUBLE as error:
        line.close()
        return _failed(f"The print server cannot be reached ({error}).")
    try:
        status, told = _asked(line, at, asked)
        if status >= FIRST_REFUSAL:
            return _failed(f"The print server refused the job (status {status:#06x}).")
        return _followed(line, at, address, told["job-id"], labels)
    except (*TROUBLE, BadAnswer, KeyError) as error:
        return Outcome(
            Came.DOUBTFUL,
            f"The line to the print server broke in the middle ({error}). Labels "
            f"that were sent: {labels}. Look how many came out.",
        )
    finally:
        line.close()


def request(
    operation: int, address: str, attributes: list[tuple[int, str, bytes]]
) -> bytes:
    """IPP/1.1; the first three attributes stand in this order (RFC 8011, 4.1.4)."""
    told = struct.pack(">BBHIB", 1, 1, operation, 1, OPERATION)
    first = [
        (CHARSET, "attributes-charset", b"utf-8"),
        (LANGUAGE, "attributes-natural-language", b"en"),
        (URI, "printer-uri", address.encode()),
    ]
    for tag, name, value in [*first, *attributes]:
        told += struct.pack(">BH", tag, len(name)) + name.encode()
        told += struct.pack(">H", len(value)) + value
    return told + bytes([END])


def read(answer: bytes) -> tuple[int, dict[str, int]]:
    """The status, and the attributes that are numbers. Raises BadAnswer."""
    found: dict[str, int] = {}
    try:
        _, _, status, _ = struct.unpack_from(">BBHI", answer)
        at = 8
        while answer[at] != END:
            tag = answer[at]
            at += 1
            if tag < 0x10:  # noqa: PLR2004 - begins a group (RFC 8010, 3.5.1)
                continue
            (length,) = struct.unpack_from(">H", answer, at)
            name = answer[at + 2 : at + 2 + length].decode()
            at += 2 + length
            (length,) = struct.unpack_from(">H", answer, at)
            value = answer[at + 2 : at + 2 + length]
            at += 2 + length
            if tag in {INTEGER, ENUM} and name:
                found[name] = int.from_bytes(value, "big", signed=True)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BadAnswer("its answer cannot be read") from error
    return status, found


def _followed(
    line: HTTPConnection, at: SplitResult, address: str, job: int, labels: int
) -> Outcome:
    wanted = [
        (INTEGER, "job-id", job.to_bytes(4, "big")),
        (KEYWORD, "requested-attributes", b"job-state"),
    ]
    end, state = monotonic() + FINISHED_WITHIN, 0
    while monotonic() < end:
        _, told = _asked(line, at, request(GET_JOB_ATTRIBUTES, address, wanted))
        state = told.get("job-state", 0)
        if state == COMPLETED:
            return Outcome(Came.PRINTED, f"The print server finished job {job}.")
        if state in ENDED:
            break
        sleep(BETWEEN)
    said = ENDED.get(state, "not finished")
    return Outcome(
        Came.DOUBTFUL,
        f"The print server says that job {job} is {said}. Labels that were sent: "
        f"{labels}. Look how many came out.",
    )


def _asked(
    line: HTTPConnection, at: SplitResult, asked: bytes
) -> tuple[int, dict[str, int]]:
    line.request("POST", at.path or "/", asked, {"Content-Type": "application/ipp"})
    answer = line.getresponse()
    body = answer.read(MOST)
    if answer.status != 200:  # noqa: PLR2004 - what HTTP calls OK
        raise BadAnswer(f"it answered {answer.status}")
    return read(body)


def _line(at: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if at.scheme in {"ipps", "https"} else HTTPConnection
    return kind(str(at.hostname), at.port or PORT, timeout=PATIENCE)


def _failed(why: str) -> Outcome:
    return Outcome(Came.FAILED, f"{why} Nothing was printed.")
