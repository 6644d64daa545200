"""Reports and records: who sees what, what is hidden, what leaves the house and how that is written down."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, AuditEntry, Exam, Grant, Person, Role, Shown, Unit, UnitKind
from suyu_learn.services import people, records, report_overview, reports
from suyu_learn.services.reports import Sight
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager, published_exam, stage, stored_bank


@dataclass
class City:
    """A city with a bureau of nine, a town of six and an office of three; each person's points are given."""

    app: Flask
    exam_id: int
    units: dict[str, int]

    def visitor(self, role: Role, unit: str | None, name: str = "") -> Visitor:
        """Somebody with one role on one unit, signed in."""
        name = name or f"{role.value}-{unit}".replace(" ", "").lower()
        with learn(self.app).database.writing() as session:
            person = learner(session, now=learn(self.app).now(), name=name, username=name)
            session.add(Grant(person_id=person.id, role=role, unit_id=self.units[unit] if unit else None,
                              granted_at=learn(self.app).now()))  # fmt: skip
        return Visitor(self.app).sign_in(name)

    @property
    def url(self) -> str:
        return f"/manage/exams/{self.exam_id}/report"


POINTS = {
    "Bureau": [100, 90, 80, 70, 60, 50, 40, None, None],
    "Town": [100, 80, 60, 60, 60, 20],
    "Office": [60, 20, None],
}


def _attempt(exam: Exam, person: Person, unit: Unit, earned: int, **more: Any) -> Attempt:
    now = exam.opens_at
    assert now is not None
    values = {
        "key": f"{exam.id}-{person.id}", "number": 1, "started_at": now, "deadline": now, "closed_at": now,
        "seed": "s", "state": AttemptState.SUBMITTED, "points": earned, "full_points": 100, "passed": earned >= 60,
        "unit_id": unit.id, "unit_path": unit.path, "unit_names": f"Pine City / {unit.name}",
    }  # fmt: skip
    return Attempt(exam_id=exam.id, person_id=person.id, **{**values, **more})


@pytest.fixture
def city(app: Flask) -> City:
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        people.install_audiences(session)
        top = people.add_unit(session, "Pine City", parent=None, now=now - timedelta(days=9), kind=UnitKind.CITY)
        units = {"Pine City": top}
        for name in POINTS:
            units[name] = people.add_unit(session, name, parent=top, now=now - timedelta(days=9))
        placed = []
        for name, points in POINTS.items():
            for number, earned in enumerate(points):
                person = people.add_person(
                    session, f"{name} {number}", now=now - timedelta(days=2), unit=units[name],
                    staff_number=f"00{name[0]}{number}", phone=f"1380000{units[name].id:02}{number:02}",
                    audiences=["officials"],
                )  # fmt: skip
                placed.append((person, units[name], earned))
        exam = published_exam(session, now=now, source=stored_bank(session, now=now, unit=top), unit=top, opens_at=now,
                              closes_at=now + timedelta(days=1), title="Fire safety")  # fmt: skip
        for person, unit, earned in placed:
            if earned is not None:
                attempt = _attempt(exam, person, unit, earned)
                session.add(attempt)
                session.flush()
                if attempt.passed:
                    records.complete_exam(session, attempt, now=now)
        return City(app, exam.id, {name: unit.id for name, unit in units.items()})


def test_trials_voided_open_and_guests_are_in_no_rate(city: City) -> None:
    here = learn(city.app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, city.exam_id)
        office = session.get_one(Unit, city.units["Office"])
        absent = session.scalars(select(Person).where(Person.name == "Office 2")).one()
        session.add(_attempt(exam, absent, office, 100, trial=True, key="t"))
        session.add(_attempt(exam, absent, office, 100, state=AttemptState.VOIDED, number=2, key="v"))
        session.add(
            _attempt(exam, absent, office, 0, state=AttemptState.OPEN, number=3, key="o", points=None, passed=None)
        )
        guest = people.add_person(session, "A guest", now=here.now(), kind="guest", guest_exam_id=exam.id)
        session.flush()
        session.add(_attempt(exam, guest, office, 100, unit_id=None, unit_path="", unit_names=""))
    with here.database.reading() as session:
        found = reports.exam_report(session, session.get_one(Exam, city.exam_id), now=here.now())
    assert found.total is not None
    tally = found.total.tally
    assert (tally.due, tally.sat, tally.passed, found.guest_count) == (18, 15, 11, 1)
    assert [one.name for one in found.guests] == ["A guest"]
    assert {one.name for one in found.absent} == {"Bureau 7", "Bureau 8", "Office 2"}


def test_a_unit_manager_sees_only_the_own_subtree(city: City) -> None:
    visitor = city.visitor(Role.UNIT_MANAGER, "Town")
    visitor.get(city.url)
    assert "Town 6 6 0 100.0% 5 83.3%" in visitor.words
    assert "Pine City 18" not in visitor.words
    assert "Bureau" not in visitor.words
    assert visitor.get(f"{city.url}?unit={city.units['Bureau']}").status_code == 404
    visitor.get("/manage/records")
    assert "5 records" in visitor.words
    assert visitor.get(f"/manage/records?unit={city.units['Bureau']}").status_code == 200
    assert "no such page" in visitor.words


def test_a_share_in_a_file_has_six_places(city: City) -> None:
    visitor = city.visitor(Role.UNIT_MANAGER, "Town")
    visitor.get(city.url)
    asked = {"table": "units", "format": "csv", "reason": "inspection"}
    file = _download(visitor, f"{city.url}/export", **asked).data.decode("utf-8-sig")
    town = next(row for row in csv.reader(io.StringIO(file)) if row[0].strip() == "Town")
    assert town[4:7] == ["1.0", "5", "0.833333"]


def test_an_auditor_sees_figures_but_no_names_and_no_small_cells(city: City) -> None:
    visitor = city.visitor(Role.AUDITOR, None)
    for url in (city.url, f"{city.url}/print"):
        visitor.get(url)
        assert "Pine City 18 * * * *" in visitor.words  # 15 sat: 3 absent
        assert "Office * *" in visitor.words
        assert "Town * *" in visitor.words  # else the office could be worked out
        assert "Bureau 9 * *" in visitor.words
        assert "Results in bands of ten" not in visitor.words
        assert "Office 2" not in visitor.words
        assert "* stands for few people" in visitor.words
    assert visitor.get("/manage/records").status_code == 403
    visitor.get(city.url)
    assert "The people" not in visitor.words
    visitor.post(f"{city.url}/export", table="people", format="csv", reason="inspection")
    assert visitor.page is not None
    assert visitor.page.status_code == 403


def test_going_from_unit_to_unit_shows_no_more_than_one_page(city: City) -> None:
    """Of the town alone six are enough; in the city it stands hidden, else the office would be what is left."""
    visitor = city.visitor(Role.AUDITOR, None)
    visitor.get(f"{city.url}?unit={city.units['Town']}")
    assert "Due *" in visitor.words
    assert "Due 6" not in visitor.words
    assert "Questions, the hardest first" not in visitor.words
    boss = city.visitor(Role.ORGANIZER, None)
    boss.get(f"{city.url}?unit={city.units['Town']}")
    assert "Due 6 Sat 6" in boss.words


def test_few_who_sat_without_being_due_have_no_number_for_an_auditor(city: City) -> None:
    with learn(city.app).database.writing() as session:
        exam = session.get_one(Exam, city.exam_id)
        guest = people.add_person(session, "A guest", now=learn(city.app).now(), kind="guest", guest_exam_id=exam.id)
        session.flush()
        office = session.get_one(Unit, city.units["Office"])
        session.add(_attempt(exam, guest, office, 100, unit_id=None, unit_path="", unit_names=""))
    for role, said in ((Role.AUDITOR, "A few guests sat"), (Role.ORGANIZER, "1 guest sat")):
        visitor = city.visitor(role, None)
        visitor.get(city.url)
        assert said in visitor.words


def test_who_has_no_right_there_finds_nothing(city: City) -> None:
    with learn(city.app).database.writing() as session:
        people.add_unit(session, "Far Office", parent=None, now=learn(city.app).now())
        city.units["Far Office"] = session.scalars(select(Unit.id).where(Unit.name == "Far Office")).one()
        learner(session, now=learn(city.app).now(), username="plain")
    stranger = city.visitor(Role.ORGANIZER, "Far Office")
    assert stranger.get(city.url).status_code == 404
    assert stranger.get(f"{city.url}/print").status_code == 404
    with learn(city.app).database.reading() as session:
        key = session.scalars(select(Person.key).where(Person.name == "Town 0")).one()
    assert stranger.get(f"/manage/records/{key}").status_code == 404
    plain = Visitor(city.app).sign_in("plain")
    for url in (city.url, "/manage/reports", "/manage/records", f"/manage/records/{key}"):
        assert plain.get(url).status_code == 403
    plain.get("/records")
    assert "Nothing has been completed yet" in plain.words


def _download(visitor: Visitor, url: str, **data: Any) -> Any:
    return visitor.client.post(url, data={"csrf_token": visitor.token, **data}, headers=visitor.headers)


def test_a_file_without_a_reason_is_asked_for_it_and_keeps_what_was_chosen(city: City) -> None:
    visitor = city.visitor(Role.HR, None)
    visitor.get(f"{city.url}?unit={city.units['Town']}")
    chosen = {"table": "people", "format": "csv", "unit": str(city.units["Town"])}
    visitor.post(f"{city.url}/export", reason="other", note=" ", **chosen)
    assert visitor.page is not None
    assert visitor.page.status_code == 400
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', visitor.text))
    assert {name: kept[name] for name in chosen} == chosen
    assert '<option value="other" selected>' in visitor.text
    again = _download(visitor, f"{city.url}/export", reason="other", note="for the mayor", **chosen)
    assert again.status_code == 200
    assert again.data.decode("utf-8-sig").startswith(("Name", '"Name', "No."))


def test_records_leave_with_a_reason_and_two_lines_in_the_audit_trail(city: City) -> None:
    with learn(city.app).database.writing() as session:
        session.scalars(select(Person).where(Person.name == "Town 0")).one().name = "=1+1"
    visitor = city.visitor(Role.HR, None)
    visitor.get(f"/manage/records?unit={city.units['Town']}&col=number&col=name&col=staff_number&col=phone&col=result")
    assert "No. Name Staff number Phone (masked) Outcome 1 =1+1 00T0 138****0300 Passed" in visitor.words
    fields = {"col": ["name", "staff_number", "points", "year"], "unit": city.units["Town"], "format": "csv"}
    assert _download(visitor, "/manage/records/export", **fields).status_code == 400
    assert _download(visitor, "/manage/records/export", reason="other", **fields).status_code == 400
    answer = _download(visitor, "/manage/records/export", reason="other", note="for the mayor", **fields)
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[:2] == [["Name", "Staff number", "Counted in year", "Score"], ["'=1+1", "00T0", "2026", "100"]]
    assert len(rows) == 6
    with learn(city.app).database.reading() as session:
        first, second = session.scalars(select(AuditEntry).where(AuditEntry.action.like("records.exported%")))
    assert (first.action, first.reason) == ("records.exported", "other: for the mayor")
    assert first.detail["filter"]["unit"] == [str(city.units["Town"])]
    assert (second.action, second.detail["rows"], second.detail["whole"]) == ("records.exported.done", 5, True)


FILTERED = {
    "": 11, "status=not_passed": 4, "status=all": 15, "status=all&subject=course": 0, "status=learning": 0,
    "status=voided": 0, "since=2026-03-03": 0, "since=2026-03-02&until=2026-03-02": 11, "until=2026-03-01": 0,
    "audience=officials": 11, "audience=farmers": 0, "subject=exam": 11, "subject=course": 0,
    "status=not_passed&since=2026-03-02": 4,
}  # fmt: skip


def test_filters_of_records(city: City) -> None:
    visitor = city.visitor(Role.HR, None)
    found = {}
    for query in FILTERED:
        visitor.get(f"/manage/records?{query}")
        found[query] = [int(number) for number in re.findall(r"(\d+) records", visitor.words)]
    assert {query: count in found[query] for query, count in FILTERED.items()} == dict.fromkeys(FILTERED, True)


def test_all_statuses_are_one_file_with_times_as_times(city: City) -> None:
    from python_calamine import CalamineWorkbook

    with learn(city.app).database.writing() as session:
        session.scalars(select(Unit).where(Unit.name == "Town")).one().name = 'Town / "North"'
    visitor = city.visitor(Role.HR, None)
    visitor.get("/manage/records?status=all")
    assert "15 records" in visitor.words
    assert visitor.words.count("Sat, not passed") == 1 + 4  # the choice, and four rows
    fields = {"status": "all", "unit": city.units["Town"], "reason": "inspection"}
    answer = _download(visitor, "/manage/records/export", format="xlsx", **fields)
    name = unquote(answer.headers["Content-Disposition"].split("''")[1])
    assert name == "Training records-Town North-All statuses-2026-03-02.xlsx"
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["No."] for row in cells] == [1, 2, 3, 4, 5, 6]
    assert [(row["Status"], row["Outcome"]) for row in cells[4:]] == [
        ("Finished", "Passed"),
        ("Sat, not passed", "Not passed"),
    ]
    assert isinstance(cells[0]["Completed on"], datetime)
    written = list(
        csv.DictReader(
            io.StringIO(_download(visitor, "/manage/records/export", format="csv", **fields).data.decode("utf-8-sig"))
        )
    )
    assert written[0]["Completed on"] == cells[0]["Completed on"].strftime("%Y-%m-%d %H:%M")


def test_pages_of_all_statuses_lose_nobody_between_them(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyu_learn.web.records.PER_PAGE", 4)
    visitor = city.visitor(Role.HR, None)
    seen: list[str] = []
    for page in range(1, 5):
        visitor.get(f"/manage/records?status=all&page={page}")
        seen += re.findall(r'sl-record-name"><a href="[^"]+">([^<]+)', visitor.text)
    assert len(seen) == len(set(seen)) == 15


def test_a_bad_filter_is_a_sentence(city: City) -> None:
    visitor = city.visitor(Role.HR, None)
    for query in ("since=yesterday", "unit=x", "status=x", "subject=x:1", "since=2026-02-02&until=2026-01-01"):
        status = visitor.get(f"/manage/records?{query}").status_code
        assert (query, status, "sl-message--error" in visitor.text) == (query, 200, True)


def test_a_file_of_one_person_has_everything_and_boxes_to_sign(city: City) -> None:
    with learn(city.app).database.reading() as session:
        key = session.scalars(select(Person.key).where(Person.name == "Town 1")).one()
    visitor = city.visitor(Role.HR, "Town")
    visitor.get(f"/manage/records/{key}")
    for words in (
        "Fire safety Exam 2 Mar 2026",
        "80 of 100 Passed",
        "138****0301",
        "Person named above",
        "As of 2 Mar 2026",
        "Town 28 Feb 2026",
    ):
        assert words in visitor.words


def test_the_overview_counts_each_person_once(city: City) -> None:
    here = learn(city.app)
    with here.database.reading() as session:
        found = report_overview.overview(session, sight=reports.EVERYTHING, now=here.now())
        assert [(one.name, one.due, one.started, one.completed) for one in found.exams] == [("Fire safety", 18, 15, 11)]
        assert [(one.name, one.due, one.completed, one.depth) for one in found.units] == [
            ("Pine City", 18, 11, 0), ("Bureau", 9, 5, 1), ("Office", 3, 1, 1), ("Town", 6, 5, 1),
        ]  # fmt: skip
        assert [(one.key, one.due, one.completed) for one in found.audiences] == [("officials", 18, 11)]
        nameless = Sight(reports.EVERYTHING.numbers, names=type(reports.EVERYTHING.names)())
        hidden = report_overview.overview(session, sight=nameless, now=here.now(), suppress_below=5)
        everywhere = {"Pine City", "Office", "Bureau", "Town"}  # 3 of 18 have begun nothing
        assert {one.name for one in hidden.units if one.hidden} == everywhere
    visitor = city.visitor(Role.ORGANIZER, None)
    visitor.get("/manage/reports")
    assert "Fire safety 18 15 11 61.1%" in visitor.words


def test_the_first_page_has_the_newest_exams_and_says_where_the_others_are(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = city.visitor(Role.ORGANIZER, None)
    visitor.get("/manage/")
    assert "Fire safety 18 15 11" in visitor.words
    assert "stand under Reports" not in visitor.words
    monkeypatch.setattr("suyu_learn.web.reports.NEWEST", 1)
    with learn(city.app).database.writing() as session:
        now, top = learn(city.app).now(), session.get_one(Unit, city.units["Pine City"])
        published_exam(session, now=now + timedelta(hours=1), source=stored_bank(session, now=now, unit=top), unit=top,
                       title="Water")  # fmt: skip
    visitor.get("/manage/")
    assert "Fire safety 18" not in visitor.words
    assert "The newest 1 exams; all of them stand under Reports." in visitor.words


def test_results_by_name_are_found_sorted_and_lead_to_the_papers(city: City) -> None:
    visitor = city.visitor(Role.ORGANIZER, "Pine City")
    visitor.get(city.url)
    [results] = re.findall(r'href="([^"]+/results)"', visitor.text)
    visitor.get(results)
    assert "18 people" in visitor.words
    assert "Bureau 0 00B0 Pine City / Bureau 100 of 100 Passed" in visitor.words
    visitor.get(f"{results}?q=00T")
    assert "6 people" in visitor.words
    visitor.get(f"{results}?outcome=failed&sort=points&down=1")
    assert re.findall(r"(\w+ \d) 00\w+ Pine City / \w+ (\d+) of 100", visitor.words) == [
        ("Bureau 5", "50"), ("Bureau 6", "40"), ("Town 5", "20"), ("Office 1", "20"),
    ]  # fmt: skip
    visitor.get(f"{results}?outcome=failed&sort=nonsense&page=99&q=nobody")
    assert "Nobody fits." in visitor.words
    visitor.get(results)
    [paper] = re.findall(r'href="([^"]+/marked-papers[^"]+)">Office 0<', visitor.text)
    visitor.get(paper)
    assert "Office 0" in visitor.words
    assert "Office 1" not in visitor.words


def test_results_by_name_are_for_those_who_see_names(city: City) -> None:
    results = f"/manage/exams/{city.exam_id}/results"
    manager = city.visitor(Role.UNIT_MANAGER, "Town")
    manager.get(results)
    assert "6 people" in manager.words
    assert "Bureau" not in manager.words
    assert manager.get(f"{results}?unit={city.units['Bureau']}").status_code == 404
    auditor = city.visitor(Role.AUDITOR, "Pine City")
    assert auditor.get(results).status_code == 403


def test_figures_of_questions_tell_no_key_while_the_exam_runs(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, closes_at=clock() + timedelta(hours=2), show_key=Shown.AFTER_CLOSE)
    here, names = learn(app), {}
    with here.database.writing() as session:
        unit = session.get_one(Unit, session.get_one(Exam, given.exam_id).unit_id)
        for role in (Role.ORGANIZER, Role.HR, Role.AUDITOR):
            names[role] = manager(session, role, unit, now=here.now()).username or ""
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.save(1, "right")
    paper.submit()
    visitors = {role: Visitor(app).sign_in(name) for role, name in names.items()}
    path = f"/manage/exams/{given.exam_id}/report"
    asked = {"table": "questions", "format": "csv", "reason": "inspection"}

    def told() -> dict[Role, tuple[bool, int]]:
        return {
            role: ("right answer" in visitor.get(path).get_data(as_text=True),
                   visitor.post(f"{path}/export", **asked).status_code)
            for role, visitor in visitors.items()
        }  # fmt: skip

    assert told() == {Role.ORGANIZER: (True, 200), Role.HR: (False, 403), Role.AUDITOR: (False, 403)}
    assert "right answer" not in visitors[Role.HR].get(f"{path}/print").get_data(as_text=True)
    visitors[Role.HR].get(path)
    assert "shown here once nobody can sit the exam any more" in visitors[Role.HR].words
    clock.advance(hours=3)
    later = told()  # what one paper says stays hidden from auditors
    assert (later[Role.HR], later[Role.AUDITOR]) == ((True, 200), (False, 200))


@pytest.mark.parametrize(
    ("pass_share", "marked"), [("0.6", 6), ("0.595", 5), ("0.85", 8), ("0.8", 8), ("0", 0), ("1", 9)]
)
def test_only_classes_that_lie_wholly_below_the_pass_mark_are_marked(city: City, pass_share: str, marked: int) -> None:
    with learn(city.app).database.writing() as session:
        session.get_one(Exam, city.exam_id).pass_share = Decimal(pass_share)
    boss = city.visitor(Role.ORGANIZER, "Pine City")
    boss.get(city.url)
    assert boss.text.count('class="sl-chart__bar is-attention"') == marked
