"""Pictures in the texts of an editor: a sign in the text, the picture beside it, put into any field, and compared."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from suyu_learn.content import pictures
from suyu_learn.models import Question, QuestionVersion, Role
from suyu_learn.services import people
from suyu_learn.web import editor_marks
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, pictured, stored_bank, stored_picture
from tests.pictures import drawing
from tests.web.test_bank_editor import typed_form

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHA, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def keeper(app: Flask) -> Visitor:
    """The keeper of bank 1 with one question whose stem has a picture."""
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        draft = pictured(stored_picture(app, session, drawing()))
        stored_bank(session, now=here.now(), unit=mill, name="Of the mill", questions=[draft])
        name = manager(session, Role.ORGANIZER, mill, now=here.now()).username
    return Visitor(app).sign_in(name or "")


def where(app: Flask) -> str:
    with learn(app).database.reading() as session:
        return f"/manage/bank/1/questions/{session.scalars(select(Question.id)).one()}"


def newest(app: Flask) -> dict[str, Any]:
    with learn(app).database.reading() as session:
        body: dict[str, Any] = session.scalars(
            select(QuestionVersion.body).order_by(QuestionVersion.number.desc())
        ).first()
        return body


def signed(sign: str = "[Picture 1]", sha256: str = SHA, was: str = "a mill", **more: str) -> MultiDict[str, str]:
    return MultiDict({"picture-sign": sign, "picture-sha256": sha256, "picture-was": was, **more})


@pytest.mark.parametrize(
    ("more", "text", "expected"),
    [
        ({}, "See [Picture 1].", f"See ![a mill](media:{SHA})."),
        ({"picture-alt-1": "two mills"}, "[Picture 1]", f"![two mills](media:{SHA})"),
        ({"picture-alt-1": " "}, "[Picture 1]", f"![a mill](media:{SHA})"),
        ({}, "[Picture 1][Picture 1]", f"![a mill](media:{SHA})" * 2),
        ({}, "[Picture 2]", "[Picture 2]"),
        ({"sha256": "no hash"}, "[Picture 1]", "[Picture 1]"),
        ({"sign": ""}, "text", "text"),
        ({}, f"![as typed](media:{OTHER})", f"![as typed](media:{OTHER})"),
    ],
)  # fmt: skip
def test_a_sign_is_read_as_the_mark_it_stands_for(more: dict[str, str], text: str, expected: str) -> None:
    form = signed(**more)
    form["stem"] = text
    assert editor_marks.read(form)["stem"] == expected


@on_sqlite
def test_a_sign_that_a_text_happens_to_have_is_not_used(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        signs = editor_marks.Signs(["[Picture 1] as typed"])
        assert signs.short(pictures.mark(SHA)) == "[Picture 201]"
        assert signs.short(pictures.mark(SHA, "another") + pictures.mark(SHA)) == "[Picture 2][Picture 201]"


@on_sqlite
def test_an_edit_of_other_things_leaves_the_picture_and_another_description_changes_it(
    app: Flask, keeper: Visitor
) -> None:
    keeper.get(f"{where(app)}/edit")
    form = typed_form(keeper)
    assert "[Picture 1]" in form["stem"][0]
    assert "media:" not in form["stem"][0]
    assert 'name="picture-alt-1" value="a red square"' in keeper.text
    keeper.post(f"{where(app)}/edit", **form | {"explanation": "Because."}, act="save")
    assert len(pictures.named_in(newest(app))) == 1
    keeper.get(f"{where(app)}/edit")
    form = typed_form(keeper)
    keeper.post(f"{where(app)}/edit", **form | {"picture-alt-1": "a red door"}, act="save")
    assert list(pictures.named_in(newest(app)).values()) == ["a red door"]


@on_sqlite
@pytest.mark.parametrize("place", ["stem", "explanation", "option 2"])
def test_a_picture_goes_into_each_field_without_script(app: Flask, keeper: Visitor, place: str) -> None:
    keeper.get(f"{where(app)}/edit")
    form = typed_form(keeper)
    at = f"option-text-{form['option-key'][1]}" if place == "option 2" else place
    keeper.post(f"{where(app)}/edit", **form, act=f"place:{at}")
    assert f'<option value="{at}" selected>' in keeper.text
    assert 'id="add-picture" data-add-picture open' in keeper.text
    form = typed_form(keeper) | {"picture_where": at, "picture_alt": "A mill"}
    keeper.post(f"{where(app)}/edit", **form, picture=(io.BytesIO(drawing(200, 100)), "a.png"), act="picture")
    keeper.post(f"{where(app)}/edit", **typed_form(keeper), act="save")
    body = newest(app)
    text = body["options"][1]["text"] if place == "option 2" else body[place]
    assert text.rstrip().endswith(")")
    assert "![A mill](media:" in text
    assert len(pictures.named_in(body)) == 2


@on_sqlite
def test_a_picture_goes_into_an_empty_row_with_an_empty_one_before_it(app: Flask, keeper: Visitor) -> None:
    keeper.get("/manage/bank/1/questions/new/single")
    form = typed_form(keeper)
    at = f"option-text-{form['option-key'][3]}"
    keeper.post("/manage/bank/1/questions/new/single", **form | {"picture_where": at, "picture_alt": "A mill"},
                picture=(io.BytesIO(drawing()), "a.png"), act="picture")  # fmt: skip
    assert typed_form(keeper)["option-text"] == ["", "", "", "[Picture 1]"]


@on_sqlite
def test_a_comparison_shows_the_pictures_and_what_they_show(app: Flask, keeper: Visitor) -> None:
    keeper.get(f"{where(app)}/edit")
    form = typed_form(keeper)
    keeper.post(f"{where(app)}/edit", **form | {"picture-alt-1": "a red door"}, act="save")
    keeper.get(f"{where(app)}/versions")
    assert "media:" not in keeper.words
    gone = re.search(r"<del .*?</del>", keeper.text, re.DOTALL)
    new = re.search(r"<ins .*?</ins>", keeper.text, re.DOTALL)
    assert gone is not None
    assert new is not None
    for part, alt in ((gone[0], "a red square"), (new[0], "a red door")):
        assert re.search(rf'<img class="sl-picture__image" src="/media/[0-9a-f]{{64}}" alt="{alt}"', part)
        assert f'aria-hidden="true">{alt}</span>' in part


def test_a_form_does_not_grow_without_end() -> None:
    """A short sign that a long text is full of stands for a long description."""
    form = signed("aaa", was="b" * 1000)
    form["stem"] = "aaa" * 100_000
    assert len(editor_marks.read(form)["stem"]) < 2_000_000


@on_sqlite
def test_more_pictures_than_have_signs_stay_in_their_text(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        text = "".join(pictures.mark(f"{number:064x}") for number in range(editor_marks.MOST + 5))
        signs = editor_marks.Signs([text])
        shown, short = signs.shown(text), signs.short(text)
    form = MultiDict([("stem", short)])
    for one in shown:
        form.add("picture-sign", one.sign)
        form.add("picture-sha256", one.sha256)
        form.add("picture-was", one.alt)
    assert len(shown) == editor_marks.MOST
    assert editor_marks.read(form)["stem"] == text
