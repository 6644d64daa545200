"""The item analysis of stored exams: against independent packages, and what counts of whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.statistics import Flag, ScoreGroup
from suyu_learn.models import Attempt, Bank, Exam, Person, Question, Slot, Step, Unit
from suyu_learn.plugins import Plugins
from suyu_learn.services import bank, people, report_items, reports
from suyu_learn.services.grants import Reach
from suyu_learn.services.report_items import ItemReport
from suyu_learn.services.report_papers import Tries
from suyu_learn.services.reports import Sight
from suyu_learn.services.versions import Versions
from tests.clock import FrozenClock
from tests.factories import essay, multiple, published_exam, single, stored_bank
from tests.question_types import draft

KEPT = json.loads((Path(__file__).parents[1] / "item_figures" / "cases.json").read_text("utf-8"))
CLOSE = {"rel": 1e-9, "abs": 1e-9}
NAMELESS = Sight(Reach(everywhere=True), Reach())

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Sat:
    """An exam over a bank, and its papers as they are put in."""

    session: Session
    clock: FrozenClock
    exam: Exam
    unit: Unit
    bank: Bank
    versions: Versions
    ids: list[int]
    """The published version of each question, in the order given."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def person(self, **more: Any) -> Person:
        row = Person(
            key=f"k{next(self.numbers)}", name="Somebody", name_key="somebody", created_at=self.clock(), **more
        )
        self.session.add(row)
        self.session.flush()
        return row

    def paper(
        self, slots: Sequence[tuple[int, Any, float | None, float]], person: Person | None = None, **more: Any
    ) -> Attempt:
        """A closed attempt from version, response, fraction and points of each place."""
        person = person or self.person()
        now, number = self.clock(), next(self.numbers)
        fractions = [one[2] for one in slots]
        earned = sum((Decimal(str(f)) * Decimal(str(p)) for _v, _r, f, p in slots if f is not None), Decimal(0))
        values: dict[str, Any] = {
            "key": f"a{number}", "number": number, "started_at": now, "deadline": now, "closed_at": now, "seed": "s",
            "state": AttemptState.SUBMITTED, "points": None if None in fractions else earned, "passed": None,
            "full_points": sum((Decimal(str(one[3])) for one in slots), Decimal(0)), "unit_path": self.unit.path,
        }  # fmt: skip
        row = Attempt(exam_id=self.exam.id, person_id=person.id, **{**values, **more})
        self.session.add(row)
        self.session.flush()
        self.session.add_all(
            Slot(attempt_id=row.id, number=place, version_id=version, response=response, points=Decimal(str(points)),
                 fraction=None if fraction is None else Decimal(str(fraction)))
            for place, (version, response, fraction, points) in enumerate(slots, start=1)
        )  # fmt: skip
        return row

    def report(self, **how: Any) -> ItemReport:
        self.session.flush()
        how.setdefault("sight", reports.EVERYTHING)
        return report_items.item_report(self.session, self.exam, versions=self.versions, **how)


@pytest.fixture
def sat(session: Session, clock: FrozenClock) -> Any:
    def given(*questions: QuestionDraft) -> Sat:
        unit = people.add_unit(session, "Pine City", parent=None, now=clock())
        source = stored_bank(session, now=clock(), unit=unit, questions=list(questions))
        exam = published_exam(session, now=clock(), source=source, unit=unit)
        rows = session.scalars(select(Question).where(Question.bank_id == source.id).order_by(Question.id))
        ids = {one.uid: one.published_version_id or 0 for one in rows}
        versions = Versions(Plugins([defaults]).question_types)
        return Sat(session, clock, exam, unit, source, versions, [ids[one.uid] for one in questions])

    return given


def chosen(right: bool) -> tuple[str, float]:
    return ("right", 1.0) if right else ("wrong1", 0.0)


def _put(here: Sat, case: Any) -> None:
    for row in case["fractions"]:
        here.paper([
            (here.ids[place], "right" if value == 1 else "wrong1", value, of)
            for place, (value, of) in enumerate(zip(row, case["points"], strict=True)) if value >= 0
        ])  # fmt: skip


@pytest.mark.parametrize("name", ["weighted", "drawn"])
def test_a_stored_exam_has_the_figures_of_an_independent_package(sat: Any, name: str) -> None:
    case = KEPT["cases"][name]
    here = sat(*(single(number) for number in range(len(case["points"]))))
    _put(here, case)
    found = here.report()
    assert found.papers.count == len(case["fractions"])
    lines = {line.asked.version_id: line for line in found.lines}
    for version, expected in zip(here.ids, case["expected"]["items"], strict=True):
        figures = lines[version].figures
        assert float(figures.numbers.share_right or 0) == pytest.approx(expected["mean"], **CLOSE)
        assert figures.discrimination == pytest.approx(expected["rest"], **CLOSE)
    if name == "drawn":
        assert (found.reliability, found.common, found.most) == (None, 0, 8)
        return
    assert found.reliability is not None
    assert found.reliability.alpha == pytest.approx(case["expected"]["alpha"], **CLOSE)
    assert found.reliability.error == pytest.approx(case["expected"]["error"], **CLOSE)
    assert (found.common, found.most) == (9, 9)


@sqlite
def test_of_drawn_papers_alpha_is_of_the_questions_that_everybody_had(sat: Any) -> None:
    here = sat(*(single(number) for number in range(5)))
    for number in range(40):
        own = here.ids[3 + number % 2]
        marks = [number % 2, number % 4 < 2, number % 8 < 3, number % 3 == 0]
        here.paper([(version, *chosen(bool(mark)), 5)
                    for version, mark in zip([*here.ids[:3], own], marks, strict=True)])  # fmt: skip
    found = here.report()
    assert (found.common, found.most) == (3, 4)
    assert found.reliability is not None
    assert (found.reliability.questions, found.reliability.people) == (3, 40)
    assert [line.figures.asked for line in found.lines] == [40, 40, 40, 20, 20]


@sqlite
def test_the_first_the_last_and_the_best_attempt_of_each_person_or_all(sat: Any) -> None:
    here = sat(single(1), single(2))
    who = here.person()
    again = here.person(merged_into_id=who.id)
    for person, marks, later, more in (
        (who, (0, 0), 0, {}), (again, (1, 1), 1, {}), (who, (1, 0), 2, {"retake": True}),
        (who, (1, 1), 3, {"trial": True}),
        (who, (1, 1), 4, {"state": AttemptState.VOIDED}), (here.person(), (0, 1), 0, {}),
    ):  # fmt: skip
        here.paper([(version, *chosen(bool(mark)), 5) for version, mark in zip(here.ids, marks, strict=True)], person,
                   started_at=here.clock() + timedelta(hours=later), **more)  # fmt: skip
    rights = {}
    for tries in Tries:
        first, second = here.report(tries=tries).lines
        rights[tries] = [(line.figures.asked, line.figures.numbers.share_right) for line in (first, second)]
    half, two = Decimal("0.5"), Decimal(2)
    assert rights == {
        Tries.FIRST: [(2, 0), (2, half)], Tries.BEST: [(2, half), (2, 1)], Tries.LAST: [(2, half), (2, half)],
        Tries.ALL: [(4, half), (4, two / 4)],
    }  # fmt: skip


@sqlite
def test_an_essay_that_waits_is_in_no_comparison_and_a_paper_by_its_points_in_no_figure(sat: Any) -> None:
    here = sat(single(1), essay(2), multiple(3))
    one, written, several = here.ids
    for number in range(30):
        here.paper([(one, *chosen(number % 2 == 0), 5), (written, "a" * 900, number % 5 / 4, 10),
                    (several, ["a"], 0.5, 4)])  # fmt: skip
    here.paper([(one, "right", 1, 5), (written, "waits", None, 10), (several, ["a", "b"], 0, 4)])
    here.paper([], points=Decimal(9), full_points=Decimal(19), offline=True)
    found = here.report()
    assert (found.papers.count, sum(found.papers.whole.values()), found.papers.points_only) == (31, 30, 1)
    lines = {line.asked.version_id: line.figures for line in found.lines}
    assert (lines[written].asked, lines[written].numbers.marked, lines[written].compared) == (31, 30, 30)
    assert lines[written].numbers.share_right == Decimal("0.5")
    assert lines[several].discrimination is None  # all have half of it
    assert {one.key: one.count for one in lines[several].numbers.choices} == {"a": 31, "b": 1, "c": 0, "d": 0}


@sqlite
def test_versions_that_ask_and_mark_alike_are_one_question(sat: Any) -> None:
    here = sat(single(1), single(2))
    first = here.ids[0]
    question = here.session.scalars(select(Question).order_by(Question.id)).first()
    body = {**single(1).body, "stem": "Question 1?"}

    def newer(**changed: Any) -> int:
        told = replace(single(1), uid=question.uid, body={**body, **changed})
        return bank.store(here.session, here.bank, told, now=here.clock(), reviewer="r").id  # type: ignore[union-attr]

    explained = newer(explanation="More of it.")
    for version in (first, explained, first):
        here.paper([(version, "right", 1, 5), (here.ids[1], "right", 1, 5)])
    rekeyed = newer(answer=["wrong1"])
    here.paper([(rekeyed, "right", 0, 5), (here.ids[1], "right", 1, 5)])
    paper = here.paper([(first, "right", 0, 5), (here.ids[1], "right", 1, 5)])
    here.session.flush()
    here.session.get_one(Slot, (paper.id, 1)).key_version_id = rekeyed  # marked anew
    reworded = newer(stem="Question one, in other words?")
    here.paper([(reworded, "right", 1, 5), (here.ids[1], "right", 1, 5)])
    theirs = {line.asked.version_id: (line.figures.asked, sorted(k for k, c in line.choices.items() if c.right))
              for line in here.report().lines if line.question_id == question.id}  # fmt: skip
    assert theirs == {explained: (3, ["right"]), rekeyed: (2, ["wrong1"]), reworded: (1, ["right"])}


@sqlite
def test_a_passage_is_no_question_and_its_members_are_named_as_such(sat: Any) -> None:
    passage = replace(draft("group", uid="g-a"), body={"stem": "Dust lay thick.", "explanation": ""})
    here = sat(passage, single(1), single(2))
    for _number in range(2):
        row = here.paper([(here.ids[1], "right", 1, 5), (here.ids[2], None, 0, 5), (here.ids[0], None, 0, 0)])
        here.session.flush()
        here.session.get_one(Slot, (row.id, 1)).parent_number = 3
    found = here.report()
    assert [(line.number, line.in_group) for line in found.lines] == [(1, True), (2, False)]
    assert (found.papers.reached, found.most) == (0, 2)


@sqlite
def test_what_was_not_reached_is_told_from_what_was_left_open(sat: Any) -> None:
    here = sat(*(single(number) for number in range(4)))
    for number in range(40):
        answers = ["right", None, "right", "right"] if number < 20 else ["right", "right", None, None]
        state = AttemptState.TIMED_OUT if number >= 25 else AttemptState.SUBMITTED
        here.paper([(version, answer, float(answer == "right"), 5)
                    for version, answer in zip(here.ids, answers, strict=True)], state=state)  # fmt: skip
    here.paper([(version, None, 0, 5) for version in here.ids])  # blank: it tells nothing of the time
    found = here.report()
    papers = found.papers
    assert (papers.count, papers.blank, papers.begun, papers.reached) == (41, 1, 40, 20)
    assert (papers.run_out, papers.short_and_run_out, found.short_of_time) == (15, 15, True)
    assert [(line.figures.numbers.omitted, line.figures.not_reached) for line in found.lines] == [
        (1, 0), (21, 0), (21, 20), (21, 20),
    ]  # fmt: skip
    flags = [{one.flag for one in line.flags} for line in found.lines]
    assert Flag.LEFT_OPEN in flags[1]
    assert Flag.NOT_REACHED in flags[2]


@sqlite
def test_a_wrong_key_is_doubted_and_the_groups_show_who_chose_what(sat: Any) -> None:
    here = sat(*(single(number) for number in range(6)))
    for number in range(100):
        able = number >= 50
        marks = [(number + place) % 5 > 0 if able else (number + place) % 3 == 0 for place in range(5)]
        others = [(version, *chosen(mark), 5) for version, mark in zip(here.ids[:5], marks, strict=True)]
        last = "wrong2" if able else "right"  # the key says "right"
        here.paper([*others, (here.ids[5], last, float(last == "right"), 5)])
    found = here.report()
    line = next(one for one in found.lines if one.asked.version_id == here.ids[5])
    assert (line.flags[0].flag, line.flags[0].options) == (Flag.KEY, ("wrong2",))
    by_group = {one.key: one.by_group for one in line.figures.options}
    assert by_group["wrong2"][ScoreGroup.UPPER] > by_group["wrong2"][ScoreGroup.LOWER]
    assert found.groups is not None
    assert sum(found.groups.sizes.values()) == 100


@sqlite
def test_who_may_not_see_names_gets_nothing_of_few_people(sat: Any, session: Session, clock: FrozenClock) -> None:
    here = sat(single(1), single(2))
    town = people.add_unit(session, "Town", parent=here.unit, now=clock())
    for number in range(40):
        answers = [
            "right" if number < 30 else "wrong1" if number < 37 else "wrong2",
            "right" if number % 2 else "wrong3",
        ]
        here.paper([(version, answer, float(answer == "right"), 5)
                    for version, answer in zip(here.ids, answers, strict=True)],
                   unit_path=town.path if number < 3 else here.unit.path)  # fmt: skip
    found = here.report(sight=NAMELESS, suppress_below=5, unit=town, tries=Tries.ALL)
    assert (found.suppressed, found.tries, found.papers.count) == (True, Tries.FIRST, 40)
    first, second = found.lines
    assert first.hidden.options == {"wrong1", "wrong2"}
    assert (first.hidden.groups, first.hidden.share_right, first.hidden.omitted) == (True, False, False)
    assert not second.hidden.options
    assert not any(Flag.UNUSED is one.flag and "wrong2" in one.options for one in first.flags)
    assert here.report(suppress_below=5, unit=town).papers.count == 3  # who sees names sees them all


@sqlite
def test_times_are_of_this_exam_alone(sat: Any) -> None:
    here = sat(single(1), single(2))
    for _number in range(6):
        row = here.paper([(version, "right", 1, 5) for version in here.ids])
        for kind, slot, seconds in ((StepKind.OPENED, None, 0), (StepKind.SAVED, 1, 20), (StepKind.SAVED, 2, 50)):
            here.session.add(Step(attempt_id=row.id, kind=kind, slot=slot, epoch=1, seq=1, received_at=here.clock(),
                                  made_at=here.clock() + timedelta(seconds=seconds)))  # fmt: skip
    assert [line.spent.median for line in here.report().lines if line.spent] == [20, 30]
    other = published_exam(here.session, now=here.clock(), source=here.bank, unit=here.unit)
    here.exam = other
    here.paper([(version, "right", 1, 5) for version in here.ids])
    assert [line.spent for line in here.report().lines] == [None, None]


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@sqlite
def test_an_analysis_takes_as_many_statements_for_3_papers_as_for_60(sat: Any) -> None:
    here = sat(*(single(number) for number in range(4)))
    here.paper([(version, *chosen(True), 5) for version in here.ids])
    here.report()  # reads the versions, once in a process
    counts = []
    for more in (3, 57):
        for number in range(more):
            here.paper([(version, *chosen((number + version) % 3 == 0), 5) for version in here.ids])
        here.session.flush()
        with statements(here.session) as said:
            here.report()
        counts.append(len(said))
    assert counts[0] == counts[1] <= 12
