"""Questions as GIFT; what it has no place for goes into tags, which our reader takes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import moodle_writing
from suyu_learn.content.formats.gift_escapes import escaped
from suyu_learn.content.formats.moodle_notes import notes_of
from suyu_learn.content.formats.moodle_writing import losses_of, name_of, percent, share_of_each, tolerance_of
from suyu_learn.domain.problems import Problem

_NEEDS_FORMAT = re.compile(r"[\[%\s]|$")
_NOTE_SIGNS = re.compile(r"[\\\]\n]")
_PLAIN_TOPIC = re.compile(r"[^/\s$](?:[^/\n]*[^/\s])?(?:/[^/\s$](?:[^/\n]*[^/\s])?)*")


class GiftWriter:
    """GIFT for Moodle, as UTF-8."""

    code: str = "gift"
    suffix: str = ".gift"
    mime: str = "text/plain; charset=utf-8"
    label: str = "GIFT (Moodle)"

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """What GIFT cannot carry."""
        carried = [draft for draft in questions if draft.type not in _WRITERS or _is_carried(draft)]
        told = losses_of(carried, carried=_WRITERS, pictures_too=False)
        if several := len(questions) - len(carried):
            told.append(Problem("moodle.blanks_not_written", count=several))
        return told

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str,
        media: Callable[[str], tuple[bytes, str]], options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Write all that can be carried."""
        stream.write(f"// {' '.join(title.split())}\n\n".encode())
        topic = ""
        for draft in questions:
            if not _is_carried(draft):
                continue
            first = topic_path(draft)
            if first != topic:
                topic = first
                stream.write(f"$CATEGORY: {'/'.join(part for part in ('$course$/top', topic) if part)}\n\n".encode())
            stream.write(_written(draft, lang).encode())


WRITERS = (GiftWriter(),)


def topic_path(draft: QuestionDraft) -> str:
    """The first topic, where it can be a category; else it goes into a tag."""
    first = draft.topics[0] if draft.topics else ""
    return first if _PLAIN_TOPIC.fullmatch(first) and not first.startswith("top/") and first != "top" else ""


def _is_carried(draft: QuestionDraft) -> bool:
    if draft.type == "fill_in":
        return len(draft.body["blanks"]) == 1
    return draft.type in _WRITERS


def _written(draft: QuestionDraft, lang: str) -> str:
    notes = [*notes_of(draft, lang=lang), *_more_notes(draft)]
    lines = [f"// [tag:{_noted(note)}]" for note in notes]
    stem = f"::{escaped(name_of(draft))}::[{draft.text_format}]{_text(draft, draft.body['stem'])}"
    inner = _WRITERS[draft.type](draft)
    if inner is None:
        return "\n".join([*lines, stem]) + "\n\n"
    explanation = draft.body.get("explanation") or ""
    feedback = "\n####" + _labelled(draft, explanation) if explanation else ""
    return "\n".join([*lines, f"{stem}{{{inner}{feedback}}}"]) + "\n\n"


def _more_notes(draft: QuestionDraft) -> list[str]:
    notes = [f"知识点:{topic}" for topic in draft.topics[1 if topic_path(draft) else 0 :]]
    if draft.points is not None:
        notes.append(f"分值:{draft.points}")
    if draft.body.get("reference"):
        notes.append(f"参考答案:{draft.body['reference']}")
    if draft.type == "group" and draft.body.get("explanation"):
        notes.append(f"解析:{draft.body['explanation']}")
    if draft.body.get("unit"):
        notes.append(f"单位:{draft.body['unit']}")
    return notes


def _noted(text: str) -> str:
    return _NOTE_SIGNS.sub(lambda found: "\\n" if found.group() == "\n" else "\\" + found.group(), text)


def _text(draft: QuestionDraft, text: str) -> str:
    text = pictures.without(text)
    return escaped(moodle_writing.formulas_for_moodle(text) if draft.text_format == "markdown" else text)


def _labelled(draft: QuestionDraft, text: str) -> str:
    """An answer; one that begins like a format or a weight names its format, so that it is neither."""
    written = _text(draft, text)
    return f"[{draft.text_format}]{written}" if _NEEDS_FORMAT.match(written) else written


def _choice(draft: QuestionDraft) -> str:
    right = len(draft.body["answer"])
    signs = {True: "=", False: "~"}
    if draft.type == "multiple":
        signs = {True: f"~%{share_of_each(right)}%", False: "~%-100%"}
    return "".join(
        f"\n\t{signs[is_right]}{_labelled(draft, text)}" for text, is_right in moodle_writing.options_of(draft)
    )


def _true_false(draft: QuestionDraft) -> str:
    return "TRUE" if draft.body["answer"] else "FALSE"


def _fill_in(draft: QuestionDraft) -> str:
    return "".join(f"\n\t={_typed(text)}" for text in draft.body["blanks"][0]["accepted"])


def _typed(text: str) -> str:
    if "->" in text:  # would make a matching question of it
        return f"[html]{escaped(moodle_writing.as_html(moodle_writing.without_patterns(text)))}"
    written = escaped(moodle_writing.without_patterns(text))
    return f"[plain]{written}" if _NEEDS_FORMAT.match(written) else written


def _numeric(draft: QuestionDraft) -> str:
    return "#" + "".join(
        f"\n\t={_credit(answer['credit'])}{answer['value']}:{tolerance_of(answer)}" for answer in draft.body["answers"]
    )


def _credit(credit: str) -> str:
    return "" if credit == "1" else f"%{percent(credit)}%"


def _matching(draft: QuestionDraft) -> str:
    body = draft.body
    options = {option["key"]: option["text"] for option in body["options"]}
    pairs = [(prompt["text"], options[body["pairs"][prompt["key"]]]) for prompt in body["prompts"]]
    used = set(body["pairs"].values())
    pairs += [("", text) for key, text in options.items() if key not in used]
    return "".join(f"\n\t={_prompt(draft, left)} -> {_labelled(draft, right)}" for left, right in pairs)


def _prompt(draft: QuestionDraft, text: str) -> str:
    if "->" not in text:
        return _labelled(draft, text) if text else ""
    if draft.text_format == "markdown":
        return _labelled(draft, text).replace("->", "-\\>")
    return f"[html]{escaped(moodle_writing.as_html(pictures.without(text)))}"


_WRITERS: dict[str, Callable[[QuestionDraft], str | None]] = {
    "single": _choice, "multiple": _choice, "true_false": _true_false, "fill_in": _fill_in, "numeric": _numeric,
    "matching": _matching, "essay": lambda _draft: "", "short_answer": lambda _draft: "", "group": lambda _draft: None,
}  # fmt: skip
