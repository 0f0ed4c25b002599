"""Simulated flatbed scans of racks, for tests and the bench: codes, dots, noise."""

from io import BytesIO
from random import Random

from PIL import Image, ImageFilter, ImageOps
import zxingcpp

PITCH, MODULE = 9.0, 0.28
"""Millimetres."""
DARK, LIGHT, GROUND = 40, 230, 215
ROWS, COLUMNS = 8, 12


def codes_of(chance: Random, count: int = ROWS * COLUMNS) -> list[str]:
    """Ten digits each, as commercial rack tubes have."""
    return [f"{chance.randrange(10**10):010d}" for _ in range(count)]


def drawn(
    codes: dict[str, str],
    dpi: int,
    chance: Random,
    *,
    turned: float = 0,
    inverted: bool = False,
    size: tuple[float, float] = (120, 80),
) -> Image.Image:
    """Position to code; each symbol at any angle. A1 lies top left. Sizes in mm."""
    px = dpi / 25.4
    width, height = round(size[0] * px), round(size[1] * px)
    picture = Image.new("L", (width, height), GROUND)
    left = width / 2 - 5.5 * PITCH * px
    top = height / 2 - 3.5 * PITCH * px
    for place, code in codes.items():
        row, column = "ABCDEFGH".index(place[0]), int(place[1:]) - 1
        tile = _symbol(code, px).rotate(
            chance.uniform(0, 360),
            Image.Resampling.BICUBIC,
            expand=True,
            fillcolor=GROUND,
        )
        at = (
            round(left + column * PITCH * px - tile.width / 2),
            round(top + row * PITCH * px - tile.height / 2),
        )
        picture.paste(tile, at)
    if turned:
        picture = picture.rotate(turned, Image.Resampling.BICUBIC, fillcolor=GROUND)
    picture = picture.filter(ImageFilter.GaussianBlur(0.7))
    grain = Image.effect_noise(picture.size, 10)
    picture = Image.blend(picture, grain, 0.04)
    return ImageOps.invert(picture) if inverted else picture


def _symbol(code: str, px: float) -> Image.Image:
    """One Data Matrix with its quiet zone, blurred as ink is."""
    made = zxingcpp.create_barcode(
        code, zxingcpp.BarcodeFormat.DataMatrix, force_square=True
    )
    plain = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=8))
    modules = plain.width / 8
    side = round(modules * MODULE * px)
    grey = plain.convert("L").point(lambda v: DARK if v < 128 else LIGHT)
    return grey.filter(ImageFilter.GaussianBlur(1.2)).resize(
        (side, side), Image.Resampling.LANCZOS
    )


def png(picture: Image.Image, dpi: int = 400) -> bytes:
    into = BytesIO()
    picture.save(into, "PNG", compress_level=1, dpi=(dpi, dpi))
    return into.getvalue()


def full(chance: Random) -> dict[str, str]:
    places = [f"{row}{column:02d}" for column in range(1, 13) for row in "ABCDEFGH"]
    return dict(zip(places, codes_of(chance), strict=True))
