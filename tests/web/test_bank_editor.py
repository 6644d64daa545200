"""Writing and editing questions on their pages, with and without mistakes, alone and with somebody else."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content import pictures
from suyu_learn.models import AuditEntry, Bank, Question, QuestionVersion, Role, Status, VersionTag
from suyu_learn.services import people, topics
from tests.browser_without_script import Visitor
from tests.factories import fill_in, learn, manager, multiple, published_exam, single, stored_bank, true_false
from tests.pictures import drawing
from tests.question_tables import csv_file
from tests.question_tables import single as a_row
from tests.web.test_editors import BODIES, EDITORS, sent

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KNOWN = {"text_format": "plain", "difficulty": "hard", "criterion": "7", "dimension": "methods", "lang": "zh_Hans"}


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    """A mill with a bank, two keepers, a reviewer."""
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        people.install_audiences(session)
        mill = people.add_unit(session, "Mill", parent=None, now=now)
        bank = stored_bank(session, now=now, unit=mill, name="Of the mill",
                           questions=[single(1), multiple(2), true_false(3), fill_in(4)])  # fmt: skip
        ids = list(session.scalars(select(Question.id).where(Question.bank_id == bank.id).order_by(Question.id)))
        two = [manager(session, Role.ORGANIZER, mill, now=now) for _ in range(2)]
        reviewer = manager(session, Role.REVIEWER, mill, now=now)
        both = manager(session, Role.ADMIN, mill, now=now)
        return {"bank": bank.id, "ids": ids, "keepers": [one.username for one in two], "reviewer": reviewer.username,
                "both": both.username}  # fmt: skip


def newest(app: Flask, question_id: int) -> QuestionVersion:
    with learn(app).database.reading() as session:
        found = session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == question_id)
            .order_by(QuestionVersion.number.desc())
        ).first()  # fmt: skip
        assert found is not None
        session.expunge(found)
        return found


def typed_form(visitor: Visitor) -> dict[str, Any]:
    """All that the editor on the page would send, as a browser reads it."""
    form = visitor.text[visitor.text.index('<form class="sl-card sl-form sl-editor__form"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, Any] = {}

    def add(name: str, value: str) -> None:
        sent.setdefault(name, []).append(value)

    for tag in re.findall(r"<input (?![^>]*type=\"file\")[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (not re.search(r'type="(checkbox|radio)"', tag) or " checked" in tag):
            add(name[1], value[1] if value else "")
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', form):
        add(name, value.strip("\r\n"))
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', options)
        add(name, (chosen[1] or chosen[2] or "") if chosen else "")
    sent.pop("csrf_token", None)
    return sent


def test_a_question_is_written_previewed_and_published(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    keeper.get(f"/manage/bank/{town['bank']}/questions/new")
    assert "Single choice" in keeper.words
    where = f"/manage/bank/{town['bank']}/questions/new/single"
    keeper.get(where)
    sent = typed_form(keeper) | KNOWN
    assert len(sent["option-key"]) == 4
    sent |= {"stem": "木粉为什么会爆炸？", "option-text": ["粉尘悬浮", "太冷", "", ""], "tags": "安全，粉尘",
             "new_topics": "消防", "audiences": ["workers"], "source": "GB 15577", "points": "2"}  # fmt: skip
    assert keeper.post(where, **sent, act="preview").status_code == 422
    assert "No choice is marked correct." in keeper.words
    assert "粉尘悬浮" in keeper.text
    sent["option-right"] = sent["option-key"][0]
    assert keeper.post(where, **sent, act="preview").status_code == 200
    assert "Key and explanation" in keeper.words
    keeper.post(where, **sent, act="save:publish")
    assert "Published: papers draw this version" in keeper.words
    for fact in ("7 Sustainable development", "消防", "安全，粉尘", "Workers", "GB 15577", "Methods", "Hard"):
        assert fact in keeper.words.replace(", ", "，"), fact
    with learn(app).database.reading() as session:
        version = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc())).first()
        assert version is not None
        assert version.body["answer"] == [sent["option-key"][0]]
        assert len(version.body["options"]) == 2
        assert set(session.scalars(select(VersionTag.tag))) == {"安全", "粉尘", "audience:workers"}
        assert session.scalar(select(AuditEntry.id).where(AuditEntry.action == "question.created"))


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/new/single"
    keeper.get(where)
    sent = typed_form(keeper) | KNOWN
    sent |= {"stem": "", "option-text": ["same", "same", "", ""], "points": "many", "explanation": "Kept text",
             "option-right": sent["option-key"][1], "tags": "x" * 70}  # fmt: skip
    assert keeper.post(where, **sent, act="save").status_code == 422
    for said in ("The question has no stem.", "Option 2 says the same as option 1.", "Points are a number above 0",
                 "at most 64 characters fit", "Kept text"):  # fmt: skip
        assert said in keeper.words, said
    assert re.search(r'name="option-text" value="same"[^>]*aria-describedby="option-2-error"', keeper.text)


def test_rows_come_and_go_without_script(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}/edit"
    keeper.get(where)
    before = typed_form(keeper)
    keeper.post(where, **before, act="add:option")
    added = typed_form(keeper)
    assert added["option-key"][:4] == before["option-key"]
    assert len(set(added["option-key"])) == 5
    keeper.post(where, **added, act="remove:option:2")
    assert typed_form(keeper)["option-key"] == [added["option-key"][place] for place in (0, 2, 3, 4)]
    for act in ("remove:option:99", "up:option:1", "add:nothing", "remove:option:x"):
        assert keeper.post(where, **before, act=act).status_code == 200


@pytest.mark.parametrize("place", range(4))
def test_keys_survive_an_edit_of_every_type(app: Flask, town: dict[str, Any], place: int) -> None:
    number = town["ids"][place]
    before = newest(app, number)
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{number}/edit"
    keeper.get(where)
    sent = typed_form(keeper)
    keeper.post(where, **sent, act="save:publish")
    assert newest(app, number).number == 1, "an edit that changes nothing makes no version"
    sent["explanation"] = "Now with a reason."
    keeper.post(where, **sent, act="save:publish")
    after = newest(app, number)
    assert (after.number, after.status) == (2, Status.PUBLISHED)
    assert {**after.body, "explanation": ""} == {**before.body, "explanation": ""}
    keeper.get(f"/manage/bank/{town['bank']}/questions/{number}")
    assert "Version 2 Published papers draw this one" in keeper.words


def test_the_second_of_two_is_told_what_changed(app: Flask, town: dict[str, Any]) -> None:
    first, second = (Visitor(app).sign_in(one) for one in town["keepers"])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}/edit"
    first.get(where)
    second.get(where)
    mine, theirs = typed_form(first), typed_form(second)
    first.post(where, **{**mine, "stem": "Question one, reworded?"}, act="save:publish")
    reply = second.post(where, **{**theirs, "explanation": "My own words"}, act="save:publish")
    assert reply.status_code == 422
    assert "While you were editing" in second.words
    assert re.search(r"<ins[^>]*>.*?reworded", second.text, re.DOTALL)
    assert "My own words" in second.text
    assert newest(app, town["ids"][0]).number == 2
    second.post(where, **typed_form(second), act="save:publish")
    assert newest(app, town["ids"][0]).body["explanation"] == "My own words"
    assert newest(app, town["ids"][0]).number == 3


def test_versions_are_compared_and_an_old_one_comes_back(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}"
    keeper.get(f"{where}/edit")
    sent = typed_form(keeper) | {"difficulty": "hard"}
    sent["option-text"] = ["quite right answer 1", *sent["option-text"][1:]]
    keeper.post(f"{where}/edit", **sent, act="save:publish")
    keeper.get(f"{where}/versions?from=1&to=2")
    assert "[new: quite ] right answer 1" in keeper.words
    assert "Difficulty" in keeper.words
    assert keeper.get(f"{where}/versions?from=1&to=9").status_code == 404
    alone = keeper.get(f"{where}/versions?to=1")
    assert "From version" in alone.text, "the form to choose two stays"
    assert "From version 1 to version 1" not in alone.text
    keeper.get(f"{where}/versions?from=2&to=1")
    keeper.post(f"{where}/versions/1/restore")
    assert "It is back as version 3, a draft." in keeper.words
    latest = newest(app, town["ids"][0])
    assert (latest.status, latest.body["options"][0]["text"]) == (Status.DRAFT, "right answer 1")
    assert "Version 2 Published papers draw this one" in keeper.words
    keeper.post(f"{where}/publish")
    assert "Version 3 Published papers draw this one" in keeper.words
    keeper.post(f"{where}/versions/3/restore")
    assert "nothing was changed" in keeper.words


def test_a_bank_with_review_wants_a_source_and_a_second_person(app: Flask, town: dict[str, Any]) -> None:
    with learn(app).database.writing() as session:
        session.get_one(Bank, town["bank"]).review = True
    both = Visitor(app).sign_in(town["both"])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}"
    both.get(f"{where}/edit")
    sent = typed_form(both) | {"stem": "Better?", "source": ""}
    assert both.post(f"{where}/edit", **sent, act="save:review").status_code == 422
    assert "This bank asks for a source." in both.words
    sent["source"] = "GB 1"
    both.post(f"{where}/edit", **sent, act="save:review")
    assert "Sent to review" in both.words
    both.post(f"{where}/publish")
    assert "This bank asks for review" in both.words
    both.post(f"{where}/approve", number=2)
    assert "You wrote this version" in both.words
    reviewer = Visitor(app).sign_in(town["reviewer"])
    reviewer.get("/manage/review")
    assert "1 question waits in 1 bank." in reviewer.words
    reviewer.get(where)
    reviewer.post(f"{where}/send-back", number=2, note=" ")
    assert "Say in a few words" in reviewer.words
    reviewer.post(f"{where}/send-back", number=2, note="The source is out of date.")
    assert newest(app, town["ids"][0]).status is Status.DRAFT
    assert "The source is out of date." in reviewer.words
    assert newest(app, town["ids"][0]).number == 2
    both.post(f"{where}/submit")
    reviewer.post(f"{where}/approve", number=1)
    assert "Look at it first" in reviewer.words
    reviewer.post(f"{where}/approve", number=2, note="Good now.")
    assert "Version 2 Published papers draw this one" in reviewer.words
    assert reviewer.get(f"{where}/edit").status_code == 403
    keeper = Visitor(app).sign_in(town["keepers"][0])
    assert keeper.post(f"{where}/approve", number=2).status_code == 403
    keeper.post(f"/manage/bank/{town['bank']}/review", review="")
    assert "organizers publish in this bank by themselves" in keeper.words


def test_nobody_approves_what_they_had_a_hand_in(app: Flask, town: dict[str, Any]) -> None:
    with learn(app).database.writing() as session:
        row = session.get_one(Bank, town["bank"])
        row.review = True
    both, keeper = Visitor(app).sign_in(town["both"]), Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}"
    both.get(f"{where}/edit")
    both.post(f"{where}/edit", **typed_form(both) | {"stem": "Mine?", "source": "GB 1"}, act="save:review")
    keeper.get(f"{where}/edit")
    keeper.post(f"{where}/edit", **typed_form(keeper) | {"tags": "a tag"}, act="save:review")
    assert newest(app, town["ids"][0]).number == 3
    both.get(where)
    assert "Agree and publish" not in both.words
    both.post(f"{where}/approve", number=3)
    assert "You wrote this version" in both.words
    reviewer = Visitor(app).sign_in(town["reviewer"])
    reviewer.get(where)
    reviewer.post(f"{where}/approve", number=3)
    assert "Published, with you as its reviewer." in reviewer.words


def test_a_topic_is_chosen_from_the_tree(app: Flask, town: dict[str, Any]) -> None:
    with learn(app).database.writing() as session:
        made = topics.at_the_top(session, ["Safety"])["Safety"]
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][2]}/edit"
    keeper.get(where)
    keeper.post(where, **typed_form(keeper) | {"topics": str(made)}, act="save:publish")
    assert "Safety" in keeper.words
    keeper.get(where)
    assert typed_form(keeper)["topics"] == [str(made)]


def test_the_script_asks_for_a_preview(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    keeper.get(f"/manage/bank/{town['bank']}/questions/{town['ids'][1]}/edit")
    where, sent = f"/manage/bank/{town['bank']}/questions/preview/multiple", typed_form(keeper)
    assert "Which ones, 2?" in keeper.client.post(where, data={**sent, "csrf_token": keeper.token}).text
    said = keeper.client.post(where, data={**sent, "stem": "", "csrf_token": keeper.token}, headers=keeper.headers)
    assert (
        "Not a valid choice"
        in keeper.client.post(where, data={"criterion": "abc", "csrf_token": keeper.token}, headers=keeper.headers).text
    )
    assert "The question has no stem." in said.text
    assert keeper.client.get(f"/manage/bank/{town['bank']}/questions/new/nothing").status_code == 404


def test_a_picture_is_put_into_the_text_and_seen_before_it_is_kept(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}/edit"
    keeper.get(where)
    sent = typed_form(keeper)
    sent.pop("picture_alt")
    for more, said in (({}, "Choose a picture first."), ({"picture": (io.BytesIO(drawing()), "a.png")}, "Say what")):
        assert keeper.post(where, **sent, **more, act="picture").status_code == 422
        assert said in keeper.words
    keeper.post(where, **sent, picture=(io.BytesIO(drawing()), "a.png"), picture_alt="A mill", act="picture")
    named = typed_form(keeper)
    assert named["stem"][0].endswith("\n[Picture 1]")
    assert "media:" not in named["stem"][0]
    found = re.search(r'name="picture-sha256" value="([0-9a-f]{64})"', keeper.text)
    assert found
    assert keeper.client.get(f"/media/{found[1]}").status_code == 200
    other = Visitor(app).sign_in(town["keepers"][1])
    assert other.client.get(f"/media/{found[1]}").status_code == 404
    other.get(where)
    assert (
        other.post(where, **typed_form(other) | {"stem": pictures.mark(found[1], "A mill")}, act="save").status_code
        == 422
    )
    assert "names a picture that is not here" in other.words
    keeper.post(where, **named, act="save:publish")
    assert "Version 2 Published" in keeper.words
    assert other.client.get(f"/media/{found[1]}").status_code == 200


def test_the_next_person_at_a_browser_has_none_of_the_pictures_sent_before(app: Flask, town: dict[str, Any]) -> None:
    shared = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}/edit"
    shared.get(where)
    sent = typed_form(shared) | {"picture_alt": "A mill"}
    shared.post(where, **sent, picture=(io.BytesIO(drawing()), "a.png"), act="picture")
    found = re.search(r'name="picture-sha256" value="([0-9a-f]{64})"', shared.text)
    assert found
    assert shared.client.get(f"/media/{found[1]}").status_code == 200
    shared.post("/logout")
    shared.sign_in(town["keepers"][1])
    assert shared.client.get(f"/media/{found[1]}").status_code == 404


def test_an_upload_into_a_bank_with_review_waits_for_a_reviewer(app: Flask, town: dict[str, Any]) -> None:
    with learn(app).database.writing() as session:
        session.get_one(Bank, town["bank"]).review = True
    keeper = Visitor(app).sign_in(town["keepers"][0])
    keeper.get(f"/manage/bank/{town['bank']}/import")
    file = (io.BytesIO(csv_file(a_row("木粉为什么会爆炸？"), a_row("木粉怕什么？"))), "q.csv")
    keeper.post(f"/manage/bank/{town['bank']}/import", file=file, encoding="")
    apply = re.search(r'action="([^"]+/apply)"', keeper.text)
    assert apply
    keeper.post(apply[1], how="good")
    keeper.get(f"/manage/bank/{town['bank']}")
    assert "2 wait for review" in keeper.words
    assert "4 questions" in keeper.words
    reviewer = Visitor(app).sign_in(town["reviewer"])
    reviewer.get("/manage/review")
    assert "2 questions wait in 1 bank." in reviewer.words
    where = re.search(r'href="(/manage/bank/\d+/questions/\d+)"', reviewer.text)
    assert where
    reviewer.get(where[1])
    reviewer.post(f"{where[1]}/approve", number="1")
    assert "Published, with you as its reviewer." in reviewer.words


@pytest.mark.parametrize("code", BODIES)
def test_each_type_is_written_shown_and_edited(app: Flask, town: dict[str, Any], code: str) -> None:
    body, editor = BODIES[code], EDITORS[code]
    stem = "____ ".join(["A stem with gaps"] * (1 + len(body.get("blanks", body.get("gaps", ())))))
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/new/{code}"
    assert keeper.get(where).status_code == 200
    form = {**sent(editor, editor.fields_of(body)).to_dict(flat=False), **KNOWN, "stem": stem}
    keeper.post(where, **form, act="preview")
    assert "Key and explanation" in keeper.words or code == "group", keeper.words
    keeper.post(where, **form, act="save:publish")
    assert "Published: papers draw this version" in keeper.words, keeper.words
    page = keeper.page.request.path if keeper.page is not None else ""
    assert keeper.get(f"{page}/edit").status_code == 200
    again = typed_form(keeper)
    keeper.post(f"{page}/edit", **again, act="save:publish")
    assert newest(app, int(page.rsplit("/", 1)[1])).number == 1
    keeper.post(f"{page}/edit", **again | {"stem": f"Reworded: {stem}"}, act="save:publish")
    keeper.get(f"{page}/versions")
    assert "[new: Reworded: ]" in keeper.words, keeper.words
    assert keeper.get(f"/manage/bank/{town['bank']}?type={code}").status_code == 200


def test_a_question_is_written_for_a_passage(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/new/group"
    keeper.get(where)
    keeper.post(where, **typed_form(keeper) | {"stem": "A long passage"}, act="save:publish")
    passage = keeper.page.request.path if keeper.page is not None else ""
    write = re.search(r'href="([^"]+/questions/new\?group=\d+)"', keeper.text)
    assert write
    keeper.get(write[1])
    assert "Group of questions" not in keeper.words
    assert "A long passage" in keeper.words  # on the way there
    keeper.get(write[1].replace("new?", "new/true_false?"))
    filled = typed_form(keeper) | {"stem": "The passage is long.", "answer": "true"}
    keeper.post(write[1].replace("new?", "new/true_false?"), **filled, act="save:publish")
    assert "It refers to: A long passage" in keeper.words
    keeper.get(passage)
    assert "The passage is long." in keeper.words


def test_a_type_without_an_editor_is_shown_and_not_edited(
    app: Flask, town: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(learn(app).plugins.question_editors, "single")
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}"
    keeper.get(where)
    assert f"{where}/edit" not in keeper.text
    keeper.get(f"{where}/edit")
    assert "Questions of this type have no editor here." in keeper.words
    assert keeper.get(f"/manage/bank/{town['bank']}/questions/new/single").status_code == 404
    assert keeper.post(f"{where}/edit", stem="x").status_code == 404


def test_a_formula_that_cannot_be_drawn_is_refused_beside_its_field(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/new/single"
    keeper.get(where)
    sent = typed_form(keeper) | KNOWN | {"text_format": "markdown"}
    sent |= {"stem": "How much is $\\frac{1}{2}$ of $\\nonsense$?", "explanation": "Half: $一半$",
             "option-text": ["$x^2$", "$x^{$", "", ""], "option-right": sent["option-key"][0]}  # fmt: skip
    for act in ("save", "preview"):
        assert keeper.post(where, **sent, act=act).status_code == 422
        assert re.search(r'id="stem-error".*?nonsense.*?</p>', keeper.text)
        assert re.search(r'id="explanation-error".*?Chinese characters.*?</p>', keeper.text)
        assert re.search(r'id="option-2-error".*?x\^\{.*?</p>', keeper.text)
        assert 'id="option-1-error"' not in keeper.text
    preview = f"/manage/bank/{town['bank']}/questions/preview/single"
    keeper.post(preview, **sent)
    assert "It cannot be shown yet" in keeper.words
    sent |= {"stem": "How much is $\\frac{1}{2}$ of it?", "explanation": "", "option-text": ["$x^2$", "x", "", ""]}
    keeper.post(preview, **sent)
    assert keeper.text.count("sl-formula") >= 2
    keeper.get(where)
    keeper.post(where, **sent | {"text_format": "plain", "stem": "$一半$"}, act="save")
    assert "Saved as a draft" in keeper.words  # in a plain text the signs are only signs


def test_a_version_is_not_published_that_takes_a_question_from_an_open_exam(app: Flask, town: dict[str, Any]) -> None:
    here, number = learn(app), town["ids"][0]
    with here.database.writing() as session:
        bank = session.get_one(Bank, town["bank"])
        levels = {one.difficulty.value for one in session.scalars(select(QuestionVersion))}
        assert levels == {"medium"}
        exam = published_exam(session, now=here.now(), source=bank, questions=4, title="Needs four")
        exam.paper.rules[0].filter = {"banks": [bank.id], "difficulties": ["medium"]}
    keeper = Visitor(app).sign_in(town["keepers"][0])
    where = f"/manage/bank/{town['bank']}/questions/{number}"
    keeper.get(f"{where}/edit")
    harder = typed_form(keeper) | {"difficulty": "hard"}
    assert keeper.post(f"{where}/edit", **harder, act="save:publish").status_code == 422
    assert "too few questions: Needs four." in keeper.words
    assert newest(app, number).number == 1
    keeper.post(f"{where}/edit", **harder, act="save")
    assert newest(app, number).status is Status.DRAFT
    keeper.post(f"{where}/publish")
    assert "too few questions: Needs four." in keeper.words
    assert newest(app, number).status is Status.DRAFT
    keeper.post(f"{where}/retire")
    assert "too few questions: Needs four." in keeper.words
    with here.database.reading() as session:
        assert session.get_one(Question, number).published_version_id is not None
    keeper.get(f"{where}/edit")
    other = typed_form(keeper) | {"difficulty": "medium", "source": "Another source"}
    keeper.post(f"{where}/edit", **other, act="save:publish")
    assert "Published: papers draw this version" in keeper.words
