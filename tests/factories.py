"""Things a test needs, each with sensible defaults; a test names only what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import models
from suyu_learn.content import pictures
from suyu_learn.content.drafts import CourseDraft, FilmDraft, LessonDraft, MediaDraft, QuestionDraft
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.programmes import Part, PartKind, Plan
from suyu_learn.domain.programmes import Stage as ProgrammeStage
from suyu_learn.extension import Learn
from suyu_learn.models import (
    Assignment,
    Bank,
    Course,
    Exam,
    Lesson,
    Paper,
    PaperMode,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeState,
    Role,
    Unit,
)
from suyu_learn.models.base import new_key
from suyu_learn.services import (
    bank,
    course_packs,
    course_writing,
    courses,
    exams,
    films,
    grants,
    media,
    papers,
    people,
    programme_writing,
)

PASSWORD = "four quiet pines"
MEASURE: dict[str, Any] = {"zone": ZoneInfo("Asia/Shanghai"), "rules": CreditRules()}
"""By what hours are counted."""
_HASH = PasswordHasher(memory_cost=64, time_cost=1, parallelism=1).hash(PASSWORD)
"""Cheap to verify, since a real one takes as long as the rest of a sign-in."""
_numbers = count(1)


def learn(app: Flask) -> Learn:
    """What the app has of Suyu Learn."""
    return app.extensions["suyu_learn"]


def single(number: int, *, right: str = "right") -> QuestionDraft:
    """A single choice of four; the key of the right option is `right`, of the others `wrong1` to `wrong3`."""
    options = [{"key": right, "text": f"right answer {number}"}]
    options += [{"key": f"wrong{place}", "text": f"wrong answer {number}.{place}"} for place in (1, 2, 3)]
    body = {
        "stem": f"Question {number}?",
        "options": options,
        "answer": [right],
        "explanation": f"Because of {number}.",
    }
    return QuestionDraft(uid=f"q-{next(_numbers)}-{number}", type="single", body=body, source="a test")


def multiple(number: int) -> QuestionDraft:
    """A multiple choice: `a` and `c` are right, `b` and `d` wrong."""
    options = [{"key": key, "text": f"{key} of {number}"} for key in "abcd"]
    body = {"stem": f"Which ones, {number}?", "options": options, "answer": ["a", "c"], "explanation": ""}
    return QuestionDraft(uid=f"m-{next(_numbers)}-{number}", type="multiple", body=body, source="a test")


def true_false(number: int, *, answer: bool = True) -> QuestionDraft:
    """A statement that is right, or not."""
    body = {"stem": f"Statement {number}.", "answer": answer, "explanation": ""}
    return QuestionDraft(uid=f"t-{next(_numbers)}-{number}", type="true_false", body=body, source="a test")


def fill_in(number: int, *accepted: str) -> QuestionDraft:
    """A sentence with one blank."""
    blanks = [{"key": "blank", "accepted": list(accepted or ("oxygen",))}]
    body = {"stem": f"Sentence {number} has a ____.", "blanks": blanks, "any_order": False, "explanation": ""}
    return QuestionDraft(uid=f"f-{next(_numbers)}-{number}", type="fill_in", body=body, source="a test")


def essay(number: int, *, reference: str = "Names the cause (3 points)\nNames the remedy (2 points)") -> QuestionDraft:
    """A task that only a person can mark, with marking points of 3 and 2."""
    body = {"stem": f"Write about {number}.", "reference": reference, "explanation": ""}
    return QuestionDraft(uid=f"e-{next(_numbers)}-{number}", type="essay", body=body, source="a test")


def short_answer(number: int, *keywords: str) -> QuestionDraft:
    """A short answer whose keywords are worth the same; without any a person marks it."""
    share = str((Decimal(1) / max(1, len(keywords))).quantize(Decimal("0.01")))
    body = {"stem": f"Say why, {number}.", "keywords": [{"words": [word], "weight": share} for word in keywords],
            "reference": "", "explanation": ""}  # fmt: skip
    return QuestionDraft(uid=f"s-{next(_numbers)}-{number}", type="short_answer", body=body, source="a test")


def stored_bank(
    session: Session,
    *,
    now: datetime,
    unit: Unit | None = None,
    questions: list[QuestionDraft] | None = None,
    name: str = "",
) -> Bank:
    """A bank with five single choices, or with the questions given."""
    made = bank.add_bank(session, name or f"Bank {next(_numbers)}", unit=unit, now=now)
    for draft in questions if questions is not None else [single(number) for number in range(1, 6)]:
        bank.store(session, made, draft, now=now, reviewer="a test")
    return made


def stored_picture(app: Flask, session: Session, content: bytes, *, name: str = "a.png") -> str:
    """The hash under which a picture is stored, with its file."""
    draft = MediaDraft(content, name)
    prepared = media.prepare([draft], folder=learn(app).media_folder)
    media.keep(session, [draft], prepared, now=learn(app).now())
    stored = prepared[draft.sha256]
    assert isinstance(stored, media.Stored)
    return stored.sha256


def stored_film(app: Flask, session: Session, content: bytes, *, name: str = "a.mp4") -> str:
    """The hash under which a film or sound is stored, with its file."""
    folder = learn(app).media_folder
    source = films.uploads(folder) / name
    source.write_bytes(content)
    filed = films.file(source, folder=folder)
    media.keep(session, [FilmDraft(source, filed.sha256)], {filed.sha256: filed}, now=learn(app).now())
    source.unlink()
    return filed.sha256


def filmed_course(session: Session, *media: tuple[str, str], now: datetime, seek_lock: bool = False) -> Course:
    """A course whose first lesson has films and sounds, each with its words; the second has none."""
    course = stored_course(session, now=now)
    of_course = select(Lesson).where(Lesson.course_version_id == course.published_version_id)
    lesson = session.scalars(of_course.order_by(Lesson.position)).first()
    assert lesson is not None
    lesson.title = "Ladders"
    lesson.text += "".join(f"\n\n{pictures.mark(sha, words)}" for sha, words in media)
    course_writing.link_pictures(session, lesson)
    course.seek_lock = seek_lock
    session.flush()
    return course


def pictured(sha256: str, *, alt: str = "a red square") -> QuestionDraft:
    """A single choice with a picture in its stem, in an option and in its explanation."""
    options = [{"key": "right", "text": f"this ![small]({pictures.SCHEME}{sha256})"}, {"key": "wrong", "text": "that"}]
    body = {"stem": f"What is it?\n![{alt}]({pictures.SCHEME}{sha256})", "options": options, "answer": ["right"],
            "explanation": f"See ![again]({pictures.SCHEME}{sha256})."}  # fmt: skip
    return QuestionDraft(uid=f"p-{next(_numbers)}", type="single", body=body, source="a test")


def published_exam(
    session: Session,
    *,
    now: datetime,
    source: Bank | None = None,
    questions: int | None = None,
    points: int = 20,
    minutes: int = 60,
    unit: Unit | None = None,
    mode: PaperMode = PaperMode.DRAWN_PER_PERSON,
    title: str = "An exam",
    **policy: Any,
) -> Exam:
    """An exam over a bank, published at `now`, open without end unless `policy` says otherwise."""
    source = source or stored_bank(session, now=now, unit=unit)
    paper = Paper(title=title, mode=mode, unit_id=unit.id if unit else None, created_at=now)
    papers.add_rule(
        paper, count=questions or bank.drawable_count(session, source), points=Decimal(points), banks=[source.id]
    )
    session.add(paper)
    session.flush()
    exam = exams.create_exam(session, paper, title=title, minutes=minutes, now=now, unit=unit, **policy)
    exams.publish(session, exam, actor=None, now=now)
    return exam


def course_draft(*checkpoints: tuple[str, ...], slug: str = "soil", audience: str = "farmers", characters: int = 300,
                 title: str = "Black soil") -> CourseDraft:  # fmt: skip
    """A course with one lesson for each tuple of checkpoints (two without any), each of `characters` Chinese ones."""
    lessons = tuple(
        LessonDraft(slug=f"lesson-{place}", file=f"{place:02}-lesson-{place}.md", title="", text="土" * characters,
                    checkpoints=uids, sources=("A source",))
        for place, uids in enumerate(checkpoints or ((), ()), start=1)
    )  # fmt: skip
    return CourseDraft(pack=f"courses/{audience}/{slug}", slug=slug, audience=audience, lang="zh_Hans", title=title,
                       summary="About it.", outcomes=("You can tell it",), lessons=lessons)  # fmt: skip


def stored_course(session: Session, draft: CourseDraft | None = None, *, now: datetime) -> Course:
    """A course that learners can open; its lessons take a minute each unless the draft says otherwise."""
    people.install_audiences(session)
    draft = draft or course_draft()
    course_packs.load_courses(session, [draft], now=now)
    return courses.find(session, draft.slug)


def learner(
    session: Session,
    *,
    now: datetime,
    name: str = "",
    unit: Unit | None = None,
    username: str = "",
    password_hash: str = _HASH,
) -> Person:
    """A person who can sign in with their user name and PASSWORD, whose hash is cheap unless another one is given."""
    number = next(_numbers)
    person = people.add_person(
        session, name or f"Learner {number}", now=now, unit=unit, username=username or f"learner{number}"
    )
    person.password_hash = password_hash
    session.flush()
    return person


@dataclass
class Stage:
    """An app with one exam and one learner: what most tests of a sitting begin with."""

    app: Flask
    exam_id: int
    username: str
    person_id: int
    extra: dict[str, Any] = field(default_factory=dict)


def stage(app: Flask, *, questions: list[QuestionDraft] | None = None, **exam: Any) -> Stage:
    """Store a bank, publish an exam over it, and make a learner."""
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), unit=unit, questions=questions)
        row = published_exam(session, now=here.now(), source=source, unit=unit, **exam)
        person = learner(session, now=here.now(), unit=unit, username="lin")
        return Stage(app, row.id, "lin", person.id)


def with_somebody_else(given: Stage) -> list[int]:
    """The learner of a stage, and somebody who looks after them: nobody does that for themselves."""
    here = learn(given.app)
    with here.database.writing() as session:
        return [given.person_id, learner(session, now=here.now(), name="Somebody else").id]


def manager(session: Session, role: Role, unit: Unit | None, *, now: datetime, home: Unit | None = None) -> Person:
    """A person who holds a role on a unit's subtree, or everywhere; at home in that unit unless said otherwise."""
    person = learner(session, now=now, unit=home or unit, name=f"{role.value} {next(_numbers)}")
    grants.grant(session, person, role, unit, actor=None, now=now)
    return person


@dataclass
class Given:
    """A programme that was given to a unit's people."""

    programme: Programme
    assignment: Assignment

    def to(self, session: Session, person: Person, *, now: datetime, **member: Any) -> ProgrammeMember:
        """Make somebody a member; `due_on`, `starts_on`, `occasion`, `completed_at`, `left_at` as given."""
        values = {"starts_on": now.date(), "added_at": now, "assignment_id": self.assignment.id, **member}
        row = ProgrammeMember(programme_id=self.programme.id, person_id=person.id, **values)
        session.add(row)
        session.flush()
        return row


def given_programme(
    session: Session,
    unit: Unit | None,
    *,
    now: datetime,
    title: str = "Safe on ladders",
    due_on: date | None = None,
    **programme: Any,
) -> Given:
    """A published programme of a unit with four hours due, assigned to all of it; the test makes its members."""
    values = {
        "hours": Decimal(4),
        "state": ProgrammeState.PUBLISHED,
        "created_at": now,
        "published_at": now,
        **programme,
    }
    row = Programme(key=new_key(), unit_id=unit.id if unit is not None else None, title=title, **values)
    session.add(row)
    session.flush()
    assignment = Assignment(programme_id=row.id, unit_id=unit.id if unit is not None else 1, starts_on=now.date(),
                            due_on=due_on, created_at=now)  # fmt: skip
    session.add(assignment)
    session.flush()
    return Given(row, assignment)


def programme_plan(*stages: tuple[str, Sequence[Part]], title: str = "Three levels", **said: Any) -> Plan:
    """A plan with a stage for each title and parts, or with one stage of an event and a sign-off; hours follow."""
    given = stages or (("Workshop", (event_part(), sign_off_part())),)
    made = tuple(
        ProgrammeStage(name, hours=sum((part.hours for part in parts if part.required), Decimal(0)), parts=tuple(parts))
        for name, parts in given
    )
    hours = sum((stage.hours for stage in made), Decimal(0))
    return Plan(**{"title": title, "stages": made, "hours": hours, **said})


def event_part(hours: str = "4", **said: Any) -> Part:
    """An event of a programme."""
    return Part(**{"kind": PartKind.EVENT, "title": "A lecture", "hours": Decimal(hours), **said})


def sign_off_part(hours: str = "4", **said: Any) -> Part:
    """Teaching that is signed."""
    return Part(**{"kind": PartKind.SIGN_OFF, "title": "At the machine", "hours": Decimal(hours), **said})


def course_part(course: Course, hours: str = "0", **said: Any) -> Part:
    """A course of a programme."""
    return Part(**{"kind": PartKind.COURSE, "title": course.slug, "hours": Decimal(hours), "course_id": course.id,
                   **said})  # fmt: skip


def exam_part(exam: Exam, **said: Any) -> Part:
    """An exam of a programme."""
    return Part(**{"kind": PartKind.EXAM, "title": exam.title, "exam_id": exam.id, **said})


def stored_programme(
    session: Session,
    plan: Plan | None = None,
    *,
    now: datetime,
    unit: Unit | None = None,
    published: bool = True,
) -> Programme:
    """A programme with its stages and parts, published unless said otherwise."""
    unit = unit or people.add_unit(session, f"Works {next(_numbers)}", parent=None, now=now)
    actor = manager(session, Role.ORGANIZER, unit, now=now)
    made = programme_writing.begin(session, actor, unit.id, plan or programme_plan(), now=now)
    if published:
        programme_writing.publish(session, made, actor=actor, now=now, rules=CreditRules())
    return made


def a_part(
    session: Session, unit: Unit, *members: Person, now: datetime, kind: PartKind = PartKind.EVENT
) -> ProgrammePart:
    """A part of a published programme that some people have."""
    programme = Programme(key="p", unit_id=unit.id, title="Safety", state=ProgrammeState.PUBLISHED, created_at=now)
    session.add(programme)
    session.flush()
    stage = models.ProgrammeStage(programme_id=programme.id, position=1, title="First")
    assignment = Assignment(programme_id=programme.id, unit_id=unit.id, starts_on=now.date(), created_at=now)
    session.add_all([stage, assignment])
    session.flush()
    part = ProgrammePart(stage_id=stage.id, position=1, kind=kind, title="A lecture", hours=Decimal(2))
    session.add(part)
    session.add_all(
        ProgrammeMember(programme_id=programme.id, person_id=one.id, assignment_id=assignment.id, added_at=now,
                        starts_on=now.date()) for one in members
    )  # fmt: skip
    session.flush()
    return part
