"""Mending the questions of a preview: checked at once, compared anew, counted right, and what came stays known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.text_of import Wording, worded, wording_of, wording_of_cells
from suyu_learn.db import Database
from suyu_learn.models import Import, ImportRow, Question, RowOutcome
from suyu_learn.services import bank_applying, bank_imports, bank_mending, bank_undo
from tests.clock import START
from tests.question_tables import single
from tests.services.test_bank_imports import TYPES, applied, codes, new_bank, outcomes, previewed

NEW, REFUSED, DUPLICATE, DOUBTFUL = RowOutcome.NEW, RowOutcome.REFUSED, RowOutcome.DUPLICATE, RowOutcome.DOUBTFUL


def rows(session: Session, batch: Import) -> list[ImportRow]:
    return list(session.scalars(select(ImportRow).where(ImportRow.import_id == batch.id).order_by(ImportRow.id)))


def mend(session: Session, batch: Import, row: ImportRow, **changed: str) -> None:
    said = bank_mending.wording(row, TYPES).as_json() | changed
    bank_mending.mend(session, batch, row, Wording(**said), types=TYPES, day="2026-03-02")
    counts = batch.counts
    assert counts["read"] == counts["imported"] + counts["duplicates"] + counts["errors"] == len(rows(session, batch))


def test_a_refused_question_is_mended_taken_in_and_taken_back(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        batch = previewed(session, target, single("好的？"), single("坏的？", "F"))
        bad = rows(session, batch)[1]
        words = bank_mending.wording(bad, TYPES)
        assert (words.type, words.stem, words.answer) == ("single", "坏的？", "F")
        assert words.options.splitlines()[0].startswith("A. ")
        mend(session, batch, bad, answer="E")
        assert (bad.outcome, bank_mending.wording(bad, TYPES).answer) == (REFUSED, "E")
        mend(session, batch, bad, answer="B")
        assert (bad.outcome, bad.problems, bank_mending.mended(bad)) == (NEW, [], True)
        assert bad.data["came"]["data"]["cells"]
        assert applied(session, batch, all_or_nothing=True)["imported"] == 2
        stored = session.scalars(select(Question).order_by(Question.id)).all()
        assert len({one.uid for one in stored}) == 2
        bank_undo.undo(session, batch, actor_id=None, now=START)
        assert all(one.published_version_id is None for one in stored)


def test_a_good_question_can_be_changed_and_had_again_as_the_file_has_it(database: Database) -> None:
    with database.writing() as session:
        batch = previewed(session, new_bank(session), single("好的？"))
        [row] = rows(session, batch)
        mend(session, batch, row, stem="更好的？")
        assert (row.outcome, row.data["body"]["stem"]) == (NEW, "更好的？")
        mend(session, batch, row, stem="")
        assert (row.outcome, codes(session, batch)) == (REFUSED, {"question.no_stem"})
        bank_mending.as_it_came(session, batch, row)
        assert (row.outcome, row.data["body"]["stem"], bank_mending.mended(row)) == (NEW, "好的？", False)


def test_what_is_changed_is_compared_anew_with_file_and_bank(database: Database) -> None:
    with database.writing() as session:
        target = new_bank(session)
        applied(session, previewed(session, target, single("旧的？")))
        batch = previewed(session, target, single("一？"), single("一？"), single("三？", "A"), single("坏的？", "F"))
        first, second, third, bad = rows(session, batch)
        assert outcomes(session, batch) == [NEW, DUPLICATE, NEW, REFUSED]
        mend(session, batch, first, stem="不一样了？")
        assert outcomes(session, batch) == [NEW, NEW, NEW, REFUSED]
        mend(session, batch, bad, stem="三？", answer="B")
        assert outcomes(session, batch) == [NEW, NEW, DOUBTFUL, DOUBTFUL]
        mend(session, batch, third, answer="B")
        assert outcomes(session, batch) == [NEW, NEW, NEW, DUPLICATE]
        mend(session, batch, second, stem="旧的？")
        assert outcomes(session, batch) == [NEW, DUPLICATE, NEW, DUPLICATE]
        assert "bank.duplicate_in_bank" in codes(session, batch)


def test_what_is_left_out_counts_as_refused_and_holds_nothing_up(database: Database) -> None:
    with database.writing() as session:
        batch = previewed(session, new_bank(session), single("一？"), single("一？"), single("坏的？", "F"))
        first, second, bad = rows(session, batch)
        bank_mending.leave_out(session, batch, first)
        assert (first.outcome, second.outcome) == (REFUSED, NEW)
        bank_mending.take_after_all(session, batch, first)
        assert outcomes(session, batch) == [NEW, DUPLICATE, REFUSED]
        bank_mending.leave_out(session, batch, bad)
        assert not bank_applying.still_refused(session, batch)
        assert applied(session, batch, all_or_nothing=True) == {
            "read": 3, "imported": 1, "duplicates": 1, "errors": 1, "doubtful": 0
        }  # fmt: skip
        with pytest.raises(bank_imports.Problem):
            bank_mending.find_row(session, batch, first.id, change=True)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([("题型", "多选题"), ("题目", "甲？"), ("A", "一"), ("B", "二"), ("答案", "AB")],
         Wording("multiple", "甲？", "A. 一\nB. 二", "AB", "")),
        ([("题干", "甲？"), ("选项", "A.一;B.二"), ("正确答案", "C"), ("解析", "因为")],
         Wording("", "甲？", "A. 一\nB. 二", "C", "因为")),
        ([("", "3. 甲？（ E ）\nA. 一 B. 二\n解析：因为")], Wording("", "甲？（　）", "A. 一\nB. 二", "E", "因为")),
        ([("", "::T:: what {=a ~b")], Wording("", "::T:: what {=a ~b")),
        ([], Wording()),
    ],
)  # fmt: skip
def test_what_a_file_said_stands_in_the_fields(cells: list[tuple[str, str]], expected: Wording) -> None:
    assert wording_of_cells(cells) == expected


TEXT = st.text(st.sampled_from("甲乙丙 a1，、.A/;"), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=150, deadline=None)
@given(TEXT, st.lists(TEXT, min_size=2, max_size=5, unique=True), st.data())
def test_a_question_that_is_saved_unchanged_stays_what_it_is(stem: str, texts: list[str], data: st.DataObject) -> None:
    keys = [f"k{number}" for number in range(len(texts))]
    right = data.draw(st.lists(st.sampled_from(keys), min_size=1, unique=True).map(sorted))
    body = {"stem": stem, "options": [{"key": key, "text": text} for key, text in zip(keys, texts, strict=True)],
            "answer": right, "explanation": ""}  # fmt: skip
    kind = "single" if len(right) == 1 else "multiple"
    draft = QuestionDraft("u", kind, TYPES[kind].write(TYPES[kind].read(body)))
    words = wording_of(draft, TYPES)
    again, _warnings = worded(words, draft, TYPES)
    assert [one["text"] for one in again.body["options"]] == [one["text"] for one in draft.body["options"]]
    chosen = {one["key"]: one["text"] for one in again.body["options"]}
    before = {one["key"]: one["text"] for one in draft.body["options"]}
    assert [chosen[key] for key in again.body["answer"]] == [before[key] for key in draft.body["answer"]]
    assert (again.type, again.body["stem"]) == (draft.type, draft.body["stem"])
