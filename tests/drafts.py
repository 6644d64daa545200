"""Questions of every type, made up by hypothesis."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.pictures import mark
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}

SIGNS = st.characters(min_codepoint=32, max_codepoint=0x2FFFF, exclude_categories=["Cs", "Cn", "Co"])
TEXTS = st.text(SIGNS | st.sampled_from("\n\t\"\\'$%&<>{}[]()~=#:*_·，。“”"), min_size=1, max_size=40)
WORDS = st.text(st.sampled_from("abcdefgh水火土木氧气二氧化碳123"), min_size=1, max_size=8)


def numbers() -> st.SearchStrategy[str]:
    return st.integers(-10_000, 10_000).map(lambda value: str(Decimal(value) / 100))


@st.composite
def bodies(draw: st.DrawFn, code: str, texts: st.SearchStrategy[str] = TEXTS) -> dict[str, Any]:
    """A body of a type as it might be stored; not every one is sound."""
    body: dict[str, Any] = {"stem": draw(texts), "explanation": draw(st.just("") | texts)}
    words = draw(st.lists(WORDS, min_size=3, max_size=6, unique=True))
    options = [{"key": f"k{number}", "text": text} for number, text in enumerate(words)]
    keys = [option["key"] for option in options]
    if code == "single":
        body |= {"options": options, "answer": [draw(st.sampled_from(keys))]}
    elif code == "multiple":
        right = draw(st.lists(st.sampled_from(keys), min_size=2, unique=True))
        body |= {"options": options, "answer": sorted(right)}
    elif code == "true_false":
        body |= {"answer": draw(st.booleans())}
    elif code == "fill_in":
        blanks = [{"key": f"b{number}", "accepted": [word]} for number, word in enumerate(words[:2])]
        body |= {"stem": "____ 和 ____。", "blanks": blanks, "any_order": draw(st.booleans())}
    elif code == "numeric":
        answer = {"value": draw(numbers()), "tolerance": "0.1", "relative": draw(st.booleans()), "credit": "1"}
        body |= {"answers": [answer], "unit": draw(st.sampled_from(["", "m/s"]))}
    elif code == "matching":
        prompts = [{"key": f"p{number}", "text": f"{text}?"} for number, text in enumerate(words[:-1])]
        body |= {"prompts": prompts, "options": options,
                 "pairs": {one["key"]: key for one, key in zip(prompts, keys, strict=False)}}  # fmt: skip
    elif code == "ordering":
        body |= {"items": options}
    elif code == "cloze":
        gaps = [
            {"key": "g0", "kind": "menu", "options": options, "answer": keys[0]},
            {"key": "g1", "kind": "text", "accepted": words[:2]},
            {"key": "g2", "kind": "number", "value": "9.8", "tolerance": "0.1", "relative": False},
        ]
        body |= {"stem": "a ____ b ____ c ____", "gaps": gaps}
    elif code == "short_answer":
        body |= {"keywords": [{"words": words[:2], "weight": "0.5"}, {"words": words[2:3], "weight": "0.5"}],
                 "reference": draw(texts)}  # fmt: skip
    elif code == "essay":
        body |= {"reference": draw(st.just("") | texts)}
    return body


@st.composite
def drafts(
    draw: st.DrawFn, *, codes: tuple[str, ...] = tuple(TYPES), shas: tuple[str, ...] = ()
) -> list[QuestionDraft]:
    """Some sound questions with all that can be said of them; members stand behind their group."""
    made: list[QuestionDraft] = []
    group = ""
    for number, code in enumerate(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=6))):
        body = draw(bodies(code))
        if shas:
            body["explanation"] += mark(draw(st.sampled_from(shas)), draw(WORDS))
        try:
            body = TYPES[code].write(TYPES[code].read(body))
        except Problems:
            continue
        uid = f"q-{number}"
        member = group if code != "group" and draw(st.booleans()) else ""
        made.append(
            QuestionDraft(
                uid=uid, type=code, body=body, group=member, text_format=draw(st.sampled_from(["plain", "markdown"])),
                lang=draw(st.sampled_from(["zh_Hans", "en"])), difficulty=draw(st.sampled_from(["easy", "medium"])),
                criterion=draw(st.none() | st.integers(1, 26)), dimension=draw(st.sampled_from([None, "methods"])),
                source=draw(st.just("") | TEXTS), points=draw(st.sampled_from([None, "2", "0.5"])),
                topics=tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
                tags=tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
                translations={"en": {**body, "stem": draw(TEXTS)}} if draw(st.booleans()) else {},
            )
        )  # fmt: skip
        group = uid if code == "group" else group
    return made
