"""Two hundred people who sit an exam, seated by the services, since as many sign-ins would take minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.models import Attempt, Exam, ExamUnit, Person, Role, Unit
from suyu_learn.services import answers, exams, people, reports, sitting
from suyu_learn.services.answers import Claim, Incoming
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, manager, published_exam, stored_bank

SITTING = 200


@dataclass
class Seated:
    """An exam of a city's north that `SITTING` people sit, its organizer at a browser, and the keys of the papers."""

    app: Flask
    exam_id: int
    city_id: int
    north_id: int
    south_id: int
    organizer: Visitor
    keys: list[str] = field(default_factory=list)

    @property
    def manage(self) -> str:
        return f"/manage/exams/{self.exam_id}"

    def attempts(self, session: Session) -> list[Attempt]:
        """All attempts in the order in which they began."""
        return list(session.scalars(select(Attempt).where(Attempt.exam_id == self.exam_id).order_by(Attempt.id)))

    def answer(self, places: Iterable[int], responses: dict[int, str], *, seq: int = 1, epoch: int = 1) -> set[int]:
        """The same responses by slot from the people at these places; says how many seconds they were told are left."""
        here = learn(self.app)
        incoming = [Incoming(slot, epoch, seq, response) for slot, response in responses.items()]
        remaining = set()
        with here.database.writing() as session:
            for place in places:
                attempt = session.scalars(select(Attempt).where(Attempt.key == self.keys[place])).one()
                claim = Claim(attempt.person_id, attempt.person.stamp)
                reply = answers.save(session, attempt.key, claim, incoming, now=here.now(), grace=here.grace,
                                     versions=here.versions)  # fmt: skip
                assert all(one.error == "" for one in reply.results), reply
                remaining.add(reply.remaining)
        return remaining

    def hand_in(self, places: Iterable[int]) -> None:
        """Hand in the papers at these places."""
        here = learn(self.app)
        with here.database.writing() as session:
            for place in places:
                attempt = session.scalars(select(Attempt).where(Attempt.key == self.keys[place])).one()
                sitting.submit(session, attempt, now=here.now(), grace=here.grace, versions=here.versions)

    def run_out(self) -> int:
        """What the tick does once the time of all is over; how many it closed."""
        here, closed = learn(self.app), 0
        with here.database.writing() as session:
            while more := sitting.close_overdue(session, now=here.now(), grace=here.grace, versions=here.versions):
                closed += more
        return closed

    def visitor(self, name: str) -> Visitor:
        """One of them at a browser."""
        return Visitor(self.app).sign_in(name)

    def figures(self) -> tuple[int, int, int]:
        """Due, sat and passed by the report."""
        here = learn(self.app)
        with here.database.reading() as session:
            found = reports.exam_report(session, session.get_one(Exam, self.exam_id), now=here.now())
            assert found.total is not None
            return found.total.tally.due, found.total.tally.sat, found.total.tally.passed

    def sound(self) -> None:
        """What the rows say is what the steps say, for everybody."""
        with learn(self.app).database.reading() as session:
            for attempt in self.attempts(session):
                assert sitting.rebuild(session, attempt) == {}


def seated(app: Flask, *, questions: list[QuestionDraft] | None = None, south: int = 0, **policy: Any) -> Seated:
    """A city with a north of `SITTING` people, who all sit its exam, and a south for whom the exam is not meant."""
    here = learn(app)
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=here.now())
        office = people.add_unit(session, "Office", parent=None, now=here.now())
        north, southern = (people.add_unit(session, name, parent=city, now=here.now()) for name in ("North", "South"))
        members = [_member(session, north, f"north{number}", here.now()) for number in range(SITTING)]
        for number in range(south):
            _member(session, southern, f"south{number}", here.now())
        source = stored_bank(session, now=here.now(), unit=city, questions=questions)
        chief = manager(session, Role.ORGANIZER, city, now=here.now(), home=office)
        opens = here.now() + timedelta(seconds=1)
        exam = published_exam(session, now=here.now(), source=source, unit=city, opens_at=opens, **policy)
        session.add(ExamUnit(exam_id=exam.id, unit_id=north.id))
        found = Seated(app, exam.id, city.id, north.id, southern.id, Visitor(app))
        name = chief.username or ""
    here.clock.advance(seconds=1)
    with here.database.writing() as session:
        exam = exams.get_exam(session, found.exam_id)
        for person_id in members:
            person = session.get_one(Person, person_id)
            attempt = sitting.start(session, exam, person, now=here.now(), grace=here.grace, versions=here.versions,
                                    pools=here.pools)  # fmt: skip
            sitting.open_paper(session, attempt, now=here.now(), grace=here.grace, versions=here.versions)
            found.keys.append(attempt.key)
    found.organizer.sign_in(name)
    found.organizer.get(found.manage)  # the list is taken
    return found


def _member(session: Session, unit: Unit, name: str, now: Any) -> int:
    return learner(session, now=now, unit=unit, username=name, name=name).id
