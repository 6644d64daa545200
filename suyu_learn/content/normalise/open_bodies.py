"""From what a row says to the bodies of the types that are no choices, verdicts or blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

from suyu_learn.content.normalise import blanks as blanking
from suyu_learn.content.normalise import open_answers
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.options import LETTERS, lettered
from suyu_learn.content.normalise.said import Said, Settled
from suyu_learn.content.normalise.texts import same_width, without_preface
from suyu_learn.content.normalise.types import CLOZE, ESSAY, MATCHING, NUMERIC, ORDERING, SHORT_ANSWER
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import option_keys

_AT_ANSWER = Place(field="answer")
_AT_OPTIONS = Place(field="options")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CIRCLE = re.compile(f"[{CIRCLED}]")
_ARROWS = re.compile(r"->|→|⇒|＞|>|=>")
_LISTED = re.compile(r"\{break\}|\$;\$|[\n|｜;；]")
_PAIR_SIGNS = ("⇔", "↔", "→", "=>", "->", "——", "—", "＝", "=", "｜", "|", "：", ":", "-")
_PAIR = re.compile(
    rf"([A-Za-z]|\d{{1,2}}|[{CIRCLED}])\s*(?:(?:-|—|–|=|:|→|->|\.|、)\s*)?([A-Za-z]|\d{{1,2}}|[{CIRCLED}])"
)
_COUNTED = re.compile(r"(\d{1,2})\s*(?:[.．](?!\d)|[、:：)）])\s*(?=\S)")
_ONLY_PAIRS = re.compile(r"(?:[A-Za-z]\s?[-—–=]\s?\d{1,2}[\s,，;；、]*){2,30}")
_NUMBERED = re.compile(
    rf"(?:(?<=\s)|^|(?<=[。？?:：;；,，]))(?:[(（]?(\d{{1,2}})[)）.．、:：]|([{CIRCLED}])[.．、:：]?)\s*", re.MULTILINE
)


def numeric(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    """A number with its tolerance and unit; where the answer is no number, an essay with it as reference."""
    found: list[open_answers.Number] = []
    for text in [part for answer in answers for part in re.split(r"[;；|｜\n]", answer) if part.strip()]:
        number = open_answers.number_said(text, tolerance=said.tolerance, unit=said.unit)
        if number is None:
            found = []
            break
        found.append(number)
    if not answers:
        raise Problem("table.no_answer", place=_AT_ANSWER)
    if not found:
        settled = essay(stem, options, answers, said, uid)
        settled.warnings.append(Problem("table.number_as_essay", place=_AT_ANSWER))
        return settled
    answered = [{**number.as_answer(), "credit": "1"} for number in found]
    unit = next((number.unit for number in found if number.unit), "")
    return Settled(NUMERIC, {"stem": stem, "answers": answered, "unit": unit})


def essay(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    """A text that a person marks; what it is marked by stands in the reference."""
    return Settled(ESSAY, {"stem": _with(stem, options), "reference": _reference(answers, said.keywords)})


def short_answer(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    """A text marked by its keywords; without any, a person marks it."""
    weighted = open_answers.keywords(said.keywords) if said.keywords.strip() else []
    reference = _reference(answers, "" if weighted else said.keywords)
    return Settled(SHORT_ANSWER, {"stem": _with(stem, options), "keywords": weighted, "reference": reference})


def _with(stem: str, options: Mapping[str, str]) -> str:
    return "\n".join([stem, *(f"{letter}. {text}" for letter, text in options.items())])


def _reference(answers: Sequence[str], points: str) -> str:
    told = "\n".join(answer.strip() for answer in answers)
    return "\n".join(part for part in (told, f"评分要点：{points.strip()}" if points.strip() else "") if part)


def ordering(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    """Options to be put in order: by an answer such as CABD or ③①②, or as they stand where there is none."""
    told = " ".join(answers).strip()
    if not options:
        stem, options = _items_of(stem)
    if not options:
        parts = _listed(told)
        if len(parts) < 2:
            raise Problem("question.too_few_options", place=_AT_OPTIONS, fewest=2, count=len(parts))
        options, told = dict(zip(LETTERS, parts, strict=False)), ""
    letters = _order(told, options) if told else list(options)
    if sorted(letters) != sorted(options):
        raise Problem("table.order_incomplete", place=_AT_ANSWER, answer=text_shown(told), count=len(options))
    keys = option_keys(uid, options)
    items = [{"key": keys[letter], "text": options[letter]} for letter in letters]
    warnings = [] if told else [Problem("table.order_as_written", place=_AT_ANSWER)]
    return Settled(ORDERING, {"stem": stem, "items": items}, warnings if not answers else [])


def _items_of(stem: str) -> tuple[str, dict[str, str]]:
    before, found = lettered(stem)
    return (before, found) if found else numbered_items(stem)


def numbered_items(stem: str) -> tuple[str, dict[str, str]]:
    """The text before a list `1. ... 2. ...` or `① ... ② ...`, and its items by letter; none unless 1 and 2 follow."""
    marks = list(_NUMBERED.finditer(stem[:20_000]))[:60]
    run: list[re.Match[str]] = []
    for mark in marks:
        if _number_of(mark[1] or mark[2]) == len(run) + 1:
            run.append(mark)
    if len(run) < 2:
        return stem, {}
    ends = [mark.start() for mark in run[1:]] + [len(stem)]
    texts = [stem[mark.end() : end].strip().rstrip(";；,，") for mark, end in zip(run, ends, strict=True)]
    return stem[: run[0].start()].strip(), dict(zip(LETTERS, texts, strict=False))


def _number_of(said: str) -> int:
    return CIRCLED.index(said) + 1 if said in CIRCLED else int(said)


def _order(told: str, options: Mapping[str, str]) -> list[str]:
    """The letters of the options in the order that an answer gives."""
    by_text = {same_width(text): letter for letter, text in options.items()}
    parts = [part for part in map(same_width, _listed(without_preface(told))) if part]
    if len(parts) > 1 and all(part in by_text for part in parts):
        return [by_text[part] for part in parts]
    letters = list(options)
    bare = normalize("NFKC", _CIRCLE.sub(lambda found: f" {_number_of(found[0])} ", without_preface(told))).upper()
    if re.fullmatch(r"[\sA-Z,、;|/>.\-→()⇒]*", bare):
        return re.findall(r"[A-Z]", bare)
    numbers = re.findall(r"\d{1,2}", bare) if re.search(r"\d\D+\d", bare) else list(re.sub(r"\D", "", bare))
    if re.fullmatch(r"[\s\d,、;|/>.\-→()⇒]*", bare):
        return [letters[int(number) - 1] for number in numbers if 1 <= int(number) <= len(letters)]
    raise Problem("table.order_incomplete", place=_AT_ANSWER, answer=text_shown(told), count=len(options))


def is_new_order(told: str, options: Mapping[str, str]) -> bool:
    """Whether an answer has every letter once, and not in the order of the alphabet."""
    bare = normalize("NFKC", without_preface(told)).upper()
    if len(bare) > 200 or not re.fullmatch(r"[\sA-Z,、;>→-]+", bare):
        return False
    letters = re.findall("[A-Z]", bare)
    return letters != list(options) and sorted(letters) == sorted(options)


def is_pairs(told: str) -> bool:
    """Whether an answer says which letter belongs to which number, as `A-2, B-1`."""
    return len(told) <= 500 and _ONLY_PAIRS.fullmatch(without_preface(told)) is not None


def _listed(text: str) -> list[str]:
    pieces = _ARROWS.split(text) if _ARROWS.search(text) else _LISTED.split(text)
    return [piece.strip() for piece in pieces if piece.strip()]


def matching(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    """Two lists and which of one belongs to which of the other: `A-2, B-1`, or pairs that stand side by side."""
    told = " ".join(answers).strip()
    left: Mapping[str, str] = options
    right: Mapping[str, str] = _own_list(said.pairs)
    if not right:
        stem, left, right = _two_lists(stem, options)
    if not right and options:  # both lists stood in the stem, and the second was taken for the last option
        whole = _two_lists(_with(stem, options), {})
        stem, left, right = whole if whole[2] else (stem, left, right)
    if not right:
        pairs = _side_by_side(list(options.values()) or _listed(told))
        if pairs is None:
            raise Problem("table.no_pairs", place=_AT_ANSWER if told else _AT_OPTIONS)
        return _paired(stem, pairs, uid)
    left, right, said_pairs = _resolved(told, left, right)
    missing = [name for name in left if name not in said_pairs]
    if missing:
        raise Problem("table.pair_missing", place=_AT_ANSWER, answer=text_shown(told), missing=", ".join(missing))
    prompts = [(text, right[said_pairs[name]]) for name, text in left.items()]
    return _paired(stem, prompts, uid, rest=list(right.values()))


def _own_list(text: str) -> dict[str, str]:
    """The right-hand list of a cell of its own, by number."""
    if not text.strip():
        return {}
    _before, found = numbered_items(text) if "{break}" not in text else ("", {})
    texts = list(found.values()) or [part.strip() for part in re.split(r"\{break\}|\n|[|｜；;]", text)]
    return {str(number): told for number, told in enumerate((told for told in texts if told), start=1)}


def _two_lists(stem: str, options: Mapping[str, str]) -> tuple[str, Mapping[str, str], Mapping[str, str]]:
    """A lettered and a numbered list out of stem and options, whichever comes first."""
    before, numbers = numbered_items(stem)
    by_number = {str(number): text for number, text in enumerate(numbers.values(), start=1)}
    if options and by_number:
        return before, by_number, dict(options)
    if not by_number:
        return stem, options, {}
    first, letters = lettered(before)
    if letters:
        last = list(letters)[-1]
        letters[last] = letters[last].partition("\n\n")[0].strip()
        return first, letters, by_number
    end = list(by_number)[-1]
    cut, letters = lettered(by_number[end])
    if letters:
        by_number[end] = cut.partition("\n\n")[0].strip()
        return before, by_number, letters
    return stem, options, {}


def _resolved(
    told: str, left: Mapping[str, str], right: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str], dict[str, str]]:
    """The lists and the pairs; they change sides where the answer names the right one first."""
    bare = normalize("NFKC", _CIRCLE.sub(lambda found: str(_number_of(found[0])), without_preface(told))).upper()
    found = [(one[1], one[2]) for one in _PAIR.finditer(bare)]
    for first, second in ((left, right), (right, left)):
        if found and all(one in first and other in second for one, other in found):
            if first is right and len({one for one, _other in found}) < len(found):
                continue
            if first is right:
                return left, right, {other: one for one, other in found}
            return left, right, dict(found)
    raise Problem("table.no_pairs", place=_AT_ANSWER)


def _side_by_side(cells: Sequence[str]) -> list[tuple[str, str]] | None:
    """Pairs out of cells such as 法国 = 巴黎; a cell without a left side offers one more option."""
    for sign in _PAIR_SIGNS:
        parts = [[part.strip() for part in cell.split(sign)] for cell in cells]
        if len(parts) >= 2 and all(len(pair) == 2 and pair[1] for pair in parts):
            return [(pair[0], pair[1]) for pair in parts]
    return None


def _paired(stem: str, pairs: Sequence[tuple[str, str]], uid: str, *, rest: Sequence[str] = ()) -> Settled:
    texts = list(rest) or list(dict.fromkeys(text for _prompt, text in pairs))
    prompts = [(prompt, text) for prompt, text in pairs if prompt]
    prompt_keys = option_keys(uid, [f"prompt {number}" for number in range(len(prompts))])
    option_key = option_keys(uid, [f"option {number}" for number in range(len(texts))])
    keys, prompt_key = list(option_key.values()), list(prompt_keys.values())
    body: dict[str, Any] = {
        "stem": stem,
        "prompts": [{"key": key, "text": text} for key, (text, _right) in zip(prompt_key, prompts, strict=True)],
        "options": [{"key": key, "text": text} for key, text in zip(keys, texts, strict=True)],
        "pairs": {key: keys[texts.index(right)] for key, (_text, right) in zip(prompt_key, prompts, strict=True)},
    }
    return Settled(MATCHING, body)


def cloze(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    """Gaps in a text, each with its own menu, or all with the same words to choose from."""
    told, count = blanking.with_blanks(stem)
    if not count:
        raise Problem("table.no_gaps", place=Place(field="stem"))
    menus = _menus(options, count)
    given = _given(answers, count)
    keys = list(option_keys(uid, [f"gap {number}" for number in range(count)]).values())
    gaps = []
    for number, (key, menu, answer) in enumerate(zip(keys, menus, given, strict=True), start=1):
        gaps.append(_gap(key, menu, answer, number, uid))
    return Settled(CLOZE, {"stem": told, "gaps": gaps})


def _menus(options: Mapping[str, str], count: int) -> list[list[str]]:
    cells = [_menu(cell) for cell in options.values()]
    if any(len(cell) > 1 for cell in cells):
        if len(cells) > count:
            raise Problem("table.menus_do_not_match", place=_AT_OPTIONS, menus=len(cells), gaps=count)
        by_place = {LETTERS.index(letter): menu for letter, menu in zip(options, cells, strict=True)}
        return [menu if len(menu := by_place.get(place, [])) > 1 else [] for place in range(count)]
    words = [cell[0] for cell in cells if cell]
    return [words if len(words) > 1 else [] for _gap_ in range(count)]


def _menu(cell: str) -> list[str]:
    before, found = lettered(cell)
    if found and not before:
        return list(found.values())
    return [part.strip() for part in re.split(r"\{break\}|[\n|｜]", cell) if part.strip()]


def _given(answers: Sequence[str], count: int) -> list[str]:
    if len(answers) == count:
        return [answer.strip() for answer in answers]
    text = without_preface("\n".join(answers))
    for sign in ("|", "｜", "\n", ";", "；", ",", "，", "、", " "):
        parts = [part.strip() for part in text.split(sign)]
        if len(parts) == count and all(parts):
            return _uncounted(parts)
    letters = re.findall(r"[A-Z]", normalize("NFKC", text).upper())
    if len(letters) == count and re.fullmatch(r"[\sA-Z]*", normalize("NFKC", text).upper()):
        return letters
    raise Problem("question.blanks_do_not_match_stem", place=_AT_ANSWER, in_stem=count, listed=len(letters) or 1)


def _uncounted(parts: list[str]) -> list[str]:
    """The parts without their numbers, where all are counted 1. 2. 3."""
    marks = [_COUNTED.match(part) for part in parts]
    if all(mark and int(mark[1]) == number for number, mark in enumerate(marks, start=1)):
        return [part[mark.end() :] for part, mark in zip(parts, marks, strict=True) if mark]
    return parts


def _gap(key: str, menu: Sequence[str], answer: str, number: int, uid: str) -> dict[str, Any]:
    if not menu:
        found = open_answers.number_said(answer) if "±" in answer or "误差" in answer else None
        if found is not None:
            return {"key": key, "kind": "number", **found.as_answer()}
        return {"key": key, "kind": "text", "accepted": blanking.variants(answer)}
    keys = option_keys(f"{uid} {number}", LETTERS[: len(menu)])
    texts = [same_width(text) for text in menu]
    said = same_width(answer)
    letter = normalize("NFKC", answer).strip("().、 ").upper()
    if said in texts:
        at = texts.index(said)
    elif len(letter) == 1 and letter in LETTERS[: len(menu)]:
        at = LETTERS.index(letter)
    else:
        raise Problem("table.answer_no_option", place=_AT_ANSWER, answer=text_shown(answer))
    options = [{"key": own, "text": text} for own, text in zip(keys.values(), menu, strict=False)]
    return {"key": key, "kind": "menu", "options": options, "answer": options[at]["key"]}
