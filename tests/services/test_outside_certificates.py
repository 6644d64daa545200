"""The ledger of certificates of others: days from the kind, warnings, renewal, and tables that come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from suyu_learn.content.outside_rows import Row
from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Employment, Import, OutsideCertificate, OutsideEnd, Person, Role, RowOutcome, Unit
from suyu_learn.services import (
    grants,
    merging,
    outside_certificates,
    outside_imports,
    outside_kinds,
    outside_tables,
    people,
    scans,
    splitting,
)
from suyu_learn.services.outside_certificates import Asked, Said, without_identity
from suyu_learn.services.outside_tables import Preview
from tests.factories import learner, manager

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 30)


@dataclass
class Yard:
    """A works with a yard below it, HR of both, a worker of one's own and one of a contractor."""

    session: Session
    works: Unit
    yard: Unit
    hr: Person
    lin: Person
    wu: Person

    def enter(self, person: Person | None = None, **said: Any) -> OutsideCertificate:
        usual: dict[str, Any] = {"kind": "special-work", "number": "T1", "issued_on": date(2024, 5, 1)}
        return outside_certificates.enter(self.session, person or self.lin, Said(**{**usual, **said}), None,
                                          actor=self.hr, now=NOW, zone=ZONE)  # fmt: skip

    def asked(self, **said: Any) -> list[str]:
        asked = Asked(**{"reach": grants.reach(self.session, self.hr, Role.HR), **said})
        rows = outside_certificates.listed(self.session, asked, today=TODAY)
        assert outside_certificates.count(self.session, asked, today=TODAY) == len(rows)
        return [one.certificate.number for one in rows]


@pytest.fixture
def yard(session: Session) -> Yard:
    before = NOW - timedelta(days=900)
    works = people.add_unit(session, "Works", parent=None, now=before)
    below = people.add_unit(session, "Yard", parent=works, now=before)
    lin = people.add_person(session, "林一", now=before, unit=works, staff_number="007", phone="13800000001")
    wu = people.add_person(session, "吴二", now=before, unit=below, staff_number="008")
    wu.employment = Employment.CONTRACTOR
    return Yard(session, works, below, manager(session, Role.HR, works, now=before), lin, wu)


@pytest.mark.parametrize(
    ("said", "until", "review"),
    [
        ({}, date(2030, 4, 30), date(2027, 4, 30)),  # six years, reviewed after three
        ({"kind": "special-equipment"}, date(2028, 4, 30), None),  # a forklift: four years
        ({"kind": "safety-head"}, date(2027, 4, 30), None),
        ({"valid_until": date(2028, 1, 1)}, date(2028, 1, 1), date(2027, 4, 30)),
        ({"valid_until": date(2027, 1, 1)}, date(2027, 1, 1), None),  # it ends before the review
        ({"for_ever": True}, None, date(2027, 4, 30)),  # said so, whatever the kind says
        ({"for_ever": True, "valid_until": date(2028, 1, 1)}, date(2028, 1, 1), date(2027, 4, 30)),
        ({"review_on": date(2026, 12, 1)}, date(2030, 4, 30), date(2026, 12, 1)),
        ({"issued_on": date(2024, 2, 29), "kind": "special-equipment"}, date(2028, 2, 28), None),
    ],
)
def test_days_that_are_not_typed_follow_from_the_kind(
    yard: Yard, said: dict[str, Any], until: date, review: date | None
) -> None:
    row = yard.enter(**said)
    assert (row.valid_until, row.review_on, bool(row.issuer)) == (until, review, True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "made-up"}, "outside.no_such_kind"),
        ({"number": " "}, "outside.no_number"),
        ({"issued_on": date(2026, 12, 1)}, "outside.issued_on"),
        ({"issued_on": date(1979, 1, 1)}, "outside.issued_on"),
        ({"valid_until": date(2024, 5, 1)}, "outside.until_before"),
        ({"review_on": date(2024, 1, 1)}, "outside.review_before"),
        ({"review_on": date(2031, 1, 1)}, "outside.review_after"),
        ({"detail": "x" * 101}, "outside.too_long"),
    ],
)
def test_what_cannot_be(yard: Yard, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as refused:
        yard.enter(**said)
    assert refused.value.code == code


def test_what_comes_due_is_found_day_by_day(yard: Yard) -> None:
    """On 30 November 2026: over since yesterday, ending today, in 60 days, in 61."""
    for number, until in (("over", date(2026, 11, 29)), ("today", TODAY), ("60", date(2027, 1, 29)),
                          ("61", date(2027, 1, 30))):  # fmt: skip
        yard.enter(kind="special-equipment", number=number, valid_until=until)
    yard.enter(yard.wu, number="review", review_on=date(2026, 12, 5))
    assert yard.asked(expired=True) == ["over"]
    assert yard.asked(within=0) == ["over", "today"]
    assert yard.asked(within=60) == ["over", "today", "review", "60"]
    assert yard.asked() == ["over", "today", "review", "60", "61"]
    assert yard.asked(unit=yard.yard) == yard.asked(employment=Employment.CONTRACTOR) == ["review"]
    assert yard.asked(kind="special-work") == yard.asked(text="吴") == ["review"]
    found = outside_certificates.warnings(yard.session, reach=grants.Reach(everywhere=True), today=TODAY)
    assert (found.expired, found.soon) == (1, 3)
    due = outside_certificates.due_soon(yard.session, yard.lin, today=TODAY)
    assert [one.number for one in due] == ["over", "today", "60"]
    yard.wu.disabled_at = NOW
    assert "review" not in yard.asked()


def test_renewing_keeps_the_one_before_and_ends_its_warning(yard: Yard) -> None:
    first = yard.enter(number="T1", review_on=date(2026, 12, 5))
    said = Said("special-work", "T1", date(2024, 5, 1), valid_until=first.valid_until)
    act = {"actor": yard.hr, "now": NOW, "zone": ZONE}
    second = outside_certificates.follow(yard.session, first, said, None, why=OutsideEnd.RENEWED, reason="", **act)
    assert (second.follows_id, second.review_on, first.ended_as) == (first.id, None, OutsideEnd.RENEWED)
    assert outside_certificates.due_soon(yard.session, yard.lin, today=TODAY) == []
    assert outside_certificates.of_person(yard.session, yard.lin) == [second, first]
    with pytest.raises(Problem, match=r"outside\.ended"):
        outside_certificates.follow(yard.session, first, said, None, why=OutsideEnd.RENEWED, reason="", **act)
    with pytest.raises(Problem, match=r"reason\.missing"):
        outside_certificates.follow(yard.session, second, said, None, why=OutsideEnd.CORRECTED, reason=" ", **act)
    second.proof = {"sha256": "ab" * 32, "mime": scans.PDF, "size": 1, "name": "a.pdf"}
    third = outside_certificates.follow(yard.session, second, said, None, why=OutsideEnd.CORRECTED, reason="Typed",
                                        **act)  # fmt: skip
    assert third.proof == second.proof
    outside_certificates.withdraw(yard.session, third, reason="Lost", actor=yard.hr, now=NOW)
    assert yard.asked() == []


def test_an_identity_number_within_a_number_is_not_shown(yard: Yard) -> None:
    for number, shown in (("T31010119800101123X", "T3101**********123X"), ("N1-2024-0007", "N1-2024-0007"),
                          ("310101198001011234", "3101**********1234")):  # fmt: skip
        assert without_identity(number) == shown


def test_twice_the_same_and_whose_it_may_be(yard: Yard) -> None:
    yard.enter()
    with pytest.raises(Problem, match=r"outside\.there"):
        yard.enter()
    yard.enter(detail="Welding")  # one number for several kinds of work
    with pytest.raises(Problem, match=r"person\.yourself"):
        yard.enter(yard.hr)
    inn = people.add_unit(yard.session, "Inn", parent=None, now=NOW)
    with pytest.raises(Problem, match=r"page\.refused"):
        yard.enter(learner(yard.session, now=NOW, unit=inn))


def test_a_scan_is_not_swept_away_and_a_merge_takes_entries_along(yard: Yard, tmp_path: Path) -> None:
    filed = scans.prepare(b"%PDF-1.4 a permit", "p.pdf", folder=tmp_path)
    said = Said("special-work", "T1", date(2024, 5, 1))
    outside_certificates.enter(yard.session, yard.lin, said, filed, actor=yard.hr, now=NOW, zone=ZONE)
    assert scans.sweep(yard.session, tmp_path, now=datetime(2100, 1, 1, tzinfo=UTC)) == 0
    yard.enter(yard.wu)
    own = yard.enter(yard.wu, number="T2")
    merging.merge(
        yard.session, yard.lin, yard.wu, actor=yard.hr, now=NOW, reason="One person", zone=ZONE, rules=CreditRules()
    )
    yard.session.expire_all()
    assert own.person_id == yard.lin.id
    assert len(outside_certificates.of_person(yard.session, yard.wu)) == 1  # the one that Lin has too
    said = Said("special-work", "T2", date(2026, 5, 1))
    renewed = outside_certificates.follow(yard.session, own, said, None, why=OutsideEnd.RENEWED, reason="",
                                          actor=yard.hr, now=NOW, zone=ZONE)  # fmt: skip
    splitting.split(yard.session, yard.wu, actor=yard.hr, now=NOW, reason="Two after all", zone=ZONE)
    yard.session.expire_all()
    assert (own.person_id, renewed.person_id) == (yard.wu.id, yard.wu.id)


def test_a_kind_is_added_and_a_shipped_one_changed_by_who_looks_after_all(yard: Yard) -> None:
    wanted = outside_kinds.Wanted("高压电工证", valid_months=12)
    code = outside_kinds.save(yard.session, "", wanted, actor=yard.hr, now=NOW)
    assert yard.enter(kind=code).valid_until == date(2025, 4, 30)
    with pytest.raises(Problem, match=r"outside\.kind_there"):
        outside_kinds.save(yard.session, "", wanted, actor=yard.hr, now=NOW)
    changed = outside_kinds.Wanted("特种作业操作证", valid_months=60)
    with pytest.raises(Problem, match=r"page\.refused"):
        outside_kinds.save(yard.session, "special-work", changed, actor=yard.hr, now=NOW)
    admin = manager(yard.session, Role.ADMIN, None, now=NOW)
    outside_kinds.save(yard.session, "special-work", changed, actor=admin, now=NOW)
    row = yard.enter(yard.wu)
    assert (row.valid_until, row.review_on) == (date(2029, 4, 30), None)
    assert list(outside_kinds.every(yard.session)) == [*outside_kinds.shipped(), code]


TABLE = """姓名,工号,手机号,证书类别,作业类别,证书编号,发证日期,有效期至,复审日期,用工形式
林一,007,,特种作业操作证,焊接,T1,2024-05-01,2030-04-30,2027-04-30,
吴二,,,叉车,N1,N1-7,2024年5月1日,,,劳务派遣
林一,,13800000001,安全合格证,,A1,2024-05-01,,,
林一,008,,叉车,,N1-8,2024-05-01,,,
无名,,,叉车,,N1-9,2024-05-01,,,
吴二,008,,叉车,N1,N1-7,2024-05-01,,,
吴二,008,,叉车,N1,,昨天,,,
吴二,008,,叉车,N1,N1-10,2024-05-01,,,临时
"""


def _previewed(yard: Yard, text: str) -> tuple[Import, Preview[Row, Said]]:
    outside_imports.TABLES.require_readable(text.encode(), "c.csv")
    batch = outside_imports.TABLES.keep(yard.session, text.encode(), "c.csv", actor=yard.hr, now=NOW)
    return batch, outside_imports.preview(yard.session, batch, actor=yard.hr, now=NOW, zone=ZONE)


def test_every_row_of_a_table_goes_in_or_says_why_not(yard: Yard) -> None:
    batch, found = _previewed(yard, TABLE)
    said = [(one.outcome.value, [problem.code for problem in one.problems]) for one in found.steps]
    assert said == [
        ("new", []),
        ("new", []),
        ("refused", ["outside.kind_unknown"]),  # two kinds have these words
        ("refused", ["outside.other_name"]),
        ("refused", ["person.not_found"]),
        ("duplicate", ["roster.same_as_row"]),
        ("refused", ["outside.row_lacks", "outside.not_a_day"]),
        ("refused", ["outside.employment"]),
    ]
    assert outside_imports.apply(yard.session, batch, actor=yard.hr, now=NOW, zone=ZONE) == 2
    assert yard.asked() == ["T1", "N1-7"]
    assert yard.wu.employment is Employment.DISPATCHED
    after = outside_imports.preview(yard.session, batch, actor=yard.hr, now=NOW, zone=ZONE)
    assert [one.outcome for one in after.steps][:2] == [RowOutcome.SAME] * 2
    assert len(after.of(RowOutcome.REFUSED)) == 5  # they are still there, to be mended
    with pytest.raises(Problem, match=r"outside\.in_already"):
        outside_imports.apply(yard.session, batch, actor=yard.hr, now=NOW, zone=ZONE)


def test_a_number_that_lost_its_zeros_is_found_where_the_name_is_the_same(yard: Yard) -> None:
    table = "姓名,工号,证书类别,证书编号,发证日期\n吴二,8,叉车,N1,2024-05-01\n林一,8,叉车,N2,2024-05-01\n"
    _batch, found = _previewed(yard, table)
    assert [[problem.code for problem in one.problems] for one in found.steps] == [[], ["person.not_found"]]
    assert found.steps[0].person is yard.wu


@pytest.mark.parametrize("said", ["长期", "永久有效", "For ever"])
def test_for_ever_in_a_table_is_for_ever(yard: Yard, said: str) -> None:
    table = f"姓名,证书类别,证书编号,发证日期,有效期至\n林一,叉车,N1,2024-05-01,{said}\n吴二,叉车,N2,2024-05-01,\n"
    batch, _found = _previewed(yard, table)
    assert outside_imports.apply(yard.session, batch, actor=yard.hr, now=NOW, zone=ZONE) == 2
    [lin] = outside_certificates.of_person(yard.session, yard.lin)
    [wu] = outside_certificates.of_person(yard.session, yard.wu)
    assert (lin.valid_until, wu.valid_until) == (None, date(2028, 4, 30))


def test_a_thousand_rows_go_in_with_a_few_dozen_statements(yard: Yard) -> None:
    everybody = [
        people.add_person(yard.session, f"工人{number:03}", now=NOW, unit=yard.yard, staff_number=f"9{number:03}")
        for number in range(1000)
    ]
    rows = [f"{one.name},{one.staff_number},叉车,N{one.staff_number},2024-05-01,承包商" for one in everybody]
    text = "\n".join(["姓名,工号,证书类别,证书编号,发证日期,用工形式", *rows])
    outside_imports.TABLES.require_readable(text.encode(), "c.csv")
    batch = outside_imports.TABLES.keep(yard.session, text.encode(), "c.csv", actor=yard.hr, now=NOW)
    statements: list[str] = []
    connection = yard.session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        assert outside_imports.apply(yard.session, batch, actor=yard.hr, now=NOW, zone=ZONE) == 1000
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert len(statements) <= 60, len(statements)
    assert yard.session.scalar(select(func.count(OutsideCertificate.id))) == 1000
    assert everybody[999].employment is Employment.CONTRACTOR


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,b\n1,2\n", "outside.no_header"), ("姓名,证书类别\n", "outside.no_rows"),
     ("姓名,证书类别\n" + "张三,叉车\n" * 1001, "outside.too_many_rows")],
)  # fmt: skip
def test_tables_that_are_none(yard: Yard, text: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        _previewed(yard, text)
    assert refused.value.code == code


def test_a_file_is_ones_own(yard: Yard) -> None:
    batch, _found = _previewed(yard, TABLE)
    with pytest.raises(Problem, match=r"outside\.no_file"):
        outside_imports.TABLES.find(yard.session, batch.key, actor=yard.lin)
    outside_tables.discard(yard.session, batch)
    with pytest.raises(Problem, match=r"outside\.no_file"):
        outside_imports.TABLES.find(yard.session, batch.key, actor=yard.hr)
