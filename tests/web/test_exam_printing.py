"""An exam on paper: its papers, their answers, answer sheets, and the sheet on which people sign in."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from docx import Document as read_docx
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.models import AuditEntry, Exam, ExamState, PaperMode, Question, Role, Unit
from suyu_learn.services import bank, exam_rosters, paper_prints, papers, people, regrading
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import (
    essay,
    fill_in,
    learn,
    learner,
    manager,
    multiple,
    pictured,
    published_exam,
    short_answer,
    single,
    stored_bank,
    stored_picture,
    true_false,
)
from tests.pictures import drawing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORMS = ("docx", "pdf")


def of_every_kind() -> list[QuestionDraft]:
    """One question of each type, the key of each with a word that must not be on the paper."""

    def of(kind: str, **body: Any) -> QuestionDraft:
        whole = {"explanation": "SECRET why", **body}
        return QuestionDraft(uid=f"k-{kind}", type=kind, body=whole, source="SECRET book")

    def keyed(*texts: str) -> list[dict[str, str]]:
        return [{"key": f"k{at}", "text": text} for at, text in enumerate(texts)]

    return [
        single(1), multiple(1), true_false(1), fill_in(1, "SECRET"), essay(1, reference="SECRET (1 point)"),
        short_answer(1, "SECRET"),
        of("numeric", stem="How much?", answers=[{"value": "31337", "tolerance": "0"}], unit="kg"),
        of("matching", stem="Match.", prompts=keyed("sun", "moon"), options=[
            {"key": "o1", "text": "day"}, {"key": "o2", "text": "night"}], pairs={"k0": "o1", "k1": "o2"}),
        of("ordering", stem="Order.", items=keyed("first", "second", "third")),
        of("cloze", stem="Water is ____ and ____.", gaps=[
            {"key": "g1", "kind": "menu", "options": [{"key": "a", "text": "wet"}, {"key": "b", "text": "dry"}],
             "answer": "a"},
            {"key": "g2", "kind": "text", "accepted": ["SECRET"]}]),
        QuestionDraft(uid="k-g", type="group", body={"stem": "A passage about dust.", "explanation": ""}, source="x"),
        replace(single(7), uid="k-g-1", group="k-g"),
    ]  # fmt: skip


class Office:
    """An organizer with a published exam, people who are due, and a foreign organizer."""

    def __init__(self, app: Flask, drafts: list[QuestionDraft] | None = None, **more: Any) -> None:
        self.app = app
        with learn(app).database.writing() as session:
            mill = people.add_unit(session, "Mill", parent=None, now=START)
            yard = people.add_unit(session, "Yard", parent=mill, now=START)
            other = people.add_unit(session, "Elsewhere", parent=None, now=START)
            learner(session, now=START, name="王小明", unit=mill)
            learner(session, now=START, name="李 Lin", unit=yard, username="lin")
            source = stored_bank(session, now=START, unit=mill, questions=drafts)
            exam = published_exam(session, now=START, unit=mill, source=source, title="Dust / 2026", **more)
            if any(one.type == "group" for one in drafts or ()):
                points = exam.paper.rules[0].points
                papers.add_rule(exam.paper, count=1, points=points, banks=[source.id], types=["group"])
            self.exam_id, self.mill_id, self.yard_id = exam.id, mill.id, yard.id
            names = [manager(session, Role.ORGANIZER, unit, now=START).username for unit in (mill, other)]
        self.boss, self.stranger = (Visitor(app).sign_in(str(name)) for name in names)
        self.path = f"/manage/exams/{self.exam_id}/print"

    def make(self, count: int = 1, **more: str) -> None:
        """Let papers be made."""
        self.boss.get(self.path)
        self.boss.post(f"{self.path}/make", count=count, **more)

    def file(self, *parts: str, form: str = "docx", variant: Any = "A", **more: Any) -> TestResponse:
        """The file that comes of it."""
        self.boss.get(self.path)
        return self.boss.post(f"{self.path}/papers", variant=variant, part=list(parts), format=form, **more)


def text_of(content: bytes, form: str) -> str:
    if form == "pdf":
        return "\n".join(page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(content)).pages)
    read = read_docx(io.BytesIO(content))
    found = [part.text for part in read.paragraphs]
    found += [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    found += [part.text for section in read.sections for part in section.header.paragraphs]
    return "\n".join(found)


@pytest.fixture
def every(app: Flask) -> Office:
    return Office(app, of_every_kind())


@pytest.mark.parametrize("form", FORMS)
def test_a_paper_asks_everything_and_tells_nothing_of_its_key(every: Office, form: str) -> None:
    every.make()
    answer = every.file("paper", form=form, space="1")
    assert answer.status_code == 200
    said = text_of(answer.data, form)
    words = " ".join(said.split())
    for asked in ("Question 1?", "Which ones, 1?", "Statement 1.", "has a ____", "Write about 1.", "Say why, 1.",
                  "How much?", "sun", "night", "second", "(1)", "A. ", "A passage about dust.", "Question 7?",
                  "-A", "Staff number", "Dust / 2026"):  # fmt: skip
        assert asked in words, asked
    assert "SECRET" not in said
    assert "31337" not in said
    assert "Confidential" not in said


@pytest.mark.parametrize("form", FORMS)
def test_the_key_is_a_file_of_its_own_marked_as_confidential(every: Office, form: str) -> None:
    every.make()
    said = text_of(every.file("key", form=form).data, form)
    for told in ("Confidential", "SECRET", "31337", "Because of 1.", "√", "SECRET book"):
        assert told in said, told


@pytest.mark.parametrize("form", FORMS)
def test_every_question_has_its_place_on_the_answer_sheet(every: Office, form: str) -> None:
    every.make()
    said = text_of(every.file("sheet", form=form).data, form)
    assert all(mark in said for mark in ("[A]", "[D]", "[√]", "[×]", "→", "(2)", "kg"))
    numbers = set(re.findall(r"(?<![\d(])(\d{1,2})(?:\.|  )", said))
    assert {str(one) for one in range(1, 12)} <= numbers
    assert "Question 1?" not in said
    assert "SECRET" not in said


def test_every_page_names_the_exam_and_the_paper(app: Flask) -> None:
    office = Office(app, [essay(number) for number in range(1, 5)])
    office.make()
    for form in FORMS:
        answer = office.file("paper", "sheet", "key", form=form, space="1")
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
        for name in archive.namelist():
            content = io.BytesIO(archive.read(name))
            heads = [one.text for one in read_docx(content).sections[0].header.paragraphs] if form == "docx" else [
                page.extract_text().replace("\0", "") for page in PdfReader(content).pages
            ]  # fmt: skip
            assert len(heads) > 1 or form == "docx" or "Answers" in name
            assert all("Dust / 2026" in head and re.search(r"[A-Z0-9]{6}-A\b", head) for head in heads), name


def test_the_letters_of_the_key_are_those_of_the_paper(app: Flask) -> None:
    office = Office(app, [single(number) for number in range(1, 9)])
    office.make(2)
    for code in ("A", "B"):
        paper = text_of(office.file("paper", variant=code).data, "docx")
        key = text_of(office.file("key", variant=code).data, "docx")
        for stem in range(1, 9):
            place = re.search(rf"(\d)\. Question {stem}\?", paper)[1]  # type: ignore[index]
            letter = re.search(rf"([A-D])\. right answer {stem}", paper)[1]  # type: ignore[index]
            assert re.search(rf"^{place}\. {letter}$", key, re.MULTILINE)


def test_a_key_that_was_corrected_after_the_paper_was_made_is_printed_as_it_counts_now(app: Flask) -> None:
    wrong = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})
    office, here = Office(app, [wrong, *map(single, range(2, 6))]), learn(app)
    office.make()
    Visitor(app).sign_in("lin").start(office.exam_id).submit()
    with here.database.writing() as session:
        question = session.scalars(select(Question).where(Question.uid == wrong.uid)).one()
        bank.store(session, question.bank, replace(wrong, body=single(1).body), now=here.now(), reviewer="r")
        keeper = manager(session, Role.ORGANIZER, None, now=START)
        regrading.apply(session, question, person=keeper, reason="A slip", now=here.now(), versions=here.versions)
    paper = text_of(office.file("paper").data, "docx")
    place = re.search(r"(\d)\. Question 1\?", paper)[1]  # type: ignore[index]
    letter = re.search(r"([A-D])\. right answer 1", paper)[1]  # type: ignore[index]
    key = text_of(office.file("key").data, "docx")
    assert re.search(rf"^{place}\. {letter}$", key, re.MULTILINE)
    assert f"as it counts now: question {place}." in key
    assert "as it counts now" not in paper


def test_a_key_corrected_while_the_exam_lies_in_the_bin_counts_when_it_comes_back(app: Flask) -> None:
    wrong = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})
    office, here = Office(app, [wrong, *map(single, range(2, 6))]), learn(app)
    office.make()
    with here.database.writing() as session:
        exam, keeper = session.get_one(Exam, office.exam_id), manager(session, Role.ORGANIZER, None, now=START)
        exam.deleted_at = here.now()
        question = session.scalars(select(Question).where(Question.uid == wrong.uid)).one()
        bank.store(session, question.bank, replace(wrong, body=single(1).body), now=here.now(), reviewer="r")
        assert regrading.has_another_key(session, question)
        regrading.apply(session, question, person=keeper, reason="A slip", now=here.now(), versions=here.versions)
        exam.deleted_at = None
    place = re.search(r"(\d)\. Question 1\?", text_of(office.file("paper").data, "docx"))[1]  # type: ignore[index]
    assert f"as it counts now: question {place}." in text_of(office.file("key").data, "docx")


def test_several_files_come_as_a_zip(every: Office) -> None:
    every.make(2)
    answer = every.file("paper", "key", variant=["A", "B"])
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert sorted(names) == [f"Dust   2026-{code}-{part}.docx"
                             for code in "AB" for part in ("Answers and explanations", "Paper")]  # fmt: skip


def test_a_picture_is_printed_and_one_that_is_lost_leaves_its_words(app: Flask) -> None:
    with learn(app).database.writing() as session:
        sha = stored_picture(app, session, drawing())
    office = Office(app, [pictured(sha), replace(pictured("0" * 64, alt="a lost picture"), uid="lost")])
    office.make()
    answer = office.file("paper")
    assert len(read_docx(io.BytesIO(answer.data)).inline_shapes) == 2
    assert "[a lost picture]" in text_of(answer.data, "docx")
    assert "[a lost picture]" in text_of(office.file("paper", form="pdf").data, "pdf")


def test_hostile_questions_print_and_say_what_is_missing(app: Flask) -> None:
    options = [{"key": key, "text": text} for key, text in (("a", "䶮"), ("b", "\U0001f9a0"), ("c", "x" * 400))]
    body = {"stem": "\u202e笑\U0001f9a0 " + "长" * 900, "options": options, "answer": ["a"], "explanation": ""}
    office = Office(app, [QuestionDraft(uid="h", type="single", body=body, source="x")])
    office.make()
    said = text_of(office.file("paper", form="pdf").data, "pdf")
    assert "䶮" in said
    assert "U+1F9A0" in said
    assert "\U0001f9a0" in text_of(office.file("paper").data, "docx")


def test_printing_is_on_record_with_what_and_by_whom(every: Office) -> None:
    every.make()
    every.file("paper", "key")
    with learn(every.app).database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "paper.printed")).one()
    assert entry.object_id == every.exam_id
    assert entry.detail == {"variants": ["A"], "parts": ["paper", "key"], "format": "docx"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"variant": [], "part": ["paper"], "format": "docx"}, "Choose at least one paper"),
        ({"variant": ["A"], "part": [], "format": "pdf"}, "Choose at least one paper"),
        ({"variant": ["Q"], "part": ["paper"], "format": "pdf"}, "There is no paper “Q”"),
        ({"variant": ["A"], "part": ["paper"], "format": "exe"}, "docx"),
    ],
)
def test_what_cannot_be_printed_is_said_on_the_page(every: Office, fields: dict[str, Any], said: str) -> None:
    every.make()
    every.boss.get(every.path)
    answer = every.boss.post(f"{every.path}/papers", **fields)
    assert answer.status_code == 422
    assert said in every.boss.words


@pytest.mark.parametrize("count", ["27", "many", "9" * 30])
def test_a_number_of_papers_that_cannot_be_stays_in_its_field(every: Office, count: str) -> None:
    every.boss.get(every.path)
    answer = every.boss.post(f"{every.path}/make", count=count, questions="no")
    assert answer.status_code == 422
    assert f'value="{count}"' in every.boss.text
    assert 'value="no" selected' in every.boss.text


def test_a_double_click_makes_papers_once_and_leads_to_the_same_page(every: Office) -> None:
    every.boss.get(every.path)
    [after] = re.findall(r'name="after" value="(\d+)"', every.boss.text)
    for _click in range(2):
        answer = every.boss.post(f"{every.path}/make", count="2", after=after, follow=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, every.path)
    every.boss.get(every.path)
    assert re.findall(r'name="variant" value="(\w)"', every.boss.text) == ["A", "B"]
    assert every.boss.post(f"{every.path}/make", count="3", after=after).status_code == 422
    assert "these papers have been made: A, B" in every.boss.words


def test_more_than_a_file_may_have_is_refused_with_what_to_do(every: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    every.make(2)
    monkeypatch.setattr(paper_prints, "MOST_PRINTED", 30)
    every.boss.get(every.path)
    answer = every.boss.post(f"{every.path}/papers", variant=["A", "B"], part=["paper", "key"], format="pdf")
    assert answer.status_code == 422
    assert "at most 30 questions, counted on each sheet; these would be 44" in every.boss.words
    assert re.findall(r'name="part" value="(\w+)" checked', every.boss.text) == ["paper", "key"]
    assert every.file("paper", "key", form="pdf").status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_a_formula_that_nothing_draws_is_printed_as_it_was_typed(app: Flask, form: str) -> None:
    stems = (r"$\frac{" * 2 + "$", r"$\left(\overline{" * 9 + "$", "$" + r"\frac{" * 150 + "deep" + "}{b}" * 150 + "$",
             "$a\x01b$", "$" + "wide+" * 70 + "$", r"$\ce{x_a}$")  # fmt: skip
    drafts = [
        QuestionDraft(uid=f"f{at}", type="essay", body={"stem": f"Why {at}? {stem}", "explanation": ""}, source="x",
                      text_format="markdown")
        for at, stem in enumerate(stems)
    ]  # fmt: skip
    office = Office(app, drafts)
    office.make()
    answer = office.file("paper", form=form)
    assert answer.status_code == 200
    said = text_of(answer.data, form)
    assert all(f"Why {at}?" in said for at in range(len(stems)))
    assert r"\frac{" in said
    assert r"\ce{x_a}" in said


def test_a_draft_offers_its_sign_in_sheet_only(every: Office) -> None:
    with learn(every.app).database.writing() as session:
        session.get_one(Exam, every.exam_id).state = ExamState.DRAFT
    every.boss.get(every.path)
    assert "Publish the exam first" in every.boss.words
    assert "Make papers to print" not in every.boss.words
    assert every.boss.post(f"{every.path}/make", count="1").status_code == 422
    assert every.boss.post(f"{every.path}/sign-in", format="pdf").status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_the_sign_in_sheet_has_those_due_by_unit(every: Office, form: str, clock: FrozenClock) -> None:
    every.boss.get(every.path)
    said = text_of(every.boss.post(f"{every.path}/sign-in", format=form, apart="1").data, form)
    for told in ("Sign-in sheet", "王小明", "李 Lin", "Mill", "Yard", "Signature", "Remark", "The list of"):
        assert told in said, told
    only = text_of(every.boss.post(f"{every.path}/sign-in", format=form, unit=every.yard_id).data, form)
    assert "李 Lin" in only
    assert "王小明" not in only
    with learn(every.app).database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.printed")).all()
    assert entries[0].detail["people"] - entries[1].detail["people"] >= 1
    assert entries[1].unit_id == every.yard_id


def test_the_sign_in_sheet_tells_who_sits_the_retake_and_has_a_place_for_the_code(
    app: Flask, clock: FrozenClock
) -> None:
    office = Office(app, closes_at=START + timedelta(days=2), retake_for=RetakeFor.FAILED,
                    retake_opens_at=START + timedelta(days=5), retake_closes_at=START + timedelta(days=7))  # fmt: skip

    def sheet() -> dict[str, list[str]]:
        office.boss.get(office.path)
        read = read_docx(io.BytesIO(office.boss.post(f"{office.path}/sign-in", format="docx").data))
        return {row.cells[1].text: [cell.text for cell in row.cells] for table in read.tables for row in table.rows}

    Visitor(app).sign_in("lin").start(office.exam_id).submit()
    assert sheet()["Name"] == ["No.", "Name", "Staff number", "Unit", "Signature", "Remark"]
    assert sheet()["李 Lin"][-1] == ""
    office.make(2)
    clock.advance(days=3)
    found = sheet()
    assert found["Name"][4:] == ["Paper code", "Signature", "Remark"]
    assert [found[name][-3:] for name in ("李 Lin", "王小明")] == [["", "", "Retake"], ["", "", ""]]
    clock.advance(days=5)
    assert sheet()["李 Lin"][-1] == ""


def test_a_list_that_can_still_change_says_so(app: Flask) -> None:
    office = Office(app, opens_at=START.replace(year=START.year + 1))
    office.boss.get(office.path)
    assert "So far" in text_of(office.boss.post(f"{office.path}/sign-in", format="docx").data, "docx")


def test_a_unit_without_anybody_is_not_offered(every: Office) -> None:
    with learn(every.app).database.writing() as session:
        empty = people.add_unit(session, "Empty", parent=session.get_one(Unit, every.mill_id), now=START)
        number = empty.id
    every.boss.get(every.path)
    assert f'<option value="{number}"' not in every.boss.text.split('id="marked"')[0]
    assert every.boss.post(f"{every.path}/sign-in", format="docx", unit=number).status_code == 404


def test_nobody_else_prints(every: Office) -> None:
    every.make()
    for path in ("", "/make", "/papers", "/sign-in"):
        answer = every.stranger.get(every.path) if not path else every.stranger.post(
            f"{every.path}{path}", variant="A", part="paper", format="docx", count="1"
        )  # fmt: skip
        assert answer.status_code == 404


def test_the_exam_leads_to_its_print(every: Office) -> None:
    every.boss.get(f"/manage/exams/{every.exam_id}")
    assert every.path in every.boss.text


def test_papers_of_an_exam_drawn_once_differ_in_their_order_only(app: Flask) -> None:
    office = Office(app, [single(number) for number in range(1, 12)], mode=PaperMode.DRAWN_ONCE)
    office.make(2, questions="yes", options="no")
    texts = [text_of(office.file("paper", variant=code).data, "docx") for code in "AB"]
    stems = [re.findall(r"Question (\d+)\?", text) for text in texts]
    assert stems[0] != stems[1]
    assert sorted(stems[0]) == sorted(stems[1])


def test_the_reconciliation_and_the_sheet_agree(every: Office) -> None:
    with learn(every.app).database.reading() as session:
        exam = session.get_one(Exam, every.exam_id)
        due = exam_rosters.reconciliation(session, exam, now=START).due
    every.boss.get(every.path)
    said = text_of(every.boss.post(f"{every.path}/sign-in", format="docx").data, "docx")
    assert all(line.name in said for line in due)
