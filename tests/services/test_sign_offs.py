"""Three levels signed for a class of new workers, in their order; and hours learnt elsewhere, with their proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Assignment,
    Completion,
    HoursEntry,
    HoursScope,
    PartKind,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Role,
    SignOff,
    Unit,
)
from suyu_learn.services import hours, outside_hours, people, scans, sign_offs
from suyu_learn.services.attendance import Terms
from suyu_learn.services.outside_hours import Learnt
from suyu_learn.services.scans import Filed
from suyu_learn.services.sign_offs import Taught
from tests.clock import START
from tests.factories import learner, manager
from tests.statements import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE, RULES = ZoneInfo("Asia/Shanghai"), CreditRules()
FRIDAY = START + timedelta(days=4, hours=9)
"""Six in the evening."""


@dataclass
class Works:
    """Five new people, and a programme of three levels of eight hours each, one after the other."""

    session: Session
    unit: Unit
    officer: Person
    programme: Programme
    parts: list[ProgrammePart]
    members: list[ProgrammeMember] = field(default_factory=list)

    @property
    def terms(self) -> Terms:
        return Terms(FRIDAY, ZONE, RULES)

    def sign(self, level: int, day: int, *who: ProgrammeMember, hours: str = "8", **said: Any) -> list[SignOff]:
        """Sign a level that was taught from nine to five on a day of March."""
        began = datetime(2026, 3, day, 1, 0, tzinfo=UTC)
        usual = {"trainer": "Zhao", "began_at": began, "ended_at": began + timedelta(hours=8), "result": "All right"}
        taught = Taught(**{**usual, "hours": Decimal(hours), **said})
        ids = [one.id for one in who or self.members]
        return sign_offs.enter(self.session, self.plan, self.parts[level - 1].id, ids, taught,
                               actor=self.officer, terms=self.terms)  # fmt: skip

    @property
    def plan(self) -> Programme:
        return sign_offs.programme_of(self.session, self.programme.key, actor=self.officer)

    def total(self, member: ProgrammeMember) -> Decimal:
        return sum(self.session.scalars(
            select(HoursEntry.hours).where(HoursEntry.person_id == member.person_id)
        ), Decimal(0))  # fmt: skip


@pytest.fixture
def works(session: Session) -> Works:
    before = START - timedelta(days=3)
    unit = people.add_unit(session, "Red Pine Works", parent=None, now=before)
    officer = manager(session, Role.ORGANIZER, unit, now=before)
    programme = Programme(key="three", unit_id=unit.id, title="Three levels", state=ProgrammeState.PUBLISHED,
                          created_at=before, hours=Decimal(24), in_order=True)  # fmt: skip
    session.add(programme)
    session.flush()
    parts = []
    for place, title in enumerate(("Works", "Workshop", "Team"), start=1):
        stage = ProgrammeStage(programme_id=programme.id, position=place, title=title, hours=Decimal(8))
        session.add(stage)
        session.flush()
        parts.append(ProgrammePart(stage_id=stage.id, position=1, kind=PartKind.SIGN_OFF, title=f"{title} training",
                                   hours=Decimal(8)))  # fmt: skip
    given = Assignment(programme_id=programme.id, unit_id=unit.id, starts_on=date(2026, 3, 1), created_at=before)
    session.add_all([*parts, given])
    session.flush()
    here = Works(session, unit, officer, programme, parts)
    for name in ("Lin", "Wu", "Zhao", "Sun", "Zhou"):
        person = learner(session, now=before, unit=unit, name=name)
        here.members.append(ProgrammeMember(programme_id=programme.id, person_id=person.id, assignment_id=given.id,
                                            starts_on=date(2026, 3, 1), added_at=before))  # fmt: skip
    session.add_all(here.members)
    session.flush()
    return here


def test_a_class_of_five_through_three_levels_is_complete(works: Works) -> None:
    rows = works.sign(1, 2)
    assert [(one.hours, one.trainer, one.unit_names) for one in rows] == [(8, "Zhao", "Red Pine Works")] * 5
    works.sign(2, 3)
    assert works.session.scalars(select(Completion)).all() == []
    works.sign(3, 4)
    assert len(works.session.scalars(select(Completion)).all()) == 5
    assert {works.total(one) for one in works.members} == {24}
    entry = works.session.scalars(select(HoursEntry)).first()
    assert entry is not None
    assert (entry.kind, entry.subject_id, entry.title) == ("sign_off", rows[0].id, "Works training")
    assert entry.evidence["trainer"] == "Zhao"


def test_a_later_stage_waits_for_the_one_before(works: Works) -> None:
    with pytest.raises(Problem) as refused:
        works.sign(2, 3)
    assert refused.value.code == "sign_off.parts_first"
    assert refused.value.params == {"name": "Lin", "stage": "Works", "parts": ["Works training"]}
    works.sign(1, 2, works.members[0])
    with pytest.raises(Problem, match=r"sign_off\.parts_first"):  # nobody, since one is not ready
        works.sign(2, 3, *works.members[:2])
    assert len(works.session.scalars(select(SignOff)).all()) == 1
    works.sign(2, 3, works.members[0])


@pytest.mark.parametrize(("minutes", "in_order", "refused"), [(-1, True, True), (0, True, False), (-1, False, False)])
def test_a_later_stage_was_taught_after_the_one_before(
    works: Works, minutes: int, in_order: bool, refused: bool
) -> None:
    lin = works.members[0]
    works.programme.in_order = in_order
    done_at = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    works.sign(1, 4, lin, ended_at=done_at + timedelta(seconds=30))
    times = {"began_at": done_at + timedelta(minutes=minutes), "ended_at": done_at + timedelta(hours=8)}
    if not refused:
        assert len(works.sign(2, 4, lin, **times)) == 1
        return
    with pytest.raises(Problem) as problem:
        works.sign(2, 4, lin, **times)
    assert problem.value.code == "sign_off.before_stage"
    assert problem.value.params == {"name": "Lin", "stage": "Works", "at": done_at}


def test_an_elective_too_many_moves_no_later_stage(works: Works) -> None:
    lin, stage = works.members[0], works.plan.stages[0]
    extra = [ProgrammePart(stage_id=stage.id, position=place, kind=PartKind.SIGN_OFF, title="More", required=False)
             for place in (2, 3)]  # fmt: skip
    works.session.add_all(extra)
    stage.electives = 1
    works.session.flush()
    works.parts += extra
    for level, day in ((1, 2), (4, 3), (5, 5)):
        works.sign(level, day, lin, hours="1" if level > 1 else "8")
    with pytest.raises(Problem, match=r"sign_off\.before_stage"):
        works.sign(2, 3, lin)
    assert len(works.sign(2, 4, lin)) == 1


def test_two_mornings_make_a_level_and_a_full_day_brings_no_more(works: Works) -> None:
    lin = works.members[0]
    works.sign(1, 2, lin, hours="4")
    with pytest.raises(Problem, match=r"sign_off\.parts_first"):
        works.sign(2, 3, lin)
    works.sign(1, 3, lin, hours="5")
    with pytest.raises(Problem, match=r"sign_off\.done_already"):
        works.sign(1, 4, lin)
    [row] = works.sign(2, 3, lin, hours="8", began_at=START + timedelta(days=1, hours=8),
                       ended_at=START + timedelta(days=1, hours=14))  # fmt: skip
    assert row.hours == 3  # of eight, five stood there that day
    assert works.total(lin) == 12


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"trainer": ""}, "sign_off.trainer"),
        ({"result": ""}, "sign_off.no_result"),
        ({"ended_at": START}, "event.ends_first"),
        ({"ended_at": FRIDAY + timedelta(minutes=1)}, "attendance.to_come"),
        ({"hours": "8.01"}, "event.hours"),
        ({"hours": "0"}, "event.hours"),
        ({"hours": "2.67", "ended_at": START + timedelta(hours=2)}, "event.hours"),
        ({"began_at": datetime(2025, 12, 31, 1, tzinfo=UTC), "ended_at": datetime(2025, 12, 31, 9, tzinfo=UTC)},
         "sign_off.other_year"),
    ],
)  # fmt: skip
def test_sign_offs_that_cannot_be(works: Works, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as refused:
        works.sign(1, 2, **said)
    assert refused.value.code == code
    assert works.session.scalars(select(SignOff)).all() == []


def test_void_takes_the_hours_back_and_the_level_is_open_again(works: Works) -> None:
    lin = works.members[0]
    [row] = works.sign(1, 2, lin)
    given = {"actor": works.officer, "terms": works.terms}
    with pytest.raises(Problem, match="reason"):
        sign_offs.void(works.session, works.plan, row, reason=" ", **given)
    sign_offs.void(works.session, works.plan, row, reason="Was Wu", **given)
    assert (row.void_reason, row.voided_by_id, works.total(lin)) == ("Was Wu", works.officer.id, 0)
    assert hours.already(works.session, works.session.get_one(Person, lin.person_id)) == {}
    with pytest.raises(Problem, match=r"sign_off\.voided_already"):
        sign_offs.void(works.session, works.plan, row, reason="Again", **given)
    with pytest.raises(Problem, match=r"sign_off\.parts_first"):
        works.sign(2, 3, lin)
    works.sign(1, 4, lin)


def test_a_completion_goes_with_the_sign_off_that_brought_it_and_comes_anew(works: Works) -> None:
    lin = works.members[0]
    rows = [works.sign(level, day, lin)[0] for level, day in ((1, 2), (2, 3), (3, 4))]
    sign_offs.void(works.session, works.plan, rows[2], reason="Was Wu", actor=works.officer, terms=works.terms)
    [done] = works.session.scalars(select(Completion)).all()
    assert done.voided_at is not None
    works.sign(3, 5, lin)
    assert len(works.session.scalars(select(Completion).where(Completion.voided_at.is_(None))).all()) == 1


def test_who_may_sign(works: Works) -> None:
    session = works.session
    office = people.add_unit(session, "Office", parent=None, now=START)
    stranger = manager(session, Role.ORGANIZER, office, now=START)
    with pytest.raises(Problem, match=r"programme\.unknown"):
        sign_offs.programme_of(session, "three", actor=stranger)
    own = ProgrammeMember(programme_id=works.programme.id, person_id=works.officer.id, starts_on=date(2026, 3, 1),
                          assignment_id=works.members[0].assignment_id, added_at=START)  # fmt: skip
    session.add(own)
    works.members[4].left_at = START
    session.flush()
    with pytest.raises(Problem, match="yourself"):
        works.sign(1, 2, own)
    with pytest.raises(Problem, match="not_members"):
        works.sign(1, 2, works.members[4])
    with pytest.raises(Problem, match="nobody"):
        sign_offs.enter(session, works.plan, works.parts[0].id, [], Taught("Z", START, FRIDAY, Decimal(1), "Good"),
                        actor=works.officer, terms=works.terms)  # fmt: skip


def test_who_looks_after_some_of_its_people_signs_for_those(works: Works) -> None:
    session = works.session
    saw = people.add_unit(session, "Saw", parent=works.unit, now=START)
    wu = session.get_one(Person, works.members[1].person_id)
    people.move_person(session, wu, saw, now=START)
    master = manager(session, Role.ORGANIZER, saw, now=START)
    plan = sign_offs.programme_of(session, "three", actor=master)
    assert [one.person.name for one in sign_offs.learners(session, plan, actor=master, terms=works.terms)] == ["Wu"]


# Hours learnt elsewhere

PROOF = Filed("ab" * 32, "application/pdf", 9, "certificate.pdf")


def _enter(works: Works, *, proof: Filed | None = PROOF, person: Person | None = None, **said: Any) -> HoursEntry:
    hr = manager(works.session, Role.HR, works.unit, now=START)
    usual = {"what": "Forklift course", "where": "City school", "first": date(2026, 3, 2), "last": date(2026, 3, 3),
             "hours": Decimal(12)}  # fmt: skip
    whom = person or works.session.get_one(Person, works.members[0].person_id)
    return outside_hours.enter(works.session, whom, Learnt(**{**usual, **said}), proof, reason="Sent by us", actor=hr,
                               terms=works.terms)  # fmt: skip


def test_hours_learnt_elsewhere_keep_their_proof_and_days(works: Works) -> None:
    entry = _enter(works)
    assert (entry.hours, entry.kind, entry.day, entry.reason) == (12, "outside", date(2026, 3, 3), "Sent by us")
    assert entry.evidence["days"] == {"2026-03-02": 16_200, "2026-03-03": 16_200}
    assert entry.evidence["proof"]["sha256"] == PROOF.sha256
    with pytest.raises(Problem, match=r"hours\.entered_already"):  # the button pressed twice
        _enter(works)
    assert _enter(works, what="Crane course").hours == 4  # both days have room for two more each
    with pytest.raises(Problem, match=r"hours\.days_full"):
        _enter(works, what="Welding course")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"what": ""}, "hours.no_title"),
        ({"where": ""}, "hours.no_place"),
        ({"last": date(2026, 3, 1)}, "hours.days_turned"),
        ({"last": date(2026, 3, 7)}, "hours.to_come"),
        ({"first": date(2024, 3, 1)}, "hours.too_long"),
        ({"first": date(2025, 12, 31), "last": date(2026, 1, 1)}, "hours.two_years"),
        ({"hours": Decimal("16.01")}, "hours.too_many"),
        ({"hours": Decimal(0)}, "hours.too_many"),
        ({"proof": None}, "hours.no_proof"),
    ],
)
def test_hours_that_cannot_have_been_learnt(works: Works, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as refused:
        _enter(works, **said)
    assert refused.value.code == code


def test_hours_are_taken_back_by_somebody_else_with_a_reason(works: Works) -> None:
    entry = _enter(works)
    lin = works.session.get_one(Person, works.members[0].person_id)
    hr = manager(works.session, Role.HR, works.unit, now=START)
    outside_hours.void(works.session, lin, entry.id, reason="A forgery", actor=hr, terms=works.terms)
    [one] = outside_hours.of_person(works.session, lin)
    assert one.taken_back is not None
    assert (one.taken_back.reason, works.total(works.members[0])) == ("A forgery", 0)
    with pytest.raises(Problem, match=r"hours\.voided_already"):
        outside_hours.void(works.session, lin, entry.id, reason="Again", actor=hr, terms=works.terms)
    for person, actor, code in ((hr, hr, "yourself"), (lin, works.officer, r"page\.refused")):
        with pytest.raises(Problem, match=code):
            outside_hours.void(works.session, person, entry.id, reason="x", actor=actor, terms=works.terms)


def test_a_completion_goes_with_the_hours_from_elsewhere_that_brought_it(works: Works) -> None:
    programme, lin = works.programme, works.members[0]
    for part in works.parts:
        part.required = False
    for stage in works.plan.stages:
        stage.hours = Decimal(0)
    programme.hours, programme.counts = Decimal(12), HoursScope.ALL
    works.session.flush()
    entry = _enter(works)
    [done] = works.session.scalars(select(Completion)).all()
    assert done.voided_at is None
    hr = manager(works.session, Role.HR, works.unit, now=START)
    person = works.session.get_one(Person, lin.person_id)
    outside_hours.void(works.session, person, entry.id, reason="A forgery", actor=hr, terms=works.terms)
    assert done.voided_at is not None
    _enter(works)
    assert len(works.session.scalars(select(Completion)).all()) == 2


def test_proofs_are_not_swept_away(works: Works, tmp_path: Path) -> None:
    filed = scans.prepare(b"%PDF-1.4 a certificate", "c.pdf", folder=tmp_path)
    other = scans.prepare(b"%PDF-1.4 of nobody", "c.pdf", folder=tmp_path)
    _enter(works, proof=filed)
    assert scans.sweep(works.session, tmp_path, now=datetime(2100, 1, 1, tzinfo=UTC)) == 1
    left = {path.name for path in tmp_path.glob("??/*")}
    assert left == {filed.sha256}
    assert other.sha256 not in left


def test_two_turns_of_one_person_that_are_signed_at_once_bring_the_hours_once(works: Works) -> None:
    first = works.members[0]
    again = ProgrammeMember(programme_id=works.programme.id, person_id=first.person_id, occasion="#1",
                            assignment_id=first.assignment_id, starts_on=date(2026, 3, 1), added_at=START)  # fmt: skip
    works.session.add(again)
    works.session.flush()
    rows = works.sign(1, 2, first, works.members[1], again)
    assert sorted((row.member_id, row.hours) for row in rows) == sorted(
        [(first.id, Decimal(8)), (works.members[1].id, Decimal(8)), (again.id, Decimal(0))]
    )
    assert (works.total(first), works.total(works.members[1])) == (8, 8)


def test_many_that_are_signed_ask_no_more_than_two(works: Works) -> None:
    counts = []
    for some in (works.members[:2], works.members[2:]):
        with counted(works.session) as statements:
            works.sign(1, 2, *some)
        counts.append(len(statements))
    assert counts[0] == counts[1]
