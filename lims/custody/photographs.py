"""Photographs of bags: what an upload really is, and what it may not carry along."""

from io import BytesIO
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from lims.errors import BadInput

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
_KINDS = {"JPEG": "image/jpeg", "PNG": "image/png"}


def clean_photograph(content: bytes) -> tuple[bytes, str]:
    """The picture drawn anew, upright and without metadata, and its media type.

    Place, time and device that a camera writes into the file stay behind, and so does
    whatever else a file may hide behind a picture's first bytes.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(
            f"The photograph has {len(content) // 1_000_000} megabytes; at most "
            f"{MOST_BYTES // 1_000_000} are taken. Choose a smaller size."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn_anew(content)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise BadInput(
            "This file is not a photograph that can be read: expected is a JPEG or "
            "PNG picture as a camera or telephone makes it. Take it again."
        ) from error


def _drawn_anew(content: bytes) -> tuple[bytes, str]:
    with Image.open(BytesIO(content), formats=list(_KINDS)) as picture:
        kind = str(picture.format)
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise BadInput(
                f"The photograph has {width} x {height} pixels; at most "
                f"{MOST_PIXELS // 1_000_000} million are taken. Choose a smaller size."
            )
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGB")
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    drawn = BytesIO()
    bare.save(drawn, kind, quality=90)
    return drawn.getvalue(), _KINDS[kind]
