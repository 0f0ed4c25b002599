"""A scan of a rack: each code at its position, and what is not sure is not told."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageOps
import pytest

from instruments.rack import LARGEST, Corner, Rack, RackUnreadable, Sight
from instruments.rack_picture import read_rack
from tests.instruments.racks_made import drawn, full, png

TOP_LEFT = Corner.TOP_LEFT


@pytest.fixture
def chance() -> Random:
    return Random(5)


def all_right(found: Rack, codes: dict[str, str]) -> bool:
    return found.codes == codes and len(found.wells) == 96


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("dpi", [400, 600])
def test_96_of_96_are_read(chance: Random, dpi: int, inverted: bool) -> None:  # noqa: FBT001 - of the matrix
    codes = full(chance)
    picture = drawn(codes, dpi, chance, inverted=inverted)
    assert all_right(read_rack(png(picture, dpi), TOP_LEFT), codes)


@pytest.mark.parametrize(
    ("way", "corner"),
    [
        (Image.Transpose.FLIP_LEFT_RIGHT, Corner.TOP_RIGHT),
        (Image.Transpose.FLIP_TOP_BOTTOM, Corner.BOTTOM_LEFT),
        (Image.Transpose.ROTATE_180, Corner.BOTTOM_RIGHT),
        (Image.Transpose.ROTATE_270, Corner.TOP_RIGHT),
        (Image.Transpose.ROTATE_90, Corner.BOTTOM_LEFT),
    ],
)
def test_however_it_lies_on_the_glass(
    chance: Random, way: Image.Transpose, corner: Corner
) -> None:
    codes = full(chance)
    picture = drawn(codes, 400, chance).transpose(way)
    assert all_right(read_rack(png(picture), corner), codes)


def test_mirrored_and_inverted(chance: Random) -> None:
    codes = full(chance)
    picture = ImageOps.mirror(drawn(codes, 400, chance, inverted=True))
    assert all_right(read_rack(png(picture), Corner.TOP_RIGHT), codes)


def test_a_little_askew_and_on_a_whole_page(chance: Random) -> None:
    codes = full(chance)
    askew = drawn(codes, 400, chance, turned=3, size=(140, 100))
    assert all_right(read_rack(png(askew), TOP_LEFT), codes)
    page = drawn(codes, 300, chance, size=(210, 297))
    assert all_right(read_rack(png(page, 300), TOP_LEFT), codes)


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_other_files_of_a_scanner(chance: Random, form: str) -> None:
    codes = full(chance)
    into = BytesIO()
    drawn(codes, 400, chance).save(into, form, dpi=(400, 400))
    assert all_right(read_rack(into.getvalue(), TOP_LEFT), codes)


def test_what_is_missing_or_cannot_be_read_is_marked(chance: Random) -> None:
    codes = full(chance)
    there = {place: code for place, code in codes.items() if place != "C05"}
    picture = drawn(there, 400, chance)
    px = 400 / 25.4
    x, y = picture.width / 2 + 5.5 * 9 * px, picture.height / 2 + 3.5 * 9 * px
    half = 2.2 * px
    scratched = ImageDraw.Draw(picture)
    scratched.rectangle((x - half, y - half, x + half / 2, y + half / 2), fill=30)
    found = read_rack(png(picture), TOP_LEFT)
    assert found.of(Sight.EMPTY) == ["C05"]
    assert found.of(Sight.UNREAD) == ["H12"]
    assert len(found.codes) == 94


def test_one_code_at_two_places_is_sure_at_none(chance: Random) -> None:
    codes = full(chance)
    codes["B02"] = codes["G11"]
    found = read_rack(png(drawn(codes, 400, chance)), TOP_LEFT)
    assert found.of(Sight.DOUBTFUL) == ["B02", "G11"]


def test_a_half_filled_rack_by_the_scanners_word_and_without_it(
    chance: Random,
) -> None:
    codes = {at: one for at, one in full(chance).items() if int(at[1:]) <= 3}
    picture = drawn(codes, 400, chance)
    assert all_right(read_rack(png(picture), TOP_LEFT), codes)
    found = read_rack(png(picture, 72), TOP_LEFT)
    assert found.codes == {}
    assert len(found.of(Sight.DOUBTFUL)) == len(codes)


def test_every_other_tube_is_not_taken_for_a_neighbour(chance: Random) -> None:
    codes = {
        at: one
        for at, one in full(chance).items()
        if ("ABCDEFGH".index(at[0]) + int(at[1:])) % 2
    }
    assert all_right(read_rack(png(drawn(codes, 400, chance)), TOP_LEFT), codes)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no picture"),
        (b"%PDF-1.7", "no picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "no picture"),
        (bytes(LARGEST + 1), "bytes; at most"),
        (png(Image.new("L", (20_001, 400))), "larger than"),
        (png(Image.new("1", (12_000, 9_000))), "larger than"),
        (png(Image.new("L", (40, 40))), "no code can be seen"),
        (png(Image.new("L", (800, 600), 200)), "0 codes were read"),
    ],
)
def test_what_is_no_picture_of_a_rack_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(RackUnreadable, match=why):
        read_rack(content, TOP_LEFT)


def test_a_picture_cut_short_is_refused_or_read(chance: Random) -> None:
    whole = png(drawn(full(chance), 300, chance), 300)
    for at in range(1, 20):
        with pytest.raises(RackUnreadable):
            read_rack(whole[: len(whole) * at // 40], TOP_LEFT)
