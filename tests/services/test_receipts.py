"""Receipts: genuine, copied wrongly, made up, of a paper that was changed, and of merged people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.models import Attempt, Exam, Person, Role, Slot, Step
from suyu_learn.plugins import Plugins
from suyu_learn.services import answers, merging, people, receipts, sitting
from suyu_learn.services.answers import Claim, Incoming
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.receipts import Agreement
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import MEASURE, learner, manager, published_exam

SECRET, GRACE = "only for tests", timedelta(minutes=5)


def _handed_in(session: Session) -> tuple[Attempt, Exam, Person]:
    unit = people.add_unit(session, "Pine City", parent=None, now=START)
    lin, exam = learner(session, now=START, unit=unit), published_exam(session, now=START, unit=unit)
    versions = Versions(Plugins([defaults]).question_types)
    attempt = sitting.start(session, exam, lin, now=START, grace=GRACE, versions=versions, pools=PaperPools())
    sitting.open_paper(session, attempt, now=START, grace=GRACE, versions=versions)
    session.flush()
    given = [Incoming(1, 1, 1, "right"), Incoming(3, 1, 1, "wrong1")]
    answers.save(session, attempt.key, Claim(lin.id, lin.stamp), given, now=START, grace=GRACE, versions=versions)
    sitting.submit(session, attempt, now=START + timedelta(minutes=9), grace=GRACE, versions=versions)
    session.flush()
    session.expire_all()
    return attempt, exam, lin


def _code(session: Session, attempt: Attempt, person: Person) -> str:
    return receipts.code(session, attempt, person, secret=SECRET)


def test_a_code_is_short_in_groups_and_the_same_each_time(database: Database) -> None:
    with database.writing() as session:
        attempt, _exam, lin = _handed_in(session)
        code = _code(session, attempt, lin)
        assert [len(part) for part in code.split("-")] == [4, 4, 4, 4]
        assert set(code) <= {*receipts.LETTERS, "-"}
        assert code == _code(session, attempt, lin)
        assert code != receipts.code(session, attempt, lin, secret="another")


@pytest.mark.parametrize(
    "copied",
    [
        lambda code: code, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", ""),
        lambda code: code.replace("0", "O").replace("1", "l"), lambda code: f"  {code}\n",
    ],
)  # fmt: skip
def test_a_genuine_code_is_read_as_people_copy_it(database: Database, copied: Callable[[str], str]) -> None:
    with database.writing() as session:
        attempt, exam, lin = _handed_in(session)
        found = receipts.check(session, exam, copied(_code(session, attempt, lin)), secret=SECRET)
        assert found is not None
        assert (found.attempt.id, found.agreement, found.answered) == (attempt.id, Agreement.AGREES, 2)
        assert sitting.rebuild(session, attempt) == {}


def _other_letter(code: str, place: int) -> str:
    letters = list(code)
    letters[place] = "2" if letters[place] != "2" else "3"
    return "".join(letters)


def test_what_was_made_up_or_copied_wrongly_is_no_receipt(database: Database) -> None:
    with database.writing() as session:
        attempt, exam, lin = _handed_in(session)
        code = _code(session, attempt, lin)
        for place in (0, 3, 5, 8, 10):  # the number, and the signature of whose it is
            assert receipts.check(session, exam, _other_letter(code, place), secret=SECRET) is None
        found = receipts.check(session, exam, _other_letter(code, -1), secret=SECRET)
        assert found is not None
        assert found.agreement is Agreement.CHANGED
        for typed in ("", "x", "0" * 16, "Z" * 60, "中文", "----", code + "22", "1000-" + code):
            assert receipts.check(session, exam, typed, secret=SECRET) is None, typed
        assert receipts.check(session, exam, code, secret="another") is None
        other = published_exam(session, now=START)
        assert receipts.check(session, other, code, secret=SECRET) is None


@pytest.mark.parametrize(
    "change",
    [
        update(Slot).where(Slot.number == 1).values(response="wrong1"),
        update(Slot).where(Slot.number == 2).values(response="right"),
        update(Attempt).values(closed_at=START),
        update(Attempt).values(answers_digest="0" * 64),
        update(Step).where(Step.slot == 3).values(response="right"),
    ],
    ids=["another answer", "one answer more", "another time", "another digest", "another step"],
)
def test_a_paper_that_was_changed_afterwards_does_not_agree(database: Database, change: object) -> None:
    with database.writing() as session:
        attempt, exam, lin = _handed_in(session)
        code = _code(session, attempt, lin)
        session.execute(change)  # type: ignore[call-overload]
        session.expire_all()
        found = receipts.check(session, exam, code, secret=SECRET)
        assert found is not None
        assert found.agreement is Agreement.CHANGED


def test_other_marks_and_a_merge_of_people_change_nothing(database: Database) -> None:
    with database.writing() as session:
        attempt, exam, lin = _handed_in(session)
        code = _code(session, attempt, lin)
        session.execute(update(Slot).values(fraction=None))
        session.execute(update(Attempt).values(points=None, passed=None))
        unit = people.add_unit(session, "Other City", parent=None, now=START)
        kept, admin = learner(session, now=START, unit=unit), manager(session, Role.ADMIN, None, now=START, home=unit)
        merging.merge(session, kept, lin, actor=admin, now=START + timedelta(days=1), reason="the same", **MEASURE)
        session.expire_all()
        found = receipts.check(session, exam, code, secret=SECRET)
        assert found is not None
        assert found.agreement is Agreement.AGREES
        assert found.attempt.person_id == kept.id


def test_a_number_finds_the_paper_and_proves_nothing(database: Database) -> None:
    with database.writing() as session:
        attempt, exam, lin = _handed_in(session)
        found = receipts.check(session, exam, attempt.key[:8].upper(), secret=SECRET)
        assert found is not None
        assert found.agreement is Agreement.ONLY_NUMBER
        assert (found.attempt.id, found.code) == (attempt.id, _code(session, attempt, lin))


def test_a_paper_from_before_there_were_receipts_has_one_too(database: Database) -> None:
    with database.writing() as session:
        attempt, exam, lin = _handed_in(session)
        code = _code(session, attempt, lin)
        session.execute(update(Attempt).values(answers_digest=""))
        session.expire_all()
        assert _code(session, attempt, lin) == code
        found = receipts.check(session, exam, code, secret=SECRET)
        assert found is not None
        assert found.agreement is Agreement.AGREES
