"""Notes of an import: each kind once, with how often."""

from __future__ import annotations

from flask import Flask

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.web.bank_import_notes import grouped


def test_what_tells_one_case_from_another_makes_no_kind_of_its_own(app: Flask) -> None:
    found = [Problem("bank.uid_new", place=Place(row=row), uid=f"q-{row}") for row in (3, 4, 5)]
    with app.test_request_context("/"):
        assert [(note.count, note.place.row) for note in grouped(found)] == [(3, 3)]
