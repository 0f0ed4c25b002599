"""Who stands at the door: sessions, CSRF, refusals."""

from flask import Flask
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.laboratory import Laboratory


def init_app(app: Flask, laboratory: Laboratory) -> None:
    """Filled by the people slice's pages."""


def identify() -> Actor | None:
    return None


def refused(session: Session, actor: Actor, endpoint: str) -> None:
    """Record that somebody was refused at an endpoint."""
