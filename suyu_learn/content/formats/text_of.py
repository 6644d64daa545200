"""One question as the few texts that a person writes of it, whatever its type: for mending it on a page.

The texts are those of running text and of tables (`content.normalise`): a type that can be read from those can be
written here in full as soon as `ANSWERS` can word its key. Of any other type stem and explanation can be changed, and
the rest of its body stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.question_columns import columns_of
from suyu_learn.content.formats.refused_cells import fields_said, is_passage
from suyu_learn.content.normalise.bodies import Said, settle
from suyu_learn.content.normalise.options import LETTERS, lettering, split_cell
from suyu_learn.content.normalise.types import CHOICE, type_named, type_of_heading
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Wording:
    """What a form shows of a question: texts as a person types them."""

    type: str = ""
    """One of our codes; empty where the answer is to tell."""
    stem: str = ""
    options: str = ""
    """A line each, with or without letters."""
    answer: str = ""
    explanation: str = ""
    whole: bool = True
    """Whether options and answer are here too, and not kept as they are in the body."""

    def as_json(self) -> dict[str, Any]:
        """As an import row keeps it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def wording_kept(kept: Mapping[str, Any]) -> Wording:
    """What `as_json` made."""
    return Wording(**{one.name: kept[one.name] for one in fields(Wording) if one.name in kept})


def _choice(body: Mapping[str, Any]) -> tuple[str, str]:
    letter = {option["key"]: LETTERS[at] for at, option in enumerate(body["options"])}
    lines = [f"{LETTERS[at]}. {option['text']}" for at, option in enumerate(body["options"])]
    return "\n".join(lines), "".join(letter[key] for key in body["answer"])


def _true_false(body: Mapping[str, Any]) -> tuple[str, str]:
    return "", "正确" if body["answer"] else "错误"


def _fill_in(body: Mapping[str, Any]) -> tuple[str, str]:
    return "", "\n".join("；".join(blank["accepted"]) for blank in body["blanks"])


def _ordering(body: Mapping[str, Any]) -> tuple[str, str]:
    items = body["items"][: len(LETTERS)]
    return "\n".join(f"{LETTERS[at]}. {item['text']}" for at, item in enumerate(items)), LETTERS[: len(items)]


def _matching(body: Mapping[str, Any]) -> tuple[str, str]:
    texts = {option["key"]: option["text"] for option in body["options"]}
    return "\n".join(f"{one['text']} → {texts[body['pairs'][one['key']]]}" for one in body["prompts"]), ""


def _numeric(body: Mapping[str, Any]) -> tuple[str, str]:
    lines = []
    for one in body["answers"]:
        off = f"±{one['tolerance']}" if Decimal(one["tolerance"]) else ""
        lines.append(f"{one['value']}{off}{' ' + body['unit'] if body['unit'] else ''}")
    return "", "\n".join(lines)


def _reference(body: Mapping[str, Any]) -> tuple[str, str]:
    return "", str(body["reference"])


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "single": _choice, "multiple": _choice, "true_false": _true_false, "fill_in": _fill_in,
    "ordering": _ordering, "matching": _matching, "numeric": _numeric, "essay": _reference, "short_answer": _reference,
}  # fmt: skip
"""Options and answer of a body as texts, by type."""


def wording_of(draft: QuestionDraft, types: Mapping[str, QuestionType[Any]]) -> Wording:
    """The texts of a question; only stem and explanation where those would not come back as the same question."""
    body = draft.body
    bare = Wording(draft.type, str(body.get("stem", "")), explanation=str(body.get("explanation", "")), whole=False)
    if draft.type not in ANSWERS:
        return bare
    options, answer = ANSWERS[draft.type](body)
    told = replace(bare, options=options, answer=answer, whole=True)
    try:
        again, _warnings = worded(told, draft, types)
    except (Problem, Problems, ArithmeticError):
        return bare
    return told if _without_keys(again.body) == _without_keys(body) else bare


def worded(
    said: Wording, former: QuestionDraft, types: Mapping[str, QuestionType[Any]]
) -> tuple[QuestionDraft, list[Problem]]:
    """The question that the texts say, with all else of `former`, and what was taken in one of several ways.

    Raises Problem or Problems where they say none.
    """
    if len(said.stem) + len(said.options) + len(said.answer) + len(said.explanation) > LONGEST:
        raise Problem("question.text_too_long", place=Place(field="stem"), limit=LONGEST,
                      length=len(said.stem) + len(said.options) + len(said.answer) + len(said.explanation))  # fmt: skip
    if not said.whole:
        body = {**former.body, "stem": said.stem.strip(), "explanation": said.explanation.strip()}
        if not said.stem.strip():
            raise Problem("question.no_stem", place=Place(field="stem"))
        return replace(former, body=_checked(former.type, body, types)), []
    answers = [line.strip() for line in said.answer.splitlines() if line.strip()]
    settled = settle(
        Said(
            stem=said.stem.strip(),
            answers=answers or [""],
            options=_options(said.options),
            type=said.type,
            explanation=said.explanation.strip(),
        ),
        uid=former.uid,
    )
    for name in ("any_order", "weight"):
        if name in former.body and settled.type == former.type:
            settled.body[name] = former.body[name]
    body = _checked(settled.type, settled.body, types)
    return replace(former, type=settled.type, body=body), settled.warnings


def _checked(code: str, body: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]) -> dict[str, Any]:
    kind = types.get(code)
    if kind is None:
        raise Problem("table.type_not_supported", place=Place(field="type"), type=code)
    return dict(kind.write(kind.read(body)))


def _options(text: str) -> dict[str, str]:
    """The options of a field that has them line by line, or all on one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return split_cell("\n".join(lines)) if lines else {}


def wording_of_cells(cells: Sequence[Sequence[str]]) -> Wording:
    """What a file had where a question was refused: cells under headings, or a passage under none."""
    if not cells:
        return Wording()
    if is_passage(cells):
        return _of_passage("\n".join(text for label, text in cells if not label))
    return _of_columns([label for label, _text in cells], [text for _label, text in cells])


def _of_columns(labels: Sequence[str], texts: Sequence[str]) -> Wording:
    columns = columns_of(labels, 1)

    def said(name: str, between: str = "\n") -> str:
        return between.join(dict.fromkeys(texts[at] for at in columns.fields.get(name, ())))

    options = "\n".join(f"{letter}. {texts[at]}" for letter, at in sorted(columns.options.items()))
    if not options and (one_cell := said("options")):
        options = _option_lines(one_cell)
    answer = "\n".join(texts[at] for at in columns.answers) or said("answer")
    stem = texts[columns.fields["stem"][0]] if "stem" in columns.fields else ""
    return Wording(_type(said("type")), stem, options, answer, said("explanation"))


def _of_passage(text: str) -> Wording:
    """The passage by the grammar of running text; what is no such text stands in the stem as it is."""
    said = fields_said((("", text),))
    return Wording(_type(said.get("type", "")), said.get("stem", ""), said.get("options", ""), said.get("answer", ""),
                   said.get("explanation", ""))  # fmt: skip


def _option_lines(cell: str) -> str:
    """The options of a cell, a line each, a letter that stands before two of them included."""
    found = lettering(cell)
    return _lines(found.options if found.options and not found.before else tuple(split_cell(cell).items()))


def _lines(options: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{letter}. {text}" for letter, text in options)


def _type(said: str) -> str:
    kind = (type_named(said) or type_of_heading(said) or "") if said else ""
    return "" if kind == CHOICE else kind


def _without_keys(value: Any) -> Any:
    """A body in which opaque keys are told by their place, so that two wordings of it can be compared."""
    places: dict[str, int] = {}

    def told(part: Any) -> Any:
        if isinstance(part, Mapping):
            if isinstance(part.get("key"), str):
                places.setdefault(part["key"], len(places))
            return {name: told(inner) for name, inner in sorted(part.items())}
        if isinstance(part, list | tuple):
            return [told(one) for one in part]
        return part

    def settled(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {name: settled(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [settled(one) for one in part]
        return places.get(part, part) if isinstance(part, str) else part

    return settled(told(value))
