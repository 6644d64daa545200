"""Importing questions: compared, stored in bulk, counted, taken back."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.db import Database
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.models import (
    Bank,
    Import,
    ImportRow,
    ImportState,
    PaperMode,
    PaperPick,
    Person,
    Question,
    QuestionVersion,
    Role,
    RowOutcome,
    Status,
)
from suyu_learn.services import (
    bank,
    bank_applying,
    bank_contents,
    bank_editing,
    bank_files,
    bank_imports,
    bank_near,
    bank_search,
    bank_undo,
    people,
)
from tests import factories
from tests.clock import START
from tests.factories import manager, published_exam
from tests.question_tables import csv_file, single

TYPES = {kind.code: kind for kind in BUILT_IN}
FORMATS_BY_CODE = {form.code: form for form in FORMATS}


def new_bank(session: Session, name: str = "A bank") -> Bank:
    return bank_contents.own_bank(session, name, unit=people.root_unit(session, now=START), now=START)


def previewed(session: Session, target: Bank, *rows: tuple[str, ...], content: bytes = b"") -> Import:
    upload = bank_imports.Upload("questions.csv", content or csv_file(*rows))
    key = bank_imports.new_import_key()
    read = bank_files.read(upload.content, file_name=upload.file_name, key=key, formats=FORMATS_BY_CODE, types=TYPES)
    return bank_imports.take_up(session, target, read, upload, key=key, actor_id=None, day="2026-03-02", now=START)


def applied(session: Session, batch: Import, **how: Any) -> dict[str, int]:
    counts = bank_applying.apply(session, batch, actor_id=None, reviewer="Wang", now=START, **how)
    assert counts["read"] == counts["imported"] + counts["duplicates"] + counts["errors"]
    return dict(counts)


def outcomes(session: Session, batch: Import) -> list[RowOutcome]:
    rows = session.scalars(select(ImportRow).where(ImportRow.import_id == batch.id).order_by(ImportRow.id))
    return [row.outcome for row in rows]


def codes(session: Session, batch: Import) -> set[str]:
    rows = session.scalars(select(ImportRow).where(ImportRow.import_id == batch.id))
    return {problem.code for row in rows for problem in bank_imports.problems_of(row)}


def test_good_questions_are_published_with_reviewer_source_and_lasting_uids(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, single("一？"), ("判断", "二。", "", "", "", "", "对"))
        assert bank.drawable_count(session, target) == 0
        assert applied(session, batch)["imported"] == 2
        key = batch.key
    with database.reading() as session:
        questions = session.scalars(select(Question).order_by(Question.id)).all()
        assert [question.uid for question in questions] == [f"imp-{key}-1", f"imp-{key}-2"]
        versions = [question.published_version for question in questions]
        assert {version.status for version in versions if version} == {Status.PUBLISHED}
        assert {(one.reviewer, one.source, one.text_format.value) for one in versions if one} == {
            ("Wang", "questions.csv, 2026-03-02", "plain")
        }


def test_topics_and_tags_come_along(database: Database) -> None:
    content = csv_file(("天是蓝的。", "对", "光、天空", "入门"), headings=("题干", "答案", "知识点", "标签"))
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, content=content))
        candidate = bank.candidates(session, [target.id])[0]
        assert (candidate.topics, candidate.tags) == ({"光", "天空"}, {"入门"})
        assert [topic.name for topic in bank_search.topics_of(session, target)] == ["光", "天空"]


def test_duplicates_in_file_and_bank_are_counted_and_stored_once(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        first = previewed(session, target, single("一？"), single(" 一 ？"), single("二？"))
        assert outcomes(session, first) == [RowOutcome.NEW, RowOutcome.DUPLICATE, RowOutcome.NEW]
        assert applied(session, first) == {"read": 3, "imported": 2, "duplicates": 1, "errors": 0, "doubtful": 0}
        second = previewed(session, target, single("二？"), single("三？"))
        assert applied(session, second) == {"read": 2, "imported": 1, "duplicates": 1, "errors": 0, "doubtful": 0}
        assert codes(session, second) == {"bank.duplicate_in_bank"}
        assert bank.drawable_count(session, target) == 3


def test_what_came_between_preview_and_decision_is_a_duplicate(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        waiting, quicker = (previewed(session, target, single("一？")) for _number in range(2))
        applied(session, quicker)
        assert applied(session, waiting)["duplicates"] == 1


def test_two_answers_to_one_question_stay_out_until_decided(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, single("一？", "A"), single("一？", "B"), single("二？"))
        assert outcomes(session, batch) == [RowOutcome.DOUBTFUL, RowOutcome.DOUBTFUL, RowOutcome.NEW]
        assert codes(session, batch) == {"bank.conflict_in_file"}
        doubtful = bank_imports.rows_of(session, batch, (RowOutcome.DOUBTFUL,))
        bank_applying.decide(session, batch, [row.id for row in doubtful])
        counts = applied(session, batch)
        assert (counts["imported"], counts["errors"]) == (2, 1)


def test_a_corrected_answer_becomes_a_new_version_and_goes_back_on_undo(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, single("一？", "A")))
        question = session.scalars(select(Question)).one()
        before = session.get_one(QuestionVersion, question.published_version_id)
        batch = previewed(session, target, single("一？", "B"))
        assert codes(session, batch) == {"bank.conflict_in_bank"}
        [row] = bank_imports.rows_of(session, batch, (RowOutcome.DOUBTFUL,))
        bank_applying.decide(session, batch, [row.id])
        assert applied(session, batch)["imported"] == 1
        after = session.get_one(QuestionVersion, question.published_version_id)
        assert (after.number, after.question_id) == (2, before.question_id)
        assert [option["key"] for option in after.body["options"]] == [
            option["key"] for option in before.body["options"]
        ]
        assert after.body["answer"] != before.body["answer"]
        bank_undo.undo(session, batch, actor_id=None, now=START)
        assert question.published_version_id == before.id


@pytest.mark.parametrize("since", ["edited", "retired"])
def test_what_was_done_to_a_corrected_question_since_is_not_undone_with_the_import(
    database: Database, since: str
) -> None:
    with database.writing() as session:
        target, keeper = new_bank(session), manager(session, Role.ORGANIZER, None, now=START)
        applied(session, previewed(session, target, single("一？", "A")))
        question = session.scalars(select(Question)).one()
        batch = previewed(session, target, single("一？", "B"))
        [row] = bank_imports.rows_of(session, batch, (RowOutcome.DOUBTFUL,))
        bank_applying.decide(session, batch, [row.id])
        applied(session, batch)
        given = session.get_one(QuestionVersion, question.published_version_id)
        if since == "retired":
            bank.retire(session, question, now=START)
            bank_undo.undo(session, batch, actor_id=None, now=START)
            assert question.published_version_id is None
            return
        kept = bank_editing.edit_of(session, question, given, base=given.number)
        harder = replace(kept, draft=replace(kept.draft, difficulty="hard"))
        version = bank_editing.edit(session, target, question, harder, actor=keeper, now=START)
        assert version is not None
        bank_editing.publish_one(session, target, question, actor=keeper, now=START)
        with pytest.raises(Problem) as refused:
            bank_undo.undo(session, batch, actor_id=None, now=START)
        assert (refused.value.code, refused.value.params["count"]) == ("bank.undo_edited", 1)
        assert question.published_version_id == version.id


def test_all_or_nothing(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, single("一？"), single("二？", "F"))
        counts = applied(session, batch, all_or_nothing=True)
        assert (counts["imported"], counts["errors"]) == (0, 2)
        assert "bank.held_back" in codes(session, batch)
        assert bank.drawable_count(session, target) == 0


@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_at_once_does_the_same_without_a_preview(database: Database, all_or_nothing: bool) -> None:
    content = csv_file(single("一？"), single("二？", "F"), single("一？"), single("三？", "A"), single("三？", "B"))
    upload = bank_imports.Upload("q.csv", content)
    read = bank_files.read(content, file_name="q.csv", key="k", formats=FORMATS_BY_CODE, types=TYPES)
    with database.writing() as session:
        target = new_bank(session)
        batch = bank_applying.import_at_once(
            session, target, read, upload, key="k", actor_id=None, day="2026", reviewer="x", now=START,
            all_or_nothing=all_or_nothing,
        )  # fmt: skip
        assert (batch.counts["read"], batch.counts["imported"], batch.counts["duplicates"], batch.counts["errors"]) == (
            (5, 0, 1, 4) if all_or_nothing else (5, 1, 1, 3)
        )
        assert bank.drawable_count(session, target) == batch.counts["imported"]
        assert batch.state is ImportState.DONE


def test_an_import_is_taken_back_as_one_and_may_come_again(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, single("一？"), single("二？"))
        applied(session, batch)
        bank_undo.undo(session, batch, actor_id=None, now=START)
        assert bank.drawable_count(session, target) == 0
        seen = bank_search.QuestionFilter(status="retired")
        assert bank_search.questions(session, target, seen, offset=0, limit=9)[0] == 0
        assert applied(session, previewed(session, target, single("一？")))["imported"] == 1


def test_what_stands_in_the_way_of_taking_back(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, single("一？"), single("二？"))
        applied(session, batch)
        exam = published_exam(session, now=START, source=target, questions=2, mode=PaperMode.DRAWN_PER_PERSON)
        assert [problem.code for problem in bank_undo.in_the_way(session, batch, now=START)] == ["bank.needed"]
        exam.closes_at = START - timedelta(days=1)
        assert bank_undo.in_the_way(session, batch, now=START) == []
        version = session.scalars(select(Question.published_version_id).limit(1)).one()
        exam.paper.picks.append(PaperPick(position=1, version_id=version, points=1))
        session.flush()
        with pytest.raises(Problem) as refused:
            bank_undo.undo(session, batch, actor_id=None, now=START)
        assert (refused.value.code, refused.value.params["count"]) == ("bank.undo_on_paper", 1)


def test_the_same_file_is_recognised(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        first = previewed(session, target, single("一？"))
        assert bank_imports.seen_before(session, previewed(session, target, single("一？"))) is None
        applied(session, first)
        assert bank_imports.seen_before(session, previewed(session, target, single("一？"))) == first


def test_a_preview_is_thrown_away_whole_and_old_ones_are_forgotten(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        bank_imports.discard(session, previewed(session, target, single("一？")))
        old = previewed(session, target, single("一？"))
        old.created_at = START - timedelta(days=8)
        session.flush()
        previewed(session, target, single("二？"))
        assert session.scalar(select(func.count()).select_from(Import)) == 1
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 1


def test_a_bank_in_use_stays_out_of_the_bin_and_a_needed_question_in_drawing(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, single("一？"), single("二？")))
        keeper = people.add_person(session, "Wang", now=START)
        exam = published_exam(session, now=START, source=target, questions=2)
        question = session.scalars(select(Question).limit(1)).one()
        for attempt, code in (
            (lambda: bank_contents.bin_bank(session, target, actor=keeper, now=START), "bank.in_use"),
            (lambda: bank_contents.retire(session, target, question.id, actor=keeper, now=START), "bank.needed"),
        ):
            with pytest.raises(Problem) as refused:
                attempt()
            assert refused.value.code == code
        exam.closes_at = START
        session.flush()
        bank_contents.retire(session, target, question.id, actor=keeper, now=START)
        assert len(bank.candidates(session, [target.id])) == 1
        bank_contents.bin_bank(session, target, actor=keeper, now=START)
        assert bank.candidates(session, [target.id]) == []
        bank_contents.restore(session, target, actor=keeper, now=START)
        assert len(bank.candidates(session, [target.id])) == 1


def test_searching_finds_chinese_words_in_stems(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(
            session,
            previewed(session, target, single("木粉为什么会爆炸？"), ("判断", "100%安全。", "", "", "", "", "错")),
        )
        wanted = bank_search.QuestionFilter
        for asked, found in (
            (wanted(text="爆炸"), 1), (wanted(text="%"), 1), (wanted(text="没有"), 0), (wanted(type="single"), 1),
            (wanted(difficulty="easy"), 1), (wanted(difficulty="nonsense"), 2), (wanted(), 2),
        ):  # fmt: skip
            assert bank_search.questions(session, target, asked, offset=0, limit=9)[0] == found, asked


def pack_of(uid: str, stem: str) -> BankFile:
    draft = factories.single(1)
    return BankFile((replace(draft, uid=uid, body={**draft.body, "stem": stem}),))


def taken_up(session: Session, target: Bank, read: BankFile) -> Import:
    upload = bank_imports.Upload("pack.zip", b"", "pack")
    return bank_imports.take_up(session, target, read, upload, key=bank_imports.new_import_key(), actor_id=None,
                                day="2026-03-02", now=START)  # fmt: skip


def test_a_file_cannot_take_the_uid_of_another_question(database: Database) -> None:
    with database.writing() as session:
        first, second, third = (new_bank(session, name) for name in ("First", "Second", "Third"))
        applied(session, previewed(session, first, single("一？")))
        made_up = session.scalars(select(Question.uid)).one()
        assert made_up.startswith(bank_imports.MADE_UP)
        early = taken_up(session, second, pack_of("ours", "Early?"))
        late = taken_up(session, third, pack_of("ours", "Late?"))
        for batch in (taken_up(session, second, pack_of(made_up, "Mine?")), early, late):
            assert applied(session, batch)["imported"] == 1
        uids = dict(session.execute(select(Question.uid, Question.bank_id)).all())
        assert len(uids) == 4
        assert (uids[made_up], uids["ours"]) == (first.id, second.id)


def test_an_import_is_not_taken_back_out_of_another_bank(database: Database) -> None:
    with database.writing() as session:
        target, other = new_bank(session), new_bank(session, "Other")
        batch = previewed(session, target, single("一？"), single("二？"))
        applied(session, batch)
        moved = session.scalars(select(Question).order_by(Question.id)).first()
        assert moved is not None
        moved.bank_id = other.id
        session.flush()
        with pytest.raises(Problem) as refused:
            bank_undo.undo(session, batch, actor_id=None, now=START)
        assert (refused.value.code, refused.value.params["count"]) == ("bank.undo_moved", 1)
        assert bank.drawable_count(session, other) == 1


def test_two_at_once_take_an_import_in_once(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        keeper = manager(session, Role.ORGANIZER, None, now=START)
        key, person = previewed(session, target, single("一？")).key, keeper.id
    told: list[object] = []
    gate = threading.Barrier(2)

    def take() -> None:
        gate.wait()
        try:
            with database.writing() as session:
                batch, _here = bank_imports.find(session, session.get_one(Person, person), key, change=True)
                told.append(bank_applying.apply(session, batch, actor_id=person, reviewer="W", now=START)["imported"])
        except Exception as error:
            told.append(getattr(error, "code", repr(error)))

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["1", "bank.import_not_waiting"]


def test_near_duplicates_are_looked_for_within_the_room_there_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        rows = [single(f"火灾时应当拨打哪一个电话号码报警求助{sign}？") for sign in "甲乙丙丁"]
        batch = previewed(session, new_bank(session), *rows)
        found = bank_near.looked_for(session, batch)
        assert (found["count"], found["complete"]) == (6, True)
        monkeypatch.setattr(bank_near, "MOST_PAIRS_OF_SIGNS", 30)
        found = bank_near.looked_for(session, batch)
        assert (found["count"], found["complete"]) == (1, False)
