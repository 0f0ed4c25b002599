"""A photograph is what its content says, and carries nothing along."""

from io import BytesIO
from typing import Any

from PIL import Image
import pytest

from lims.custody import photographs
from lims.custody.photographs import clean_photograph
from lims.errors import BadInput

ORIENTATION, GPS = 0x0112, 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    drawn = BytesIO()
    image = Image.new("RGB", size, "red")
    image.save(drawn, kind, **more)
    return drawn.getvalue()


def with_place(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (35.0, 50.0, 0.0)}
    exif[0x010E] = "Fatou Planted"
    return picture(exif=exif)


@pytest.mark.parametrize(
    ("kind", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png")]
)
def test_a_picture_stays_what_it_is(kind: str, media: str) -> None:
    clean, told = clean_photograph(picture(kind))
    assert told == media
    with Image.open(BytesIO(clean)) as again:
        assert (again.format, again.size) == (kind, (40, 20))


def test_place_and_words_stay_behind() -> None:
    dirty = with_place()
    assert b"Planted" in dirty
    clean, _ = clean_photograph(dirty)
    assert b"Planted" not in clean
    with Image.open(BytesIO(clean)) as again:
        assert not again.getexif()


def test_a_picture_taken_sideways_stands_upright() -> None:
    clean, _ = clean_photograph(with_place(orientation=6))
    with Image.open(BytesIO(clean)) as again:
        assert again.size == (20, 40)


def test_what_hides_behind_the_picture_stays_behind() -> None:
    clean, _ = clean_photograph(picture() + b"<script>PLANTED</script>")
    assert b"PLANTED" not in clean


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:200],
        picture("PNG")[:60],
        picture("GIF"),
        picture("BMP"),
    ],
    ids=["empty", "bare head", "pdf", "svg", "cut jpeg", "cut png", "gif", "bmp"],
)
def test_what_is_no_photograph_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadInput, match="not a photograph that can be read"):
        clean_photograph(content)


@pytest.mark.parametrize("at", range(5, 600, 37))
def test_a_picture_cut_anywhere_is_read_or_refused(at: int) -> None:
    try:
        clean_photograph(picture(size=(90, 70))[:at])
    except BadInput:
        return


def test_too_many_bytes_are_refused_before_they_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photographs, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="megabytes"):
        clean_photograph(picture())


def test_too_many_pixels_are_refused_before_they_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photographs, "MOST_PIXELS", 100)
    with pytest.raises(BadInput, match="40 x 20 pixels"):
        clean_photograph(picture())
