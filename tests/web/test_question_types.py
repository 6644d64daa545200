"""Every type on the paper, saved by a page without script, and on the result with what was right of it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Bank, Grant, Question, Role, Shown
from suyu_learn.services import bank, exam_plans, regrading, steps
from suyu_learn.services.exam_plans import RulePlan
from tests.browser_without_script import Paper, Visitor
from tests.factories import course_draft, fill_in, learn, learner, manager, stage, stored_bank, stored_course
from tests.question_types import BODIES, PARTLY, RIGHT, TYPES, draft

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CODES = list(RIGHT)


def _started(app: Flask, **exam: Any) -> tuple[Visitor, Paper, dict[str, int]]:
    given = stage(
        app, questions=[draft(code) for code in CODES], points=10, show_key=Shown.NOW, show_explanation=Shown.NOW,
        **exam,
    )  # fmt: skip
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    with learn(app).database.reading() as session:
        slots = steps.slots_of(session, session.scalars(select(Attempt)).one())
        return visitor, paper, {slot.version.type: slot.number for slot in slots}


def _fractions(app: Flask) -> dict[str, Decimal | None]:
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        return {slot.version.type: slot.fraction for slot in steps.slots_of(session, attempt)}


def _post(visitor: Visitor, paper: Paper, slots: dict[str, int], answers: dict[str, Any]) -> str:
    fields = {f"q{slots[code]}": answer for code, answer in answers.items()}
    epoch = re.search(r'data-epoch="(\d+)"', visitor.text)
    assert epoch
    visitor.post(f"{paper.path}/page", epoch=epoch[1], action="save", **fields)
    return visitor.text


def test_right_answers_posted_without_script_earn_everything(app: Flask) -> None:
    visitor, paper, slots = _started(app)
    shown = _post(visitor, paper, slots, RIGHT)
    assert shown.count(" selected>") == 3 + 4 + 1
    assert 'value="9,8 m/s²"' in shown
    assert 'value="膨胀"' in shown
    assert "补充氧气，排出有毒气体</textarea>" in shown
    paper.submit()
    assert set(_fractions(app).values()) == {Decimal(1)}


def test_the_paper_gives_no_key_away(app: Flask) -> None:
    visitor, _paper, _slots = _started(app)
    assert not [word for word in ("提、拔、握、压", "膨胀", "变大", "缺氧", "tolerance", " → ") if word in visitor.text]


def test_the_result_says_of_each_pair_gap_place_and_keyword_whether_it_was_right(app: Flask) -> None:
    visitor, paper, slots = _started(app)
    for code, answer in PARTLY.items():
        assert paper.save(slots[code], answer).status_code == 200
    paper.submit()
    assert {code: str(fraction) for code, fraction in _fractions(app).items()} == {
        "numeric": "1", "matching": "0.333333", "ordering": "0", "cloze": "0.333333", "short_answer": "0.5",
    }  # fmt: skip
    parts = re.findall(r'<li class="sl-part (is-right|is-wrong)">', visitor.text)
    assert parts == ["is-right", "is-wrong", "is-wrong", *["is-wrong"] * 2, *["is-right"] * 2,
                     "is-right", "is-wrong", "is-wrong", "is-right", "is-wrong"]  # fmt: skip
    assert "Right answer: 先切断电源" in visitor.words
    assert "9.8 m/s² (± 0.1)" in visitor.words


CORRECTED = {
    "matching": ({"pairs": {"p0": "o2", "p1": "o1", "p2": "o0"}}, "先切断电源"),
    "cloze": ({"gaps": [{"key": "a", "kind": "number", "value": "4", "tolerance": "0"}, *BODIES["cloze"]["gaps"][1:]]},
              "4"),
    "another prompt": ({"prompts": [{"key": "p9", "text": "触电之后"}, *BODIES["matching"]["prompts"][1:]],
                        "pairs": {"p9": "o3", "p1": "o1", "p2": "o2"}}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", CORRECTED)
def test_a_corrected_key_is_the_one_that_the_result_shows(app: Flask, name: str) -> None:
    """Unless the question has other parts now, to which the answer does not belong."""
    code = "cloze" if name == "cloze" else "matching"
    given, here = stage(app, questions=[draft(code)], points=10, show_key=Shown.NOW), learn(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    paper.save(1, RIGHT[code])
    paper.submit()
    changed, right = CORRECTED[name]
    with here.database.writing() as session:
        question = session.scalars(select(Question)).one()
        body = {**BODIES[code], **changed}
        newer = replace(draft(code), body=TYPES[code].write(TYPES[code].read(body)))
        bank.store(session, session.get_one(Bank, question.bank_id), newer, now=here.now(), reviewer="a test")
        keeper = manager(session, Role.ORGANIZER, None, now=here.now())
        regrading.apply(session, question, person=keeper, reason="It was wrong.", now=here.now(),
                        versions=here.versions)  # fmt: skip
    visitor.get(f"{paper.path}/result")
    shown = re.findall(r"Right answer: (\S+)", visitor.words)
    assert shown == ([] if right is None else [right, "先通风、再检测"] if code == "matching" else [right])


def test_a_slip_of_the_pen_is_told_and_changes_nothing(app: Flask) -> None:
    _visitor, paper, slots = _started(app)
    assert paper.save(slots["numeric"], "9,8").status_code == 200
    reply = paper.save(slots["numeric"], "9,8x")
    assert (reply.status_code, reply.json["reason"]) == (422, "unreadable")
    assert "“9,8x” could not be read as a number" in reply.json["message"]
    paper.submit()
    assert _fractions(app)["numeric"] == 1


UNREADABLE = {
    "numeric": ("about ten", ["about ten"]),
    "cloze": (["cold", "m0", "膨胀"], ["cold", "膨胀"]),
    "ordering": (["i2", "i1", "nonsense", "i0"], []),
    "matching": (["o3", "nonsense", "o1"], []),
    "short_answer": ("啊" * 3000, ["啊" * 3000]),
}


@pytest.mark.parametrize("code", CODES)
def test_what_cannot_be_read_without_script_stays_in_its_fields_beside_the_reason(app: Flask, code: str) -> None:
    visitor, paper, slots = _started(app)
    _post(visitor, paper, slots, {"numeric": "9.8"})
    typed, shown = UNREADABLE[code]
    right = {other: answer for other, answer in RIGHT.items() if other != code}
    page = _post(visitor, paper, slots, {**right, code: typed})
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    assert "1 answer could not be read and is not saved." in visitor.words
    question = page[page.index(f'id="q-{slots[code]}"') :]
    question = question[: question.index("</section>")]
    assert f'id="fault-{slots[code]}"' in question
    assert f'aria-describedby="stem-{slots[code]} fault-{slots[code]}"' in question
    assert page.count('class="sl-field__error"') == 1
    for said in shown:
        assert said in question
    if code in ("ordering", "matching"):
        assert question.count(" selected>") == len(typed) - 1  # all that is an option here
    if code == "cloze":
        assert question.count(" selected>") == 1
    mended = _post(visitor, paper, slots, RIGHT)  # the page that came up can be sent as it is, once mended
    assert 'class="sl-field__error"' not in mended
    paper.submit()
    assert set(_fractions(app).values()) == {Decimal(1)}


def test_while_the_key_is_closed_parts_say_only_what_was_answered(app: Flask) -> None:
    given = stage(app, questions=[draft("matching")], points=10, show_explanation=Shown.NOW)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    paper.save(1, ["o0", "o3", ""])
    paper.submit()
    assert "用水浇灭" in visitor.words
    assert 'class="sl-part"' in visitor.text
    assert "先切断电源" not in visitor.words


def test_the_bank_shows_every_type_with_its_key_and_its_passage(app: Flask) -> None:
    given = stage(app, questions=[draft(code) for code in (*RIGHT, "essay")], points=10)
    here = learn(app)
    with here.database.writing() as session:
        target = session.scalars(select(Bank)).one()
        for one in (draft("group", uid="passage"), replace(draft("numeric"), uid="member", group="passage")):
            bank.store(session, target, one, now=here.now(), reviewer="a test")
        session.add(Grant(person_id=given.person_id, role=Role.ADMIN, unit_id=None, granted_at=here.now()))
        bank_id, member = target.id, session.scalars(select(Question).where(Question.uid == "member")).one().id
    visitor = Visitor(app).sign_in("lin")
    visitor.get(f"/manage/bank/{bank_id}")
    for words in ("9.8 m/s² (± 0.1)", "先切断电源", "变大 / 膨胀", "氧气 / 缺氧", "A person marks this question.",
                  "Belongs to a passage"):  # fmt: skip
        assert words in visitor.words, words
    assert visitor.text.count("某木材厂") == 2
    visitor.get(f"/manage/bank/{bank_id}/questions/{member}")
    assert "某木材厂" in visitor.words


def test_a_row_of_groups_says_what_it_comes_to(app: Flask) -> None:
    given = stage(app, points=10)
    here = learn(app)
    with here.database.writing() as session:
        target = session.scalars(select(Bank)).one()
        members = [replace(draft("numeric"), uid=f"member-{place}", group="passage") for place in (1, 2)]
        for one in (draft("group", uid="passage"), *members):
            bank.store(session, target, one, now=here.now(), reviewer="a test")
        session.add(Grant(person_id=given.person_id, role=Role.ADMIN, unit_id=None, granted_at=here.now()))
        with app.test_request_context():
            found = exam_plans.group_sizes(session, [RulePlan(target.id, "group", 1, Decimal(5))])
        assert found == [(2, 2)]
    visitor = Visitor(app).sign_in("lin")
    row = {"rule_bank": str(target.id), "rule_type": "group", "rule_count": "1", "rule_points": "5"}
    visitor.get("/manage/exams/new")
    visitor.post("/manage/exams/new", action="count", title="An exam", **row)
    assert "each has 2 questions, each worth the points of the row" in visitor.words
    assert "2 questions, 10 points" in visitor.words
    visitor.post("/manage/exams/new", action="hundred", title="An exam", **row)
    assert "2 questions, 100 points" in visitor.words


def test_the_page_of_a_new_exam_tells_of_passages_and_adds_a_row_for_them(app: Flask) -> None:
    given = stage(app, points=10)
    here = learn(app)
    with here.database.writing() as session:
        target = session.scalars(select(Bank)).one()
        name = target.name
        members = [replace(draft("numeric"), uid=f"member-{place}", group="passage") for place in (1, 2)]
        alone = replace(draft("group"), uid="without questions")
        for one in (draft("group"), *members, alone):
            one = replace(one, uid="passage") if one is not alone and one.type == "group" else one
            bank.store(session, target, one, now=here.now(), reviewer="a test")
        session.add(Grant(person_id=given.person_id, role=Role.ADMIN, unit_id=None, granted_at=here.now()))
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/manage/exams/new")
    assert (
        f"“{name}” has 5 questions and 1 passage with 2 questions. Passages need a row of their own." in visitor.words
    )
    assert '<option value="group">1 passage with 2 questions</option>' in visitor.text
    assert "Every type, without passages" in visitor.words
    rows = {"rule_bank": str(target.id), "rule_type": "single", "rule_count": "5", "rule_points": "10"}
    visitor.post("/manage/exams/new", action="passages", title="An exam", **rows)
    assert "of 1 passage" in visitor.words
    assert '<option value="group" selected>' in visitor.text
    assert "Together: 7 questions, 70 points" in visitor.words
    assert "need a row of their own" not in visitor.words


def test_a_bank_without_passages_says_nothing_of_them(app: Flask) -> None:
    given = stage(app, points=10)
    with learn(app).database.writing() as session:
        session.add(Grant(person_id=given.person_id, role=Role.ADMIN, unit_id=None, granted_at=learn(app).now()))
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/manage/exams/new")
    assert "assage" not in visitor.words
    assert "Every type" in visitor.words


def test_a_lesson_asks_every_type_but_a_passage_and_an_essay_only_to_be_written(app: Flask) -> None:
    drafts = [draft("group"), draft("essay"), draft("matching")]
    here = learn(app)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=drafts)
        stored_course(session, course_draft(tuple(one.uid for one in drafts), ()), now=here.now())
        learner(session, now=here.now(), username="lin")
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/courses/soil/lesson-1")
    assert "某木材厂" not in visitor.words
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visitor.text))
    visitor.post("/courses/soil/lesson-1", **hidden, action="check", q2="很多话", q3=["o0", "o3", "o2"])
    assert "很多话" in visitor.words
    assert "Partly right" in visitor.words
    assert "先切断电源" in visitor.words  # an answer that was given
    assert "Right answer: 盖上锅盖" not in visitor.words  # still to be found


def test_a_lesson_keeps_a_number_that_it_cannot_read(app: Flask) -> None:
    drafts = [draft("numeric"), draft("matching")]
    here = learn(app)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=drafts)
        stored_course(session, course_draft(tuple(one.uid for one in drafts), ()), now=here.now())
        learner(session, now=here.now(), username="lin")
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/courses/soil/lesson-1")
    visitor.post("/courses/soil/lesson-1", action="finish", q1="about ten", q2=["o0", "o1", "o2"])
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    assert 'value="about ten"' in visitor.text
    assert "“about ten” could not be read as a number." in visitor.words
    assert "Right answer: 盖上锅盖" not in visitor.words
    assert "盖上锅盖，关掉火源" in visitor.words  # the other answer is kept and judged
    visitor.post("/courses/soil/lesson-1", action="check", q1="9.8")
    assert "9.8 m/s² (± 0.1)" in visitor.words


def test_while_the_key_is_closed_keywords_are_kept_back(app: Flask) -> None:
    given = stage(app, questions=[draft("short_answer")], points=10, show_explanation=Shown.NOW)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    paper.save(1, "不知道")
    paper.submit()
    assert "不知道" in visitor.words
    assert not [word for word in ("缺氧", "有毒气体", "补充氧气") if word in visitor.text]


def test_what_a_learner_typed_is_never_read_as_markdown(app: Flask) -> None:
    questions = [replace(draft("cloze"), text_format="markdown"), replace(fill_in(1), uid="two", text_format="markdown",
                 body={"stem": "____ and ____", "blanks": [{"key": "a", "accepted": ["x"]},
                 {"key": "b", "accepted": ["y"]}], "any_order": False, "explanation": ""})]  # fmt: skip
    given = stage(app, questions=questions, points=10, show_key=Shown.NOW, show_explanation=Shown.NOW)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    typed = f"[the key](https://evil.example) $x^2$ ![a](media:{'0' * 64}) <b>"
    slots = {code: int(number) for number, code in re.findall(r'data-slot="(\d+)"[^>]*data-type="(\w+)"', visitor.text)}
    assert paper.save(slots["cloze"], ["0", "m0", typed]).status_code == 200
    assert paper.save(slots["fill_in"], [typed, "y"]).status_code == 200
    paper.submit()
    assert visitor.words.count("[the key](https://evil.example) $x^2$") == 2
    for sign in ('href="https://evil', "sl-formula", "sl-picture", "<b>["):
        assert sign not in visitor.text


def test_an_exam_that_shuffles_nothing_still_shows_no_right_order_and_no_pairs(app: Flask) -> None:
    bodies = {code: dict(draft(code).body) for code in ("ordering", "matching")}
    bodies["ordering"]["items"] = [{"key": str(place), "text": f"step {place}"} for place in range(1, 6)]
    bodies["matching"]["prompts"] = [{"key": str(place), "text": f"prompt {place}"} for place in range(1, 6)]
    bodies["matching"]["options"] = [{"key": str(place), "text": f"option {place}"} for place in range(1, 6)]
    bodies["matching"]["pairs"] = {str(place): str(place) for place in range(1, 6)}
    questions = [replace(draft(code), body=body) for code, body in bodies.items()]
    given = stage(app, questions=questions, points=10, shuffle_questions=False, shuffle_options=False)
    visitor = Visitor(app).sign_in("lin")
    visitor.start(given.exam_id)
    steps_shown = re.findall(r'sl-order__text">step (\d)', visitor.text)
    assert sorted(steps_shown) == list("12345")
    right = "12345" * 2
    assert "".join(steps_shown) not in right  # neither the order itself, nor turned by some places
    options = re.findall(r">[A-E] option (\d)", visitor.text)[:5]
    assert "".join(options) not in right


def test_a_lesson_keeps_keywords_back_until_they_are_found(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=[draft("short_answer")])
        stored_course(session, course_draft(("type-short_answer",), ()), now=here.now())
        learner(session, now=here.now(), username="lin")
    visitor = Visitor(app).sign_in("lin")
    visitor.get("/courses/soil/lesson-1")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visitor.text))
    visitor.post("/courses/soil/lesson-1", **hidden, action="check", q1="不知道")
    assert "不知道" in visitor.words
    assert not [word for word in ("缺氧", "有毒气体", "补充氧气") if word in visitor.text]
