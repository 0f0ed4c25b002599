"""Whatever another server does, it is one sentence and it is over in time."""

import pytest

from lims.anchors.post import MOST_BYTES, NoAnswer, post
from tests.lims.anchors.servers import answering, dripping, nobody, saying

OK = b"HTTP/1.1 200 OK\r\n"


def test_the_answer_comes_with_its_status_and_type() -> None:
    with answering(
        lambda path, body: (409, "Text/X; a=b", path.encode() + body)
    ) as url:
        answer = post(f"{url}/a?b=c", b"!", "text/plain")
    assert (answer.status, answer.kind, answer.body) == (409, "text/x", b"/a?b=c!")


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://x/", "http://", "x"])
def test_what_is_no_address_is_not_asked(url: str) -> None:
    with pytest.raises(NoAnswer, match="is no address"):
        post(url, b"", "text/plain")


def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
    with saying(moved) as url:
        assert post(url, b"", "text/plain").status == 302


@pytest.mark.parametrize(
    "beginning",
    [b"", OK, OK + b"Content-Length: 100000\r\n\r\n", OK + b"X: "],
    ids=["status", "header", "body", "a long header"],
)
def test_a_server_that_drips_is_cut_off(beginning: bytes) -> None:
    with dripping(beginning) as url, pytest.raises(NoAnswer, match="in time"):
        post(url, b"", "text/plain", longest=0.3)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "RemoteDisconnected"),
        (b"nonsense\r\n\r\n", "BadStatusLine"),
        (OK + b"Content-Length: 5\r\n\r\nshor", "IncompleteRead"),
        (OK + b"\r\n" + bytes(MOST_BYTES + 1), "LineTooLong"),
    ],
    ids=["nothing", "nonsense", "cut short", "too much"],
)
def test_an_answer_that_is_none_is_told(said: bytes, reason: str) -> None:
    with saying(said) as url, pytest.raises(NoAnswer, match=reason):
        post(url, b"", "text/plain")


def test_where_nobody_answers_it_is_told() -> None:
    with pytest.raises(NoAnswer, match="cannot be reached: Connection refused"):
        post(nobody(), b"", "text/plain")
