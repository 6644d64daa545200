"""A wrong key corrected: attempts marked anew as steps, and all that follows from them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.problems import Problem
from suyu_learn.hooks import completion_recorded
from suyu_learn.models import Attempt, AuditEntry, Completion, Exam, Person, Question, Role, Slot, Step, Unit
from suyu_learn.services import answers, bank, regrading, report_questions, reports, sitting
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, manager, single, stage

WRONG_KEY = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})


@pytest.fixture
def given(app: Flask) -> dict[str, Any]:
    """An exam over one question whose key is wrong: who chose the right option failed."""
    here = learn(app)
    made = stage(app, questions=[WRONG_KEY], points=100, pass_share=Decimal("0.6"), attempts_allowed=3)
    with here.database.writing() as session:
        mill = session.get_one(Person, made.person_id)
        unit = session.scalars(select(Unit)).one()
        learner(session, now=here.now(), unit=unit, username="wang", name="Wang")
        keeper = manager(session, Role.ORGANIZER, None, now=here.now())
        return {"exam": made.exam_id, "lin": mill.id, "keeper": keeper.id, "name": keeper.username}


def sit(app: Flask, who: str, exam: int, response: str) -> Visitor:
    visitor = Visitor(app).sign_in(who)
    paper = visitor.start(exam)
    assert paper.save(1, response).status_code == 200
    paper.submit()
    return visitor


def corrected(app: Flask, answer: str = "right") -> None:
    here = learn(app)
    with here.database.writing() as session:
        question = session.scalars(select(Question)).one()
        draft = replace(WRONG_KEY, uid=question.uid, body={**WRONG_KEY.body, "answer": [answer]})
        bank.store(session, session.get_one(type(question.bank), question.bank_id), draft, now=here.now(), reviewer="r")


def regraded(app: Flask, keeper: int, reason: str = "The key was wrong.") -> regrading.Plan:
    here = learn(app)
    with here.database.writing() as session:
        return regrading.apply(session, session.scalars(select(Question)).one(), now=here.now(), reason=reason,
                               person=session.get_one(Person, keeper), versions=here.versions)  # fmt: skip


def sound(app: Flask) -> None:
    """What the rows say is what the steps say."""
    here = learn(app)
    with here.database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            assert sitting.rebuild(session, attempt) == {}


def test_a_corrected_key_marks_anew_and_completions_follow(app: Flask, given: dict[str, Any], clock: Any) -> None:
    right = sit(app, "lin", given["exam"], "right")
    sit(app, "wang", given["exam"], "wrong1")
    here = learn(app)
    with here.database.reading() as session:
        names = select(Person.name).join(Completion, Completion.person_id == Person.id)
        assert session.scalars(names).all() == ["Wang"]
        assert not regrading.has_another_key(session, session.scalars(select(Question)).one())
    corrected(app)
    clock.advance(hours=1)
    with here.database.reading() as session:
        question = session.scalars(select(Question)).one()
        assert regrading.has_another_key(session, question)
        seen = regrading.plan(
            session, question, person=session.get_one(Person, given["keeper"]), versions=here.versions
        )
        assert (len(seen.changes), seen.more, seen.less, seen.newly_passed, seen.no_longer_passed) == (2, 1, 1, 1, 1)
    regraded(app, given["keeper"])
    sound(app)
    with here.database.reading() as session:
        rows = {row.person_id: row for row in session.scalars(select(Attempt))}
        assert rows[given["lin"]].points == 100
        assert rows[given["lin"]].passed
        steps = session.scalars(select(Step).where(Step.kind == "regraded")).all()
        version = session.scalars(select(Question.published_version_id)).one()
        assert {one.detail["version"] for one in steps} == {version}  # type: ignore[index]
        assert set(session.scalars(select(Slot.key_version_id))) == {version}
        done = {row.person_id: row for row in session.scalars(select(Completion))}
        assert done[given["lin"]].voided_at is None
        [lost] = [row for person, row in done.items() if person != given["lin"]]
        assert (lost.void_reason, lost.voided_by_id) == ("The key was wrong.", given["keeper"])
        assert not regrading.has_another_key(session, session.scalars(select(Question)).one())
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"question.regraded", "completion.voided"} <= actions
    right.get(f"/attempts/{rows[given['lin']].key}/result")
    assert "The key was wrong." in right.words
    assert "marked anew" in right.words
    heard: list[str] = []
    with completion_recorded.connected_to(lambda _sender, completion: heard.append(completion)):
        corrected(app, "wrong1")
        regraded(app, given["keeper"])
    assert heard == [lost.key]  # it stands again, and programmes hear of it


def test_the_report_counts_both_versions_as_one_question_and_ticks_what_is_right_now(
    app: Flask, given: dict[str, Any]
) -> None:
    sit(app, "lin", given["exam"], "right")
    corrected(app)
    here = learn(app)
    with here.database.reading() as session:
        question = session.scalars(select(Question)).one()
    keeper = Visitor(app).sign_in(given["name"])
    keeper.get(page := f"/manage/bank/{question.bank_id}/questions/{question.id}/regrade")
    keeper.post(page, reason="Option A was right.")
    sit(app, "wang", given["exam"], "wrong1")  # is asked the corrected version at once
    with here.database.reading() as session:
        sight = reports.sight_of(session, session.get_one(Person, given["keeper"]))
        lines = report_questions.question_report(session, session.get_one(Exam, given["exam"]), sight=sight,
                                                 versions=here.versions)  # fmt: skip
    [line] = lines
    assert (line.version, line.numbers.asked, line.numbers.share_right) == (2, 2, Decimal("0.5"))
    assert {one.key: (one.right, one.count) for one in line.choices if one.count} == {
        "right": (True, 1), "wrong1": (False, 1),
    }  # fmt: skip


def test_who_begins_after_a_correction_in_another_process_is_asked_the_corrected_version(
    app: Flask, given: dict[str, Any]
) -> None:
    sit(app, "lin", given["exam"], "right")  # from then on this process knows what can be drawn
    corrected(app)  # as another process does it: nothing tells this one to forget
    sit(app, "wang", given["exam"], "right")
    with learn(app).database.reading() as session:
        asked = session.scalars(select(Slot.version_id).order_by(Slot.attempt_id)).all()
        published = session.scalars(select(Question.published_version_id)).one()
    assert asked[0] != published
    assert asked[1] == published


def test_a_second_passed_attempt_keeps_the_completion(app: Flask, given: dict[str, Any], clock: Any) -> None:
    sit(app, "wang", given["exam"], "wrong1")
    corrected(app)
    sit(app, "wang", given["exam"], "right")
    clock.advance(hours=1)
    regraded(app, given["keeper"])
    sound(app)
    with learn(app).database.reading() as session:
        row = session.scalars(select(Completion)).one()
        assert row.voided_at is None
        assert row.evidence["number"] == 2


def test_without_reason_or_change_nothing_happens(app: Flask, given: dict[str, Any]) -> None:
    sit(app, "lin", given["exam"], "right")
    corrected(app)
    with pytest.raises(Problem) as refused:
        regraded(app, given["keeper"], reason="  ")
    assert refused.value.code == "reason.missing"
    regraded(app, given["keeper"])
    with pytest.raises(Problem) as refused:
        regraded(app, given["keeper"])
    assert refused.value.code == "regrade.nothing"


def test_a_submit_at_the_same_time_is_marked_once_and_its_rows_follow_its_steps(
    app: Flask, given: dict[str, Any], clock: Any
) -> None:
    sit(app, "wang", given["exam"], "wrong1")
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given["exam"])
    paper.save(1, "right")
    corrected(app)
    start = threading.Barrier(2)

    def at_once(act: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            start.wait()
            act()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    for thread in (at_once(paper.submit), at_once(lambda: regraded(app, given["keeper"]))):
        thread.join()
    sound(app)
    here = learn(app)
    with here.database.reading() as session:
        question = session.scalars(select(Question)).one()
        assert not regrading.has_another_key(session, question)
    with here.database.reading() as session:
        assert session.scalars(select(Attempt.points).where(Attempt.person_id == given["lin"])).one() == 100


def test_the_page_shows_whose_result_changes_and_asks_for_the_reason(app: Flask, given: dict[str, Any]) -> None:
    sit(app, "lin", given["exam"], "right")
    corrected(app)
    keeper = Visitor(app).sign_in(given["name"])
    with learn(app).database.reading() as session:
        question = session.scalars(select(Question)).one()
    page = f"/manage/bank/{question.bank_id}/questions/{question.id}"
    keeper.get(page)
    assert f"{page}/regrade" in keeper.text
    keeper.get(f"{page}/regrade")
    assert "1 of 1" in keeper.words
    assert keeper.post(f"{page}/regrade", reason="").status_code == 422
    keeper.post(f"{page}/regrade", reason="Option A was right.")
    assert "1 attempt was marked anew." in keeper.words
    assert f"{page}/regrade" not in keeper.text
    sound(app)


def test_a_correction_is_no_contact_with_the_learner(app: Flask, given: dict[str, Any], clock: Any) -> None:
    """An answer made before it, and kept while the line was down, is not dated after it."""
    learn(app).clock = clock
    paper = Visitor(app).sign_in("lin").start(given["exam"])
    corrected(app)
    clock.advance(minutes=5)
    regraded(app, given["keeper"])
    clock.advance(minutes=1)
    here = learn(app)
    with here.database.writing() as session:
        attempt = session.scalars(select(Attempt)).one()
        claim = answers.Claim(given["lin"], session.get_one(Person, given["lin"]).stamp)
        queued = answers.Incoming(1, 1, 1, "right", timedelta(minutes=4))
        answers.save(session, attempt.key, claim, [queued], now=here.now(), grace=here.grace, versions=here.versions)
    paper.submit()
    with here.database.reading() as session:
        saved = session.scalars(select(Step).where(Step.kind == "saved")).one()
        assert saved.received_at - saved.made_at == timedelta(minutes=4)
        assert session.scalars(select(Attempt.points)).one() == 100
    sound(app)
