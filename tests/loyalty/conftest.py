"""A programme, a customer, and books that must be sound when a test ends."""

from collections.abc import Iterator

import pytest
from django.db import connection

from core import invariants
from crm.models import Customer
from loyalty.models import Program
from tests import build_loyalty


@pytest.fixture
def program(db: None) -> Program:
    return build_loyalty.program()


@pytest.fixture
def customer(program: Program) -> Customer:
    return build_loyalty.customer(program.workspace)


@pytest.fixture
def sound_books(db: None) -> Iterator[None]:
    """Checks every invariant after the test, and what else COMMIT would check."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert invariants.broken() == {}
