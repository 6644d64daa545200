"""A question type that lives outside the package takes an exam from start to result (docs/extending.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Blueprint, Flask
from sqlalchemy import select

from suyu_learn import hooks
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.question_packs import read_file
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import FULL, NOTHING, Choice, Json, Part, PartialCredit, QuestionType, Sample
from suyu_learn.extension import SuyuLearn
from suyu_learn.models import Attempt, Shown
from suyu_learn.services import steps
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, stage

TEMPLATES = {
    "ask": """
<fieldset class="sl-question__answer" data-shape="text">
<legend>{{ question.asked.low }} to {{ question.asked.high }}</legend>
<input type="number" name="q{{ question.slot }}" value="{{ question.response or '' }}">
</fieldset>
""",
    "answer": "<p>About {{ question.right }}</p>",
    "review": """
{% from "suyu_learn/macros/questions.html" import explanation, parts, verdict %}
{{ verdict(question.verdict, question.mark) }}{{ parts(question.parts) }}{{ explanation(question.explanation) }}
""",
}


@dataclass(frozen=True)
class Guess:
    stem: str
    value: int
    explanation: str = ""


class Estimate(QuestionType[Guess]):
    """A guess that is right within a tenth, and half right within a quarter."""

    code = "estimate"
    label = "Estimate"

    def read(self, body: Mapping[str, Json]) -> Guess:
        return Guess(body["stem"], int(body["value"]), body.get("explanation", ""))

    def write(self, content: Guess) -> dict[str, Json]:
        return {"stem": content.stem, "value": content.value, "explanation": content.explanation}

    def parse(self, content: Guess, raw: Json) -> Json:
        text = raw[0] if isinstance(raw, list) and raw else raw
        if text in (None, "", []):
            return None
        if not str(text).isdecimal():
            raise Problem("estimate.no_number", typed=str(text))
        return str(text)

    def is_complete(self, content: Guess, response: Json) -> bool:
        return response is not None

    def mark(self, content: Guess, response: Json, partial: PartialCredit = PartialCredit.ALL_OR_NOTHING) -> Decimal:
        off = abs(int(response or 0) - content.value) / content.value
        return FULL if off <= 0.1 else Decimal("0.5") if off <= 0.25 else NOTHING

    def key(self, content: Guess) -> Json:
        return str(content.value)

    def summarise(self, content: Guess, response: Json) -> str:
        return response or ""

    def parts(self, content: Guess, response: Json) -> Sequence[Part]:
        return [Part("Guess", str(content.value), self.mark(content, response) == FULL, response or "")]

    def choices(self, content: Guess) -> Sequence[Choice]:
        return []

    def classify(self, content: Guess, response: Json) -> Sequence[str]:
        return []

    def arrange(self, content: Guess, rng: Random | None) -> list[str]:
        return []

    def asked(self, content: Guess, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "low": 1, "high": 1000}

    def samples(self, content: Guess) -> Sequence[Sample]:
        return [Sample(str(content.value), FULL), Sample(None, NOTHING), Sample("many", None)]


class Plugin:
    """What the package of the type would register."""

    def __init__(self, templates: Path) -> None:
        self.templates = templates

    @hooks.hookimpl
    def question_types(self) -> Iterable[QuestionType[Any]]:
        return [Estimate()]

    @hooks.hookimpl
    def problem_sentences(self) -> Mapping[str, str]:
        return {"estimate.no_number": "“%(typed)s” is no whole number."}

    @hooks.hookimpl
    def pages(self, blueprint: Blueprint) -> None:
        blueprint.register_blueprint(Blueprint("estimate", __name__, template_folder=str(self.templates)))


@pytest.fixture
def app(tmp_path: Path, database_url: str, clock: FrozenClock) -> Iterator[Flask]:
    folder = tmp_path / "templates" / "suyu_learn" / "questions" / "estimate"
    folder.mkdir(parents=True)
    for name, text in TEMPLATES.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    made = Flask("host", instance_path=str(tmp_path / "instance"))
    made.config.update(TESTING=True, SECRET_KEY="only for tests", SUYU_LEARN_DATABASE_URL=database_url)
    SuyuLearn(made, own_sign_in=True, plugins=[Plugin(tmp_path / "templates")])
    learn(made).clock = clock
    yield made
    learn(made).database.dispose()


def draft(number: int, value: int) -> QuestionDraft:
    body = {"stem": f"How many trees are in wood {number}?", "value": value, "explanation": "Somebody counted."}
    return QuestionDraft(uid=f"e-{number}", type="estimate", body=body, source="a test")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_type_from_outside_takes_an_exam(app: Flask) -> None:
    given = stage(app, questions=[draft(1, 100), draft(2, 100)], points=50, show_key=Shown.NOW,
                  show_explanation=Shown.NOW)  # fmt: skip
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    assert "Estimate" in visitor.words
    assert "1 to 1000" in visitor.words
    assert "Somebody counted" not in visitor.text
    assert paper.save(1, "95").status_code == 200
    refused = paper.save(2, "many")
    assert (refused.status_code, refused.json["message"]) == (422, "“many” is no whole number.")
    epoch = re.search(r'data-epoch="(\d+)"', visitor.text)
    assert epoch
    visitor.post(f"{paper.path}/page", epoch=epoch[1], action="save", q1="95", q2="80")
    assert 'value="80"' in visitor.text
    paper.submit()
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert attempt.points == 75
        assert [slot.fraction for slot in steps.slots_of(session, attempt)] == [1, Decimal("0.5")]
    assert visitor.text.count("Somebody counted.") == 2
    assert "Right answer: 100" in visitor.words
    assert len(re.findall(r'<li class="sl-part is-(right|wrong)">', visitor.text)) == 2


def test_packs_write_the_body_of_such_a_type_below_body(tmp_path: Path) -> None:
    (tmp_path / "some.toml").write_text(
        '[[question]]\nuid = "e-1"\ntype = "estimate"\nsource = "a test"\nstem = "How many?"\nbody = { value = 7 }\n',
        encoding="utf-8",
    )
    [read] = read_file(tmp_path / "some.toml", base=tmp_path, types={"estimate": Estimate()})
    assert read.body == {"stem": "How many?", "value": 7, "explanation": ""}
