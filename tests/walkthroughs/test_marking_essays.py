"""Two choices and two essays, five people, two markers, a difference that is settled; results, report, files.

The figures are worked out by hand. Choices are worth 20 points each, essays 30; the pass mark is 60.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AnswerState, AttemptState
from suyu_learn.models import Attempt, AuditEntry, Completion, Exam, OpenAnswer, Paper, PaperMode, Person, Role
from suyu_learn.services import exams, marking_queue, papers, people, sitting
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import essay, learn, learner, manager, single, stored_bank

# Right choices of two, and what both markers would give the two essays; None is a blank answer.
SITTERS: dict[str, tuple[int, int | None, int | None]] = {
    "p1": (2, 30, 30), "p2": (1, 20, 20), "p3": (0, 15, None), "p4": (2, 10, 10), "p5": (1, None, None),
}  # fmt: skip
ESSAYS = 7
POINTS = {"p1": 100, "p2": 60, "p3": 15, "p4": 60, "p5": 20}


@dataclass
class Given:
    app: Flask
    exam_id: int
    markers: dict[str, Visitor]
    organizer: Visitor


@pytest.fixture
def given(app: Flask, clock: FrozenClock) -> Given:
    here = learn(app)
    with here.database.writing() as session:
        now = here.now()
        city = people.add_unit(session, "Pine City", parent=None, now=now)
        source = stored_bank(session, now=now, unit=city, questions=[single(1), single(2), essay(1), essay(2)])
        for name in SITTERS:
            learner(session, now=now, name=f"Sitter {name}", username=name, unit=city)
        usernames = [manager(session, role, city, now=now).username for role in (Role.MARKER, Role.MARKER,
                                                                                 Role.ORGANIZER)]  # fmt: skip
        paper = Paper(title="Writing", mode=PaperMode.DRAWN_ONCE, unit_id=city.id, created_at=now)
        papers.add_rule(paper, count=2, points=Decimal(20), banks=[source.id], types=["single"])
        papers.add_rule(paper, count=2, points=Decimal(30), banks=[source.id], types=["essay"])
        session.add(paper)
        session.flush()
        exam = exams.create_exam(session, paper, title="Writing", minutes=60, now=now, unit=city,
                                 shuffle_questions=False, two_markers=True)  # fmt: skip
        exams.publish(session, exam, actor=None, now=now)
        exam_id = exam.id
    ann, ben, boss = (Visitor(app).sign_in(str(name)) for name in usernames)
    return Given(app, exam_id, {"ann": ann, "ben": ben}, boss)


def _sit(given: Given, name: str) -> Visitor:
    right, first, second = SITTERS[name]
    visitor = Visitor(given.app).sign_in(name)
    paper = visitor.start(given.exam_id)
    said = [("right" if slot <= right else "wrong1") for slot in (1, 2)]
    said += [None if worth is None else f"{name} essay {place}" for place, worth in ((1, first), (2, second))]
    paper.flush([
        {"slot": slot, "epoch": paper.epoch, "seq": 1, "response": one, "age": 0}
        for slot, one in enumerate(said, start=1) if one is not None
    ])  # fmt: skip
    paper.submit()
    return visitor


def _questions(given: Given) -> list[int]:
    with learn(given.app).database.reading() as session:
        return sorted(set(session.scalars(select(OpenAnswer.question_id).where(OpenAnswer.exam_id == given.exam_id))))


def _mark_all(given: Given, who: str, *, odd: dict[str, str] | None = None) -> int:
    """Mark every answer that waits for this marker, question by question, as the essay says; count them."""
    visitor, count = given.markers[who], 0
    for question in _questions(given):
        visitor.get(f"/manage/exams/{given.exam_id}/marking/{question}/next")
        while 'name="points"' in visitor.text:
            answer = re.search(r"(p\d) essay (\d)", visitor.words)
            assert answer, visitor.words
            assert "Sitter" not in visitor.words
            assert "Pine City" not in visitor.words
            worth = SITTERS[answer[1]][int(answer[2])]
            points = (odd or {}).get(answer[0], str(worth))
            action = re.search(r'action="([^"]*/marking/answers/[^"]+)"', visitor.text)
            assert action
            visitor.post(action[1], state="waiting", points=points, comment=f"{who} read it")
            count += 1
            assert count < 50
    return count


def test_two_essays_are_marked_twice_and_everything_follows(given: Given, clock: FrozenClock) -> None:
    given.organizer.get("/manage/")
    assert "Answers that only a person can mark" not in given.organizer.words
    given.markers["ann"].get("/manage/")
    assert "Answers that only a person can mark" not in given.markers["ann"].words, "there is nothing to mark yet"
    sitters = {name: _sit(given, name) for name in SITTERS}
    assert "2 answers are still being read by a person; the result comes then." in sitters["p1"].words
    assert "1 answer is still being read by a person; the result comes then." in sitters["p3"].words
    assert "Not passed yet" in sitters["p5"].words, "who wrote nothing waits for nobody"
    _half_way(given)
    clock.advance(hours=1)
    given.markers["ann"].get("/manage/")
    assert "Answers that only a person can mark" in given.markers["ann"].words
    assert _mark_all(given, "ann") == ESSAYS
    assert _completed(given) == set()
    assert _mark_all(given, "ben", odd={"p4 essay 1": "30"}) == ESSAYS
    assert _completed(given) == {"p1", "p2"}
    _settle(given)
    assert _completed(given) == {"p1", "p2", "p4"}
    _final(given, sitters)
    _rows_are_what_the_steps_say(given)


def _half_way(given: Given) -> None:
    said = _report(given)
    assert (said["sat"], said["passed"], said["unmarked"], said["mean"]) == (5, 0, 4, 20.0)
    given.organizer.get(f"/manage/exams/{given.exam_id}/report")
    assert "Not marked yet 4" in given.organizer.words
    assert "counts as sat, and is neither passed nor in mean" in given.organizer.words
    given.organizer.get("/manage/records?status=not_passed")
    assert "1 record" in given.organizer.words
    given.organizer.get(f"/manage/exams/{given.exam_id}")
    assert "7 of 7 answers wait for a person" in given.organizer.words


def _settle(given: Given) -> None:
    queue = f"/manage/exams/{given.exam_id}/marking"
    given.organizer.get(queue)
    assert "4 of 5 results are final." in given.organizer.words
    assert "1 To be settled" in given.organizer.words
    link = re.search(r'href="([^"]+show=settle)"', given.organizer.text)
    assert link
    given.markers["ann"].get(link[1])
    path = re.search(r'href="([^"]+/marking/answers/[^"]+)"', given.markers["ann"].text)
    assert path
    given.markers["ann"].get(path[1])
    assert "A third person, or the organizer, settles" in given.markers["ann"].words
    assert 'name="points"' not in given.markers["ann"].text
    given.organizer.get(path[1])
    assert "Mark 1 10 of 30 Mark 2 30 of 30" in given.organizer.words
    given.organizer.post(path[1], state="settle", points="31")
    assert "The answer can earn from 0 to 30 points." in given.organizer.words
    given.organizer.post(path[1], state="settle", points="10")
    assert "5 of 5 results are final." in given.organizer.words


def _final(given: Given, sitters: dict[str, Visitor]) -> None:
    said = _report(given)
    assert (said["sat"], said["passed"], said["unmarked"], said["mean"]) == (5, 3, 0, sum(POINTS.values()) / 5)
    for name, visitor in sitters.items():
        visitor.get(f"/attempts/{_keys(given)[name]}/result")
        assert f"{POINTS[name]} out of 100" in visitor.words
        assert ("ann read it" in visitor.words) is (SITTERS[name][1] is not None)
    given.organizer.get("/manage/records?status=not_passed")
    assert "2 records" in given.organizer.words
    with learn(given.app).database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "answer.settled")).one()
        assert (entry.detail["new"], entry.object_kind) == ("10.00", "exam")


def _report(given: Given) -> dict[str, object]:
    result = given.app.test_cli_runner().invoke(args=["suyu", "report", str(given.exam_id), "--json"])
    assert result.exit_code == 0, result.output
    said: dict[str, object] = json.loads(result.output)
    said.update({key: said[key] for key in ("sat", "passed", "unmarked", "mean")})
    return said


def _keys(given: Given) -> dict[str, str]:
    with learn(given.app).database.reading() as session:
        rows = session.execute(select(Person.username, Attempt.key).join(Attempt, Attempt.person_id == Person.id))
        return {str(name): key for name, key in rows}


def _completed(given: Given) -> set[str]:
    with learn(given.app).database.reading() as session:
        rows = session.scalars(select(Person.username).join(Completion, Completion.person_id == Person.id))
        return {str(name) for name in rows}


def _rows_are_what_the_steps_say(given: Given) -> None:
    with learn(given.app).database.reading() as session:
        attempts = session.scalars(select(Attempt)).all()
        assert len(attempts) == len(SITTERS)
        for attempt in attempts:
            assert attempt.state is AttemptState.SUBMITTED
            assert sitting.rebuild(session, attempt) == {}
        assert {row.state for row in session.scalars(select(OpenAnswer))} == {AnswerState.DONE}


def test_markers_who_race_for_the_next_answer_never_get_the_same(given: Given) -> None:
    for name in SITTERS:
        _sit(given, name)
    here, question = learn(given.app), _questions(given)[0]
    with here.database.writing() as session:
        waiting = len(session.scalars(select(OpenAnswer).where(OpenAnswer.question_id == question)).all())
        unit = people.add_unit(session, "Elsewhere", parent=None, now=here.now())
        racers = [manager(session, Role.MARKER, unit, now=here.now()).id for _ in range(8)]
    barrier, got, failures = threading.Barrier(len(racers)), [], []

    def take(number: int) -> None:
        barrier.wait()
        try:
            with here.database.writing() as session:
                exam = session.get_one(Exam, given.exam_id)
                found = marking_queue.take(session, exam, question, session.get_one(Person, number), now=here.now())
                key = found.key if found is not None else None
            got.append(key)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=take, args=(number,)) for number in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    taken = [key for key in got if key is not None]
    assert len(taken) == len(set(taken)) == waiting
    assert got.count(None) == len(racers) - waiting
