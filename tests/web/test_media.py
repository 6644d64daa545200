"""Pictures on pages, and who may have them."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, MediaDraft
from suyu_learn.models import Import, ImportMedia, ImportRow, Media, QuestionVersion, Role, Unit
from suyu_learn.services import bank, people
from tests.browser_without_script import Visitor
from tests.factories import (
    course_draft,
    learn,
    learner,
    manager,
    pictured,
    published_exam,
    single,
    stored_bank,
    stored_course,
    stored_picture,
)
from tests.pictures import drawing
from tests.web.test_budgets import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STATEMENTS_OF_A_PICTURE = 2
"""Who is there, and what uses it."""


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    """An exam with a picture in the mill; a learner who sits it, one who does not, and keepers here and there."""
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=now)
        mill = people.add_unit(session, "Mill", parent=city, now=now)
        farm = people.add_unit(session, "Farm", parent=city, now=now)
        sha = stored_picture(app, session, drawing())
        source = stored_bank(session, now=now, unit=mill, questions=[pictured(sha)])
        exam = published_exam(session, now=now, source=source, unit=mill, entry_number=True)
        for name, unit in (("lin", mill), ("wang", mill), ("zhao", farm)):
            learner(session, now=now, unit=unit, username=name, name=name.title()).staff_number = name
        names = {unit.name: manager(session, Role.ORGANIZER, unit, now=now).username for unit in (mill, farm)}
        return {"sha": sha, "exam": exam.id, "code": exam.code, "bank": source.id, **names}


def test_who_may_have_a_picture(app: Flask, town: dict[str, Any]) -> None:
    path = f"/media/{town['sha']}"
    sitter = Visitor(app).sign_in("lin")
    assert sitter.get(path).status_code == 404
    sitter.start(town["exam"])
    assert sitter.get(path).status_code == 200
    assert Visitor(app).get(path).status_code == 404
    assert Visitor(app).sign_in("wang").get(path).status_code == 404
    assert Visitor(app).sign_in(town["Mill"]).get(path).status_code == 200
    assert Visitor(app).sign_in(town["Farm"]).get(path).status_code == 404
    for unknown in ("0" * 64, "x", "..%2f..%2fsecret_key"):
        assert sitter.get(f"/media/{unknown}").status_code == 404


def test_who_entered_without_an_account_sees_the_pictures_of_that_exam(app: Flask, town: dict[str, Any]) -> None:
    guest = Visitor(app)
    guest.get(f"/join/{town['code']}")
    guest.post(f"/join/{town['code']}/number", name="Wang", number="wang")
    assert guest.get(f"/media/{town['sha']}").status_code == 404
    guest.start(town["exam"])
    assert guest.get(f"/media/{town['sha']}").status_code == 200


def test_a_picture_is_sent_so_that_it_can_do_no_harm_and_is_asked_for_once(app: Flask, town: dict[str, Any]) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.start(town["exam"])
    with counted(app) as counts:
        reply = visitor.get(f"/media/{town['sha']}")
    assert counts["statements"] == STATEMENTS_OF_A_PICTURE
    headers = reply.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
    again = visitor.client.get(f"/media/{town['sha']}", headers={"If-None-Match": headers["ETag"]})
    assert again.status_code == 304


def test_a_paper_shows_its_pictures_with_their_size_and_a_way_to_them(app: Flask, town: dict[str, Any]) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.start(town["exam"])
    images = re.findall(r"<img [^>]*>", visitor.text)
    assert len(images) == 2  # the explanation is not in the page
    assert all('width="320" height="200"' in image for image in images)
    assert {re.search('alt="([^"]*)"', image)[1] for image in images} == {"a red square", "small"}  # type: ignore[index]
    assert sum('loading="lazy"' in image for image in images) == 1
    assert visitor.text.count(f'href="/media/{town["sha"]}"') == 2
    assert "media:" not in visitor.text
    with counted(app) as first:
        visitor.get(visitor.page.request.path)  # type: ignore[union-attr]
    assert first["statements"] <= 6


def test_a_course_shows_the_pictures_of_its_questions_to_who_has_begun_it(app: Flask, town: dict[str, Any]) -> None:
    here = learn(app)
    with here.database.writing() as session:
        sha = stored_picture(app, session, drawing(64))
        draft = pictured(sha)
        stored_bank(session, now=here.now(), questions=[draft])
        stored_course(session, course_draft((draft.uid,)), now=here.now())
    visitor = Visitor(app).sign_in("zhao")
    assert visitor.get(f"/media/{sha}").status_code == 404
    visitor.get("/courses/soil/lesson-1")
    assert f"/media/{sha}" in visitor.text
    assert visitor.get(f"/media/{sha}").status_code == 200


class WithPictures:
    """A format for the test: whatever the file holds is the picture of one question."""

    code, suffixes = "test", (".test",)

    def read(self, content: bytes, **_more: Any) -> BankFile:
        come = MediaDraft(content, "p.png")
        made = single(1)
        stem = f"What is $x$? {pictures.mark(come.sha256, '')}"
        item = type(made)(uid=made.uid, type="single", body={**made.body, "stem": stem}, text_format="markdown")
        return BankFile((item,), media=(come,))


def test_a_preview_shows_pictures_before_anything_is_in_the_bank(app: Flask, town: dict[str, Any]) -> None:
    here = learn(app)
    here.plugins.bank_formats["test"] = WithPictures()
    keeper = Visitor(app).sign_in(town["Mill"])
    keeper.get(f"/manage/bank/{town['bank']}/import")
    content = drawing(90, 60)
    keeper.post(f"/manage/bank/{town['bank']}/import", file=(io.BytesIO(content), "a.test"), encoding="")
    with here.database.reading() as session:
        sha = session.scalars(select(Media.sha256).where(Media.width == 90)).one()
        assert session.scalars(select(ImportMedia.import_id)).all() == session.scalars(select(Import.id)).all()
    assert f'src="/media/{sha}"' in keeper.text
    assert 'alt="picture"' in keeper.text
    assert "no words that say what it shows" in html.unescape(keeper.text)
    assert keeper.get(f"/media/{sha}").status_code == 200
    assert Visitor(app).sign_in(town["Farm"]).get(f"/media/{sha}").status_code == 404
    preview = keeper.page.request.path if keeper.page is not None else ""
    keeper.get(f"/manage/bank/{town['bank']}")
    with here.database.reading() as session:
        key = session.scalars(select(Import.key)).one()
    assert keeper.post(f"/manage/bank/imports/{key}/discard").status_code == 200, preview
    with here.database.reading() as session:
        assert session.scalars(select(ImportMedia.import_id)).all() == []


def test_formulas_are_drawn_with_each_letter_once(app: Flask, town: dict[str, Any]) -> None:
    here = learn(app)
    with here.database.writing() as session:
        made = single(1)
        body = {**made.body, "stem": r"Why is $E=mc^2$, and not $E=mc$? It costs $5 or $6. $\frac{"}
        draft = type(made)(uid="f-1", type="single", body=body, text_format="markdown", source="s")
        source = stored_bank(session, now=here.now(), questions=[draft])
        exam = published_exam(session, now=here.now(), source=source)
    visitor = Visitor(app).sign_in("lin")
    visitor.start(exam.id)
    assert visitor.text.count('role="img" aria-label="E=mc^2"') == 1
    assert "It costs $5 or $6." in visitor.text
    symbols = re.findall('<symbol id="([^"]*)"', visitor.text)
    assert symbols
    assert len(symbols) == len(set(symbols))
    assert "currentColor" in visitor.text
    assert " style=" not in visitor.text


def test_no_page_asks_another_site_for_a_picture(app: Flask, town: dict[str, Any]) -> None:
    here = learn(app)
    with here.database.writing() as session:
        made = single(1)
        stem = "![a tree](https://example.org/tree.png) ![b](data:image/png;base64,AA) ![gone](media:" + "0" * 64 + ")"
        draft = type(made)(uid="f-2", type="single", body={**made.body, "stem": stem}, text_format="markdown")
        target = bank.find_bank(session, session.get_one(type(stored_bank(session, now=here.now())), town["bank"]).name)
        bank.store(session, target, draft, now=here.now(), reviewer="r")
    keeper = Visitor(app).sign_in(town["Mill"])
    keeper.get(f"/manage/bank/{town['bank']}")
    assert '<a href="https://example.org/tree.png" rel="noopener noreferrer">a tree</a>' in keeper.text
    assert "<img" not in keeper.text.replace(f'src="/media/{town["sha"]}"', "").split("a tree")[1][:400]
    assert '<span class="sl-picture__gone">gone</span>' in keeper.text


def test_a_preview_takes_no_picture_of_others_into_a_question(app: Flask, town: dict[str, Any]) -> None:
    here = learn(app)
    with here.database.writing() as session:
        farm = session.scalars(select(Unit).where(Unit.name == "Farm")).one()
        own = stored_bank(session, now=here.now(), unit=farm, questions=[]).id
    thief = Visitor(app).sign_in(town["Farm"])
    thief.get(f"/manage/bank/{own}/import")
    thief.post(f"/manage/bank/{own}/import", text="1. 哪个？\nA. 一\nB. 二\n答案：A\n", form="", encoding="")
    with here.database.reading() as session:
        key, row = session.execute(select(Import.key, ImportRow.id).join(ImportRow)).one()
    where = f"/manage/bank/imports/{key}"
    mark = pictures.mark(town["sha"], "x")
    thief.post(f"{where}/rows/{row}", stem=f"哪个？{mark}", options=f"A. 一{mark}\nB. 二", answer="A", explanation=mark)
    thief.post(f"{where}/apply")
    assert "1 question is in the bank now." in thief.words
    with here.database.reading() as session:
        version = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc())).first()
        assert version is not None
        assert "media:" not in str(version.body)
    assert thief.get(f"/media/{town['sha']}").status_code == 404
