"""A question as Moodle thinks of it, whichever of its formats it came in, and the draft that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from suyu_learn.content.drafts import MediaDraft, QuestionDraft, Refused
from suyu_learn.content.formats import moodle_bodies, moodle_notes
from suyu_learn.content.formats.html_text import Picture
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.moodle_texts import NO_TEXT, Said, Texts
from suyu_learn.content.pictures import named_in, without
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

LONGEST_SHOWN = 2_000
NO_MEDIA: Mapping[str, MediaDraft] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a question: what it says, the share of the mark from -1 to 1, and what Moodle replies to it."""

    said: Said
    weight: Decimal = Decimal(1)
    feedback: Said = NO_TEXT
    tolerance: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap of a text: `menu`, `text` or `number`, with its answers."""

    kind: str
    answers: tuple[Answer, ...]
    weight: str = "1"


@dataclass(slots=True)
class MoodleQuestion:
    """What a file says of one question; `kind` is choice, true_false, short, numeric, matching, essay, gaps, ordering
    or description."""

    kind: str
    stem: Said
    answers: list[Answer] = field(default_factory=list)
    single: bool = True
    pairs: list[tuple[Said, Said]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    explanation: Said = NO_TEXT
    reference: Said = NO_TEXT
    unit: str = ""
    name: str = ""
    id: str = ""
    tags: list[str] = field(default_factory=list)
    category: str = ""
    points: str | None = None

    def texts(self) -> list[Said]:
        """Every text that is shown in the question's one format; what is typed or chosen from menus is left out."""
        shown = [self.stem, self.explanation, self.reference, *(said for pair in self.pairs for said in pair)]
        if self.kind in ("choice", "ordering"):
            shown += [answer.said for answer in self.answers]
        return shown + [answer.feedback for answer in self.answers]


@dataclass(slots=True)
class Reading:
    """What one file gives, question by question; every question ends as an item or as an error."""

    file: str
    uid_prefix: str
    lang: str
    types: Mapping[str, QuestionType[Any]]
    losses: Losses = field(default_factory=Losses)
    items: list[QuestionDraft] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    media: dict[str, MediaDraft] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    @property
    def read(self) -> int:
        return len(self.items) + len(self.errors)

    def refuse(self, place: Place, problems: tuple[Problem, ...], text: str) -> None:
        told = tuple(one.at(_within(place, one.place)) for one in problems)
        self.errors.append(Refused(place, told, (("", text[:LONGEST_SHOWN]),)))

    def take(
        self, question: MoodleQuestion, *, place: Place, text: str, picture: Picture,
        media: Mapping[str, MediaDraft] = NO_MEDIA,
    ) -> None:  # fmt: skip
        """Make a draft of a question, or an error that says why not; `media` are those that `picture` marked."""
        uid = f"{self.uid_prefix}-{self.read + 1}"
        losses, warnings = Losses(), []  # type: ignore[var-annotated]
        losses.place = place
        try:
            draft = self._draft(question, uid, place, picture, losses, warnings)
        except (Problem, Problems) as refused:
            told = refused.problems if isinstance(refused, Problems) else (refused,)
            self.refuse(place, (*told, *losses.of_media()), text)
            return
        self.items.append(draft)
        self.media.update((name, media[name]) for name in named_in(draft.body) if name in media)
        self.losses.join(losses)
        self.warnings += [one.at(_within(place, one.place)) for one in warnings]

    def _draft(
        self, question: MoodleQuestion, uid: str, place: Place, picture: Picture, losses: Losses,
        warnings: list[Problem],
    ) -> QuestionDraft:  # fmt: skip
        notes = moodle_notes.notes_in(question.tags, warnings)
        group = notes.one("题组")
        if question.kind == "description" and not group:
            raise Problem("moodle.only_information")
        texts = Texts(question.texts(), picture=picture, losses=losses)
        code, body = moodle_bodies.body_of(
            question, uid=uid, texts=texts, notes=notes, losses=losses, warnings=warnings
        )
        kind = self.types.get(code)
        if kind is None:
            raise Problem("moodle.type_not_supported", kind=code)
        body = kind.write(kind.read(body))
        _note_name(question, body["stem"], losses)
        if code == "group":
            self.groups[group] = uid
        topics = [question.category] if question.category else []
        return QuestionDraft(
            uid=uid, type=code, body=body, text_format=texts.format, lang=notes.one("语言") or self.lang,
            points=notes.one("分值") or question.points,
            topics=tuple(dict.fromkeys([*topics, *notes.said.get("知识点", ())])),
            tags=(*notes.tags, *([f"id:{question.id}"] if question.id else [])), place=place,
            group=self.groups.get(group, "") if code != "group" else "", **notes.particulars(),
        )  # fmt: skip


def _note_name(question: MoodleQuestion, stem: str, losses: Losses) -> None:
    """A name that only repeats the beginning of the stem says nothing more."""
    said, shown = ("".join(filter(str.isalnum, text)) for text in (question.name, without(stem)))
    if said and not shown.startswith(said):
        losses.add("moodle.name_lost")


def _within(place: Place, inner: Place) -> Place:
    return Place(file=place.file, uid=place.uid, row=place.row, field=inner.field)
