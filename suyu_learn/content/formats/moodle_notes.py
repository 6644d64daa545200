"""What Moodle has no place for, as tags that survive there and that our readers take back: `难度:易`, `依据:...`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.normalise.particulars import LONGEST_TAG, LONGEST_TOPIC
from suyu_learn.domain.problems import Place, Problem

DIFFICULTIES = {"easy": "易", "medium": "中", "hard": "难"}
DIMENSIONS = {"knowledge": "知识", "methods": "方法", "spirit": "精神", "application": "应用"}
_BACK = {
    "难度": {word: code for code, word in DIFFICULTIES.items()},
    "维度": {word: code for code, word in DIMENSIONS.items()},
}
KNOWN = frozenset({
    "难度", "基准", "维度", "依据", "分值", "语言", "知识点", "题组", "题型", "顺序", "参考答案", "关键词", "误差",
    "单位", "权重", "解析", "标签",
})  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?")
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,4})?")
_MOST_CRITERION = 26


@dataclass(slots=True)
class Notes:
    """The tags of a question, sorted into those that are ours and the others."""

    tags: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """What a note of this name says; empty if there is none."""
        return next(iter(self.said.get(name, ())), "")

    def particulars(self) -> dict[str, Any]:
        """The fields of a draft that notes say."""
        criterion = self.one("基准")
        return {
            "difficulty": _BACK["难度"].get(self.one("难度"), "medium"),
            "criterion": int(criterion) if criterion else None,
            "dimension": _BACK["维度"].get(self.one("维度")),
            "source": self.one("依据"),
        }


def notes_in(tags: list[str], warnings: list[Problem]) -> Notes:
    """The tags of a file as notes; a tag that only looks like one of ours stays a tag."""
    notes = Notes()
    for tag in tags:
        name, colon, said = tag.partition(":")
        if colon and name == "标签":
            notes.tags.append(said)
        elif colon and name in KNOWN and _is_sound(name, said):
            notes.said.setdefault(name, []).append(said)
        else:
            notes.tags.append(tag)
    for longest, labels, place in (
        (LONGEST_TAG, notes.tags, "tags"),
        (LONGEST_TOPIC, notes.said.get("知识点", []), "topic"),
    ):
        if any(len(label) > longest for label in labels):
            warnings.append(Problem("table.label_too_long", place=Place(field=place), most=longest))
            labels[:] = [label for label in labels if len(label) <= longest]
    notes.tags = list(dict.fromkeys(" ".join(tag.split()) for tag in notes.tags if tag.strip()))
    return notes


def _is_sound(name: str, said: str) -> bool:
    if name in _BACK:
        return said in _BACK[name]
    if name == "基准":
        return said.isascii() and said.isdecimal() and len(said) < 3 and 1 <= int(said) <= _MOST_CRITERION
    if name == "分值":
        return _NUMBER.fullmatch(said) is not None
    return _LANGUAGE.fullmatch(said) is not None if name == "语言" else bool(said)


def notes_of(draft: QuestionDraft, *, lang: str) -> Iterator[str]:
    """The tags to write for a draft: its own, and what Moodle has no place for."""
    for tag in draft.tags:
        name, colon, _said = tag.partition(":")
        yield f"标签:{tag}" if colon and name in KNOWN else tag
    if draft.difficulty != "medium":
        yield f"难度:{DIFFICULTIES[draft.difficulty]}"
    if draft.criterion is not None:
        yield f"基准:{draft.criterion}"
    if draft.dimension in DIMENSIONS:
        yield f"维度:{DIMENSIONS[draft.dimension]}"
    if draft.source:
        yield f"依据:{draft.source}"
    if draft.lang != lang and _LANGUAGE.fullmatch(draft.lang):
        yield f"语言:{draft.lang}"
    if draft.type == "group":
        yield f"题组:{draft.uid}"
    elif draft.group:
        yield f"题组:{draft.group}"
    yield from _of_body(draft.type, draft.body)


def _of_body(kind: str, body: Mapping[str, Any]) -> Iterator[str]:
    if kind == "fill_in" and body.get("any_order"):
        yield "顺序:不限"
    if kind == "cloze" and all(gap["kind"] == "text" for gap in body["gaps"]):
        yield "题型:完形"
    weights = [gap.get("weight", "1") for gap in body.get("gaps", ())]
    if any(not weight.isdecimal() for weight in weights):
        yield f"权重:{','.join(weights)}"
    tolerances = body.get("answers", ()) if kind == "numeric" else body.get("gaps", ())
    shares = [one["tolerance"] if one.get("relative") else "-" for one in tolerances]
    if any(share != "-" for share in shares):
        yield f"误差:{','.join(shares)}"
    if kind == "short_answer":
        yield "题型:简答"
        for keyword in body.get("keywords", ()):
            yield f"关键词:{keyword['weight']}:" + "|".join(_barred(word) for word in keyword["words"])


def _barred(word: str) -> str:
    return word.replace("\\", r"\\").replace("|", r"\|")


def keywords_in(notes: Notes) -> list[dict[str, Any]]:
    """The weighted keywords of a short answer."""
    found = []
    for said in notes.said.get("关键词", ()):
        weight, _colon, words = said.partition(":")
        parts = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:[^|\\]|\\.)+", words)]
        found.append({"words": parts, "weight": weight})
    return found
