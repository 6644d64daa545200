"""Kinds of exams, what an assessment locks, and what it asks people; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import Attempt, Completion, Person, Purpose, Residence, Role, Schooling, Sex, Shown
from suyu_learn.plugins import Plugins
from suyu_learn.services import (
    answers,
    exam_about,
    exam_changes,
    exam_plans,
    exam_presets,
    people,
    person_files,
    sitting,
)
from suyu_learn.services.answers import Claim, Incoming
from suyu_learn.services.exam_about import About, Group
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import learner, manager, published_exam, stored_bank
from tests.refusals import code_of

GRACE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("purpose", "attempts", "score", "key"),
    [
        (Purpose.ASSESSMENT, 1, Shown.NEVER, Shown.NEVER),
        (Purpose.EXAM, 1, Shown.NOW, Shown.AFTER_CLOSE),
        (Purpose.TRAINING, 3, Shown.NOW, Shown.AFTER_CLOSE),
        (Purpose.PRACTICE, 100, Shown.NOW, Shown.NOW),
    ],
)
def test_a_kind_is_stored_with_its_settings(
    database: Database, purpose: Purpose, attempts: int, score: Shown, key: Shown
) -> None:
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        boss = manager(session, Role.ORGANIZER, unit, now=START)
        bank = stored_bank(session, now=START, unit=unit)
        plan = exam_plans.suggested(session, [bank], actor=boss, unit=unit, contact=("", ""), now=START)
        plan = replace(plan, purpose=purpose, about_reason="For figures", **exam_presets.PRESETS[purpose])
        exam = exam_plans.store(session, plan, unit=unit, actor=boss, now=START)
        session.expire(exam)
        assert exam_plans.plan_of(session, exam) == plan
        assert (exam.purpose, exam.attempts_allowed, exam.show_score, exam.show_key) == (purpose, attempts, score, key)


def test_a_new_exam_proposes_the_contact_of_the_last_one_where_nothing_else_is_known(database: Database) -> None:
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        boss, other = (manager(session, Role.ORGANIZER, unit, now=START) for _ in range(2))

        def proposed(actor: Person, *said: str) -> tuple[str, str]:
            contact = (said[0], said[1]) if said else ("", "")
            plan = exam_plans.suggested(session, [], actor=actor, unit=unit, contact=contact, now=START)
            return plan.contact_name, plan.contact_phone

        assert proposed(boss) == (boss.name, "")
        bank = stored_bank(session, now=START, unit=unit)
        plan = exam_plans.suggested(session, [bank], actor=boss, unit=unit, contact=("Ms Wu", "0123-4567"), now=START)
        exam_plans.store(session, plan, unit=unit, actor=boss, now=START)
        assert proposed(boss) == ("Ms Wu", "0123-4567")
        assert proposed(other) == (other.name, "")
        assert proposed(boss, "Hotline", "999") == ("Hotline", "999")
        boss.phone = "13800000001"
        assert proposed(boss) == (boss.name, "13800000001")


@pytest.mark.parametrize(
    "other",
    [
        {"attempts_allowed": 2},
        {"show_score": Shown.NOW},
        {"show_key": Shown.AFTER_CLOSE},
        {"show_explanation": Shown.NOW},
        {"partial_credit": PartialCredit.HALF_FOR_SUBSET},
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_assessment_is_locked(database: Database, other: dict[str, Any]) -> None:
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        boss = manager(session, Role.ORGANIZER, unit, now=START)
        bank = stored_bank(session, now=START, unit=unit)
        plan = exam_plans.suggested(session, [bank], actor=boss, unit=unit, contact=("", ""), now=START)
        values = {**exam_presets.PRESETS[Purpose.ASSESSMENT], "purpose": Purpose.ASSESSMENT, "about_reason": "x"}

        def store(**more: Any) -> object:
            return exam_plans.store(session, replace(plan, **{**values, **more}), unit=unit, actor=boss, now=START)

        assert code_of(lambda: store(**other)) == "exam.assessment_locked"
        assert code_of(lambda: store(about_reason=" ")) == "exam.no_about_reason"
        assert code_of(lambda: store(purpose=Purpose.EXAM)) == "exam.asks_without_assessment"


def test_an_assessment_gets_no_retake_later(database: Database) -> None:
    with database.writing() as session:
        exam = published_exam(session, now=START, closes_at=START + timedelta(hours=1), purpose="assessment",
                              **dict.fromkeys(("show_score", "show_key", "show_explanation"), Shown.NEVER))  # fmt: skip
        boss = learner(session, now=START)
        wanted = replace(
            exam_changes.wanted_now(session, exam), retake_for=RetakeFor.FAILED,
            retake_opens_at=START + timedelta(hours=2), retake_closes_at=START + timedelta(hours=3),
        )  # fmt: skip

        def change() -> object:
            return exam_changes.change(session, exam, wanted, reason="x", actor=boss, now=START, grace=GRACE)

        assert code_of(change) == "exam.assessment_locked"


def test_the_usual_pass_marks() -> None:
    assert exam_presets.usual_pass_share(["farmers", "workers"]) == Decimal("0.8")
    assert exam_presets.usual_pass_share(["farmers"]) == exam_presets.usual_pass_share([]) == Decimal("0.6")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bank_for_workers_suggests_the_mark_for_safety(database: Database) -> None:
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        boss = manager(session, Role.ORGANIZER, unit, now=START)
        for pack, share in (("question_bank/workers", "0.8"), ("question_bank/farmers", "0.6"), (None, "0.6")):
            bank = stored_bank(session, now=START, unit=unit)
            bank.pack = pack
            plan = exam_plans.suggested(session, [bank], actor=boss, unit=unit, contact=("", ""), now=START)
            assert plan.pass_share == Decimal(share)


def _sit(session: Any, exam: Any, person: Person, about: About | None, *, right: int = 5) -> Attempt:
    versions = Versions(Plugins([defaults]).question_types)
    attempt = sitting.start(session, exam, person, now=START, grace=GRACE, versions=versions, pools=PaperPools(),
                            about=about)  # fmt: skip
    sitting.open_paper(session, attempt, now=START, grace=GRACE, versions=versions)
    given = [Incoming(slot, attempt.epoch, 1, "right") for slot in range(1, right + 1)]
    answers.save(session, attempt.key, Claim(person.id, person.stamp), given, now=START, grace=GRACE, versions=versions)
    return sitting.submit(session, attempt, now=START, grace=GRACE, versions=versions)


def test_what_is_said_stays_with_the_attempt(database: Database) -> None:
    with database.writing() as session:
        exam = published_exam(session, now=START, purpose="assessment", ask_about=True, about_reason="For figures",
                              show_score=Shown.NEVER)  # fmt: skip
        lin = learner(session, now=START)
        about = About(1961, Sex.FEMALE, Schooling.PRIMARY, Residence.COUNTRY)
        attempt = _sit(session, exam, lin, about)
        session.expire_all()
        assert (attempt.birth_year, attempt.sex, attempt.schooling, attempt.residence) == (
            1961, Sex.FEMALE, Schooling.PRIMARY, Residence.COUNTRY)  # fmt: skip
        assert (lin.birth_year, lin.sex, lin.schooling, lin.residence) == (None,) * 4
        assert attempt.passed
        assert session.scalars(select(Completion)).all() == []  # an assessment is no training
        found = person_files.file_of(session, lin)
        assert len(found.attempts) == 1
        own = person_files.without_hidden(session, found, now=START + timedelta(days=900), grace=GRACE)
        assert (len(own.attempts), len(own.unshown)) == (0, 1)

        other = published_exam(session, now=START)
        assert _sit(session, other, lin, about).birth_year is None  # this one does not ask


def test_figures_by_group_hide_few_people(database: Database) -> None:
    with database.writing() as session:
        exam = published_exam(session, now=START, ask_about=True, about_reason="For figures", show_score=Shown.NEVER)
        said = (
            [(About(1990, Sex.FEMALE), 5)] * 3 + [(About(2000, Sex.FEMALE), 0)] * 3 + [(About(1950, Sex.MALE), 5)] * 5
            + [(None, 5)] * 2
        )  # fmt: skip
        for about, right in said:
            _sit(session, exam, learner(session, now=START), about, right=right)
        found = exam_about.groups(session, exam, suppress_below=5)
        assert found["sex"] == [
            Group("female", 6, 3, Decimal(50)),
            Group("male", 5, 5, Decimal(100), hidden=True),  # else the two who said nothing could be worked out
            Group("", 2, 2, Decimal(100), hidden=True),
        ]
        assert [(one.key, one.sat, one.hidden) for one in found["age"]] == [
            ("18", 3, True), ("30", 3, True), ("70", 5, False), ("", 2, True)]  # fmt: skip
        assert [(one.key, one.sat) for one in found["residence"]] == [("", 13)]
        nameless = exam_about.groups(session, exam, suppress_below=5, nameless=True)
        assert all(one.hidden for one in nameless["sex"])  # three of the six women failed


@pytest.mark.parametrize(("year", "code"), [(1899, "about.birth_year"), (START.year + 1, "about.birth_year")])
def test_birth_years_that_cannot_be(year: int, code: str) -> None:
    assert code_of(lambda: exam_about.check(About(year), now=START)) == code
    exam_about.check(About(START.year), now=START)
    exam_about.check(About(), now=START)
