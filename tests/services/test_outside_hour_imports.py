"""Hours learnt elsewhere from a table: every row goes in, is in already, or says why not."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.outside_hour_rows import COLUMNS, Row
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    AuditEntry,
    Completion,
    HoursEntry,
    HoursScope,
    Import,
    ImportFile,
    ImportState,
    Person,
    Role,
    RowOutcome,
    Unit,
)
from suyu_learn.services import (
    hours,
    media,
    outside_hour_files,
    outside_hour_imports,
    outside_hours,
    outside_tables,
    people,
    persons,
    programme_members,
    scans,
)
from suyu_learn.services.attendance import Terms
from suyu_learn.services.outside_hour_files import Standing
from suyu_learn.services.outside_hour_imports import TABLES, Said
from suyu_learn.services.outside_tables import Preview
from tests.factories import given_programme, manager
from tests.statements import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
TERMS = Terms(NOW, ZONE, CreditRules())
HEADER = "姓名,工号,单位,学习内容,办学单位,开始日期,结束日期,学时,证明编号,备注"


@dataclass
class Works:
    """A works with two shops, HR of it, two of one name, and somebody of another works."""

    session: Session
    hr: Person
    lin: Person
    others: tuple[Person, Person]

    def look(self, content: bytes, name: str = "h.csv") -> tuple[Import, Preview[Row, Said]]:
        TABLES.require_readable(content, name)
        batch = TABLES.keep(self.session, content, name, actor=self.hr, now=NOW)
        return batch, outside_hour_imports.preview(self.session, batch, actor=self.hr, terms=TERMS)

    def rows(self, *rows: str) -> tuple[Import, Preview[Row, Said]]:
        return self.look("\n".join([HEADER, *rows]).encode())

    def apply(self, batch: Import) -> int:
        return outside_hour_imports.apply(self.session, batch, actor=self.hr, terms=TERMS)

    def entries(self) -> Sequence[HoursEntry]:
        return self.session.scalars(select(HoursEntry).order_by(HoursEntry.id)).all()


@pytest.fixture
def works(session: Session) -> Works:
    before = NOW - timedelta(days=900)
    top = people.add_unit(session, "Works", parent=None, now=before)
    shops = [people.add_unit(session, name, parent=top, now=before) for name in ("One", "Two")]
    far = people.add_unit(session, "Far", parent=None, now=before)
    people.add_person(session, "远三", now=before, unit=far, staff_number="300")
    lin = people.add_person(session, "林一", now=before, unit=top, staff_number="007")
    first, second = (people.add_person(session, "吴二", now=before, unit=shop) for shop in shops)
    return Works(session, manager(session, Role.HR, top, now=before), lin, (first, second))


def _codes(found: Preview[Row, Said]) -> list[tuple[str, list[str]]]:
    return [(one.outcome.value, [problem.code for problem in one.problems]) for one in found.steps]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("林一,007,,消防,党校,2026-03-02,2026-03-03,16.5,P1,", "hours.too_many", "学时"),
        ("林一,007,,消防,党校,2026-03-02,,0,P1,", "hours.too_many", "学时"),
        ("林一,007,,消防,党校,2026-03-03,2026-03-02,8,P1,", "hours.days_turned", "结束日期"),
        ("林一,007,,消防,党校,2026-11-30,2026-12-01,8,P1,", "hours.to_come", "结束日期"),
        ("林一,007,,消防,党校,2025-12-31,2026-01-01,8,P1,", "hours.two_years", "结束日期"),
        ("林一,007,,消防,党校,46083,,8,P1,", "outside.not_a_day", "开始日期"),
        ("林一,007,,消防,党校,0001-01-01,,8,P1,", "outside.not_a_day", "开始日期"),
        ("林一,007,,消防,党校,三月二日,,8,P1,", "outside.not_a_day", "开始日期"),
        ("林一,007,,消防,党校,2026-03-02,,八,P1,", "hours.not_hours", "学时"),
        ("林一,007,,消防,党校,2026-03-02,,-8,P1,", "hours.not_hours", "学时"),
        ("林一,007,,消防,党校,2026-03-02,,1e3,P1,", "hours.not_hours", "学时"),
        ("林一,007,,消防,党校,2026-03-02,,1.005,P1,", "hours.not_hours", "学时"),
        ("林一,007,,消防,党校,2026-03-02,,8,,", "hours.row_without_proof", "证明编号"),
        ("林一,007,,消防,,2026-03-02,,8,P1,", "outside.row_lacks", "办学单位"),
        (f"林一,007,,{'长' * 201},党校,2026-03-02,,8,P1,", "hours.no_title", "学习内容"),
        ("林一,007,,=B2,党校,2026-03-02,,8,P1,", "sheet.formula", "学习内容"),
        ("无名,,,消防,党校,2026-03-02,,8,P1,", "person.not_found", ""),
        ("远三,300,,消防,党校,2026-03-02,,8,P1,", "person.not_found", ""),  # of another works
        ("吴二,,,消防,党校,2026-03-02,,8,P1,", "person.ambiguous", ""),
        ("林一,,Two,消防,党校,2026-03-02,,8,P1,", "person.not_found", ""),
        ("林大,007,,消防,党校,2026-03-02,,8,P1,", "outside.other_name", ""),
    ],
)
def test_a_row_that_cannot_be_is_named_by_row_and_column(works: Works, row: str, code: str, column: str) -> None:
    batch, found = works.rows(row)
    [step] = found.steps
    [problem] = step.problems
    assert (step.outcome, problem.code) == (RowOutcome.REFUSED, code)
    assert (problem.place.row, problem.place.column) == (2, column)
    assert works.apply(batch) == 0
    assert not works.entries()
    assert works.session.get(ImportFile, batch.id) is not None  # to be mended


def test_nobody_enters_hours_for_themselves(works: Works) -> None:
    _batch, found = works.rows(f"{works.hr.name},,,消防,党校,2026-03-02,,8,P1,")
    assert _codes(found) == [("refused", ["person.yourself"])]


def test_a_name_is_looked_for_in_its_unit_and_below(works: Works) -> None:
    batch, found = works.rows("吴二,,Two,消防,党校,2026-03-02,,8,P1,", "林一,,Works,消防,党校,2026-03-02,,8学时,P2,")
    assert [one.person for one in found.steps] == [works.others[1], works.lin]
    assert works.apply(batch) == 2


def test_what_goes_in_is_flagged_and_says_where_it_came_from(works: Works) -> None:
    batch, _found = works.rows("林一,007,,消防,党校,2026年3月2日,2026/3/3,12,P1,抄自名册")
    assert works.apply(batch) == 1
    [entry] = works.entries()
    assert (entry.kind, entry.title, entry.hours, entry.day) == ("outside", "消防", 12, date(2026, 3, 3))
    assert (entry.reason, entry.actor_id) == ("抄自名册", works.hr.id)
    told = {name: entry.evidence[name] for name in ("where", "number", "file", "row", "days")}
    assert told == {"where": "党校", "number": "P1", "file": "h.csv", "row": 2,
                    "days": {"2026-03-02": 16_200, "2026-03-03": 16_200}}  # fmt: skip
    actions = works.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["hours.entered", "hours.imported"]
    assert works.session.get(ImportFile, batch.id) is None
    with pytest.raises(Problem, match=r"outside\.in_already"):
        works.apply(batch)
    outside_hours.void(works.session, works.lin, entry.id, reason="x", actor=works.hr, terms=TERMS)
    assert works.rows("林一,007,,消防,党校,2026-03-02,2026-03-03,12,P1,")[1].steps[0].outcome is RowOutcome.NEW


def test_rows_share_their_days_and_are_entered_once(works: Works) -> None:
    rows = ("林一,007,,消防,党校,2026-03-02,,6,P1,", "林一,007,,消防,党校,2026-03-02,,6.0,P1,",
            "林一,007,,急救,党校,2026-03-02,,6,P2,", "林一,007,,电工,党校,2026-03-02,,1,P3,")  # fmt: skip
    batch, found = works.rows(*rows)
    assert _codes(found) == [
        ("new", []),
        ("duplicate", ["roster.same_as_row"]),
        ("new", ["hours.some_room"]),  # two of six
        ("refused", ["hours.days_full"]),
    ]
    assert works.apply(batch) == 2
    assert [entry.hours for entry in works.entries()] == [Decimal(6), Decimal(2)]
    again, after = works.rows(*rows)
    assert [one.outcome.value for one in after.steps] == ["same", "duplicate", "same", "refused"]
    assert works.apply(again) == 0
    assert len(works.entries()) == 2


def test_a_workbook_with_days_and_a_formula(works: Works) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet, as_day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    cells: tuple[Any, ...] = ("林一", "007", "", "", "消防", "党校", datetime(2026, 3, 2), "", 8, "P1", "")
    sheet.write_row(0, 0, COLUMNS)
    for row in (1, 2):
        sheet.write_row(row, 0, cells)
        sheet.write_datetime(row, 6, cells[6], as_day)
        sheet.write_formula(row, 8, "=4+4", None, 8 if row == 1 else "")  # calculated, and not
    book.close()
    _batch, found = works.look(stream.getvalue(), "h.xlsx")
    assert _codes(found) == [("new", []), ("refused", ["sheet.formula"])]
    assert found.steps[0].said is not None
    assert found.steps[0].said.learnt.first == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,b\n1,2\n", "hours.no_header"), (HEADER + "\n", "outside.no_rows"),
     (HEADER + "\n" + "林一,007,,消防,党校,2026-03-02,,8,P1,\n" * 501, "hours.too_many_rows")],
)  # fmt: skip
def test_tables_that_are_none(works: Works, text: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        works.look(text.encode())
    assert refused.value.code == code


def test_a_file_is_ones_own_and_no_table_of_certificates(works: Works) -> None:
    batch, _found = works.rows("林一,007,,消防,党校,2026-03-02,,8,P1,")
    with pytest.raises(Problem, match=r"outside\.no_file"):
        TABLES.find(works.session, batch.key, actor=works.lin)
    outside_tables.discard(works.session, batch)
    with pytest.raises(Problem, match=r"outside\.no_file"):
        TABLES.find(works.session, batch.key, actor=works.hr)


def test_one_scan_proves_the_rows_of_a_file_that_give_no_number(works: Works, tmp_path: Path) -> None:
    rows = f"{HEADER}\n林一,007,,消防,党校,2026-03-02,,8,,\n".encode()
    proof = scans.prepare(b"%PDF-1.4 list", "list.pdf", folder=tmp_path)
    path = media.path_of(tmp_path, proof.sha256)
    long_ago = (NOW - timedelta(days=9)).timestamp()
    os.utime(path, (long_ago, long_ago))
    batch = TABLES.keep(works.session, rows, "h.csv", actor=works.hr, now=NOW, proof=proof)
    assert scans.sweep(works.session, tmp_path, now=NOW) == 0  # the table waits
    assert works.apply(batch) == 1
    [entry] = works.entries()
    told = {"sha256": proof.sha256, "mime": "application/pdf", "size": 13, "name": "list.pdf"}
    assert (entry.evidence["proof"], entry.evidence["number"]) == (told, "")
    assert scans.sweep(works.session, tmp_path, now=NOW) == 0
    other = scans.prepare(b"%PDF-1.4 none", "none.pdf", folder=tmp_path)
    os.utime(media.path_of(tmp_path, other.sha256), (long_ago, long_ago))
    waiting = TABLES.keep(works.session, rows, "h.csv", actor=works.hr, now=NOW, proof=other)
    outside_tables.discard(works.session, waiting)
    assert scans.sweep(works.session, tmp_path, now=NOW) == 1


def test_a_file_that_nobody_takes_in_is_forgotten_and_what_was_entered_stays(works: Works) -> None:
    good, bad = "林一,007,,消防,党校,2026-03-02,,8,P1,", "林一,007,,消防,党校,2026-03-02,,九,P1,"
    waits, done = works.rows(good)[0], works.rows(good, bad)[0]
    assert works.apply(done) == 1
    later = NOW + outside_tables.KEPT
    outside_tables.sweep(works.session, [TABLES.kind], now=later - timedelta(seconds=1))
    assert all(works.session.get(ImportFile, one.id) is not None for one in (waits, done))
    gone = waits.id
    outside_tables.sweep(works.session, [TABLES.kind], now=later)
    assert not works.session.scalars(select(ImportFile)).all()
    assert works.session.get(Import, gone) is None
    assert works.session.get(Import, done.id) is not None
    assert len(works.entries()) == 1


def _void(works: Works, batch: Import, actor: Person | None = None, reason: str = "Not held") -> Standing:
    return outside_hour_files.void(works.session, batch.key, reason=reason, actor=actor or works.hr, terms=TERMS)


def test_a_whole_file_is_taken_back_and_can_come_again(works: Works) -> None:
    row = "林一,007,,消防,党校,2026-03-02,,{hours},P1,"
    one, _found = works.rows("林一,007,,急救,党校,2026-03-01,,2,P0,")
    assert works.apply(one) == 1
    batch, _found = works.rows(row.format(hours=8), "吴二,,Two,消防,党校,2026-03-02,2026-03-03,12,P2,")
    with pytest.raises(Problem, match=r"outside\.no_file"):
        _void(works, batch)  # it only waits
    assert works.apply(batch) == 2
    with pytest.raises(Problem, match=r"reason\.missing"):
        _void(works, batch, reason=" ")
    found = _void(works, batch)
    assert (len(found.entries), found.hours, found.beyond) == (2, 20, 0)
    assert [(entry.kind, entry.hours, entry.reason) for entry in works.entries()[3:]] == [
        ("correction", -8, "Not held"), ("correction", -12, "Not held"),
    ]  # fmt: skip
    assert (batch.state, batch.undone_by_id) == (ImportState.UNDONE, works.hr.id)
    actions = works.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-3:] == ["hours.voided", "hours.voided", "hours.file_voided"]
    with pytest.raises(Problem, match=r"hours\.file_voided"):
        _void(works, batch)
    standing = hours.standing(works.session, works.lin)
    assert [entry.title for entry in standing] == ["急救"]
    mended, after = works.rows(row.format(hours=4))
    assert _codes(after) == [("new", [])]
    assert works.apply(mended) == 1


def test_of_a_file_only_what_still_stands_and_is_within_reach_falls(works: Works) -> None:
    top = works.session.scalars(select(Unit).where(Unit.name == "Works")).one()
    own = manager(works.session, Role.HR, top, now=NOW - timedelta(days=90), home=top)
    batch, _found = works.rows("林一,007,,消防,党校,2026-03-02,,8,P1,", f"{own.name},,,消防,党校,2026-03-02,,8,P2,",
                               "吴二,,Two,消防,党校,2026-03-02,,8,P3,", "吴二,,One,消防,党校,2026-03-02,,8,P4,"
                               )  # fmt: skip
    assert works.apply(batch) == 4
    gone, stayed = works.others[1], works.others[0]
    far = works.session.scalars(select(Unit).where(Unit.name == "Far")).one()
    admin = manager(works.session, Role.ADMIN, None, now=NOW)
    persons.move(works.session, gone, far, since=None, actor=admin, now=NOW)
    [lin_entry] = hours.standing(works.session, works.lin)
    outside_hours.void(works.session, works.lin, lin_entry.id, reason="x", actor=works.hr, terms=TERMS)
    found = _void(works, batch, actor=own)  # of whom one entry is, who did not bring the file
    assert [entry.person_id for entry in found.entries] == [stayed.id]
    assert (found.beyond, batch.state) == (2, ImportState.DONE)
    assert [len(hours.standing(works.session, one)) for one in (works.lin, gone, stayed, own)] == [0, 1, 0, 1]
    found = _void(works, batch)
    assert ([entry.person_id for entry in found.entries], found.beyond) == ([own.id], 1)


def test_a_file_is_seen_by_who_brought_it_and_by_hr_of_its_people(works: Works) -> None:
    batch, _found = works.rows("吴二,,Two,消防,党校,2026-03-02,,8,P1,")
    one, two, far = (
        works.session.scalars(select(Unit).where(Unit.name == name)).one() for name in ("One", "Two", "Far")
    )
    there, beside, elsewhere = (manager(works.session, Role.HR, unit, now=NOW) for unit in (two, one, far))
    assert outside_hour_files.listed(works.session, actor=works.hr) == []
    assert works.apply(batch) == 1
    assert outside_hour_files.listed(works.session, actor=works.hr) == [(batch, works.hr)]
    assert outside_hour_files.listed(works.session, actor=there) == [(batch, works.hr)]
    for other in (beside, elsewhere):
        assert outside_hour_files.listed(works.session, actor=other) == []
        with pytest.raises(Problem, match=r"outside\.no_file"):
            outside_hour_files.find(works.session, batch.key, actor=other)


def test_what_a_file_completed_falls_with_it(works: Works) -> None:
    works_unit = works.session.scalars(select(Unit).where(Unit.name == "Works")).one()
    given = given_programme(works.session, works_unit, now=NOW, counts=HoursScope.ALL, rule_version=1)
    programme_members.sync_all(works.session, now=NOW, zone=ZONE)
    batch, _found = works.rows("林一,007,,消防,党校,2026-03-02,,3,P1,", "林一,007,,急救,党校,2026-03-02,,1,P2,",
                               "吴二,,Two,消防,党校,2026-03-02,,3,P3,")  # fmt: skip
    assert works.apply(batch) == 3
    [done] = works.session.scalars(select(Completion)).all()
    assert (done.person_id, done.subject_id, done.voided_at) == (works.lin.id, given.programme.id, None)
    _void(works, batch)
    assert (done.voided_at, done.void_reason) == (NOW, "Not held")


def test_many_rows_ask_no_more_than_one(works: Works) -> None:
    unit = works.session.scalars(select(Unit).where(Unit.name == "One")).one()
    for one in range(30):
        people.add_person(works.session, f"人{one}", now=NOW - timedelta(days=90), unit=unit, staff_number=f"9{one:02}")
    given_programme(works.session, unit, now=NOW, counts=HoursScope.ALL, rule_version=1, hours=Decimal(90))
    programme_members.sync_all(works.session, now=NOW, zone=ZONE)

    def asked(number: int) -> list[int]:
        said = (f"人{one},9{one:02},,班{number},校,2026-03-02,,1,N{one}," for one in range(number))
        batch, _found = works.rows(*said)
        counts = []
        for act in (lambda: outside_hour_imports.preview(works.session, batch, actor=works.hr, terms=TERMS),
                    lambda: works.apply(batch), lambda: _void(works, batch)):  # fmt: skip
            with counted(works.session) as statements:
                act()
            counts.append(len(statements))
        assert batch.counts["new"] == number
        return counts

    assert asked(30) == asked(1)
