"""Symbols drawn into a page, to be scanned from paper or from the screen."""

from functools import lru_cache

from labels.symbology import Symbology


def path(code: str) -> str:
    """The dark modules of a Data Matrix as one SVG path, a module one unit wide."""
    from labels.symbol import encode  # noqa: PLC0415 - 2 MB, at the first symbol

    return _path(encode(code, Symbology.DATA_MATRIX).runs())


@lru_cache(maxsize=8)
def qr(text: str) -> tuple[str, int]:
    """A QR code of any text likewise, and its side in modules."""
    from labels.symbol import draw  # noqa: PLC0415 - 2 MB, at the first symbol

    symbol = draw(text, Symbology.QR)
    return _path(symbol.runs()), symbol.width


def _path(runs: list[tuple[int, int, int]]) -> str:
    return "".join(f"M{x} {y}h{width}v1h-{width}z" for y, x, width in runs)
