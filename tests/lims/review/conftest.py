"""Injections to read, and the laboratory's method."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy.orm import Session

from config.kits import read_kits
from config.rules import read_rules
from lims.batches.kits import kit
from lims.profiles.method import Method
from lims.results.rules import rule_set
from lims.results.tables import Injection
from tests.injections import an_injection

Inject = Callable[..., Injection]


@pytest.fixture(scope="session")
def method() -> Method:
    kits = {built.name: built for built in map(kit, read_kits())}
    return Method(kits, rule_set(read_rules(), kits))


@pytest.fixture
def inject(session: Session) -> Inject:
    """Write one more injection of a sample; a new sample where none is named."""
    return partial(an_injection, session)
