"""Whether a printer's address can be one: pure."""

from urllib.parse import urlsplit

from lims.errors import BadInput
from lims.printing.sending import Way

LANGUAGES = ("zpl", "epl", "brother", "pdf")
DPIS = (203, 300, 600)
HIGHEST_PORT = 65535


def require_address(way: Way, address: str, language: str, bench: str) -> None:
    """Raises BadInput with what is possible."""
    if language not in LANGUAGES:
        raise BadInput(f"A printer is spoken to in {', '.join(LANGUAGES)}.")
    if len(address) > 255:  # noqa: PLR2004 - as wide as its column
        raise BadInput("An address has at most 255 characters.")
    match way:
        case Way.RAW:
            host_and_port(address)
        case Way.IPP:
            at = urlsplit(address)
            if at.scheme not in {"ipp", "ipps", "http", "https"} or not at.hostname:
                raise BadInput(
                    f"'{address}' is no IPP address; write it as "
                    "ipp://127.0.0.1:631/printers/labels."
                )
        case Way.BENCH if not bench or not address.strip():
            raise BadInput("Choose the bench, and name the printer of its settings.")
    if way is not Way.IPP and language == "pdf":
        raise BadInput(
            "PDF goes to a print server by IPP; a label printer has its own."
        )


def host_and_port(address: str) -> tuple[str, int]:
    """`192.168.1.20:9100`. Raises BadInput."""
    host, _, port = address.strip().rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
        raise BadInput(
            f"'{address}' is no address of a printer; write it as 192.168.1.20:9100."
        )
    return host.strip("[]"), int(port)
