"""Nothing that HR reads tells them a result of their own that its exam hides from them: not a name, figure or total."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from suyu_learn.models import (
    Assignment,
    Attempt,
    Certificate,
    Completion,
    CompletionKind,
    Exam,
    Person,
    Programme,
    ProgrammeMember,
    Role,
    Shown,
    Slot,
)
from suyu_learn.services import grants, people, record_values, statistics_people, unread
from suyu_learn.services.record_values import Asked, Said, What
from tests.browser_without_script import Visitor
from tests.factories import exam_part, learn, learner, manager, programme_plan, published_exam, single, stored_bank
from tests.factories import stored_programme as a_programme

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Team:
    """A team of two: Lin, who is HR there and has passed an exam that shows nobody its result, and Mo, who has too.

    The exam is the one part of a programme that both have. Wu is HR there and belongs elsewhere.
    """

    app: Flask
    lin: int
    exam: int
    programme: str
    member: int

    def reader(self, name: str) -> Visitor:
        return Visitor(self.app).sign_in(name)

    def pages(self) -> Iterator[str]:
        """Every page on which HR reads results, and Lin's own."""
        yield from (f"/manage/records?status={one}" for one in (
            "completed", "learning", "not_started", "overdue", "not_passed", "voided", "lacking", "short", "all",
        ))  # fmt: skip
        with learn(self.app).database.reading() as session:
            key = session.get_one(Person, self.lin).key
            programme = session.scalars(select(Programme)).one().id
        report = f"/manage/exams/{self.exam}/report"
        people = f"/manage/programmes/{self.programme}/people"
        yield from (f"/manage/records/{key}", report, f"{report}/print", f"{report}/questions")
        yield from (f"/manage/exams/{self.exam}{one}" for one in ("", "/results", "/marked-papers", "/board"))
        yield "/manage/exams"
        yield from ("/manage/reports", "/manage/statistics", f"/manage/statistics?subject=exam:{self.exam}",
                    f"/manage/statistics?subject=programme:{programme}")  # fmt: skip
        yield from (f"/manage/statistics/people?figure={one}" for one in statistics_people.FIGURES)
        yield from (people, f"{people}?standing=completed", f"{people}?standing=missing", f"{people}/{self.member}",
                    f"/manage/programmes/{self.programme}/reminders", "/manage/reminders", "/manage/programmes",
                    f"/manage/programmes/{self.programme}")  # fmt: skip
        yield from (f"/manage/people/{self.lin}", f"/manage/people/{self.lin}/completions", "/manage", "/",
                    "/records", "/programmes", f"/programmes/{self.programme}")  # fmt: skip

    def files(self, reader: Visitor) -> Iterator[tuple[str, str]]:
        """What HR takes along, and one's own data."""
        why = {"format": "csv", "reason": "inspection"}
        report = f"/manage/exams/{self.exam}/report"
        for address, asked in (
            ("/manage/records/export", {"status": "all"}), ("/manage/statistics/export", {}),
            (f"{report}/export", {"table": "units"}), (f"{report}/export", {"table": "people"}),
            (f"{report}/questions/export", {"table": "items"}),
        ):  # fmt: skip
            sent = reader.post(address, **why, **asked)
            yield address, sent.get_data(as_text=True) + sent.headers.get("Content-Disposition", "")
        found = json.loads(reader.post("/records/my-data", format="json").data)
        told = ("completions", "certificates", "programme_member", "attempts", "answers")
        yield "/records/my-data", json.dumps({name: found[name] for name in told})

    def lin_fails(self) -> None:
        """As if every answer of Lin's had been wrong: no points, no completion of exam or programme, no certificate."""
        with learn(self.app).database.writing() as session:
            of_lin = select(Completion.id).where(Completion.person_id == self.lin)
            session.execute(update(ProgrammeMember).where(ProgrammeMember.person_id == self.lin)
                            .values(completed_at=None, completion_id=None))  # fmt: skip
            session.execute(delete(Certificate).where(Certificate.completion_id.in_(of_lin)))
            session.execute(delete(Completion).where(Completion.person_id == self.lin))
            theirs = select(Attempt.id).where(Attempt.person_id == self.lin)
            session.execute(update(Slot).where(Slot.attempt_id.in_(theirs)).values(fraction=Decimal(0)))
            none = {"points": Decimal(0), "passed": False}
            session.execute(update(Attempt).where(Attempt.person_id == self.lin).values(**none))


@pytest.fixture
def team(app: Flask) -> Team:
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine", parent=None, now=here.now())
        lin = learner(session, now=here.now(), unit=unit, name="Lin", username="lin")
        mo = learner(session, now=here.now(), unit=unit, name="Mo", username="mo")
        for role in (Role.HR, Role.ORGANIZER):
            grants.grant(session, lin, role, unit, actor=None, now=here.now())
        away = people.add_unit(session, "Oak", parent=None, now=here.now())
        manager(session, Role.HR, unit, now=here.now(), home=away).username = "wu"
        source = stored_bank(session, now=here.now(), unit=unit, questions=[single(1)])
        exam = published_exam(session, now=here.now(), source=source, title="Unseen", show_score=Shown.NEVER, unit=unit,
                              questions=1, points=100)  # fmt: skip
        programme = a_programme(
            session, programme_plan(("Level", [exam_part(exam)]), title="Yearly"), now=here.now(), unit=unit
        )
        given = Assignment(
            programme_id=programme.id, unit_id=unit.id, starts_on=date(2026, 1, 1), created_at=here.now()
        )
        session.add(given)
        session.flush()
        for one in (lin, mo):
            session.add(ProgrammeMember(programme_id=programme.id, person_id=one.id, assignment_id=given.id,
                                        added_at=here.now(), starts_on=date(2026, 1, 1), due_on=date(2026, 12, 31),
                                        unit_path=unit.path))  # fmt: skip
        ids = lin.id, exam.id, programme.key
    for name in ("lin", "mo"):
        paper = Visitor(app).sign_in(name).start(ids[1])
        for slot in paper.slots:
            paper.save(slot, "right")
        paper.submit()
    with here.database.reading() as session:
        member = session.scalars(select(ProgrammeMember.id).where(ProgrammeMember.person_id == ids[0])).one()
    return Team(app, *ids, member)


def test_no_page_or_file_of_hr_differs_by_their_own_hidden_result(team: Team) -> None:
    said: list[dict[str, Any]] = []
    for _passed in (True, False):
        own = team.reader("lin")
        found: dict[str, Any] = {}
        for address in team.pages():
            assert own.get(address).status_code == 200, address
            found[address] = own.words
        found |= dict(team.files(own))
        said.append(found)
        team.lin_fails()
    assert {name: text for name, text in said[0].items() if text != said[1][name]} == {}


def test_the_pages_differ_for_another_hr(team: Team) -> None:
    """What is compared above does tell the result to who may read it."""
    other, pages = team.reader("wu"), [one for one in team.pages() if one.startswith("/manage/")]
    telling = []
    seen = {}
    for _passed in (True, False):
        for address in pages:
            other.get(address)
            if address in seen and seen[address] != other.words:
                telling.append(address)
            seen[address] = other.words
        team.lin_fails()
    for part in (
        "records?status=completed", "records?status=lacking", "/report", "/results", "/reports", "statistics?subject",
        "figure=passed", "figure=completed", "/people?standing=completed", "/reminders", f"people/{team.lin}",
        "/completions",
    ):  # fmt: skip
        assert any(part in one for one in telling), (part, telling)


def test_what_is_left_out_is_said(team: Team) -> None:
    own = team.reader("lin")
    for address, said in (
        (f"/manage/exams/{team.exam}/report", "Your own result, which the exam does not show to you, is left out"),
        ("/manage/statistics", "Results of your own that exams do not show to you"),
        ("/manage/statistics/people?figure=passed", "Results of your own that exams do not show to you"),
        ("/manage/reports", "Results of your own that exams do not show to you"),
        (f"/manage/programmes/{team.programme}/people", "You are left out here"),
        (f"/manage/programmes/{team.programme}/people/{team.member}", "State is not shown"),
        ("/manage/records?status=lacking", "1 programme of yours that has an exam whose result is not shown to you"),
        ("/manage/records", "So is 1 programme of yours"),
        (f"/programmes/{team.programme}", "An exam in it does not show its result yet"),
        (f"/programmes/{team.programme}", "Handed in; the result is not shown"),
        (f"/programmes/{team.programme}", "0 of 1 parts done"),
    ):
        own.get(address)
        assert said in own.words, address
    own.get(f"/manage/exams/{team.exam}/report")
    assert "passed 1 of sat 2" in own.words
    assert "Not marked yet 1" in own.words
    sent = own.post("/manage/records/export", format="csv", reason="inspection", status="lacking")
    sent.get_data()
    assert "without%201%20own%20result" in sent.headers["Content-Disposition"]


def test_once_the_result_is_shown_everything_is(team: Team) -> None:
    with learn(team.app).database.writing() as session:
        session.get_one(Exam, team.exam).show_score = Shown.NOW
    own = team.reader("lin")
    own.get(f"/manage/exams/{team.exam}/report")
    assert "passed 2 of sat 2" in own.words
    own.get("/programmes")
    assert "Completed on" in own.words
    own.get(f"/manage/programmes/{team.programme}/people")
    assert "left out" not in own.words


def test_a_column_about_a_programme_keeps_it_back_too(team: Team) -> None:
    here = learn(team.app)
    with here.database.reading() as session:
        hidden = unread.of(session, team.lin, now=here.now(), grace=here.grace)
        assert hidden is not None
        [programme] = hidden.programme_ids
        for known, told in ((None, {team.lin: "yes"}), (hidden, {})):
            found = record_values.values(
                session, Asked(What.DONE, CompletionKind.PROGRAMME, programme), [team.lin], now=here.now(),
                zone=here.zone, said=Said("yes", "no", {}), unread=known,
            )  # fmt: skip
            assert found == told
