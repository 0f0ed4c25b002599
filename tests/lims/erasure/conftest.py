"""The case of a donor who withdraws."""

import pytest

from lims.db import Database
from lims.store import Store
from tests.lims.erasure.a_case import Case, a_case


@pytest.fixture
def case(database: Database, store: Store) -> Case:
    return a_case(database, store)
