"""What every page shares."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Filled with the shell."""
