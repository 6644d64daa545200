"""The questions of a QTI file while they are gathered: numbered, checked by their types, refused with their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from suyu_learn.content.drafts import BankFile, MediaDraft, QuestionDraft, Refused
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.packages import Package
from suyu_learn.content.formats.qti_pictures import Pictures
from suyu_learn.content.formats.qti_texts import Finishing
from suyu_learn.content.pictures import named_in
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

LONGEST_LABEL = 100
_POINTS_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class About:
    """What a package says of a question beside the question itself."""

    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: str = "medium"
    lang: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    """What only our own packages say: criterion, dimension, source, text_format, type ..."""


class Gathering:
    """All that is read of one file."""

    def __init__(
        self, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]],
        package: Package | None,
    ) -> None:  # fmt: skip
        self.file_name = file_name
        self.types = types
        self.losses = Losses()
        self.warnings: list[Problem] = []
        self._options = options
        self._package = package
        self._items: list[QuestionDraft] = []
        self._errors: list[Refused] = []
        self._media: dict[str, MediaDraft] = {}
        self._number = 0

    def uid(self) -> str:
        """The uid of the question to come."""
        return f"{self._options.get('uid_prefix', 'qti')}-{self._number + 1}"

    def place(self, file: str = "") -> Place:
        """Where the question to come stands."""
        return Place(file=self.file_name, sheet=file, row=self._number + 1)

    def refuse(self, problems: Iterable[Problem], *, file: str = "", said: str = "") -> None:
        """Note a question that cannot be taken; `said` lets people recognise it."""
        place = self.place(file)
        self._number += 1
        told = tuple(problem.at(Place(file=place.file, sheet=file, row=place.row, field=problem.place.field))
                     for problem in problems)  # fmt: skip
        self._errors.append(Refused(place, told, (("", said[:300]),) if said else ()))

    def take(
        self, read: Callable[[Losses, Callable[..., None]], Sequence[tuple[str, Mapping[str, Any], Decimal | None]]],
        *, file: str, about: About, said: str = "", group: str = "",
    ) -> str:  # fmt: skip
        """Read one item; its losses and warnings count only when it is taken. Gives the uid of its passage, if any."""
        losses, warnings, place = Losses(), list[Problem](), self.place(file)
        losses.place = place
        pictures = Pictures(self._package, losses)

        def warn(code: str, **params: object) -> None:
            warnings.append(Problem(code, place=place, **params))

        try:
            made = read(losses, warn)
            drafts = self._drafts(made, pictures, losses, file=file, about=about, group=group)
        except Problem as problem:
            self.refuse([problem, *losses.of_media()], file=file, said=said)
            return ""
        except Problems as found:
            self.refuse([*found.problems, *losses.of_media()], file=file, said=said)
            return ""
        self._items += drafts
        self._number += len(drafts)
        self._media.update(pictures.media)
        self.warnings += [*warnings, *pictures.warnings]
        for loss in losses.told():
            self.losses.place = loss.place
            self.losses.add(loss.code, **dict(loss.params))  # type: ignore[arg-type]
        return drafts[0].uid if drafts[0].type == "group" else ""

    def file(self) -> BankFile:
        """Everything, with the media that the questions taken name."""
        named = {sha256 for draft in self._items for sha256 in named_in(draft.body)}
        media = tuple(one for sha256, one in self._media.items() if sha256 in named)
        return BankFile(tuple(self._items), tuple(self._errors), tuple(self.warnings), self.losses.told(), media)

    def _drafts(
        self, made: Sequence[tuple[str, Mapping[str, Any], Decimal | None]], pictures: Pictures, losses: Losses, *,
        file: str, about: About, group: str,
    ) -> list[QuestionDraft]:  # fmt: skip
        drafts: list[QuestionDraft] = []
        for offset, (code, body, points) in enumerate(made):
            place = Place(file=self.file_name, sheet=file, row=self._number + 1 + offset)
            kind = self.types.get(code)
            if kind is None:
                raise Problem("qti.type_not_offered", type=code)
            finishing = Finishing(pictures.of(file, place), losses)
            texts, text_format = finishing.body(body, about.own.get("text_format", ""))
            checked = kind.write(kind.read(texts))
            parent = drafts[0].uid if drafts and drafts[0].type == "group" else group
            drafts.append(
                QuestionDraft(
                    uid=f"{self._options.get('uid_prefix', 'qti')}-{self._number + 1 + offset}",
                    type=code,
                    body=checked,
                    text_format=text_format,
                    lang=about.lang or self._options.get("lang", "zh_Hans"),
                    difficulty=about.difficulty,
                    criterion=_criterion(about.own.get("criterion", "")),
                    dimension=about.own.get("dimension") or None,
                    source=about.own.get("source", ""),
                    points=_points(points, about),
                    topics=self._labels(about.topics, losses),
                    tags=self._labels(about.tags, losses),
                    place=place,
                    group=parent if code != "group" else "",
                )
            )
        return drafts

    def _labels(self, labels: Iterable[str], losses: Losses) -> tuple[str, ...]:
        known = dict.fromkeys(" ".join(label.split()) for label in labels)
        if any(len(label) > LONGEST_LABEL for label in known):
            losses.add("qti.label_too_long")
        return tuple(label for label in known if 0 < len(label) <= LONGEST_LABEL)


def _criterion(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 26 else None


def _points(points: Decimal | None, about: About) -> str | None:
    if "points" in about.own:
        return about.own["points"] or None
    if points is None or not 0 < points < 10_000:
        return None
    return f"{points.quantize(_POINTS_STEP).normalize():f}"
