"""Symbols drawn into a page, to be scanned from paper or from the screen."""

from labels.symbol import Symbology, encode


def path(code: str) -> str:
    """The dark modules of a Data Matrix as one SVG path, a module one unit wide."""
    runs = encode(code, Symbology.DATA_MATRIX).runs()
    return "".join(f"M{x} {y}h{width}v1h-{width}z" for y, x, width in runs)
