"""What is printed of a question: before it is answered, and afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from suyu_learn.content.remembering import MEGABYTE, remembered
from suyu_learn.content.texts import GAP, in_words, render, render_inline, unbroken, with_blanks
from suyu_learn.domain.questions.sources import is_a_file
from suyu_learn.services.versions import Asked
from suyu_learn.web import problems
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.pages.sitting import (
    PaperBlank,
    PaperChoice,
    PaperQuestion,
    ReviewedChoice,
    ReviewedPart,
    ReviewedQuestion,
    Verdict,
)
from suyu_learn.web.unread import Unread

TYPE_NAMES = {
    "true_false": N_("True or false"),
    "single": N_("Single choice"),
    "multiple": N_("Multiple choice"),
    "fill_in": N_("Fill in the blanks"),
    "numeric": N_("Numerical answer"),
    "matching": N_("Matching"),
    "ordering": N_("Ordering"),
    "cloze": N_("Text with gaps"),
    "short_answer": N_("Short answer"),
    "essay": N_("Essay"),
    "group": N_("Group of questions"),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TRUTH = {"true": N_("Right"), "false": N_("Wrong")}
_TAG_OR_GAP = re.compile(rf"<[^>]*>|({GAP})")


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed of a version, made once: its stem, the text of each option, and where its gaps are."""

    stem: Markup
    choices: Mapping[str, Markup]
    blanks: int
    pieces: tuple[Markup, ...] = ()


class Shown(Mapping[str, Any]):
    """What a question type asks, ready for a page: `text` fields as HTML, each with its `plain` words beside it.

    `rich` says that the words are not all, since there are pictures, formulas or marks.
    """

    def __init__(self, asked: Asked, order: Sequence[str]) -> None:
        self._asked = asked
        self._order = order

    @cached_property
    def _raw(self) -> Mapping[str, Any]:
        return self._asked.type.asked(self._asked.content, self._order)

    def __getitem__(self, name: str) -> Any:
        return self._ready(self._raw[name], name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def _ready(self, value: Any, field: str) -> Any:
        text_format = self._asked.text_format
        if isinstance(value, str):
            if field == "stem":
                return render(value, text_format)
            return render_inline(value, text_format) if field == "text" else value
        if isinstance(value, Mapping):
            ready = {name: self._ready(inner, name) for name, inner in value.items()}
            if "text" in value:
                ready |= {"plain": in_words(value["text"], text_format), "rich": "<" in ready["text"]}
            return ready
        if isinstance(value, list | tuple):
            return [self._ready(inner, field) for inner in value]
        return value


def type_name(code: str) -> str:
    """A type in words; one that came by a plug-in has its own label."""
    if code in TYPE_NAMES:
        return _(TYPE_NAMES[code])
    from suyu_learn.web.context import learn

    kind = learn().plugins.question_types.get(code)
    return _(kind.label) if kind is not None and kind.label else code


@remembered(8 * MEGABYTE)
def _printed(text_format: str, stem: str, choices: tuple[tuple[str, str], ...], blanks: int, gaps: int) -> Printed:
    html = render(with_blanks(stem) if blanks or gaps else stem, text_format)
    pieces = _split(html) if gaps else ()
    return Printed(
        stem=unbroken(html) if blanks or gaps else html,
        choices={key: render_inline(text, text_format) for key, text in choices},
        blanks=blanks,
        pieces=pieces if len(pieces) == gaps + 1 else (),
    )


def _split(html: Markup) -> tuple[Markup, ...]:
    """HTML cut at its gaps; a gap within a tag is none."""
    pieces, at = [], 0
    for found in _TAG_OR_GAP.finditer(html):
        if found[1]:
            pieces.append(Markup(html[at : found.start()]))
            at = found.end()
    return (*pieces, Markup(html[at:]))


def printed(asked: Asked) -> Printed:
    """The printed form of a version, from memory after its first use."""
    shown = asked.type.asked(asked.content, ())
    choices: Iterable[tuple[str, str]] = ((one["key"], one["text"]) for one in shown.get("options", ()))
    if asked.type.code == "true_false":
        choices = ((key, _(text)) for key, text in TRUTH.items())
    return _printed(
        asked.text_format, asked.stem, tuple(choices), len(shown.get("blanks", ())), len(shown.get("gaps", ()))
    )


def keys_of(response: Any) -> Iterable[str]:
    """The keys of the options that a response contains."""
    if isinstance(response, bool):
        return ("true" if response else "false",)
    if isinstance(response, str):
        return (response,)
    return response if isinstance(response, list) else ()


def question_asked(
    asked: Asked, *, slot: int, number: str, order: Sequence[str] = (), response: Any = None, points: str = "",
    seq: int = 0, unread: Unread | None = None,
) -> PaperQuestion:  # fmt: skip
    """A question as it is asked, with what was answered and without any key; what was `unread` stays in its fields."""
    shown = printed(asked)
    if unread is not None:
        response = list(unread.typed)
        if not isinstance(asked.type.key(asked.content), list):
            response = next(iter(response), None)
    chosen = set(keys_of(response))
    filled = response if shown.blanks and isinstance(response, list) else [""] * shown.blanks
    return PaperQuestion(
        slot=slot,
        number=number,
        type=asked.type.code,
        points=points,
        stem=shown.stem,
        choices=tuple(
            PaperChoice(key, LETTERS[place], shown.choices[key], key in chosen)
            for place, key in enumerate(_order(shown, order))
        ),
        blanks=tuple(PaperBlank(place, value) for place, value in enumerate(filled, start=1)),
        pieces=shown.pieces,
        asked=Shown(asked, order),
        response=response,
        seq=seq,
        answered=unread is None and asked.type.is_complete(asked.content, response),
        fault=problems.sentence(unread.problem) if unread is not None else "",
    )  # fmt: skip


def question_reviewed(
    asked: Asked, *, number: str, order: Sequence[str] = (), response: Any = None, key: bool = True,
    tells_right: Callable[[str, bool], bool] = lambda _key, right: right, explanation: Markup | None = None,
    mark: str | None = None, verdict: Verdict | None = None,
) -> ReviewedQuestion:  # fmt: skip
    """A question afterwards; without `key` nothing says what is right.

    `tells_right` says of an option, by its key and whether it is right, whether the page shows it as right.
    """
    shown, kind, content = printed(asked), asked.type, asked.content
    chosen = set(keys_of(response))
    right = {choice.key for choice in kind.choices(content) if choice.right}
    counted = {choice.key for choice in kind.choices(content)} == set(shown.choices)
    return ReviewedQuestion(
        number=number,
        type=kind.code,
        stem=shown.stem,
        choices=tuple(
            ReviewedChoice(
                LETTERS[place], shown.choices[one], one in chosen, tells_right(one, one in right) if key else None, one
            )
            for place, one in enumerate(_order(shown, order))
        ) if shown.choices and counted else None,
        response=kind.summarise(content, response) if response is not None else "",
        right=kind.key_in_words(content) if key else None,
        explanation=explanation,
        mark=mark,
        verdict=verdict,
        parts=tuple(_parts(asked, response, key=key)),
        asked=Shown(asked, order),
        given=response,
        key=kind.key(content) if key else None,
    )  # fmt: skip


def _parts(asked: Asked, response: Any, *, key: bool) -> Iterator[ReviewedPart]:
    """The parts of an answer; one without an answer of its own, as a keyword is, says nothing but the key."""
    text_format = asked.text_format
    for part in asked.type.parts(asked.content, response):
        if part.given is None and not key:
            continue
        given = None
        if part.given is not None:
            given = render_inline(part.given, text_format) if part.chosen else Markup.escape(part.given)
        yield ReviewedPart(
            label=render_inline(part.label, text_format),
            given=given,
            right=render_inline(part.right, text_format) if key else None,
            is_right=part.is_right if key else None,
        )


def _order(shown: Printed, order: Sequence[str]) -> Iterable[str]:
    if not shown.choices:
        return ()
    return order if set(order) == set(shown.choices) else shown.choices


def explanation_of(asked: Asked) -> Markup | None:
    """Why the right answer is right, with its source where that can be looked up."""
    if not asked.explanation:
        return None
    text = render(asked.explanation, asked.text_format)
    if asked.source and not is_a_file(asked.source):
        text += Markup('<p class="sl-source">{}</p>').format(_("Source: %(source)s", source=asked.source))
    return text
