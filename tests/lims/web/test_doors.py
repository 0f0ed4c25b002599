"""Nobody passes the doors who should not, and nobody stays longer than allowed."""

from tests.cast import Cast
from tests.lims.web.conftest import Browser, Enter


def here(client: Browser) -> bool:
    """Whether this browser's login holds."""
    return client.get("/account").status_code == 200


def test_a_login_opens_the_pages(enter: Enter, cast: Cast) -> None:
    assert here(enter(cast.technician))
    assert not here(enter())
