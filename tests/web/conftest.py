"""People before their browsers."""

from __future__ import annotations

import pytest
from flask import Flask

from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, stored_bank


@pytest.fixture
def keeper(app: Flask) -> Visitor:
    """The keeper of an empty bank, number 1."""
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        stored_bank(session, now=here.now(), unit=mill, name="Of the mill", questions=[])
        name = manager(session, Role.ORGANIZER, mill, now=here.now()).username
    return Visitor(app).sign_in(name or "")
