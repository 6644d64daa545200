"""Results on paper by pages: the list of a room, one person, a table with its preview, scans; and who may."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import select

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.models import Attempt, AuditEntry, Exam, PaperMode, Person, Role, Shown
from suyu_learn.services import offline_import_steps, offline_imports, paper_prints, people, sitting
from suyu_learn.web import context
from suyu_learn.web import offline_import_steps as web_steps
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager, published_exam, stored_bank
from tests.rosters import workbook
from tests.services.test_offline import gaps
from tests.services.test_scans import PDF, photo

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAY = "2026-03-02"


@dataclass
class Hall:
    """An exam of a city with two towns, its organizer, and managers of each town."""

    app: Flask
    exam_id: int
    ids: dict[str, int]
    organizer: Visitor
    north: str
    south: str
    office: str

    @property
    def address(self) -> str:
        return f"/manage/exams/{self.exam_id}/paper"

    def attempts(self) -> dict[str, Attempt]:
        """By the name of the person, checked against their steps."""
        with learn(self.app).database.reading() as session:
            rows = session.execute(select(Person.name, Attempt).join(Attempt, Attempt.person_id == Person.id)).all()
            assert all(sitting.rebuild(session, attempt) == {} for _name, attempt in rows)
            return dict(rows)

    def upload(self, *rows: list[Any], name: str = "results.xlsx", by: Visitor | None = None) -> int:
        return self.send(workbook(*rows), name, by=by)

    def send(self, content: bytes, name: str = "results.xlsx", *, by: Visitor | None = None) -> int:
        visitor = by or self.organizer
        visitor.get(f"{self.address}/file")
        return visitor.post(f"{self.address}/file", encoding="", file=(io.BytesIO(content), name)).status_code

    def key(self) -> str:
        found = re.search(r"/paper/files/([\w-]{22})", self.organizer.text)
        assert found, self.organizer.words
        return found[1]


@pytest.fixture
def hall(app: Flask, clock: FrozenClock) -> Hall:
    return opened(app, clock)


def opened(app: Flask, clock: FrozenClock, questions: list[QuestionDraft] | None = None) -> Hall:
    """Two hours after the opening; nobody has a result yet."""
    here = learn(app)
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=here.now())
        towns = {name: people.add_unit(session, name, parent=city, now=here.now()) for name in ("North", "South")}
        source = stored_bank(session, now=here.now(), unit=city, questions=questions)
        ids = {}
        for number, (name, town) in enumerate(
            (("Ann", "North"), ("Ben", "North"), ("Cem", "North"), ("Dan", "South"), ("Eve", "South")), start=1
        ):
            person = learner(session, now=here.now(), unit=towns[town], username=name.lower(), name=name)
            person.staff_number = f"00{number}"
            ids[name] = person.id
        session.flush()
        exam = published_exam(session, now=here.now(), source=source, unit=city, mode=PaperMode.DRAWN_ONCE,
                              show_key=Shown.NOW)  # fmt: skip
        office = people.add_unit(session, "Office", parent=None, now=here.now())
        chief = manager(session, Role.ORGANIZER, city, now=here.now(), home=office)
        north = manager(session, Role.UNIT_MANAGER, towns["North"], now=here.now(), home=office)
        south = manager(session, Role.UNIT_MANAGER, towns["South"], now=here.now(), home=office)
        other = manager(session, Role.ORGANIZER, office, now=here.now())
        names = [one.username or "" for one in (chief, north, south, other)]
        exam_id = exam.id
    clock.advance(hours=2)
    return Hall(app, exam_id, ids, Visitor(app).sign_in(names[0]), *names[1:])


def test_who_failed_and_sits_the_retake_on_paper_is_reached_by_the_board(hall: Hall, clock: FrozenClock) -> None:
    with learn(hall.app).database.writing() as session:
        exam = session.get_one(Exam, hall.exam_id)
        exam.closes_at = clock() + timedelta(hours=1)
        exam.retake_for, exam.retake_attempts = RetakeFor.FAILED, 1
        exam.retake_opens_at, exam.retake_closes_at = clock() + timedelta(hours=2), clock() + timedelta(hours=9)
    page, ann, ben = hall.organizer, hall.ids["Ann"], hall.ids["Ben"]
    page.post(hall.address, day=DAY, room="", **{f"p{ann}": "20", f"p{ben}": "90"})
    seats = {name: f"/manage/exams/{hall.exam_id}/board/attempts/{one.id}" for name, one in hall.attempts().items()}
    clock.advance(hours=3)
    page.get(seats["Ben"])
    assert "Enter a result on paper" not in page.words
    page.get(seats["Ann"])
    [address] = re.findall(r'href="([^"]+)"[^>]*>(?:<[^>]+>)*Enter a result on paper', page.text)
    page.get(address)
    page.post(address, points="70", day="2026-03-02 13:30")
    assert "The result of Ann is in." in page.words
    with learn(hall.app).database.reading() as session:
        rows = session.scalars(select(Attempt).where(Attempt.person_id == ann).order_by(Attempt.number)).all()
        assert [(one.points, one.retake) for one in rows] == [(20, False), (70, True)]


def test_a_list_takes_what_is_right_and_keeps_what_was_typed(hall: Hall) -> None:
    ann, ben, dan = (hall.ids[name] for name in ("Ann", "Ben", "Dan"))
    page = hall.organizer
    page.get(hall.address)
    assert "5 people have no result yet" in page.words
    fields = {f"p{ann}": "88", f"p{ben}": "880", f"p{dan}": "eighty", f"r{ben}": "came late", f"r{ann}": "quiet"}
    assert page.post(hall.address, day=DAY, room="Room 3", **fields).status_code == 422
    assert list(hall.attempts()) == ["Ann"]
    assert "1 result is in." in page.words
    assert "2 rows could not be taken; each says why." in page.words
    assert "“880” is more than the paper has; 100 points are full marks." in page.words
    assert "“eighty” is no number of points." in page.words
    for value in ("880", "eighty", "came late", "Room 3", DAY):
        assert f'value="{value}"' in page.text
    assert f'name="p{ann}"' not in page.text
    page.post(hall.address, day=DAY, room="Room 3", **{f"p{ben}": "80", f"r{ben}": "came late"})
    assert page.page is not None
    assert page.page.status_code == 200
    assert {name: one.points for name, one in hall.attempts().items()} == {"Ann": 88, "Ben": 80}
    assert 'value="Room 3"' in page.text


def test_a_wrong_day_takes_nothing_in(hall: Hall) -> None:
    page, ann = hall.organizer, hall.ids["Ann"]
    page.get(hall.address)
    assert page.post(hall.address, day="2026-02-27", room="", **{f"p{ann}": "88"}).status_code == 422
    assert "The exam opened only at 2 Mar 2026, 09:00." in page.words
    assert 'value="88"' in page.text
    assert hall.attempts() == {}


def test_somebody_entered_meanwhile_is_told_with_what_was_typed(hall: Hall) -> None:
    page, ann = hall.organizer, hall.ids["Ann"]
    page.get(hall.address)
    other = Visitor(hall.app).sign_in(hall.north)
    other.get(hall.address)
    other.post(hall.address, day=DAY, room="", **{f"p{ann}": "70"})
    assert page.post(hall.address, day=DAY, room="", **{f"p{ann}": "88"}).status_code == 422
    assert "Ann has a result on paper already." in page.words
    assert 'value="88"' in page.text
    assert hall.attempts()["Ann"].points == 70


def test_one_person_by_answers_and_the_way_to_the_board(hall: Hall) -> None:
    page, ann = hall.organizer, hall.ids["Ann"]
    page.get(f"/manage/exams/{hall.exam_id}/board")
    assert f'href="{hall.address}/people/{ann}"' in page.text
    page.get(f"{hall.address}/people/{ann}")
    assert "The answers instead of the points" in page.words
    wrong = page.post(f"{hall.address}/people/{ann}", day=DAY, points="", room="", remark="", q1="A", q2="E")
    assert wrong.status_code == 422
    assert "Question 2: The letter E is no option; there are A to D." in page.words
    assert 'value="E"' in page.text
    page.post(f"{hall.address}/people/{ann}", day=DAY, points="", room="R1", remark="", q1="A", q2="b", q3="A")
    assert "The result of Ann is in." in page.words
    assert "On paper" in page.words
    assert hall.attempts()["Ann"].points == 40
    page.get(f"/manage/exams/{hall.exam_id}/board")
    assert "On paper 1 of 5" in page.words
    assert "answered 3 of 5" in page.words


def test_gaps_are_typed_one_by_one(app: Flask, clock: FrozenClock) -> None:
    hall = opened(app, clock, questions=[gaps()])
    page, address = hall.organizer, f"{hall.address}/people/{hall.ids['Ann']}"
    page.get(address)
    letter = re.search(r'<select[^>]*name="q1-1">.*?<option value="(.)">\1\. lighter</option>', page.text, re.DOTALL)
    assert letter
    common = {"day": DAY, "points": "", "room": "", "remark": ""}
    assert page.post(address, **common, **{"q1-1": "D", "q1-2": "water"}).status_code == 422
    assert "Question 1: The letter D is no option; there are A to C." in page.words
    assert 'name="q1-2" type="text" value="water"' in page.text
    assert page.post(address, **common, **{"q1-1": "", "q1-2": ""}).status_code == 422
    assert "Give the points, or the answers." in page.words
    page.post(address, **common, **{"q1-1": letter[1], "q1-2": "Water"})
    assert "The result of Ann is in." in page.words
    assert hall.attempts()["Ann"].points == 20


def test_correcting_points_asks_why_and_the_learner_reads_it(hall: Hall) -> None:
    page, ann = hall.organizer, hall.ids["Ann"]
    page.get(hall.address)
    page.post(f"{hall.address}/people/{ann}", day=DAY, points="90", room="Room 3", remark="")
    number = hall.attempts()["Ann"].id
    address = f"{hall.address}/attempts/{number}"
    page.get(address)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page.text)
    assert seen
    assert page.post(address, points="50", seen=seen[1], reason="").status_code == 422
    page.post(address, points="50", seen=seen[1], reason="Page 2 was left out")
    assert "50 points, by" in page.words
    assert page.post(address, points="55", seen=seen[1], reason="Late").status_code == 422
    assert "Somebody has corrected these points meanwhile: 50" in page.words
    own = Visitor(hall.app).sign_in("ann")
    own.get(f"/attempts/{hall.attempts()['Ann'].key}/result")
    assert "50 out of 100" in own.words
    assert "Sat on paper on 2 Mar 2026. Room: Room 3." in own.words
    assert "Corrected to 50 points by" in own.words
    assert "Reason: Page 2 was left out" in own.words
    own.get("/records")
    assert "On paper" in own.words


def test_a_table_says_the_fate_of_every_row_then_goes_in_and_out(hall: Hall) -> None:
    page = hall.organizer
    page.get(f"/manage/exams/{hall.exam_id}/board")
    Visitor(hall.app).sign_in("eve").start(hall.exam_id).submit()
    status = hall.upload(
        ["工号", "姓名", "单位", "得分", "考试日期", "考场", "备注", "身高"],
        ["001", "Ann", "North", "88", DAY, "Room 1", "", "170"],
        ["", "Ben", "North", "70.5", "2026/3/2", "Room 1", "came late", ""],
        ["003", "Cem", "North", "300", DAY, "", "", ""],
        ["004", "Dan", "South", "many", DAY, "", "", ""],
        ["005", "Eve", "South", "80", DAY, "", "", ""],
        ["099", "Nobody", "South", "80", DAY, "", "", ""],
        ["001", "Ann", "North", "89", DAY, "", "", ""],
        ["004", "Dan", "South", "60", "2026-01-01", "", "", ""],
        ["", "Dan", "", "60", DAY, "", "", ""],
        ["004", "Dan", "South", "", "", "", "", ""],
    )
    assert status == 200
    assert "This is a preview" in page.words
    assert "Rows read 10 Goes in 2 Refused or doubtful 8" in page.words
    assert "These columns are not read: 身高" in page.words
    key = hall.key()
    here = f"{hall.address}/files/{key}"
    page.get(f"{here}?show=refused")
    for said in (
        "“300” is more than the paper has",
        "“many” is no number of points",
        "Eve has sat online already and has no attempt left.",
        "Nobody who is due and belongs to your units is called so.",
        "The exam opened only at",
        "Neither points nor answers",
    ):
        assert said in page.words, said
    page.get(f"{here}?show=duplicate")
    assert "Row 2 is about the same person" in page.words
    page.get(f"{here}?show=doubtful")
    [field] = re.findall(r'name="(row-\d+)"', page.text)
    page.post(here, do="save", **{field: f"same:{hall.ids['Dan']}"})
    page.get(here)
    assert "Goes in 3 Refused or doubtful 7" in page.words
    assert hall.attempts().keys() == {"Eve"}
    page.post(here, do="apply")
    assert "3 results are in." in page.words
    points = {name: one.points for name, one in hall.attempts().items() if one.offline}
    assert {name: str(value) for name, value in points.items()} == {"Ann": "88", "Ben": "70.5", "Dan": "60"}
    left = read_sheets(page.get(f"{here}/left-out.xlsx").data, "a.xlsx")[0].rows
    assert len(left) == 1 + 7
    page.get(f"{here}/undo")
    assert page.post(f"{here}/undo", reason="").status_code == 422
    page.post(f"{here}/undo", reason="The wrong exam")
    assert "The results of this file are taken back." in page.words
    assert {one.state.value for one in hall.attempts().values() if one.offline} == {"voided"}
    with learn(hall.app).database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("paper.import%"))).all()
    assert actions == ["paper.imported", "paper.import_undone"]


def test_a_long_file_is_read_apart_and_goes_in_and_back_by_steps(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    page, read = hall.organizer, offline_imports.read

    def read_apart(*given: Any, **more: Any) -> Any:
        assert context.state().transaction is None, "the file is read while others wait"
        return read(*given, **more)

    monkeypatch.setattr(offline_imports, "read", read_apart)
    monkeypatch.setattr(offline_import_steps, "SLICE", 2)
    monkeypatch.setattr(web_steps, "SECONDS", 0.0)
    monkeypatch.setattr("suyu_learn.web.offline_imports.PART", 2)
    hall.upload(["工号", "得分", "考试日期"], *([f"00{number}", "88", DAY] for number in range(1, 6)))
    here = f"{hall.address}/files/{hall.key()}"
    assert "Rows read 5 Goes in 5" in page.words
    page.post(here, do="apply")
    assert "Taking in" in page.words
    assert "2 of 5 results are in." in page.words
    assert '<progress class="sl-steps" value="2" max="5"' in page.text
    page.post(here, do="apply")
    assert "2 of 5 results are in." in page.words
    assert page.post(f"{here}/discard").status_code == 400
    page.get(f"{hall.address}/file")
    assert "Under way" in page.words
    page.post(f"{here}/step")
    page.post(f"{here}/step")
    assert "5 results are in." in page.words
    assert len(hall.attempts()) == 5
    page.post(f"{here}/step")
    page.post(f"{here}/undo", reason="The wrong exam")
    assert "2 of 5 results are taken back." in page.words
    page.post(f"{here}/step")
    page.post(f"{here}/step")
    assert "The results of this file are taken back." in page.words
    assert {one.state.value for one in hall.attempts().values()} == {"voided"}


def test_a_preview_that_no_longer_holds_is_shown_again(hall: Hall) -> None:
    page, ann = hall.organizer, hall.ids["Ann"]
    hall.upload(["工号", "得分", "考试日期"], ["001", "88", DAY], ["002", "40", DAY])
    here = f"{hall.address}/files/{hall.key()}"
    page.post(hall.address, day=DAY, room="", **{f"p{ann}": "70"})
    page.post(here, do="apply")
    assert "People or attempts have changed in the meantime. Look at the preview again." in page.words
    assert "Rows read 2 Goes in 1" in page.words
    assert hall.attempts().keys() == {"Ann"}
    page.post(here, do="apply")
    assert hall.attempts().keys() == {"Ann", "Ben"}


def test_hidden_sheets_are_told(hall: Hall) -> None:
    rows = [["工号", "得分", "考试日期"], ["001", "88", DAY]]
    hall.send(book({"Room 1": rows, "Old": rows, "Empty": []}, hidden=("Old", "Empty")))
    assert "Rows read 1 Goes in 1" in hall.organizer.words
    assert "These sheets are hidden and are not read: Old" in hall.organizer.words
    assert hall.send(book({"Notes": [["a"]], "Old": rows}, hidden=("Old",))) == 422
    assert "These sheets are hidden and are not read: Old." in hall.organizer.words


def book(sheets: dict[str, list[list[Any]]], *, hidden: tuple[str, ...]) -> bytes:
    """An xlsx file of several sheets."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
    return stream.getvalue()


def test_a_file_is_not_taken_back_once_something_stands_on_it(hall: Hall) -> None:
    page = hall.organizer
    hall.upload(["工号", "得分", "考试日期"], ["001", "88", DAY], ["002", "40", DAY])
    here = f"{hall.address}/files/{hall.key()}"
    page.post(here, do="apply")
    attempt = hall.attempts()["Ann"]
    page.get(f"{hall.address}/attempts/{attempt.id}")
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page.text)
    assert seen
    learn(hall.app).clock.advance(minutes=1)
    page.post(f"{hall.address}/attempts/{attempt.id}", points="50", seen=seen[1], reason="Added up wrongly")
    page.get(here)
    assert "This import cannot be taken back any more" in page.words
    assert "The result of Ann was corrected or marked since." in page.words
    page.get(f"{here}/undo")
    assert page.post(f"{here}/undo", reason="Anyway").status_code == 422
    assert hall.attempts()["Ben"].points == 40


def test_rows_without_a_result_stand_behind_those_that_are_wrong(hall: Hall) -> None:
    names = [("Ann", ""), ("Ben", ""), ("Cem", "880"), ("Dan", "90"), ("Eve", "")]
    rows = [[name, f"00{place}", points, DAY] for place, (name, points) in enumerate(names, start=1)]
    hall.upload(["姓名", "工号", "得分", "考试日期"], *rows)
    page = hall.organizer
    assert "In 3 rows neither points nor answers are typed" in page.words
    assert "Rows read 5" in page.words
    assert page.words.index("row 4") < page.words.index("row 2") < page.words.index("row 6")
    table = read_sheets(page.get(f"{hall.address}/files/{hall.key()}/left-out.xlsx").data, "a.xlsx")[0].rows
    assert [row[1] for row in table[1:]] == ["Cem", "Ann", "Ben", "Eve"]


def test_the_template_names_who_waits_and_comes_back_by_answers(hall: Hall) -> None:
    page = hall.organizer
    page.get(hall.address)
    page.post(hall.address, day=DAY, room="", **{f"p{hall.ids['Ann']}": "88"})
    rows = read_sheets(page.get(f"{hall.address}/template.xlsx").data, "a.xlsx")[0].rows
    assert rows[0] == ("工号", "姓名", "单位", "得分", "1", "2", "3", "4", "5", "考试日期", "考场", "备注")
    assert [row[1] for row in rows[1:]] == ["Ben", "Cem", "Dan", "Eve"]
    filled = [list(rows[0])]
    for row in rows[1:]:
        filled.append([*row[:3], "", "A", "A", "B", "A", "" if row[1] == "Ben" else "A", *row[9:]])
    hall.upload(*filled)
    page.post(f"{hall.address}/files/{hall.key()}", do="apply")
    assert "4 results are in." in page.words
    points = {name: int(one.points or 0) for name, one in hall.attempts().items()}
    assert points == {"Ann": 88, "Ben": 60, "Cem": 80, "Dan": 80, "Eve": 80}
    page.get(f"/manage/exams/{hall.exam_id}/report")
    assert "online 0, on paper 5" in page.words
    assert "Of 1 paper only the points are known" in page.words


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.xlsx", "empty"),
        (b"PK anything", "a.xlsx", "damaged"),
        ("姓名,身高\nAnn,170\n".encode(), "a.csv", "has no column 得分"),
        ("身高\n170\n".encode(), "a.csv", "No row names the columns"),
        ("姓名,得分\n".encode(), "a.csv", "there is no row"),
    ],
)
def test_a_hostile_or_empty_table_is_told(hall: Hall, content: bytes, name: str, said: str) -> None:
    assert hall.send(content, name) == 422
    assert said in hall.organizer.words
    assert hall.attempts() == {}


def test_a_formula_is_no_result(hall: Hall) -> None:
    hall.send('工号,得分,考试日期\n001,"=HYPERLINK(""http://x"")",2026-03-02\n002,=1+1,2026-03-02\n'.encode(), "a.csv")
    assert "Rows read 2 Goes in 0 Refused or doubtful 2" in hall.organizer.words
    assert "This cell is a formula without a value" in hall.organizer.words


def test_each_manager_sees_the_own_people_and_others_nothing(hall: Hall) -> None:
    north = Visitor(hall.app).sign_in(hall.north)
    north.get(hall.address)
    assert "3 people have no result yet" in north.words
    dan = hall.ids["Dan"]
    assert north.get(f"{hall.address}/people/{dan}").status_code == 404
    assert north.post(hall.address, day=DAY, room="", **{f"p{dan}": "88"}).status_code in (404, 422)
    hall.upload(["工号", "得分", "考试日期"], ["001", "88", DAY], ["004", "40", DAY], by=north)
    assert "Rows read 2 Goes in 1" in north.words
    key = re.search(r"/paper/files/([\w-]{22})", north.text)
    assert key
    here = f"{hall.address}/files/{key[1]}"
    south = Visitor(hall.app).sign_in(hall.south)
    assert south.get(here).status_code == 404
    assert south.post(here, do="apply").status_code == 404
    office = Visitor(hall.app).sign_in(hall.office)
    for path in (hall.address, f"{hall.address}/file", f"{hall.address}/template.xlsx", here):
        assert office.get(path).status_code == 404, path
    assert Visitor(hall.app).sign_in("ann").get(hall.address).status_code == 403
    north.post(here, do="apply")
    assert hall.attempts().keys() == {"Ann"}
    number = hall.attempts()["Ann"].id
    assert south.get(f"{hall.address}/attempts/{number}").status_code == 404
    assert hall.organizer.get(here).status_code == 200


def test_a_draft_has_no_results(hall: Hall) -> None:
    with learn(hall.app).database.writing() as session:
        exam = session.get_one(Exam, hall.exam_id)
        exam.state = type(exam.state).DRAFT
    assert hall.organizer.get(hall.address).status_code == 404


def test_scans_are_seen_by_those_who_may(hall: Hall) -> None:
    page = hall.organizer
    page.get(hall.address)
    page.post(f"{hall.address}/people/{hall.ids['Ann']}", day=DAY, points="90", room="", remark="")
    attempt = hall.attempts()["Ann"]
    base = f"/manage/exams/{hall.exam_id}/board/attempts/{attempt.id}/scans"
    page.get(base)
    assert page.post(base, file=(io.BytesIO(b"<svg/>"), "x.svg")).status_code == 422
    assert "neither a photo" in page.words
    page.post(base, file=(io.BytesIO(photo()), "page 1.jpg"))
    page.post(base, file=(io.BytesIO(PDF), "rest.pdf"))
    keys = list(dict.fromkeys(re.findall(r"/scans/([\w-]{22})\"", page.text)))
    assert len(keys) == 2
    sent = [page.get(f"/manage/exams/{hall.exam_id}/scans/{key}") for key in keys]
    assert sent[1].headers["Content-Disposition"].startswith("attachment")
    for one in sent:
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in one.headers["Content-Security-Policy"]
    own, other = Visitor(hall.app).sign_in("ann"), Visitor(hall.app).sign_in("ben")
    own.get(f"/attempts/{attempt.key}/result")
    assert f"/attempts/{attempt.key}/scans/{keys[0]}" in own.text
    assert own.get(f"/attempts/{attempt.key}/scans/{keys[0]}").status_code == 200
    assert other.get(f"/attempts/{attempt.key}/scans/{keys[0]}").status_code == 404
    assert Visitor(hall.app).sign_in(hall.south).get(f"/manage/exams/{hall.exam_id}/scans/{keys[0]}").status_code == 404
    assert Visitor(hall.app).sign_in(hall.north).get(f"/manage/exams/{hall.exam_id}/scans/{keys[0]}").status_code == 200
    delete = f"/manage/exams/{hall.exam_id}/scans/{keys[0]}/delete"
    page.get(delete)
    page.post(delete, reason="Of somebody else")
    assert "Reason: Of somebody else" in page.words
    assert page.get(f"/manage/exams/{hall.exam_id}/scans/{keys[0]}").status_code == 404
    assert own.get(f"/attempts/{attempt.key}/scans/{keys[0]}").status_code == 404
    with learn(hall.app).database.writing() as session:
        session.get_one(Exam, hall.exam_id).show_key = Shown.NEVER
    assert own.get(f"/attempts/{attempt.key}/scans/{keys[1]}").status_code == 404


def test_a_printed_variant_is_entered_by_its_code(hall: Hall) -> None:
    here, page = learn(hall.app), hall.organizer
    with here.database.writing() as session:
        exam = session.get_one(Exam, hall.exam_id)
        [made] = paper_prints.make(session, exam, 1, actor=session.get_one(Person, hall.ids["Eve"]), now=here.now(),
                                   versions=here.versions, pools=here.pools)  # fmt: skip
        right = {f"q{one.number}": "ABCD"[one.options.index("right")] for one in made.slots}
    page.get(f"{hall.address}/people/{hall.ids['Ann']}?variant=A")
    assert "Code on the paper: A" in page.words
    common = {"day": DAY, "points": "", "room": "", "remark": ""}
    page.post(f"{hall.address}/people/{hall.ids['Ann']}", variant="A", **common, **right)
    assert "Code on the paper A" in page.words
    row = [right[f"q{number}"] for number in range(1, 6)]
    hall.upload(["工号", "试卷代码", "1", "2", "3", "4", "5", "考试日期"], ["002", "a", *row, DAY],
                ["003", "X", *row, DAY])  # fmt: skip
    assert "Rows read 2 Goes in 1" in page.words
    page.post(f"{hall.address}/files/{hall.key()}", do="apply")
    assert {name: int(one.points or 0) for name, one in hall.attempts().items()} == {"Ann": 100, "Ben": 100}
