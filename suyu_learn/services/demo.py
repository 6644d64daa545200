"""The demo: a fictional city with people, a closed exam with results, an open one, rumours to practise on, courses
begun, and programmes given.

Everything goes through the services that pages use, at moments of the past weeks; one transaction makes all of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Course, CourseAudience, Exam, Grant, Person, PersonAudience, Role, Unit, UnitKind
from suyu_learn.services import (
    answers,
    course_completion,
    courses,
    demo_city,
    demo_programmes,
    exam_plans,
    exam_rosters,
    exams,
    grants,
    passwords,
    people,
    ready_papers,
    signing_in,
    sitting,
    studying,
)
from suyu_learn.services.answers import Claim, Incoming
from suyu_learn.services.demo_city import Place
from suyu_learn.services.exam_plans import Plan
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Asked, Versions

USUAL_PEOPLE = 500
USUAL_ATTEMPTS = 150
FOUNDED = timedelta(days=90)
"""How long ago the city's units were made and its people came."""
WAYS_IN = ("admin", "organizer", "hr", "manager", "learner")
CONTACT: dict[str, Any] = {"contact_name": "松岭市科协（虚构）", "contact_phone": "000-0000000"}
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Tools:
    """What an app keeps in memory, and its rules."""

    versions: Versions
    pools: PaperPools
    grace: timedelta
    zone: tzinfo
    credit: CreditRules


@dataclass(frozen=True, slots=True)
class WayIn:
    """Somebody to sign in as; the password is said once and only its hash is kept."""

    username: str
    name: str
    unit: str
    password: str


@dataclass
class City:
    """What has been made so far."""

    root: Unit
    units: list[tuple[Unit, Place]] = field(default_factory=list)
    people: list[tuple[Person, Unit]] = field(default_factory=list)

    def of_kind(self, *kinds: UnitKind) -> list[Unit]:
        return [unit for unit, place in self.units if place.kind in kinds]

    def within(self, *units: Unit) -> list[Person]:
        """The people of units and of those below them."""
        paths = tuple(one.path for one in units)
        return [person for person, home in self.people if home.path.startswith(paths)]


def is_there(session: Session) -> bool:
    """Whether the demo has been made; raises Problem where other units or people are, for it is not for them."""
    city = people.find_unit(session, demo_city.CITY, parent=None)
    if city is not None:
        return True
    if session.scalar(select(Unit.id).limit(1)) or session.scalar(select(Person.id).limit(1)):
        raise Problem("demo.not_alone")
    return False


def new_passwords() -> dict[str, tuple[str, str]]:
    """For each way in a random password and its hash; slow, so call it outside a transaction."""
    made = {}
    for username in WAYS_IN:
        word = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        made[username] = (word, passwords.make_hash(word))
    return made


def build(
    session: Session, keys: Mapping[str, tuple[str, str]], *, now: datetime, tools: Tools,
    size: int = USUAL_PEOPLE, attempts: int = USUAL_ATTEMPTS, seed: int = 2026,
) -> list[WayIn]:  # fmt: skip
    """Make everything; returns who can sign in. The shipped banks and courses must have been loaded."""
    rng = Random(seed)
    city = _city(session, rng, size=size, since=now - FOUNDED)
    ways = _ways_in(session, city, keys, now=now - FOUNDED)
    organizer = ways["organizer"]
    closed = _officials_exam(session, city, organizer, now=now, zone=tools.zone)
    _changes(session, closed, rng, organizer, at=_morning(now, 13, tools.zone))
    running = _workers_exam(session, city, organizer, now=now, zone=tools.zone)
    _rumours(session, city, organizer, now=now, zone=tools.zone)
    officials = [one for one in _due(session, closed, now=now) if one.id != organizer.id]
    workers = [one for one in _due(session, running, now=now) if one.id not in {way.id for way in ways.values()}]
    rng.shuffle(officials)
    rng.shuffle(workers)
    share = attempts * 4 // 5
    sat = _sit_all(session, closed, officials[:share], rng, tools, begin=_morning(now, 12, tools.zone), days=9)
    _sit_all(session, closed, [one for one in sat if not _passed(session, closed, one)][::2], rng, tools,
             begin=_morning(now, 3, tools.zone), days=1)  # fmt: skip
    _sit_all(session, running, workers[: attempts - share], rng, tools, begin=_morning(now, 2, tools.zone), days=2)
    _study_all(session, city, ways["learner"], rng, tools, now=now, most=max(2, size // 20))
    demo_programmes.give_all(session, city.root, organizer, now=now, zone=tools.zone, rules=tools.credit)
    return [_way(session, username, ways[username], keys[username][0]) for username in WAYS_IN]


def renew(session: Session, keys: Mapping[str, tuple[str, str]], *, now: datetime) -> list[WayIn]:
    """New passwords for the ways in of a demo that is there."""
    found = []
    for username in WAYS_IN:
        person = session.scalars(select(Person).where(Person.username == username)).one()
        signing_in.set_password(session, person, keys[username][1], actor=None, now=now)
        found.append(_way(session, username, person, keys[username][0]))
    return found


# Units and people.


def _city(session: Session, rng: Random, *, size: int, since: datetime) -> City:
    people.install_audiences(session)
    city = City(people.add_unit(session, demo_city.CITY, kind=UnitKind.CITY, parent=None, now=since))
    for place in demo_city.PLACES:
        _add_place(session, city, place, city.root, since=since)
    names, whole, given, heads = demo_city.names(rng), demo_city.whole_weight(), 0, 0
    for unit, place in city.units:
        given += place.weight
        while heads < max(given * size // whole, 1) or not any(home is unit for _, home in city.people):
            heads += 1
            chosen = [code for code, share in place.audiences if rng.random() < share] or [place.audiences[0][0]]
            person = people.add_person(session, next(names), unit=unit, staff_number=f"{heads:05}", audiences=chosen,
                                       now=since)  # fmt: skip
            person.elder = "seniors" in chosen
            city.people.append((person, unit))
    for unit in city.of_kind(UnitKind.BUREAU, UnitKind.TOWN, UnitKind.ENTERPRISE):
        head = next(person for person, home in city.people if home is unit)
        grants.grant(session, head, Role.UNIT_MANAGER, unit, actor=None, now=since, reason="示例数据")
    return city


def _add_place(session: Session, city: City, place: Place, parent: Unit, *, since: datetime) -> None:
    unit = people.add_unit(session, place.name, kind=place.kind, parent=parent, now=since)
    city.units.append((unit, place))
    for one in place.below:
        _add_place(session, city, one, unit, since=since)


def _ways_in(
    session: Session, city: City, keys: Mapping[str, tuple[str, str]], *, now: datetime
) -> dict[str, Person]:  # fmt: skip
    bureaus, plants = city.of_kind(UnitKind.BUREAU), city.of_kind(UnitKind.ENTERPRISE)
    workshop = city.of_kind(UnitKind.WORKSHOP)[0]
    found = {
        "admin": people.add_person(session, "示例管理员", now=now, unit=bureaus[0], staff_number="99999"),
        "organizer": _plain(session, city, bureaus[0]),
        "hr": _plain(session, city, bureaus[1]),
        "manager": next(person for person, home in city.people if home is plants[0]),
        "learner": _plain(session, city, workshop),
    }
    grants.grant(session, found["admin"], Role.ADMIN, None, actor=None, now=now, reason="示例数据")
    grants.grant(session, found["organizer"], Role.ORGANIZER, city.root, actor=None, now=now, reason="示例数据")
    grants.grant(session, found["hr"], Role.HR, city.root, actor=None, now=now, reason="示例数据")
    for username, person in found.items():
        person.username, person.password_hash = username, keys[username][1]
    session.flush()
    return found


def _plain(session: Session, city: City, unit: Unit) -> Person:
    """Somebody of a unit who holds no role yet; one more person where all do."""
    held = set(session.scalars(select(Grant.person_id)))
    for person, home in city.people:
        if home is unit and person.id not in held:
            return person
    person = people.add_person(session, "松无名", now=unit.created_at, unit=unit, staff_number=f"9{unit.id:04}",
                               audiences=[code for code, _ in dict(city.units)[unit].audiences])  # fmt: skip
    city.people.append((person, unit))
    return person


def _way(session: Session, username: str, person: Person, password: str) -> WayIn:
    home = people.home_membership(session, person.id, at=person.created_at)
    return WayIn(username, person.name, people.path_names(session, home.unit) if home else "", password)


# Exams and their attempts.


def _officials_exam(session: Session, city: City, actor: Person, *, now: datetime, zone: tzinfo) -> Exam:
    """Closed two days ago: for bureaus and towns."""
    opens = _morning(now, 14, zone)
    return _exam(
        session, "领导干部和公务员题库", city, actor, title="机关干部科学素质年度考试", now=opens - timedelta(days=5),
        publish_at=opens - timedelta(days=4), opens_at=opens, closes_at=_morning(now, 2, zone),
        attempts_allowed=2, audiences=("officials",), minutes=40,
    )  # fmt: skip


def _workers_exam(session: Session, city: City, actor: Person, *, now: datetime, zone: tzinfo) -> Exam:
    """Open for another ten days: for the wood enterprises."""
    opens = _morning(now, 3, zone)
    return _exam(
        session, "产业工人题库", city, actor, title="木材加工企业安全知识考试", now=opens - timedelta(days=2),
        publish_at=opens - timedelta(days=1), opens_at=opens, closes_at=_morning(now, -10, zone) + timedelta(hours=9),
        attempts_allowed=3, unit_ids=tuple(one.id for one in city.of_kind(UnitKind.ENTERPRISE)), minutes=30,
        entry_number=True, notice="请在规定时间内独立完成。人物和单位均为虚构。",
    )  # fmt: skip


def _rumours(session: Session, city: City, actor: Person, *, now: datetime, zone: tzinfo) -> Exam:
    """The ready paper of rumours: practice for everybody, open for another month."""
    opens = _morning(now, 7, zone)
    empty = Plan(title="", rules=(), opens_at=opens, closes_at=_morning(now, -30, zone) + timedelta(hours=9), **CONTACT)
    ready = ready_papers.shipped()["rumours-20"]
    plan = ready_papers.begun(ready, empty, list(session.scalars(select(Bank))), lang="zh_Hans")
    return _publish(session, plan, city, actor, now=opens - timedelta(days=2), publish_at=opens - timedelta(days=1))


def _exam(
    session: Session, bank_name: str, city: City, actor: Person, *, now: datetime, publish_at: datetime, **values: Any
) -> Exam:  # fmt: skip
    source = session.scalars(select(Bank).where(Bank.name == bank_name)).one()
    rules = exam_plans.suggested_rules(exam_plans.type_counts(session, [source.id]))
    return _publish(session, Plan(rules=rules, **CONTACT, **values), city, actor, now=now, publish_at=publish_at)


def _publish(session: Session, plan: Plan, city: City, actor: Person, *, now: datetime, publish_at: datetime) -> Exam:
    exam = exam_plans.store(session, plan, unit=city.root, actor=actor, now=now)
    exams.publish(session, exam, actor=actor, now=publish_at)
    exam_rosters.freeze_if_due(session, exam, now=plan.opens_at or now)
    return exam


def _changes(session: Session, exam: Exam, rng: Random, actor: Person, *, at: datetime) -> None:
    due = [one for one in _due(session, exam, now=at) if one.id != actor.id]
    for person, reason in zip(rng.sample(due, 2), ("产假", "长期病假"), strict=True):
        exam_rosters.exempt(session, exam, person, reason=reason, actor=actor, now=at)


def _due(session: Session, exam: Exam, *, now: datetime) -> list[Person]:
    ids = [one.person_id for one in exam_rosters.due(session, exam, now=now)]
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def _sit_all(
    session: Session, exam: Exam, those: Sequence[Person], rng: Random, tools: Tools, *, begin: datetime, days: int
) -> list[Person]:
    """An attempt of each person, in working hours of the days from `begin` on, one after another."""
    moments = sorted(
        begin + timedelta(days=rng.randrange(days), minutes=rng.randrange(8 * 60)) for _ in those
    )  # fmt: skip
    for person, at in zip(those, moments, strict=True):
        _sit(session, exam, person, rng, tools, at=at)
    return list(those)


def _sit(session: Session, exam: Exam, person: Person, rng: Random, tools: Tools, *, at: datetime) -> None:
    attempt = sitting.start(session, exam, person, now=at, grace=tools.grace, versions=tools.versions,
                            pools=tools.pools)  # fmt: skip
    opened = sitting.open_paper(session, attempt, now=at, grace=tools.grace, versions=tools.versions)
    assert opened is not None  # it has just been started
    asked = tools.versions.many(session, [slot.version_id for slot in opened.slots])
    knows = min(0.97, max(0.3, rng.gauss(0.7, 0.15)))
    given = [
        Incoming(slot.number, attempt.epoch, 1, _response(asked[slot.version_id], rng, knows))
        for slot in opened.slots
        if rng.random() < 0.98
    ]
    done = at + timedelta(minutes=exam.minutes * rng.uniform(0.25, 0.9))
    claim = Claim(person.id, person.stamp)
    answers.save(session, attempt.key, claim, given, now=done - timedelta(seconds=30), grace=tools.grace,
                 versions=tools.versions)  # fmt: skip
    sitting.submit(session, attempt, now=done, grace=tools.grace, versions=tools.versions)


def _response(asked: Asked, rng: Random, knows: float) -> Any:
    """A right answer as often as the person knows it and the question is not one of the hard ones."""
    hard = asked.version_id % 7 == 0
    if rng.random() < knows - (0.25 if hard else 0):
        return asked.type.key(asked.content)
    if asked.type.code == "single":
        return rng.choice([one.key for one in asked.type.choices(asked.content) if not one.right])
    wrong = [one.response for one in asked.type.samples(asked.content) if one.mark is not None and one.mark < 1]
    return rng.choice([one for one in wrong if one] or [asked.type.key(asked.content)])


def _passed(session: Session, exam: Exam, person: Person) -> bool:
    now = exam.closes_at or exam.created_at
    last = exams.situation(session, exam, person, now=now).last_attempt
    return last is not None and bool(last.passed)


# Courses.


def _study_all(
    session: Session, city: City, learner: Person, rng: Random, tools: Tools, *, now: datetime, most: int
) -> None:  # fmt: skip
    """Some people of each audience read its course, half of them to the end; the learner is in the middle of one."""
    for course, audience in _courses(session):
        readers = [one for one in _of_audience(session, audience) if one.id != learner.id]
        for place, person in enumerate(rng.sample(readers, min(len(readers), most // 3 or 1))):
            lessons = None if place % 2 == 0 else rng.randrange(1, 4)
            _study(
                session, course, person, rng, tools, at=_morning(now, rng.randrange(3, 20), tools.zone), most=lessons
            )
        if audience == "workers":
            _study(session, course, learner, rng, tools, at=_morning(now, 2, tools.zone), most=2)


def _courses(session: Session) -> list[tuple[Course, str]]:
    rows = session.execute(select(Course, CourseAudience.audience).join(
        CourseAudience, CourseAudience.course_id == Course.id).order_by(Course.id))  # fmt: skip
    return [(course, audience) for course, audience in rows]


def _of_audience(session: Session, code: str) -> list[Person]:
    return list(session.scalars(
        select(Person).join(PersonAudience).where(PersonAudience.audience == code).order_by(Person.id)
    ))  # fmt: skip


def _study(
    session: Session, course: Course, person: Person, rng: Random, tools: Tools, *, at: datetime, most: int | None
) -> None:
    """Read lesson after lesson, a plausible time each, and answer what is asked at their ends."""
    found = courses.situation(session, course, person, now=at, zone=tools.zone)
    for lesson in found.lessons[:most]:
        entered = studying.enter(session, course, lesson.slug, person, now=at, zone=tools.zone)
        studying.open_lesson(session, entered, now=at)
        seconds = int(lesson.reading_seconds * rng.uniform(0.9, 1.3))
        at += timedelta(seconds=seconds + 5)
        studying.spend(session, entered, seconds=seconds, now=at)
        asked = courses.askable(session, lesson.checkpoints)
        for uid in (one for one in lesson.checkpoints if one in asked):
            version = tools.versions.get(session, asked[uid])
            studying.answer(session, entered, uid, version.type.key(version.content), now=at, versions=tools.versions)
        studying.finish(session, entered, now=at)
        at += timedelta(minutes=rng.randrange(1, 20))
    course_completion.complete_if_due(session, course, person, now=at, zone=tools.zone, rules=tools.credit)


def _morning(now: datetime, days: int, zone: tzinfo) -> datetime:
    """Nine o'clock of so many days ago (of a day to come if negative), in UTC like every stored moment."""
    local = (now - timedelta(days=days)).astimezone(zone)
    return local.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
