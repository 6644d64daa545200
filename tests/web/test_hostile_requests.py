"""What scripts send to see what breaks: every answer is below 500, and nothing is stored of it."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from suyu_learn.models import Grant, Role
from suyu_learn.web import integrity, routing, sitting
from tests.browser_without_script import Visitor
from tests.factories import learn, stage

NINES = "9" * 5000
LONG_ID = "9" * 25

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


def test_answers_of_no_sense(app: Flask) -> None:
    given = stage(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    deep = "[" * 100_000
    answers = [
        visitor.client.put(f"{paper.path}/answers/1", data=deep, content_type="application/json",
                           headers={"X-CSRF-Token": paper.token}),
        visitor.client.put(f"{paper.path}/answers", data=deep, content_type="application/json",
                           headers={"X-CSRF-Token": paper.token}),
        paper.save(1, "a\0b"),
        paper.save(1, "\ud800"),
        paper.save(int(LONG_ID), "right", seq=1),
        visitor.post(f"{paper.path}/page", follow=False, epoch="²", **{"q²": "x", f"q{NINES}": "x"}),
        visitor.post(f"{paper.path}/page", follow=False, epoch=paper.epoch, q1="a\0b"),
        visitor.post(f"{paper.path}/submit", follow=False, queue=deep),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


@pytest.mark.parametrize(
    "path",
    [
        f"/exams/{LONG_ID}",
        f"/manage/units/{LONG_ID}", f"/manage/people/{LONG_ID}", f"/manage/exams?page={LONG_ID}",
        f"/manage/people?page={LONG_ID}", f"/manage/bank/{LONG_ID}", "/manage/records?unit=²",
        f"/manage/records?unit={NINES}",
        "/manage/records?since=0001-01-01", "/manage/records?until=9999-12-31", f"/manage/units/new?below={NINES}",
        f"/manage/people/new?unit={NINES}", "/manage/reports?unit=²", f"/manage/cards?unit={LONG_ID}", "/courses/a%00b",
        f"/manage/exams/new?bank={NINES}", "/manage/people?search=%00",
    ],
)  # fmt: skip
def test_addresses_of_no_sense(app: Flask, path: str) -> None:
    given = stage(app)
    with learn(app).database.writing() as session:
        session.add(Grant(person_id=given.person_id, role=Role.ADMIN, granted_at=learn(app).now()))
    assert Visitor(app).sign_in("lin").get(path).status_code < 500


@pytest.mark.parametrize(
    "typed",
    [
        {"opens_at": "0001-01-01T00:00"}, {"closes_at": "9999-12-31T23:59"}, {"pass_mark": "sNaN"},
        {"pass_mark": "NaN"},
        {"rule_bank": NINES}, {"action": f"remove-{NINES}"}, {"title": "a\0b"}, {"minutes": "1e9"},
        {"rule_points": "0"},
    ],
    ids=lambda typed: next(iter(typed.items()))[0],
)  # fmt: skip
def test_exam_forms_of_no_sense(app: Flask, typed: dict[str, str]) -> None:
    given = stage(app)
    with learn(app).database.writing() as session:
        session.add(Grant(person_id=given.person_id, role=Role.ADMIN, granted_at=learn(app).now()))
    visitor = Visitor(app).sign_in("lin")
    form = {"title": "x", "minutes": "60", "pass_mark": "60", "rule_bank": "1", "rule_type": "single",
            "rule_count": "1", "rule_points": "5", "action": "save", **typed}  # fmt: skip
    assert visitor.post("/manage/exams/new", **form).status_code < 500


def test_a_look_at_the_headers_of_a_paper_changes_nothing(app: Flask) -> None:
    given = stage(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    assert visitor.client.head(paper.path).status_code == 405
    assert paper.save(1, "right").status_code == 200


def test_numbers_stop_where_the_database_could_not_add_to_them(app: Flask) -> None:
    given = stage(app)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    assert paper.save(1, "right", seq=2**31 - 1).status_code == 400
    assert paper.save(1, "right", seq=2**30 - 1).status_code == 200
    assert Visitor(app).sign_in("lin").get(paper.path).status_code == 200


def test_tokens_with_endless_tails_are_not_kept(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    before = len(routing._GENUINE)
    answer = visitor.post("/login", follow=False, csrf_token=visitor.token + "!" * 400_000, username="x", password="y")
    assert answer.status_code == 422
    assert len(routing._GENUINE) == before


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=cut"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/attempts/nobody/page"), ("POST", "/typing/nobody/page"),
                                              ("POST", "/login"), ("POST", "/manage/bank/1/import")])  # fmt: skip
def test_what_strangers_send_is_refused_before_it_is_read(app: Flask, method: str, path: str, kind: str) -> None:
    body = _Counted(b"--cut\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n" + b"a&" * 2_000_000)
    reply = app.test_client().open(path, method=method, input_stream=body, content_length=len(body.getvalue()),
                                   content_type=kind)  # fmt: skip
    assert reply.status_code in (401, 413)
    assert body.tell() <= routing.MOST_SENT


def test_nobody_reads_what_comes_along_with_looking(app: Flask) -> None:
    body = _Counted(b"a&" * 100_000)
    reply = app.test_client().get("/login", input_stream=body, content_length=len(body.getvalue()),
                                  content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert (reply.status_code, body.tell()) == (200, 0)


class _Counted(io.BytesIO):
    """A body that stays open, so that it can be told how much of it was read."""

    def close(self) -> None:
        pass


def test_endless_queues_are_refused_before_anything_is_made_of_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = stage(app)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    made: list[object] = []
    monkeypatch.setattr(sitting, "_incoming", made.append)
    monkeypatch.setattr(integrity, "_leave", made.append)
    assert paper.flush([{}] * 501).status_code == 400
    assert paper.visitor.put(f"{paper.path}/leaves", {"leaves": [{}] * 201}, token=paper.token).status_code == 400
    assert made == []
