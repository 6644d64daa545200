"""QTI 2 and 3 items as questions, or the reason why one cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats import qti_choices, qti_gaps
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.qti3_xml import UNIT_CLASS
from suyu_learn.content.formats.qti_marking import Asked
from suyu_learn.content.formats.qti_names import INLINE, interactions_of, words_of
from suyu_learn.content.formats.qti_processing import NotFollowed, Processing, Value
from suyu_learn.content.formats.qti_texts import (
    GAP,
    GAP_SIGN,
    Html,
    inner_html,
    is_blank,
    paragraphs,
    seen_length,
    with_gaps,
)
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.fill_in import MOST_BLANKS
from suyu_learn.domain.questions.reading import STEM_LIMIT

_READERS: dict[str, Callable[[Asked, Element], tuple[str, dict[str, Any]]]] = {
    "choiceInteraction": qti_choices.choice,
    "orderInteraction": qti_choices.order,
    "matchInteraction": qti_choices.match,
    "associateInteraction": qti_choices.associate,
    "gapMatchInteraction": qti_gaps.gap_match,
}
_FEEDBACK = frozenset({"modalFeedback", "feedbackBlock", "feedbackInline"})
_TEMPLATED = ("templateDeclaration", "templateProcessing", "templateBlock", "templateInline")
_NOT_KEPT = ("catalogInfo", "companionMaterialsInfo")


@dataclass(frozen=True, slots=True)
class Made:
    """One question of an item, its texts still HTML: the passage first where there are several."""

    type: str
    body: Mapping[str, Any]
    points: Decimal | None = None


def questions_of(
    item: Element, *, uid: str, losses: Losses, warn: Callable[..., None], own_type: str = ""
) -> list[Made]:
    """The question of an item, or a passage and its questions; raises Problem when it cannot be taken."""
    body = _body_of(item)
    interactions = interactions_of(body)
    if not interactions:
        raise Problem("qti.information_only")
    if len(interactions) > MOST_BLANKS:
        raise Problem("question.too_many_blanks", most=MOST_BLANKS, count=len(interactions))
    asked = Asked(uid, Processing(item), losses, warn, own_type)
    title = Html(item.get("title", "").replace("&", "&amp;").replace("<", "&lt;"))
    if len(interactions) == 1 or all(one.tag in INLINE for one in interactions):
        single = _single(item, body, interactions, asked, title)
        if interactions[0].tag in INLINE or seen_length(single.body["stem"]) <= STEM_LIMIT:
            return [single]
        asked.key.clear()
    return _several(item, body, interactions, asked, title)


def _body_of(item: Element) -> Element:
    if item.get("adaptive") == "true":
        raise Problem("qti.adaptive")
    if any(next(item.iter(tag), None) is not None for tag in _TEMPLATED):
        raise Problem("qti.template")
    body = item.find("itemBody")
    if body is None:
        raise Problem("qti.incomplete", what="itemBody")
    for element in body.iter():
        known = element.tag in _READERS or element.tag in INLINE or element.tag == "extendedTextInteraction"
        if element.tag.endswith("Interaction") and not known:
            raise Problem("qti.interaction", name=element.tag[:80])
    return body


def _single(item: Element, body: Element, interactions: Sequence[Element], asked: Asked, title: Html) -> Made:
    code, made = _asked(item, interactions, asked)
    if code == "numeric":
        stem = _without_entry(body, interactions[0], made)
    elif interactions[0].tag in INLINE:
        stem = with_gaps(inner_html(body, dict.fromkeys(interactions, GAP_SIGN)))
    elif code == "cloze":
        stem = with_gaps(inner_html(body, dict.fromkeys(interactions[0].iter("gap"), GAP_SIGN)))
    else:
        stem = inner_html(body, {interactions[0]: _prompt(interactions[0])})
    by_person = code in ("essay", "short_answer")
    if by_person:
        points: Decimal | None = None
    else:
        points = asked.checked()
    explanation = _explanation(item, asked, essay=by_person)
    for part in _NOT_KEPT:
        if next(item.iter(part), None) is not None:
            asked.losses.add("qti.part_not_kept", name=part)
    said = asked.processing.most()
    worth = said if said is not None else points if points != 1 else None
    return Made(code, {"stem": title if is_blank(stem) else stem, **made, "explanation": explanation},
                worth if worth is not None and worth > 0 else None)  # fmt: skip


def _without_entry(body: Element, interaction: Element, made: dict[str, Any]) -> Html:
    """The text of a numeric question: no gap at its end, and no unit that we wrote there ourselves."""
    units = [one for one in body.iter("span") if one.get("class") == UNIT_CLASS]
    if units:
        made["unit"] = words_of(units[0])
    stem = inner_html(body, {interaction: GAP_SIGN, **dict.fromkeys(units, "")})
    words, closing = stem.rstrip(), ""
    while words.endswith(("</p>", "</div>", "</span>")):
        words, _open, end = words.rpartition("</")
        words, closing = words.rstrip(), f"</{end}{closing}"
    return Html((words.removesuffix(GAP_SIGN) + closing).replace(GAP_SIGN, GAP))


def _several(item: Element, body: Element, interactions: Sequence[Element], asked: Asked, title: Html) -> list[Made]:
    """A passage and what is asked of it: each block interaction, and each run of gaps."""
    runs = _runs(interactions)
    pieces = _pieces(body, runs)
    passage = pieces[0][0] if runs[0][0].tag not in INLINE and not is_blank(pieces[0][0]) else ""
    made = []
    for number, (run, (before, within)) in enumerate(zip(runs, pieces, strict=True), start=1):
        code, parts = _asked(item, run, asked)
        text = paragraphs("" if number == 1 and passage else before, within)
        made.append((run, code, {"stem": Html(f"({number})") if is_blank(text) else text, **parts}))
    full = asked.checked() if asked.key else None
    explanation = _explanation(item, asked, essay=False)
    questions = [Made("group", {"stem": Html(passage) or title or Html("(1)"), "explanation": explanation})]
    for run, code, parts in made:
        questions.append(Made(code, {**parts, "explanation": Html("")}, _share(asked, run, full)))
    return questions


def _asked(item: Element, interactions: Sequence[Element], asked: Asked) -> tuple[str, dict[str, Any]]:
    first = interactions[0]
    if first.tag in INLINE:
        return qti_gaps.inline(asked, interactions)
    if first.tag == "extendedTextInteraction":
        reference = _reference(item, first, asked)
        if asked.own_type == "short_answer":
            return "short_answer", {"reference": reference, "keywords": []}
        return "essay", {"reference": reference}
    return _READERS[first.tag](asked, first)


def _reference(item: Element, interaction: Element, asked: Asked) -> Html:
    """The model answer: an outcome of that name, a correct response, or what the scorer is told."""
    from html import escape

    declared = asked.declared(interaction)
    rules = asked.processing.rules
    if rules is not None and any(
        one.tag in ("correct", "mapResponse") and one.get("identifier") == declared.identifier for one in rules.iter()
    ):
        asked.warn("qti.essay_by_person" if declared.correct or declared.mapping else "qti.essay_without_key")
    said = asked.processing.outcome_default("MODEL_ANSWER") or "\n".join(declared.correct)
    if said.strip():
        return Html("<br>".join(escape(said).split("\n")))
    return Html("".join(inner_html(one) for one in item.iter("rubricBlock") if _for_scorers(one)))


def _for_scorers(rubric: Element) -> bool:
    return "candidate" not in (rubric.get("view") or "").split()


def _prompt(interaction: Element) -> str:
    prompt = interaction.find("prompt")
    return "" if prompt is None else f"<div>{inner_html(prompt)}</div>"


def _runs(interactions: Sequence[Element]) -> list[list[Element]]:
    runs: list[list[Element]] = []
    for one in interactions:
        if runs and one.tag in INLINE and runs[-1][0].tag in INLINE:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _pieces(body: Element, runs: Sequence[Sequence[Element]]) -> list[tuple[str, str]]:
    """Of each run, the text before it and the text that belongs to it: its prompt, or its gaps and what is between."""
    sign = "\ue000"
    instead: dict[Element, str] = {}
    for run in runs:
        for one in run:
            instead[one] = GAP if one.tag in INLINE else sign + _prompt(one) + sign
            instead.update(dict.fromkeys(one.iter("gap"), GAP))
        if run[0].tag in INLINE:
            instead[run[0]] = sign + GAP
            instead[run[-1]] = (GAP if len(run) > 1 else sign + GAP) + sign
        elif run[0].tag == "gapMatchInteraction":
            instead[run[0]] = sign + inner_html(run[0], instead) + sign
    parts = inner_html(body, instead).split(sign)
    pieces = []
    for number, run in enumerate(runs):
        before, within = parts[2 * number], parts[2 * number + 1]
        if run[0].tag in INLINE:  # the sentence around a gap belongs to it
            pieces.append(("", before + within + (parts[-1] if number == len(runs) - 1 else "")))
        else:
            pieces.append((before, within))
    return pieces


def _share(asked: Asked, run: Sequence[Element], full: Decimal | None) -> Decimal | None:
    """What one part of an item adds to the points of the whole."""
    names = {one.get("responseIdentifier", "") for one in run}
    if full is None or not names & asked.key.keys():
        return None
    try:
        rest = asked.processing.score({name: values for name, values in asked.key.items() if name not in names})
    except NotFollowed:
        return None
    return full - rest if full > rest else None


def _explanation(item: Element, asked: Asked, *, essay: bool) -> Html:
    """What the item shows beside the right answer, and what it tells those who mark."""
    shown, hidden = [], 0
    outcomes = _outcomes(asked)
    for element in (one for one in item.iter() if one.tag in _FEEDBACK):
        text = inner_html(element)
        if is_blank(text):
            continue
        if _is_shown(element, outcomes):
            shown.append(text)
        elif words_of(element):
            hidden += 1
    if hidden:
        asked.losses.add("qti.feedback_not_kept", count=hidden)
    notes = [] if essay else [inner_html(one) for one in item.iter("rubricBlock") if _for_scorers(one)]
    return paragraphs(*dict.fromkeys([*shown, *notes]))


def _outcomes(asked: Asked) -> dict[str, Value]:
    try:
        return asked.processing.outcomes(asked.key)
    except NotFollowed:
        return {}


def _is_shown(element: Element, outcomes: Mapping[str, Value]) -> bool:
    values = outcomes.get(element.get("outcomeIdentifier", ""), ())
    return (element.get("identifier") in values) == (element.get("showHide", "show") == "show")
