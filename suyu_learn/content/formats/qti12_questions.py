"""QTI 1.2 items as questions: told by Canvas's `question_type` where there is one, else by what they ask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.qti12_logic import Conditions
from suyu_learn.content.formats.qti12_numbers import answers_of
from suyu_learn.content.formats.qti12_texts import label_text, labels_of, plain, responses_of, text_of
from suyu_learn.content.formats.qti_choices import judgement
from suyu_learn.content.formats.qti_items import Made
from suyu_learn.content.formats.qti_names import words_of
from suyu_learn.content.formats.qti_processing import NotFollowed, number
from suyu_learn.content.formats.qti_texts import GAP, Html, is_blank, paragraphs, with_gap_behind, with_gaps
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.fill_in import MOST_BLANKS
from suyu_learn.domain.questions.identity import option_keys

_REFUSED = {
    "calculated_question": "calculated_question", "file_upload_question": "file_upload_question",
    "hot_spot_question": "hot_spot_question", "categorization_question": "categorization_question",
}  # fmt: skip
_IN_TEXT = frozenset({"multiple_dropdowns_question", "fill_in_multiple_blanks_question"})
_MENUS = frozenset({"dropdown", "wordbank"})


def fields_of(item: Element) -> dict[str, str]:
    """The metadata fields of an item, such as `question_type` and `points_possible`."""
    known: dict[str, str] = {}
    for part in item:
        if part.tag in ("itemmetadata", "qtimetadata"):
            for one in part.iter("qtimetadatafield"):
                known.setdefault(words_of(one.find("fieldlabel")), words_of(one.find("fieldentry")))
            for one in part:
                if one.tag.startswith("qmd_") and len(one) == 0:
                    known.setdefault(one.tag, words_of(one))
    return known


def question_of(item: Element, *, uid: str, losses: Losses, warn: Callable[..., None]) -> Made:
    """The question of an item; raises Problem when it cannot be taken."""
    fields = fields_of(item)
    kind = fields.get("question_type", "")
    presentation = item.find("presentation")
    if kind in _REFUSED or next(item.iter("calculated"), None) is not None:
        raise Problem("qti.interaction", name=_REFUSED.get(kind, "calculated"))
    if presentation is None:
        raise Problem("qti.incomplete", what="presentation")
    return _Reading(item, presentation, kind, fields, uid, losses, warn).made()


class _Reading:
    """One item being read."""

    def __init__(
        self, item: Element, presentation: Element, kind: str, fields: Mapping[str, str], uid: str, losses: Losses,
        warn: Callable[..., None],
    ) -> None:  # fmt: skip
        self._item = item
        self._presentation = presentation
        self._kind = kind
        self._fields = fields
        self._uid = uid
        self._losses = losses
        self._warn = warn
        self._responses = responses_of(presentation)
        self._names = [one.get("ident", "") for one in self._responses]
        cardinalities = {one.get("ident", ""): one.get("rcardinality", "Single") for one in self._responses}
        self._conditions = Conditions(item, cardinalities)
        self._key: dict[str, list[str]] = {}

    def made(self) -> Made:
        self._refuse_strange()
        try:
            code, body = self._asked()(self._responses[0])
            points = None if code == "essay" else self._checked()
            explanation = self._explanation(code)
        except NotFollowed as strange:
            raise Problem("qti.marking", name=str(strange)[:80]) from strange
        stem = body.pop("stem", None) or text_of(self._presentation)
        if is_blank(stem):
            raise Problem("question.no_stem")
        return Made(code, {"stem": stem, **body, "explanation": explanation}, self._points(points))

    def _refuse_strange(self) -> None:
        if not self._responses:
            raise Problem("qti.information_only")
        if len(self._responses) > MOST_BLANKS:
            raise Problem("question.too_many_blanks", most=MOST_BLANKS, count=len(self._responses))
        for one in self._presentation.iter():
            if one.tag in ("response_xy", "response_grp", "response_na", "render_hotspot", "render_slider"):
                raise Problem("qti.interaction", name=one.tag)

    def _asked(self) -> Callable[[Element], tuple[str, dict[str, Any]]]:
        first = self._responses[0]
        lists = [one for one in self._responses if one.tag == "response_lid"]
        if len(lists) == len(self._responses) and self._kind in _IN_TEXT:
            return self._gaps
        if len(lists) == len(self._responses) == 1:
            return self._ordering if first.get("rcardinality") == "Ordered" else self._choice
        if len(lists) == len(self._responses):
            return self._matching if self._is_matching(lists) else self._gaps
        if lists:
            raise Problem("qti.several_responses")
        if len(self._responses) > 1:
            return self._blanks
        return self._typed

    def _choice(self, response: Element) -> tuple[str, dict[str, Any]]:
        labels = labels_of(response)
        name = response.get("ident", "")
        one_only = response.get("rcardinality", "Single") == "Single"
        right = self._right(name, list(labels), one_only=one_only)
        self._key[name] = right
        labels = self._without_empty(labels, right)
        verdict = judgement({key: plain(text) for key, text in labels.items()}, right) if one_only else None
        if verdict is not None:
            return "true_false", {"answer": verdict}
        keys = option_keys(self._uid, labels)
        return "single" if one_only else "multiple", {
            "options": [{"key": keys[key], "text": text} for key, text in labels.items()],
            "answer": [keys[key] for key in labels if key in right],
        }

    def _without_empty(self, labels: Mapping[str, Html], right: Collection[str]) -> dict[str, Html]:
        """The answers without the empty lines that editors leave behind."""
        kept = {key: text for key, text in labels.items() if key in right or not is_blank(text)}
        if len(kept) < len(labels):
            self._warn("qti.empty_answers", count=len(labels) - len(kept))
        return kept

    def _right(self, name: str, labels: Sequence[str], *, one_only: bool) -> list[str]:
        alone = {label: self._conditions.mark({name: [label]}).total for label in labels[:60]}
        paying = [label for label in labels if alone.get(label, 0) > 0]
        if one_only:
            best = [label for label in paying if alone[label] == max(alone.values())]
            if len(best) > 1:
                raise Problem("qti.several_keys")
            if len(paying) > 1:
                self._losses.add("qti.partial_points")
            if any(points < 0 for points in alone.values()):
                self._losses.add("qti.negative_points")
        else:
            named = [sorted(_named(one, name), key=labels.index) for one in self._together(name, labels)]
            best = max([paying, *named], key=lambda keys: self._conditions.mark({name: keys}).total)
        if not best:
            raise Problem("qti.no_key")
        return best

    def _together(self, name: str, labels: Sequence[str]) -> list[Element]:
        """The conditions that reward a set of answers all of which are offered."""
        found = [condition for condition, _points in self._conditions.rewarding if _named(condition, name)]
        return [one for one in found if _named(one, name) <= set(labels)][:20]

    def _ordering(self, response: Element) -> tuple[str, dict[str, Any]]:
        labels = labels_of(response)
        name = response.get("ident", "")
        for condition, _points in self._conditions.rewarding:
            order = [words_of(one) for one in condition.iter("varequal") if one.get("respident") == name]
            if sorted(order) == sorted(labels):
                self._key[name] = order
                keys = option_keys(self._uid, labels)
                return "ordering", {"items": [{"key": keys[one], "text": labels[one]} for one in order]}
        raise Problem("qti.no_key" if not self._conditions.rewarding else "qti.order_of_some")

    def _is_matching(self, lists: Sequence[Element]) -> bool:
        if self._kind:
            return self._kind == "matching_question"
        first = sorted(labels_of(lists[0]).values())
        return all(sorted(labels_of(one).values()) == first for one in lists) and not any(
            self._bracket(one) for one in lists
        )

    def _matching(self, _first: Element) -> tuple[str, dict[str, Any]]:
        prompts = self._without_empty({one.get("ident", ""): text_of(one, within=False) for one in self._responses}, ())
        self._responses = [one for one in self._responses if one.get("ident", "") in prompts]
        options: dict[str, Html] = {}
        for one in self._responses:
            for label, text in labels_of(one).items():
                if not is_blank(text):
                    options.setdefault(label, text)
        by_text: dict[str, str] = {}
        for label, text in options.items():
            by_text.setdefault(plain(text) or text, label)
        first_of = {label: by_text[plain(text) or text] for label, text in options.items()}
        pairs = {one.get("ident", ""): self._menu_key(one) for one in self._responses}
        prompt_keys = option_keys(f"{self._uid} prompts", prompts)
        keys = option_keys(self._uid, by_text.values())
        return "matching", {
            "stem": text_of(self._presentation, within=False),
            "prompts": [{"key": prompt_keys[name], "text": text} for name, text in prompts.items()],
            "options": [{"key": keys[label], "text": options[label]} for label in by_text.values()],
            "pairs": {prompt_keys[name]: keys[first_of[label]] for name, label in pairs.items() if label in first_of},
        }

    def _menu_key(self, response: Element) -> str:
        name = response.get("ident", "")
        labels = list(labels_of(response))
        alone = {label: self._conditions.mark({name: [label]}).total for label in labels[:60]}
        best = max(alone, key=lambda label: alone[label], default="")
        if not best or alone[best] <= 0:
            raise Problem("qti.no_key")
        self._key[name] = [best]
        return best

    def _bracket(self, response: Element) -> str:
        """The name in square brackets by which the stem shows the gap of a response."""
        stem = text_of(self._presentation, within=False)
        names = (response.get("ident", "").removeprefix("response_"), plain(text_of(response)))
        return next((f"[{name}]" for name in names if name and f"[{name}]" in stem), "")

    def _gaps(self, _first: Element) -> tuple[str, dict[str, Any]]:
        """Canvas's menus and blanks, whose places are names in square brackets."""
        stem = text_of(self._presentation, within=False)
        brackets = {one.get("ident", ""): self._bracket(one) for one in self._responses}
        missing = next((name for name, bracket in brackets.items() if not bracket), "")
        if missing:
            raise Problem("qti.gap_not_in_text", name=missing[:80])
        ordered = sorted(self._responses, key=lambda one: stem.index(brackets[one.get("ident", "")]))
        stem = with_gaps(stem, [brackets[one.get("ident", "")] for one in ordered])
        made = [self._gap(one) for one in ordered]
        keys = list(option_keys(self._uid, [f"blank {n}" for n in range(len(made))]).values())
        gaps = [{"key": key, **gap} for key, gap in zip(keys, made, strict=True)]
        if all(gap["kind"] == "text" for gap in gaps):
            blanks = [{"key": gap["key"], "accepted": gap["accepted"]} for gap in gaps]
            return "fill_in", {"stem": stem, "blanks": blanks, "any_order": False}
        return "cloze", {"stem": stem, "gaps": gaps}

    def _gap(self, response: Element) -> dict[str, Any]:
        labels = {one.get("ident", ""): one for one in response.iter("response_label")}
        kinds = {one.get("answer_type", "") for one in labels.values()}
        texts = {label: plain(label_text(one)) for label, one in labels.items()}
        if self._kind != "fill_in_multiple_blanks_question" or kinds & _MENUS:
            right = self._menu_key(response)
            keys = option_keys(f"{self._uid} {response.get('ident')}", texts)
            return {"kind": "menu", "options": [{"key": keys[one], "text": text} for one, text in texts.items()],
                    "answer": keys[right]}  # fmt: skip
        accepted = list(dict.fromkeys(text for text in texts.values() if text))
        self._menu_key(response)
        return {"kind": "text", "accepted": accepted}

    def _blanks(self, _first: Element) -> tuple[str, dict[str, Any]]:
        """Several typed words, each where its response stands in the text."""
        accepted = [self._words(one) for one in self._responses]
        stem = text_of(self._presentation) + "".join(f"<div>{GAP}</div>" for _one in accepted)
        keys = option_keys(self._uid, [f"blank {number}" for number in range(len(accepted))]).values()
        blanks = [{"key": key, "accepted": texts} for key, texts in zip(keys, accepted, strict=True)]
        return "fill_in", {"stem": Html(stem), "blanks": blanks, "any_order": False}

    def _typed(self, response: Element) -> tuple[str, dict[str, Any]]:
        """One typed answer: a number, words that are compared, or a text that a person marks."""
        name = response.get("ident", "")
        fib = next(response.iter("render_fib"), None)
        compared = [one for one in self._item.iter() if one.tag.startswith("var") and one.get("respident") == name]
        if self._kind == "essay_question" or not compared:
            return "essay", {"reference": Html("")}
        numbers = self._kind == "numerical_question" or response.tag == "response_num" or (
            fib is not None and fib.get("fibtype") in ("Decimal", "Integer", "Scientific"))  # fmt: skip
        if numbers:
            answers = answers_of(self._conditions.rewarding, name)
            self._key[name] = [str(answers[0]["value"])]
            return "numeric", {"answers": answers, "unit": ""}
        texts = self._words(response)
        stem = text_of(self._presentation)
        keys = list(option_keys(self._uid, ["blank 0"]).values())
        if GAP[:2] not in stem:
            stem = with_gap_behind(stem)
        return "fill_in", {"stem": stem, "blanks": [{"key": keys[0], "accepted": texts}], "any_order": False}

    def _words(self, response: Element) -> list[str]:
        name = response.get("ident", "")
        found: dict[str, Decimal] = {}
        for condition, points in self._conditions.rewarding:
            for one in condition.iter("varequal"):
                if one.get("respident") == name and words_of(one):
                    found[words_of(one)] = max(found.get(words_of(one), Decimal(0)), points)
        if any(one.tag == "varsubstring" for condition, _points in self._conditions.rewarding
               for one in condition.iter()):  # fmt: skip
            raise Problem("qti.marking", name="varsubstring")
        best = max(found.values(), default=None)
        accepted = [text for text, points in found.items() if points == best]
        if not accepted:
            raise Problem("qti.no_key")
        if len(accepted) < len(found):
            self._losses.add("qti.partial_points")
        self._key[name] = [accepted[0]]
        return accepted

    def _checked(self) -> Decimal:
        full = self._conditions.mark(self._key).total
        if full <= 0 or full <= self._conditions.mark({}).total:
            raise Problem("qti.key_earns_nothing")
        return full

    def _points(self, full: Decimal | None) -> Decimal | None:
        said = number(self._fields.get("points_possible") or self._fields.get("cc_weighting"))
        if said is None and full is not None and full not in (1, 100):
            said = full
        return said if said is not None and said > 0 else None

    def _explanation(self, code: str) -> Html:
        """The feedback of the right answer, and solutions; of essays only what everyone sees."""
        shown = self._conditions.mark(self._key).feedback if code != "essay" else ["general_fb"]
        texts, hidden = [], 0
        for one in self._item.iter("itemfeedback"):
            text = text_of(one)
            if is_blank(text):
                continue
            if one.get("ident") in shown or next(one.iter("solution"), None) is not None:
                texts.append(text)
            else:
                hidden += 1
        if hidden:
            self._losses.add("qti.feedback_not_kept", count=hidden)
        return paragraphs(*dict.fromkeys(texts))


def _named(condition: Element, name: str) -> set[str]:
    """The answers that a condition asks for, without those that it excludes."""
    excluded = {id(one) for part in condition.iter("not") for one in part.iter("varequal")}
    return {words_of(one) for one in condition.iter("varequal")
            if id(one) not in excluded and one.get("respident") == name}  # fmt: skip
