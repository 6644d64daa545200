"""The answers of a Moodle XML question, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.cloze_text import gaps_apart
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.moodle_bodies import GAP, decimal
from suyu_learn.content.formats.moodle_files import PRIVATE
from suyu_learn.content.formats.moodle_questions import Answer, Gap, MoodleQuestion
from suyu_learn.content.formats.moodle_texts import Said
from suyu_learn.content.formats.moodle_xml_parts import said_in, text_in
from suyu_learn.domain.problems import Place, Problem

_GRADES = tuple(map(Decimal, (
    "100", "95", "93.33333", "91.66667", "90", "88.88889", "87.5", "85.71429", "83.33333", "80", "77.77778", "75",
    "71.42857", "70", "66.66667", "62.5", "60", "58.33333", "57.14286", "55.55556", "50", "44.44444", "42.85714",
    "41.66667", "40", "37.5", "33.33333", "30", "28.57143", "25", "22.22222", "20", "16.66667", "14.28571", "12.5",
    "11.11111", "10", "8.33333", "6.66667", "5", "0",
)))  # fmt: skip
_NEAR = Decimal("0.01")
"""Moodle itself wants five decimals; other programs write fewer."""
_YES = frozenset({"1", "true", "yes"})
_PLACE = re.compile(r"\[\[([0-9]{1,3})\]\]")
_REFUSED = {
    **dict.fromkeys(("calculated", "calculatedsimple", "calculatedmulti", "formulas", "stack"), "moodle.calculated"),
    **dict.fromkeys(("ddimageortext", "ddmarker", "drawing", "imageselect"), "moodle.on_a_picture"),
    **dict.fromkeys(("random", "randomsamatch"), "moodle.random"),
    **dict.fromkeys(("recordrtc", "coderunner", "fileresponse"), "moodle.needs_a_program"),
}


def read(element: Element, kind: str, losses: Losses) -> MoodleQuestion:
    """A question with its stem and answers; raises Problem for kinds that we have nothing like."""
    if kind in _REFUSED:
        raise Problem(_REFUSED[kind], kind=kind)
    if kind not in _KINDS:
        raise Problem("moodle.kind_unknown", kind=kind[:40] or "-")
    stem = said_in(element.find("questiontext"))
    stem = stem._replace(text=PRIVATE.sub("", stem.text))
    return _KINDS[kind](element, stem, losses)


def _grade(text: str) -> Decimal:
    grade = decimal(text or "0")
    if grade is None or all(abs(abs(grade) - known) > _NEAR for known in _GRADES):
        raise Problem("moodle.invalid_grade", place=Place(field="answer"), grade=text[:20])
    nearest = min(_GRADES, key=lambda known: abs(abs(grade) - known))
    return nearest.copy_sign(grade) / 100


def _answers(element: Element, *, plain: bool = False) -> list[Answer]:
    answers = []
    for answer in element.findall("answer"):
        said = Said(text_in(answer).strip(), "plain") if plain else said_in(answer)
        tolerance = (answer.findtext("tolerance") or "").strip()
        answers.append(Answer(said, _grade(answer.get("fraction", "0")), said_in(answer.find("feedback")), tolerance))
    return answers


def _choice(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    single = (element.findtext("single") or "true").strip().lower() in _YES and element.get("type") == "multichoice"
    shuffled = [(one.text or "").strip().lower() for one in element.findall("shuffleanswers")]
    if shuffled and shuffled[-1] not in _YES:
        losses.add("moodle.fixed_order_lost")
    return MoodleQuestion("choice", stem, _answers(element), single=single)


def _true_false(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    answers = _answers(element, plain=True)
    words = [answer.said.text.lower() for answer in answers]
    if sorted(words) != ["false", "true"]:
        raise Problem("moodle.not_true_or_false", place=Place(field="answer"))
    if sum(answer.weight > 0 for answer in answers) != 1:
        raise Problem("moodle.no_full_mark", place=Place(field="answer"))
    told = [Answer(Said(word, "plain"), one.weight, one.feedback) for word, one in zip(words, answers, strict=True)]
    return MoodleQuestion("true_false", stem, sorted(told, key=lambda one: one.said.text, reverse=True))


def _short(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    if (element.findtext("usecase") or "0").strip() in _YES:
        losses.add("moodle.case_lost")
    return MoodleQuestion("short", stem, _answers(element, plain=True))


def _numeric(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    units = [(unit.findtext("unit_name") or "").strip() for unit in element.findall("units/unit")]
    if len(units) > 1:
        losses.add("moodle.units_lost")
    return MoodleQuestion("numeric", stem, _answers(element, plain=True), unit=units[0] if units else "")


def _matching(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    pairs = [(said_in(one), _option(one.find("answer"), said_in(one))) for one in element.findall("subquestion")]
    return MoodleQuestion("matching", stem, pairs=pairs)


def _option(answer: Element | None, prompt: Said) -> Said:
    """The right side of a pair, which names no format in Moodle's own files: it is plain text there."""
    if answer is not None and answer.get("format"):
        return said_in(answer)
    return Said(text_in(answer).strip(), "plain")


def _essay(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    if said_in(element.find("responsetemplate")).given:
        losses.add("moodle.template_lost")
    return MoodleQuestion("essay", stem, reference=said_in(element.find("graderinfo")))


def _cloze(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    return gaps_apart(stem)


def _ordering(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    items = [Answer(said_in(one), Decimal(1), said_in(one.find("feedback"))) for one in element.findall("answer")]
    return MoodleQuestion("ordering", stem, items)


def _choices_in_text(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    """Words to drag into a text, or menus in it: gaps are `[[1]]`, each with the choices of its group."""
    boxes = [*element.findall("dragbox"), *element.findall("selectoption")]
    choices = [(text_in(box).strip(), (box.findtext("group") or "1").strip()) for box in boxes]
    gaps = []
    for number in (int(found) for found in _PLACE.findall(stem.text)):
        if not 1 <= number <= len(choices):
            raise Problem("moodle.no_such_choice", place=Place(field="stem"), number=number, count=len(choices))
        group = choices[number - 1][1]
        answers = [
            Answer(Said(text, "html"), Decimal(int(place == number)))
            for place, (text, of) in enumerate(choices, start=1)
            if of == group
        ]
        gaps.append(Gap("menu", tuple(answers)))
    return MoodleQuestion("gaps", stem._replace(text=_PLACE.sub(GAP, stem.text)), gaps=gaps)


def _description(element: Element, stem: Said, losses: Losses) -> MoodleQuestion:
    return MoodleQuestion("description", stem)


_KINDS: dict[str, Callable[[Element, Said, Losses], MoodleQuestion]] = {
    "multichoice": _choice, "multichoiceset": _choice, "truefalse": _true_false, "shortanswer": _short,
    "numerical": _numeric, "matching": _matching, "match": _matching, "ddmatch": _matching, "essay": _essay,
    "cloze": _cloze, "multianswer": _cloze, "ordering": _ordering, "ddwtos": _choices_in_text,
    "gapselect": _choices_in_text, "description": _description,
}  # fmt: skip
