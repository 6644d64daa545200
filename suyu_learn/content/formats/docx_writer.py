"""Questions as a Word document to print, with answers or without; with them it comes back in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO
from unicodedata import east_asian_width

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.docx_flow import Flow, Media
from suyu_learn.content.formats.docx_numbering import counted
from suyu_learn.content.formats.docx_parts import TEXT_WIDTH, write_package
from suyu_learn.content.formats.text_lines import numbered
from suyu_learn.content.normalise.options import LETTERS
from suyu_learn.domain.problems import Problem

NAMES: Mapping[str, str] = {
    "single": "单选题", "multiple": "多选题", "true_false": "判断题", "fill_in": "填空题", "numeric": "数值题",
    "cloze": "完形填空题", "matching": "匹配题", "ordering": "排序题", "short_answer": "简答题", "essay": "问答题",
    "group": "材料题",
}  # fmt: skip
"""The types that are written, in the order of their sections, by what the reader knows them."""
DIFFICULTIES = {"easy": "易", "medium": "中", "hard": "难"}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MOST_TRIED = 1_000
"""Questions that are written and read again to see whether they come back as they are: a page waits for it."""
_INDENT = 420
Body = Mapping[str, Any]


class DocxWriter:
    """A document of Word; see `suyu_learn.hooks.BankWriter`. `options` may have `answers`."""

    code: str = "docx"
    suffix: str = ".docx"
    mime: str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    label: str = "Word document to print"

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """What the document does not have, and what would not come back from it as it is."""
        from suyu_learn.content.formats.docx_return import changed

        told = []
        strange = Counter(one.type for one in questions if one.type not in NAMES)
        told += [Problem("docx.type_not_written", type=kind, count=count) for kind, count in strange.items()]
        more = sum(bool(one.criterion or one.dimension or one.translations) for one in questions)
        if more:
            told.append(Problem("docx.particulars_not_written", count=more))
        written = [one for one in questions if one.type in NAMES]
        tried = written[:MOST_TRIED]
        if others := len(changed(tried)):
            told.append(Problem("docx.comes_back_changed", count=others, total=len(tried)))
        if untried := len(written) - len(tried):
            told.append(Problem("docx.comes_back_untried", count=untried, tried=len(tried)))
        return told

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str, media: Media,
        options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Sections by type, questions numbered through."""
        flow = Flow(media)
        if title:
            flow.line("Title", title)
        printing = _Printing(flow, answers=bool(options.get("answers", True)))
        sections = list(sections_of(questions))
        for number, (kind, found) in enumerate(sections, start=1):
            asked = sum(one.type != "group" for one in found)
            flow.line("Heading1", f"{counted(number, 'chineseCounting')}、{NAMES[kind]}（共{asked}题）")
            printing.section(found)
        write_package(stream, flow.body, flow.pictures, title=title)


WRITERS = (DocxWriter(),)


def sections_of(questions: Sequence[QuestionDraft]) -> Iterator[tuple[str, list[QuestionDraft]]]:
    """The questions by type, those of a group behind it, in the order in which they are written."""
    for kind in NAMES:
        found = [
            one for one in questions if (one.type == kind and not one.group) or (kind == "group" and one.group)
        ]  # fmt: skip
        if found:
            yield kind, [one for one in found if one.type in NAMES]


class _Printing:
    """Writes questions one below the other."""

    def __init__(self, flow: Flow, *, answers: bool) -> None:
        self.flow, self.answers = flow, answers
        self.number = self.part = 0

    def section(self, questions: Sequence[QuestionDraft]) -> None:
        """The questions of a section."""
        for one in questions:
            if one.group:
                self.part += 1
                self._question(one, f"（{self.part}）（{NAMES[one.type]}）")
            else:
                self.number, self.part = self.number + 1, 0
                self._question(one, f"{self.number}. ")

    def _question(self, one: QuestionDraft, before: str) -> None:
        before += f"（{one.points}分）" if one.points else ""
        self.flow.text("Question" if not one.group else "More", before, str(one.body["stem"]), one.text_format)
        if one.type == "group":
            return
        answer = _SHOW[one.type](self, one)
        if not one.group:
            answer = _behind_its_number(answer, self.number)
        if not self.answers:
            return
        for label, text, text_format in (
            ("答案", answer, "plain"), ("评分要点", _keywords(one.body), "plain"),
            ("解析", str(one.body.get("explanation") or ""), one.text_format),
        ):  # fmt: skip
            if text:
                self.flow.text("Answer", f"{label}：", text, text_format, following="Answer")
        told = [f"难度：{DIFFICULTIES[one.difficulty]}"] if one.difficulty in DIFFICULTIES else []
        told += [f"知识点：{'、'.join(one.topics)}"] if one.topics else []
        told += [f"标签：{'、'.join(one.tags)}"] if one.tags else []
        self.flow.line("Answer", "\t".join(told))
        if one.source:
            self.flow.text("Answer", "来源：", one.source, "plain", following="Answer")

    def options(self, marks: Sequence[str], texts: Sequence[str], text_format: str) -> None:
        """Options on one, two or four columns, as their lengths allow."""
        widest = max((_width(text) for text in texts), default=0)
        columns = 4 if widest <= 13 and len(texts) > 2 else 2 if widest <= 30 else 1
        step = (TEXT_WIDTH - _INDENT) // columns
        stops = [_INDENT + step * at for at in range(1, columns)]
        cells = list(zip(marks, texts, strict=True))
        for start in range(0, len(cells), columns):
            if columns == 1:
                self.flow.text("Options", *cells[start], text_format, following="Options")
            else:
                self.flow.row("Options", cells[start : start + columns], text_format, stops)


def _behind_its_number(answer: str, number: int) -> str:
    """An answer that begins as its question's own number does has that number once more: a reader leaves it out."""
    found = numbered(answer)
    return f"{number}. {answer}" if found is not None and found.number == number and found.rest else answer


def _width(text: str) -> int:
    """How wide a text is in half characters; one with breaks, a picture or a formula stands alone."""
    if "\n" in text or "$" in text or pictures.SCHEME in text:
        return 1000
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _lettered(count: int) -> list[str]:
    return [f"{letter}. " for letter in LETTERS[:count]]


def _choice(printing: _Printing, one: QuestionDraft) -> str:
    options = one.body["options"]
    printing.options(_lettered(len(options)), [option["text"] for option in options], one.text_format)
    return "".join(
        letter for letter, option in zip(LETTERS, options, strict=False) if option["key"] in one.body["answer"]
    )


def _true_false(printing: _Printing, one: QuestionDraft) -> str:
    return "正确" if one.body["answer"] else "错误"


def _fill_in(printing: _Printing, one: QuestionDraft) -> str:
    return " | ".join("；".join(blank["accepted"]) for blank in one.body["blanks"])


def _numeric(printing: _Printing, one: QuestionDraft) -> str:
    answers = [_number(answer) for answer in one.body["answers"] if Decimal(answer.get("credit") or 1) == 1]
    unit = one.body.get("unit") or ""
    return "；".join(f"{answer} {unit}".strip() for answer in answers)


def _number(answer: Mapping[str, Any]) -> str:
    tolerance = Decimal(answer.get("tolerance") or 0)
    if not tolerance:
        return str(answer["value"])
    if answer.get("relative"):
        return f"{answer['value']}±{(tolerance * 100).normalize():f}%"
    return f"{answer['value']}±{tolerance.normalize():f}"


def _matching(printing: _Printing, one: QuestionDraft) -> str:
    """The right-hand side in the order of its keys, which says nothing of what belongs together."""
    prompts = one.body["prompts"]
    options = sorted(one.body["options"], key=lambda option: str(option["key"]))
    printing.options(_lettered(len(prompts)), [prompt["text"] for prompt in prompts], one.text_format)
    printing.options(
        [f"{sign} " for sign in CIRCLED[: len(options)]], [option["text"] for option in options], one.text_format
    )
    sign = {option["key"]: mark for option, mark in zip(options, CIRCLED, strict=False)}
    return "，".join(
        f"{letter}-{sign.get(one.body['pairs'][prompt['key']], '')}"
        for letter, prompt in zip(LETTERS, prompts, strict=False)
    )


def _ordering(printing: _Printing, one: QuestionDraft) -> str:
    """The items in the order of their keys, which is not the right one but by chance."""
    items = sorted(one.body["items"], key=lambda item: str(item["key"]))
    printing.options(_lettered(len(items)), [item["text"] for item in items], one.text_format)
    letter = {item["key"]: mark for item, mark in zip(items, LETTERS, strict=False)}
    return "".join(letter.get(item["key"], "") for item in one.body["items"])


def _cloze(printing: _Printing, one: QuestionDraft) -> str:
    told = []
    for number, gap in enumerate(one.body["gaps"], start=1):
        if gap["kind"] == "menu":
            options = gap["options"]
            marks = _lettered(len(options))
            marks[0] = f"（{number}）{marks[0]}"
            printing.flow.row(
                "Options", list(zip(marks, [option["text"] for option in options], strict=True)), one.text_format,
                [_INDENT + 2100 * at for at in range(1, len(options))],
            )  # fmt: skip
            told.append(next(m for m, option in zip(LETTERS, options, strict=False) if option["key"] == gap["answer"]))
        else:
            told.append(_number(gap) if gap["kind"] == "number" else "；".join(gap["accepted"]))
    return " | ".join(told)


def _open(printing: _Printing, one: QuestionDraft) -> str:
    return str(one.body.get("reference") or "")


def _keywords(body: Body) -> str:
    return "；".join(f"{'/'.join(one['words'])}（{one['weight']}）" for one in body.get("keywords") or ())


_SHOW: Mapping[str, Callable[[_Printing, QuestionDraft], str]] = {
    "single": _choice, "multiple": _choice, "true_false": _true_false, "fill_in": _fill_in, "numeric": _numeric,
    "matching": _matching, "ordering": _ordering, "cloze": _cloze, "short_answer": _open, "essay": _open,
}  # fmt: skip
