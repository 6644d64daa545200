"""A bank shared with another unit: looked into, drawn from, copied from, never changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Person, Question, Role, Unit
from suyu_learn.services import (
    bank,
    bank_contents,
    bank_editing,
    bank_files,
    bank_imports,
    bank_questions,
    bank_sharing,
    exam_reach,
    people,
)
from suyu_learn.services.bank_editing import Edit
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, published_exam, single, stored_bank
from tests.question_tables import csv_file
from tests.question_tables import single as table_row
from tests.question_types import draft

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        city = people.add_unit(session, "City", parent=None, now=now)
        mill, farm, shop = (people.add_unit(session, name, parent=city, now=now) for name in ("Mill", "Farm", "Shop"))
        row = stored_bank(session, now=now, unit=mill, name="Of the mill")
        own = stored_bank(session, now=now, unit=farm, name="Of the farm", questions=[])
        people_ = {unit.name: manager(session, Role.ORGANIZER, unit, now=now) for unit in (mill, farm, shop)}
        question = session.scalars(select(Question.id).where(Question.bank_id == row.id)).first()
        return {"bank": row.id, "own": own.id, "farm": farm.id, "question": question,
                **{name: one.username for name, one in people_.items()}}  # fmt: skip


def test_a_share_is_given_used_and_taken_back(app: Flask, town: dict[str, Any]) -> None:
    keeper, farmer, shopkeeper = (Visitor(app).sign_in(town[name]) for name in ("Mill", "Farm", "Shop"))
    where = f"/manage/bank/{town['bank']}"
    assert farmer.get(where).status_code == 404
    keeper.get(f"{where}/shares")
    keeper.post(f"{where}/shares", unit=str(town["farm"]))
    assert "The bank is shared" in keeper.words
    assert keeper.post(f"{where}/shares", unit=str(town["farm"])).status_code == 422
    farmer.get("/manage/bank")
    assert "Shared by Mill" in farmer.words
    assert farmer.get(where).status_code == 200
    assert "Another unit shares this bank" in farmer.words
    assert farmer.get(f"{where}/questions/{town['question']}").status_code == 200
    assert shopkeeper.get(where).status_code == 404
    for path in ("rename", "delete", "review", "shares", f"questions/{town['question']}/retire",
                 f"questions/{town['question']}/edit", "filters"):  # fmt: skip
        assert farmer.post(f"{where}/{path}", name="mine").status_code == (403 if path != "filters" else 200), path
    which = {"question": str(town["question"]), "which": "chosen"}
    assert farmer.post(f"{where}/bulk/check", **which, what="retire").status_code == 403
    farmer.post(f"{where}/bulk/apply", **which, what="copy", value=str(town["own"]), number="1")
    assert "Done: 1 of 1 questions." in farmer.words
    with learn(app).database.writing() as session:
        person = session.scalars(select(Person).where(Person.username == town["Farm"])).one()
        assert [one.name for one in exam_reach.usable_banks(session, person)] == ["Of the farm", "Of the mill"]
        row, unit = session.get_one(Bank, town["bank"]), session.get_one(Unit, town["farm"])
        published_exam(session, now=learn(app).now(), source=row, unit=unit, title="Harvest", questions=5)
        with pytest.raises(Problem, match="needed"):
            bank_contents.retire(session, row, town["question"], actor=person, now=learn(app).now())
    keeper.get(f"{where}/shares")
    assert "1 open exam of theirs draws from it and goes on doing so" in keeper.words
    keeper.get(f"{where}/questions/{town['question']}")
    assert "An exam of another unit" in keeper.words
    assert "Harvest" not in keeper.words
    keeper.post(f"{where}/shares/{town['farm']}/withdraw")
    assert "Farm sees this bank no more." in keeper.words
    assert farmer.get(where).status_code == 404
    keeper.post(f"{where}/shares/{town['farm']}/withdraw")
    assert "no more already" in keeper.words


def test_a_topic_is_kept_on_its_pages(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["Mill"])
    keeper.get("/manage/topics")
    keeper.post("/manage/topics", name="Safety", parent="")
    keeper.post("/manage/topics", name="Fire", parent="1")
    assert keeper.post("/manage/topics", name="Safety", parent="").status_code == 422
    keeper.get("/manage/topics/2")
    keeper.post("/manage/topics/2/rename", name="Flames")
    assert "new name" in keeper.words
    keeper.post("/manage/topics/2/move", parent="")
    assert "stands in its new place" in keeper.words
    assert keeper.post("/manage/topics/2/merge", into="2").status_code == 422
    keeper.post("/manage/topics/2/merge", into="1")
    assert "The two topics are one." in keeper.words
    keeper.post("/manage/topics/1/remove")
    assert "The topic is gone." in keeper.words
    assert keeper.get("/manage/topics/1").status_code == 404


@pytest.fixture
def shared(app: Flask, town: dict[str, Any]) -> dict[str, Any]:
    """The mill's bank shared with the farm; in it a draft, a newer draft of a published question, and a preview."""
    here = learn(app)
    with here.database.writing() as session:
        keeper = session.scalars(select(Person).where(Person.username == town["Mill"])).one()
        row, farm = session.get_one(Bank, town["bank"]), session.get_one(Unit, town["farm"])
        bank_sharing.share(session, row, farm.id, actor=keeper, now=here.now())
        fresh = single(77)
        fresh = replace(fresh, body={**fresh.body, "stem": "Top secret draft?"})
        made = bank_editing.create(session, row, Edit(fresh), actor=keeper, now=here.now())
        question = session.get_one(Question, town["question"])
        kept = bank_editing.edit_of(session, question, bank_questions.latest_of(session, question), base=1)
        body = {**kept.draft.body, "stem": "Coming wording?"}
        bank_editing.edit(session, row, question, replace(kept, draft=replace(kept.draft, body=body)), actor=keeper,
                          now=here.now())  # fmt: skip
        upload = bank_imports.Upload("secret exam.csv", csv_file(table_row(stem="A question of the preview?")), "csv")
        read = bank_files.read(upload.content, file_name=upload.file_name, key="k", formats=here.plugins.bank_formats,
                               types=here.plugins.question_types)  # fmt: skip
        batch = bank_imports.take_up(session, row, read, upload, key="preview-key", actor_id=keeper.id,
                                     day="2026-03-02", now=here.now())  # fmt: skip
        return {**town, "draft": made.question_id, "import": batch.key}


def test_who_looks_into_a_shared_bank_sees_nothing_unpublished(app: Flask, shared: dict[str, Any]) -> None:
    farmer = Visitor(app).sign_in(shared["Farm"])
    where = f"/manage/bank/{shared['bank']}"
    for query in ("", "?status=any", "?status=draft", "?status=review", "?q=secret&status=any"):
        assert farmer.get(f"{where}{query}").status_code == 200
        for secret in ("Top secret draft?", "Coming wording?", "secret exam.csv"):
            assert secret not in farmer.words, (query, secret)
    assert farmer.get(f"{where}/questions/{shared['draft']}").status_code == 404
    farmer.get(f"{where}/questions/{shared['question']}")
    assert "Question 1?" in farmer.words
    assert "Coming wording?" not in farmer.words
    assert farmer.get(f"{where}/questions/{shared['question']}/versions").status_code == 403
    assert farmer.get(f"{where}/figures.xlsx").status_code == 403
    farmer.get(where)
    file = farmer.post(f"{where}/download?status=any", format="gift")
    assert file.status_code == 200
    assert "Top secret" not in file.get_data(as_text=True)
    assert "Coming" not in file.get_data(as_text=True)


def test_who_looks_into_a_shared_bank_copies_nothing_unpublished(app: Flask, shared: dict[str, Any]) -> None:
    farmer = Visitor(app).sign_in(shared["Farm"])
    where = f"/manage/bank/{shared['bank']}"
    farmer.get(where)
    farmer.post(f"{where}/bulk/apply", question=str(shared["draft"]), what="copy", value=str(shared["own"]), number="1")
    farmer.post(f"{where}/bulk/apply", which="all", status="any", what="copy", value=str(shared["own"]), number="5")
    with learn(app).database.reading() as session:
        stems = [bank_questions.latest_of(session, one).body["stem"]
                 for one in session.scalars(select(Question).where(Question.bank_id == shared["own"]))]  # fmt: skip
    assert sorted(stems) == [f"Question {number}?" for number in range(1, 6)]


def test_imports_are_for_who_keeps_the_bank(app: Flask, shared: dict[str, Any]) -> None:
    farmer, keeper = Visitor(app).sign_in(shared["Farm"]), Visitor(app).sign_in(shared["Mill"])
    where = f"/manage/bank/imports/{shared['import']}"
    assert keeper.get(where).status_code == 200
    assert "A question of the preview?" in keeper.words
    for path in ("", "/remarked", "/errors.xlsx", "/columns"):
        assert farmer.get(f"{where}{path}").status_code == 403, path
    for path in ("/read", "/apply", "/step", "/discard", "/undo", "/near", "/columns", "/rows/1"):
        assert farmer.post(f"{where}{path}").status_code == 403, path


def test_who_looks_into_a_shared_bank_reads_passages_as_published(app: Flask, shared: dict[str, Any]) -> None:
    here = learn(app)
    with here.database.writing() as session:
        row = session.get_one(Bank, shared["bank"])
        keeper = session.scalars(select(Person).where(Person.username == shared["Mill"])).one()
        text = draft("group", uid="passage")
        for one in (text, replace(draft("numeric"), uid="member", group="passage")):
            bank.store(session, row, one, now=here.now(), reviewer="a test")
        passage = session.scalars(select(Question).where(Question.uid == "passage")).one()
        kept = bank_editing.edit_of(session, passage, bank_questions.latest_of(session, passage), base=1)
        body = {**kept.draft.body, "stem": "A passage to come."}
        bank_editing.edit(session, row, passage, replace(kept, draft=replace(kept.draft, body=body)), actor=keeper,
                          now=here.now())  # fmt: skip
        member, passage_id = session.scalars(select(Question.id).where(Question.uid == "member")).one(), passage.id
    farmer = Visitor(app).sign_in(shared["Farm"])
    where = f"/manage/bank/{shared['bank']}"
    for path in (where, f"{where}?q=9.8", f"{where}/questions/{member}", f"{where}/questions/{passage_id}"):
        assert farmer.get(path).status_code == 200
        assert "A passage to come." not in farmer.words, path
    assert "某木材厂" in farmer.words
