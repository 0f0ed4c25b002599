"""Strict headers on every answer."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Filled with the shell."""
