"""Everything that the audit trail can hold has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from suyu_learn.domain.practice import Openness
from suyu_learn.models import AuditEntry, Role, RosterChangeKind
from suyu_learn.services import audit, outside_hour_imports, outside_imports, people
from suyu_learn.services.audit_trail import Told
from suyu_learn.services.bank_bulk import FACTS, STATES
from suyu_learn.services.exam_changes import FIELDS
from suyu_learn.web import audit_actions, audit_words
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, stored_course

PACKAGE = Path(__file__).parents[2] / "suyu_learn"
COMPUTED = {
    "bank.practice_{openness.value}": [f"bank.practice_{openness.value}" for openness in Openness],
    "certificates.{switched}": [f"certificates.{one}" for one in ("on", "off", "changed")],
    "outside.{became}": [f"outside.{one}" for one in ("entered", "renewed", "corrected", "withdrawn")],
    "self.imported": [tables.imported for tables in (outside_imports.TABLES, outside_hour_imports.TABLES)],
    "self.left_out_action": ["outside.left_out", "hours.left_out"],
    "completion.{became}": [f"completion.{became}" for became in ("restored", "other_evidence", "voided")],
    "course.changed.{name}": [f"course.changed.{name}" for name in ("in_order", "seek_lock", "opens_at", "requires")],
    "exam.changed.{field}": [f"exam.changed.{name}" for name in (*FIELDS, "scope", "state", "title", "notice",
                                                                 "contact_name", "contact_phone", "paused", "resumed",
                                                                 "integrity")],
    "identity.{state.value}": [f"identity.{became}" for became in ("given", "declined", "withdrawn")],
    "person.{kind}": ["person.merged", "person.split"],
    "questions.{bulk.what}": [f"questions.{what}" for what in (*FACTS, *STATES)],
    "roster.{change.kind.value}_taken_back": [f"roster.{kind.value}_taken_back" for kind in RosterChangeKind],
    "roster.{kind.value}": [f"roster.{kind.value}" for kind in RosterChangeKind],
    "topic.{what}": [f"topic.{what}" for what in ("added", "renamed", "moved", "merged", "removed")],
    "unit.{kind}": [f"unit.{kind}" for kind in ("renamed", "kind", "moved", "merged", "took_in", "closed", "reopened")],
    "action": ["role.granted", "role.revoked"],  # merging two people; exports hand theirs over by the keyword `action`
    "logged.pop('action')": [],
}  # fmt: skip
"""Codes that are put together when the program runs, by how they are written."""

_CALLS = {"audit.record": 1, "audit.entry": 0, "exporting.send": None}
"""Where each has its code; exports give theirs by keyword."""


def _calls() -> Iterator[ast.Call]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _CALLS:
                yield node


def _codes(written: ast.expr) -> list[str]:
    if isinstance(written, ast.Constant):
        return [str(written.value)]
    if isinstance(written, ast.IfExp):
        return _codes(written.body) + _codes(written.orelse)
    return COMPUTED[ast.unparse(written).removeprefix("f'").removesuffix("'")]


def _recorded() -> set[str]:
    found: set[str] = set()
    for call in _calls():
        place = _CALLS[ast.unparse(call.func)]
        if place is not None:
            found.update(_codes(call.args[place]))
        else:
            exported = next(one.value for one in call.keywords if one.arg == "action")
            found.update(code + end for code in _codes(exported) for end in ("", ".done"))
    return found


def test_every_action_has_words_and_none_is_left_over() -> None:
    assert len(_recorded()) > 50
    assert _recorded() == audit_actions.ACTIONS.keys()


def test_every_detail_has_a_label_or_is_for_programs() -> None:
    known = {*audit_words.DETAILS, *audit_words.UNTOLD, "counts", "filter"}
    plumbing = {"now", "actor", "on", "unit_id", "reason", "form", "action", "plain", "about", None}
    given = {one.arg for call in _calls() for one in call.keywords}
    assert given - plumbing - known == set()


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("action", "detail", "said"),
    [
        ("roster.imported", {"file": "a.xlsx", "new": 3, "changed": 0, "refused": 1},
         ["file: a.xlsx", "new people: 3", "refused: 1"]),
        ("bank.imported", {"file": "b.csv", "bank": "Fire", "counts": {"read": 9, "imported": 9, "errors": 0}},
         ["file: b.csv", "question bank: Fire", "read: 9", "imported: 9"]),
        ("card.issued", {"person": 7, "replaced": True, "pin": False},
         ["person: Wang Min", "replaces an older card: yes", "with a PIN: no"]),
        ("exam.changed.pass_share", {"old": "0.6", "new": "0.05"}, ["before: 60 %", "after: 5 %"]),
        ("exam.changed.closes_at", {"old": "", "new": "2026-03-02T16:30:00+00:00"}, ["after: 3 Mar 2026, 00:30"]),
        ("exam.changed.state", {"old": "published", "new": "withdrawn"}, ["before: Published", "after: Withdrawn"]),
        ("unit.kind", {"old": "town", "new": "village"}, ["before: Town", "after: Village"]),
        ("unit.closed", {"old": "Farm", "new": "Farm"}, []),
        ("person.merged", {"other": 9, "name": "Li Na"}, ["other entry: Li Na"]),
        ("person.edited", {"fields": ["name", "birth_year"]}, ["fields: name, year of birth"]),
        ("roster.exemption", {"person_id": 7, "change_id": 3}, ["person: Wang Min"]),
        ("records.exported", {"format": "xlsx", "filter": {"since": ["2026-01-02"], "unit": ["3"], "col": ["name"]}},
         ["format: xlsx", "since: 2 Jan 2026"]),
        ("records.exported.done", {"rows": 0, "whole": True}, ["rows: 0", "the whole file was sent: yes"]),
        ("report.exported", {"table": "people"}, ["table: The people"]),
        ("role.granted", {"role": "gone"}, ["role: gone"]),
        ("somebody.else", {"colour": "red"}, ["colour: red"]),
    ],
)  # fmt: skip
def test_details_read_as_people_say_them(action: str, detail: dict[str, Any], said: list[str]) -> None:
    entry = AuditEntry(at=datetime(2026, 1, 1, tzinfo=UTC), action=action, detail=detail, reason="", object_kind="")
    assert list(audit_words.details(Told(entry, "", "", "", {7: "Wang Min"}))) == said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("kept", "said"),
    [("inspection", "Inspection or audit"), ("other: for the mayor", "Other - for the mayor"), ("tired", "tired"),
     ("command line", "command line"), ("decree 7: all", "decree 7: all")],
)  # fmt: skip
def test_reasons_from_a_list_are_told_in_words(kept: str, said: str) -> None:
    entry = AuditEntry(at=datetime(2026, 1, 1, tzinfo=UTC), action="x", detail={}, reason=kept, object_kind="")
    assert audit_words.reason(Told(entry, "", "", "")) == said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("english")
def test_a_thing_without_a_name_has_a_kind_and_a_number() -> None:
    entry = AuditEntry(action="link.used", detail={}, reason="", object_kind="onetimelink", object_id=4)
    assert audit_words.thing(Told(entry, "", "", "")) == "one-time link 4"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_names_courses_and_people(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "City", parent=None, now=here.now())
        course = stored_course(session, now=here.now())
        person = people.add_person(session, "Wang Min", unit=unit, now=here.now())
        admin = manager(session, Role.ADMIN, None, now=here.now(), home=unit)
        audit.record(session, "course.hidden", now=here.now(), actor=admin, on=course)
        audit.record(session, "card.revoked", now=here.now(), actor=admin, person=person.id)
        username = str(admin.username)
    visitor = Visitor(app).sign_in(username)
    visitor.get("/manage/audit")
    assert "Course hidden Black soil" in visitor.words
    assert "person: Wang Min" in visitor.words
