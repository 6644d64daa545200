"""A session on each database, which rolls back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session


@pytest.fixture
def session(database: Any) -> Iterator[Session]:
    """A writing session that is never committed."""
    transaction = database.open(write=True)
    yield transaction.session
    transaction.close()
