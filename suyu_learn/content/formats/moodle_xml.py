"""Moodle XML: a `quiz` of `question` elements, categories among them, pictures embedded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats import moodle_files, moodle_xml_kinds, xml_guard
from suyu_learn.content.formats.gift import category_path
from suyu_learn.content.formats.guard import MOST_ROWS
from suyu_learn.content.formats.html_text import looks_like_html
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.moodle_bodies import decimal
from suyu_learn.content.formats.moodle_questions import MoodleQuestion, Reading
from suyu_learn.content.formats.moodle_xml_parts import Files, flat, said_in, text_in
from suyu_learn.content.normalise import labels
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

_USUAL_REPLIES = frozenset(
    {"", "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.", "回答正确。",
     "部分正确。", "回答不正确。", "您的答案是正确的。", "您的答案部分正确。", "您的答案不正确。"}
)  # fmt: skip
_REPLIES = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


class MoodleXmlFormat:
    """Files that Moodle's export calls “Moodle XML format”."""

    code: str = "moodle_xml"
    suffixes: tuple[str, ...] = (".xml",)

    def claims(self, content: bytes) -> bool:
        """Whether the root element is that of a Moodle quiz."""
        return xml_guard.root_name(content) == "quiz"

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a file; see `suyu_learn.hooks.BankFormat`."""
        place = Place(file=file_name)
        if not content.strip():
            raise Problem("sheet.empty", place=place)
        if xml_guard.root_name(content) not in ("quiz", ""):
            raise Problem("moodle_xml.not_moodle", place=place, root=xml_guard.root_name(content)[:40])
        quiz = _Quiz(moodle_files.reading_of(file_name=file_name, options=options, types=types))
        xml_guard.each(content, "question", quiz.take, place=place)
        return moodle_files.closed(quiz.reading, "moodle_xml.no_questions")


FORMATS = (MoodleXmlFormat(),)


class _Quiz:
    """The questions of a file, one after the other, and the category in which they stand."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.category = ""

    def take(self, element: Element) -> None:
        kind = element.get("type", "")
        if kind == "category":
            self._enter(element)
            return
        if self.reading.read > MOST_ROWS:
            raise Problem("sheet.too_many_rows", place=Place(file=self.reading.file), most=MOST_ROWS)
        name = " ".join(text_in(element.find("name")).split())
        name = (flat(name) if looks_like_html(name) else name)[:60]
        place = Place(file=self.reading.file, uid=name, row=self.reading.read + 1)
        shown = f"{name}\n{flat(text_in(element.find('questiontext')))}".strip()
        losses = Losses()
        losses.place = place
        files = Files(element, losses)
        try:
            question = moodle_xml_kinds.read(element, kind, losses)
        except Problem as refused:
            self.reading.refuse(place, (refused,), shown)
            return
        _complete(question, element, name, losses)
        question.category = self.category
        question.stem = files.with_old_picture(question.stem)
        before = len(self.reading.items)
        self.reading.take(question, place=place, text=shown, picture=files.picture, media=files.media)
        if len(self.reading.items) > before:
            files.tell_unused()
            self.reading.losses.join(losses)

    def _enter(self, element: Element) -> None:
        self.category = category_path(text_in(element.find("category")))
        if said_in(element.find("info")).given:
            self.reading.losses.add("moodle.category_lost")


def _complete(question: MoodleQuestion, element: Element, name: str, losses: Losses) -> None:
    """What all kinds have, beside their answers."""
    question.explanation = said_in(element.find("generalfeedback"))
    question.name = name
    question.id = " ".join((element.findtext("idnumber") or "").split())[:60]
    question.tags = [text_in(tag) for tag in element.findall("tags/tag") if text_in(tag).strip()]
    grade = decimal(element.findtext("defaultgrade") or "")
    question.points = labels.points(format(grade.normalize(), "f")) if grade else None
    if element.find("hint") is not None:
        losses.add("moodle.hints_lost")
    penalty = decimal(element.findtext("penalty") or "")
    if penalty and question.kind != "true_false":
        losses.add("moodle.penalty_lost")
    if any(flat(text_in(element.find(reply))) not in _USUAL_REPLIES for reply in _REPLIES):
        losses.add("moodle.overall_feedback_lost")
