"""The stored body of a Moodle question, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.moodle_notes import Notes, keywords_in
from suyu_learn.content.formats.moodle_texts import Texts
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.fill_in import BLANK
from suyu_learn.domain.questions.identity import option_keys
from suyu_learn.domain.questions.reading import EXPLANATION_LIMIT

if TYPE_CHECKING:
    from suyu_learn.content.formats.moodle_questions import Answer, Gap, MoodleQuestion

GAP = "\ue000"
"""Stands in a text for a gap until it is in its format; no text that people write has it."""
MOST_GAPS = 50
MOST_ANSWERS = 200
FULL, NOTHING = Decimal(1), Decimal(0)
_NEAR = Decimal("0.0001")
_NUMBER = re.compile(r"([+-]?)(?:([0-9]{1,40})(?:[.,]([0-9]{0,40}))?|[.,]([0-9]{1,40}))([eE][+-]?[0-9]{1,3})?")
_GAPS_APART = re.compile(f"{GAP}(?=[{GAP}_＿])")
_WILDCARD = re.compile(r"(?<!\\)\*")


def body_of(
    question: MoodleQuestion, *, uid: str, texts: Texts, notes: Notes, losses: Losses, warnings: list[Problem]
) -> tuple[str, dict[str, Any]]:
    """The type and the body; raises Problem where Moodle itself would, or where we have nothing like it."""
    count = max(len(question.answers), len(question.pairs), *(len(gap.answers) for gap in question.gaps))
    if count > MOST_ANSWERS:
        raise Problem("question.too_many_options", place=Place(field="options"), most=MOST_ANSWERS, count=count)
    stem = _GAPS_APART.sub(f"{GAP} ", texts.of(question.stem)).replace(GAP, "____")
    explanation = _explanation(question, texts, losses) or notes.one("解析")
    code, rest = _Bodies(question, uid, texts, notes, losses, warnings).of(question.kind, stem)
    stem = rest.pop("stem", stem)
    return code, {"stem": stem, **rest, "explanation": explanation}


class _Bodies:
    """What stands in a body beside stem and explanation."""

    def __init__(
        self, question: MoodleQuestion, uid: str, texts: Texts, notes: Notes, losses: Losses, warnings: list[Problem]
    ) -> None:
        self.question, self.uid, self.texts, self.notes = question, uid, texts, notes
        self.losses, self.warnings = losses, warnings

    def of(self, kind: str, stem: str) -> tuple[str, dict[str, Any]]:
        if kind == "short":
            return self._short(stem)
        return {
            "choice": self._choice, "true_false": self._true_false, "numeric": self._numeric,
            "matching": self._matching, "essay": self._essay, "gaps": self._gaps, "ordering": self._ordering,
            "description": lambda: ("group", {}),
        }[kind]()  # fmt: skip

    def _keys(self, words: Iterable[str]) -> list[str]:
        return list(option_keys(self.uid, words).values())

    def _options(self, texts: Sequence[str], name: str = "option") -> list[dict[str, str]]:
        keys = self._keys(f"{name} {number}" for number in range(len(texts)))
        return [{"key": key, "text": text} for key, text in zip(keys, texts, strict=True)]

    def _choice(self) -> tuple[str, dict[str, Any]]:
        answers = self.question.answers
        if len(answers) < 2:
            raise Problem("question.too_few_options", place=Place(field="options"), fewest=2, count=len(answers))
        options = self._options([self.texts.of(answer.said) for answer in answers])
        full = [number for number, answer in enumerate(answers) if abs(answer.weight - FULL) < _NEAR]
        right = [number for number, answer in enumerate(answers) if answer.weight > 0]
        # In a multiple choice a wrong option that takes all is as with us.
        if any(-FULL < answer.weight < 0 or (answer.weight < 0 and self.question.single) for answer in answers):
            self.losses.add("moodle.negative_marks")
        if self.question.single:
            right = self._single(full, right)
        elif right and any(abs(answers[one].weight - answers[right[0]].weight) > _NEAR for one in right):
            self.losses.add("moodle.uneven_weights")
        several = not self.question.single or len(right) > 1
        code = "multiple" if several else "single"
        return code, {"options": options, "answer": [options[number]["key"] for number in right]}

    def _single(self, full: list[int], right: list[int]) -> list[int]:
        if right and not full:
            raise Problem("moodle.no_full_mark", place=Place(field="answer"))
        if len(full) > 1:
            self.warnings.append(Problem("moodle.several_right", place=Place(field="answer"), count=len(full)))
        if len(right) > len(full):
            self.losses.add("moodle.partial_marks")
        return full

    def _true_false(self) -> tuple[str, dict[str, Any]]:
        return "true_false", {"answer": self.question.answers[0].weight > 0}

    def _short(self, stem: str) -> tuple[str, dict[str, Any]]:
        accepted = self._accepted(self.question.answers)
        if not BLANK.search(stem):
            stem = f"{stem} ____"
        key = self._keys(["blank 0"])[0]
        free = self.notes.one("顺序") == "不限"
        return "fill_in", {"stem": stem, "blanks": [{"key": key, "accepted": accepted}], "any_order": free}

    def _accepted(self, answers: Sequence[Answer]) -> list[str]:
        """The texts that earn everything; the others, and patterns, cannot be kept."""
        accepted: list[str] = []
        patterns = False
        for answer in answers:
            text = self.texts.words(answer.said).strip()
            if abs(answer.weight - FULL) > _NEAR:
                if answer.weight > 0:
                    self.losses.add("moodle.partial_marks")
            elif _WILDCARD.search(text):
                patterns = True
                self.losses.add("moodle.pattern_lost")
            elif text:
                accepted.append(text.replace("\\*", "*"))
        if patterns and not accepted:
            raise Problem("moodle.only_patterns", place=Place(field="answer"))
        if not accepted:
            raise Problem("moodle.no_full_mark", place=Place(field="answer"))
        return list(dict.fromkeys(accepted))

    def _numeric(self) -> tuple[str, dict[str, Any]]:
        answers = [answer for answer in self.question.answers if answer.weight > 0]
        first = next((answer for answer in answers if answer.weight > FULL - _NEAR), None)
        if first is None:
            raise Problem("moodle.no_full_mark", place=Place(field="answer"))
        answers = [first, *(answer for answer in answers if answer is not first)]
        stored = [
            {"value": number(self.texts.words(answer.said)), **self._tolerance(place, answer.tolerance),
             "credit": _plain(min(answer.weight, FULL))}
            for place, answer in enumerate(answers)
        ]  # fmt: skip
        return "numeric", {"answers": stored, "unit": self.question.unit or self.notes.one("单位")}

    def _tolerance(self, place: int, said: str) -> dict[str, Any]:
        """How far off an answer may be; our own files say it also as the share of the number that it was."""
        shares = self.notes.one("误差").split(",")
        share = shares[place] if place < len(shares) else ""
        if decimal(share) is not None:
            return {"tolerance": number(share).lstrip("-"), "relative": True}
        return {"tolerance": number(said or "0").lstrip("-"), "relative": False}

    def _matching(self) -> tuple[str, dict[str, Any]]:
        pairs = [(self.texts.of(prompt), self.texts.of(option)) for prompt, option in self.question.pairs]
        asked = [(prompt, option) for prompt, option in pairs if prompt.strip()]
        if len(asked) < 2:
            raise Problem("moodle.too_few_pairs", place=Place(field="pairs"), count=len(asked))
        options = self._options(list(dict.fromkeys(option for _prompt, option in pairs)))
        keys = {one["text"]: one["key"] for one in options}
        prompts = self._options([prompt for prompt, _option in asked], "prompt")
        tied = {one["key"]: keys[option] for one, (_prompt, option) in zip(prompts, asked, strict=True)}
        return "matching", {"prompts": prompts, "options": options, "pairs": tied}

    def _ordering(self) -> tuple[str, dict[str, Any]]:
        return "ordering", {
            "items": self._options([self.texts.of(answer.said) for answer in self.question.answers], "item")
        }

    def _essay(self) -> tuple[str, dict[str, Any]]:
        reference = self.texts.of(self.question.reference) or self.notes.one("参考答案")
        if self.notes.one("题型") == "简答":
            return "short_answer", {"keywords": keywords_in(self.notes), "reference": reference}
        return "essay", {"reference": reference}

    def _gaps(self) -> tuple[str, dict[str, Any]]:
        gaps = self.question.gaps
        if not gaps:
            raise Problem("moodle.no_gap", place=Place(field="stem"))
        if len(gaps) > MOST_GAPS:
            raise Problem("question.too_many_blanks", place=Place(field="gaps"), most=MOST_GAPS, count=len(gaps))
        plain = all(gap.kind == "text" and gap.weight == gaps[0].weight for gap in gaps)
        keys = self._keys(f"gap {place}" for place in range(len(gaps)))
        if plain and self.notes.one("题型") != "完形":
            blanks = [
                {"key": key, "accepted": self._accepted(gap.answers)} for key, gap in zip(keys, gaps, strict=True)
            ]
            return "fill_in", {"blanks": blanks, "any_order": self.notes.one("顺序") == "不限"}
        return "cloze", {
            "gaps": [self._gap(key, place, gap) for place, (key, gap) in enumerate(zip(keys, gaps, strict=True))]
        }

    def _gap(self, key: str, place: int, gap: Gap) -> dict[str, Any]:
        told: dict[str, Any] = {"key": key, "kind": gap.kind}
        weights = self.notes.one("权重").split(",")
        weight = weights[place] if place < len(weights) and weights[place] else gap.weight
        if weight != "1":
            told["weight"] = weight
        full = [place for place, answer in enumerate(gap.answers) if abs(answer.weight - FULL) < _NEAR]
        if gap.kind == "menu" and len(gap.answers) < 2:
            raise Problem("moodle.gap_too_few_choices", place=Place(field="gaps"), number=place + 1)
        if not full:
            raise Problem("moodle.gap_without_full_mark", place=Place(field="gaps"), number=place + 1)
        if gap.kind == "menu":
            options = self._options([self.texts.words(one.said) for one in gap.answers], f"gap {place} option")
            if any(0 < answer.weight < FULL - _NEAR for answer in gap.answers) or len(full) > 1:
                self.losses.add("moodle.partial_marks")
            return told | {"options": options, "answer": options[full[0]]["key"]}
        if gap.kind == "text":
            return told | {"accepted": self._accepted(gap.answers)}
        if len([answer for answer in gap.answers if answer.weight > 0]) > 1:
            self.losses.add("moodle.partial_marks")
        right = gap.answers[full[0]]
        value = self.texts.words(right.said)
        return told | {
            "value": number(value.partition(":")[0] if right.tolerance else value),
            **self._tolerance(place, right.tolerance),
        }


def number(text: str) -> str:
    """A number of Moodle's as a decimal string; raises Problem where it is none."""
    bare = "".join(text.split())
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise Problem("moodle.not_a_number", place=Place(field="answer"), said=text.strip()[:60])
    sign, whole, part, only_part, exponent = found.groups("")
    part = part or only_part
    return f"{sign}{whole or '0'}{'.' if part else ''}{part}{exponent}"


def decimal(text: str) -> Decimal | None:
    """A weight or a mark of a file; None where it is no number."""
    try:
        return Decimal(number(text))
    except (InvalidOperation, Problem):
        return None


def _plain(value: Decimal) -> str:
    bare = value.normalize()
    return format(bare, "f") if -20 < bare.adjusted() < 20 else str(bare)


def _explanation(question: MoodleQuestion, texts: Texts, losses: Losses) -> str:
    """The general feedback, and below it what Moodle replies to single answers, as far as there is room."""
    explanation = texts.of(question.explanation)
    if question.kind == "true_false":
        signs = {True: "√", False: "×"}
        replies = [(signs[answer.said.text == "true"], answer.feedback) for answer in question.answers]
    else:
        answers = [*question.answers, *(answer for gap in question.gaps for answer in gap.answers)]
        replies = [(texts.of(answer.said), answer.feedback) for answer in answers]
    told = [f"{_on_one_line(said)}：{texts.of(reply)}" for said, reply in replies if reply.given]
    whole = "\n\n".join(part for part in (explanation, "\n".join(told)) if part)
    if told and len(whole) > EXPLANATION_LIMIT:
        losses.add("moodle.feedback_lost", count=len(told))
        return explanation
    return whole


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
