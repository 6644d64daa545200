"""The page of every component, with samples of each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.web import printing
from suyu_learn.web.bank_questions import asked_of_draft
from suyu_learn.web.context import close
from suyu_learn.web.pages.bank import NearPair, NearQuestion
from suyu_learn.web.pages.common import Action, Alignment, Bar, Column, Message, MessageKind, Pages, Row
from suyu_learn.web.pages.patterns import Patterns
from suyu_learn.web.pages.people import UnitRow
from suyu_learn.web.pages.sitting import Verdict
from suyu_learn.web.templates import render
from suyu_learn.web.unread import Unread
from tests.factories import fill_in, multiple, single, true_false
from tests.question_types import PARTLY, RIGHT, draft

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def samples() -> Patterns:
    """One of everything."""
    drafts = [single(1), multiple(2), true_false(3), fill_in(4), *(draft(code) for code in (*RIGHT, "essay"))]
    every = [(asked_of_draft(one), number) for number, one in enumerate(drafts, start=1)]
    shown = [printing.question_asked(asked, slot=number, number=str(number), points="2 points",
                                     response=RIGHT.get(asked.type.code)) for asked, number in every]  # fmt: skip
    number = next(asked for asked, _number in every if asked.type.code == "numeric")
    unread = Unread(["about ten"], Problem("response.not_a_number", typed="about ten"))
    shown.append(printing.question_asked(number, slot=90, number="90", unread=unread))
    reviewed = [
        replace(printing.question_reviewed(asked, number=str(place), response=PARTLY.get(asked.type.code),
                                           mark="1 of 2", verdict=Verdict.PARTLY))
        for asked, place in every if asked.type.code in PARTLY
    ]  # fmt: skip
    sides = [NearQuestion(where, (("Water boils at ", False), (said, True), (" ℃.", False)), said)
             for where, said in (("Row 3", "100"), ("In the bank", "90"))]  # fmt: skip
    return Patterns(
        messages=tuple(Message(kind, f"A message: {kind.value}.", "Row 3", "What to do.") for kind in MessageKind),
        columns=(Column("Unit"), Column("Sat", Alignment.NUMBER)),
        rows=(("The city", "12"), ("A town", "3")),
        pages=Pages(2, 3, 45, "#", "#"),
        facts=(Row("Type", "Single choice"),),
        bars=(Bar("A town", "3 of 4", 75.0), Bar("Another town", "1 of 4", 25.0, attention=True)),
        classes=(Bar("0-59", "2", 40.0), Bar("60-100", "5", 100.0)),
        asked=tuple(shown),
        reviewed=tuple(reviewed),
        trail=(Action("Manage", "#"), Action("Banks", "#")),
        units=(UnitRow("The city", "#", "City", "12 people", below=(UnitRow("A town", "#", "Town", "3 people"),)),),
        near=(
            NearPair("96 %", *sides, conflict=True, leave_url="#"),
            NearPair("91 %", *sides, conflict=False, leave_url=""),
        ),
    )


def test_every_component_is_shown(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render("patterns.html", samples())
        close()
    for code in (kind.code for kind in BUILT_IN if kind.has_response):
        assert f'data-type="{code}"' in page, code
    for part in ("sl-match", "sl-order", "sl-cloze__gap", "sl-number", "<textarea", "sl-near", "<progress", "sl-part",
                 'id="fault-90"', "sl-chart", "sl-tree", "manage.css",
                 ">Anothe…</text>", '<th scope="row">Another town</th>'):  # fmt: skip
        assert part in page, part
