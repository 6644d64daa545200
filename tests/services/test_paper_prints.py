"""Variants of a paper as they were printed, and given back by their code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Exam, ExamState, PaperMode, Person, PrintedPaper, Question
from suyu_learn.plugins import Plugins
from suyu_learn.services import bank, paper_prints, papers
from suyu_learn.services.paper_prints import CODES, Variant
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import learner, multiple, published_exam, single, stored_bank, true_false

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def versions() -> Versions:
    return Versions(Plugins([defaults]).question_types)


def an_exam(session: Session, **more: Any) -> Exam:
    drafts = [single(number) for number in range(1, 21)] + [multiple(1), true_false(1)]
    source = stored_bank(session, now=START, questions=drafts)
    return published_exam(session, now=START, source=source, points=5, **more)


def made(session: Session, exam: Exam, count: int, versions: Versions, **more: Any) -> list[Variant]:
    actor = learner(session, now=START)
    return paper_prints.make(
        session, exam, count, actor=actor, now=START, versions=versions, pools=PaperPools(), **more
    )  # fmt: skip


def test_a_code_gives_the_same_slots_again_whatever_becomes_of_the_bank(session: Session, versions: Versions) -> None:
    exam = an_exam(session, questions=10)
    [first, second] = made(session, exam, 2, versions)
    for question in session.scalars(select(Question)):
        bank.retire(session, question, now=START)
    session.expire_all()
    assert paper_prints.variant(session, exam, "A") == first
    assert paper_prints.variant(session, exam, " b ").slots == second.slots
    assert [one.code for one in paper_prints.variants(session, exam)] == ["A", "B"]
    assert first.points == Decimal(50)
    assert [slot.number for slot in first.slots] == list(range(1, 11))
    assert {len(slot.options) for slot in first.slots} <= {0, 4}


def test_papers_drawn_per_person_differ_and_a_fixed_order_is_the_same(session: Session, versions: Versions) -> None:
    exam = an_exam(session, questions=10)
    variants = made(session, exam, 3, versions)
    assert len({tuple(slot.version_id for slot in one.slots) for one in variants}) == 3
    once = an_exam(session, mode=PaperMode.DRAWN_ONCE)
    plain = made(session, once, 2, versions, shuffle_questions=False, shuffle_options=False)
    assert plain[0].slots == plain[1].slots
    mixed = made(session, once, 2, versions, shuffle_questions=True, shuffle_options=True)
    assert mixed[0].slots != mixed[1].slots
    assert {slot.version_id for slot in mixed[0].slots} == {slot.version_id for slot in plain[0].slots}


def test_the_exam_says_whether_papers_are_shuffled(session: Session, versions: Versions) -> None:
    exam = an_exam(session, mode=PaperMode.DRAWN_ONCE, shuffle_questions=False, shuffle_options=False)
    [one] = made(session, exam, 1, versions)
    straight = papers.compose(session, exam, seed="x", versions=versions, pools=PaperPools())
    assert list(one.slots) == straight


def test_letters_run_out_and_are_never_used_twice(session: Session, versions: Versions) -> None:
    exam = an_exam(session, mode=PaperMode.DRAWN_ONCE)
    made(session, exam, 25, versions)
    with pytest.raises(Problem) as refused:
        made(session, exam, 2, versions)
    assert (refused.value.code, refused.value.params["most"]) == ("print.how_many", 1)
    assert [one.code for one in made(session, exam, 1, versions)] == ["Z"]
    assert set(session.scalars(select(PrintedPaper.code))) == set(CODES)


@pytest.mark.parametrize("count", [0, -1, 27])
def test_as_many_papers_as_there_are_letters(session: Session, versions: Versions, count: int) -> None:
    with pytest.raises(Problem) as refused:
        made(session, an_exam(session), count, versions)
    assert refused.value.code == "print.how_many"


def test_a_draft_is_not_printed(session: Session, versions: Versions) -> None:
    exam = an_exam(session)
    exam.state = ExamState.DRAFT
    with pytest.raises(Problem) as refused:
        made(session, exam, 1, versions)
    assert refused.value.code == "print.is_draft"


def test_an_unknown_code_names_those_that_are_there(session: Session, versions: Versions) -> None:
    exam, other = an_exam(session), an_exam(session)
    with pytest.raises(Problem) as none:
        paper_prints.variant(session, exam, "A")
    assert none.value.code == "print.no_variants"
    made(session, exam, 2, versions)
    with pytest.raises(Problem) as unknown:
        paper_prints.variant(session, exam, "q")
    assert (unknown.value.code, unknown.value.params["known"]) == ("print.unknown_variant", ["A", "B"])
    with pytest.raises(Problem):
        paper_prints.variant(session, other, "A")


def test_papers_asked_for_twice_are_made_once(session: Session, versions: Versions) -> None:
    exam, actor = an_exam(session), learner(session, now=START)

    def ask(count: int, after: int, person: Person = actor) -> list[str]:
        found = paper_prints.make(session, exam, count, actor=person, now=START, versions=versions, pools=PaperPools(),
                                  after=after)  # fmt: skip
        return [one.code for one in found]

    assert [ask(2, 0), ask(2, 0)] == [["A", "B"]] * 2
    assert [ask(1, 2), ask(1, 2)] == [["C"]] * 2
    for count, person in ((1, actor), (3, learner(session, now=START))):
        with pytest.raises(Problem) as refused:
            ask(count, 0, person)
        assert (refused.value.code, refused.value.params["known"]) == ("print.made_meanwhile", ["A", "B", "C"])
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.variants_made")).all()) == 2


def test_a_file_has_its_most_questions_and_any_single_sheet_fits(
    session: Session, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    variants = made(session, an_exam(session, questions=10), 3, versions)
    monkeypatch.setattr(paper_prints, "MOST_PRINTED", 40)
    paper_prints.bounded(variants, 1)
    paper_prints.bounded(variants[:2], 2)
    with pytest.raises(Problem) as refused:
        paper_prints.bounded(variants, 2)
    assert refused.value.params == {"most": 40, "asked": 60}
    monkeypatch.setattr(paper_prints, "MOST_PRINTED", 5)
    paper_prints.bounded(variants[:1], 1)


def test_making_papers_is_on_record(session: Session, versions: Versions) -> None:
    exam = an_exam(session)
    made(session, exam, 2, versions)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.variants_made")).one()
    assert (entry.object_id, entry.detail) == (exam.id, {"variants": ["A", "B"]})
