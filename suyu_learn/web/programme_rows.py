"""The stages and parts of a programme as a form sends them: read, worked on, and made a plan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.programmes import MOST_HOURS, MOST_PARTS, MOST_STAGES, Part, PartKind, Plan, Stage, place_of
from suyu_learn.web.i18n import number
from suyu_learn.web.pages.programmes import RowWays
from suyu_learn.web.typed import decimal_of, is_number

_BUTTON = re.compile(r"([a-z_]+)(?:-(\d{1,3}))?(?:-(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class TypedPart:
    """One part as typed."""

    kind: PartKind
    id: str = ""
    which: str = ""
    """The number of the course or exam."""
    title: str = ""
    hours: str = ""
    content: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class TypedStage:
    """One stage as typed."""

    id: str = ""
    title: str = ""
    hours: str = ""
    electives: str = "0"
    parts: tuple[TypedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """What was pressed, and on which stage and part; counted from 1, 0 for none."""

    act: str
    stage: int = 0
    part: int = 0


@dataclass(slots=True)
class Reading:
    """Stages as a plan has them, with what could not be read, and which courses count as long as they take."""

    stages: list[Stage] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    open_hours: set[tuple[int, int]] = field(default_factory=set)


def button(text: str) -> Button:
    """What a button of the form asks for; keeping it, if it says nothing that is known."""
    found = _BUTTON.fullmatch(text)
    return Button(found[1], int(found[2] or 0), int(found[3] or 0)) if found else Button("save")


def read(form: MultiDict[str, str]) -> tuple[TypedStage, ...]:
    """The stages of a form, in order."""
    stages = []
    for one in range(1, MOST_STAGES + 2):
        if f"s{one}-title" not in form:
            break
        said = {name: lines(form.get(f"s{one}-{name}", "")) for name in ("id", "title", "hours", "electives")}
        stages.append(TypedStage(**said, parts=_parts(form, one)))
    return tuple(stages)


def _parts(form: MultiDict[str, str], stage: int) -> tuple[TypedPart, ...]:
    parts = []
    for one in range(1, MOST_PARTS + 2):
        ahead = f"s{stage}-p{one}-"
        kind = form.get(f"{ahead}kind", "")
        if kind not in list(PartKind):
            break
        said = {name: lines(form.get(ahead + name, "")) for name in ("id", "which", "title", "hours", "content")}
        parts.append(TypedPart(PartKind(kind), **said, required=form.get(f"{ahead}required", "1") == "1"))
    return tuple(parts)


def lines(text: str) -> str:
    """A text as it is kept: its lines end as ours do, whatever the browser sends."""
    return text.replace("\r\n", "\n").strip()


def are_too_many(stages: Sequence[TypedStage]) -> bool:
    """Whether there are more stages or parts than a programme has."""
    return len(stages) > MOST_STAGES or sum(len(stage.parts) for stage in stages) > MOST_PARTS


def typed(plan: Plan) -> tuple[TypedStage, ...]:
    """A plan as it is typed."""
    return tuple(
        TypedStage(
            str(stage.id or ""), stage.title, number(stage.hours), str(stage.electives),
            tuple(
                TypedPart(part.kind, str(part.id or ""), str(part.course_id or part.exam_id or ""), part.title,
                          number(part.hours), part.content, part.required)
                for part in stage.parts
            ),
        )
        for stage in plan.stages
    )  # fmt: skip


def worked_on(stages: Sequence[TypedStage], pressed: Button) -> tuple[TypedStage, ...]:
    """The stages after a button of theirs was pressed: added, moved, removed."""
    rows, at = list(stages), pressed.stage - 1
    if pressed.act == "add_stage":
        return (*rows, TypedStage())
    if not 0 <= at < len(rows):
        return tuple(rows)
    if pressed.act.startswith("add_") and pressed.act[4:] in list(PartKind):
        rows[at] = replace(rows[at], parts=(*rows[at].parts, TypedPart(PartKind(pressed.act[4:]))))
    elif pressed.part:
        _work_on_part(rows, at, pressed.part - 1, pressed.act)
    elif pressed.act == "remove":
        del rows[at]
    elif pressed.act in ("up", "down"):
        rows.insert(max(0, at + (1 if pressed.act == "down" else -1)), rows.pop(at))
    return tuple(rows)


def _work_on_part(rows: list[TypedStage], at: int, place: int, act: str) -> None:
    """Remove a part, or move it by one; at the edge of a stage it goes on into the next one."""
    parts = list(rows[at].parts)
    if place >= len(parts) or act not in ("remove", "up", "down"):
        return
    part, to = parts.pop(place), place + (1 if act == "down" else -1)
    beyond = at + (1 if act == "down" else -1)
    if act != "remove" and 0 <= to <= len(parts):
        parts.insert(to, part)
    elif act != "remove" and 0 <= beyond < len(rows):
        there = rows[beyond].parts
        rows[beyond] = replace(rows[beyond], parts=(part, *there) if act == "down" else (*there, part))
    elif act != "remove":
        return
    rows[at] = replace(rows[at], parts=tuple(parts))


def ways_of_a_stage(stages: Sequence[TypedStage], place: int) -> RowWays:
    """Where a stage goes by its buttons; places count from 1."""
    return RowWays(f"s{place - 1}", f"s{place + 1}", f"s{max(1, min(place, len(stages) - 1))}")


def ways_of_a_part(stages: Sequence[TypedStage], place: int, spot: int) -> RowWays:
    """Where a part goes by its buttons, also into the next stage; places and spots count from 1."""
    parts = len(stages[place - 1].parts)
    above = len(stages[place - 2].parts) + 1 if place > 1 else 1
    return RowWays(
        up=f"s{place}-p{spot - 1}" if spot > 1 else f"s{place - 1}-p{above}",
        down=f"s{place}-p{spot + 1}" if spot < parts else f"s{place + 1}-p1",
        removed=f"s{place}-p{min(spot, parts - 1)}" if parts > 1 else f"s{place}",
    )


def planned(stages: Sequence[TypedStage], titles: Mapping[tuple[PartKind, int], str]) -> Reading:
    """The stages that were typed; `titles` are those of courses and exams."""
    said = Reading()
    for place, stage in enumerate(stages, start=1):
        parts = tuple(_part(said, place, at, part, titles) for at, part in enumerate(stage.parts, start=1))
        said.stages.append(
            Stage(
                stage.title, _hours(said, stage.hours, "hours", place), _whole(said, stage.electives, place), parts,
                id=_id(stage.id),
            )
        )  # fmt: skip
    return said


def _part(said: Reading, stage: int, at: int, part: TypedPart, titles: Mapping[tuple[PartKind, int], str]) -> Part:
    which = _id(part.which) or None
    title = part.title if which is None else titles.get((part.kind, which), part.title)
    if part.kind is PartKind.COURSE and not part.hours:
        said.open_hours.add((stage, at))
    return Part(
        kind=part.kind, title=title, hours=_hours(said, part.hours, "hours", stage, at), required=part.required,
        content=part.content, id=_id(part.id), course_id=which if part.kind is PartKind.COURSE else None,
        exam_id=which if part.kind is PartKind.EXAM else None,
    )  # fmt: skip


def hours_of(text: str, name: str, *where: int) -> Decimal:
    """Hours as people write them, 0 for nothing; raises Problem for what is no number."""
    hours = decimal_of(text) if text.strip() else Decimal(0)
    if hours is None:
        raise Problem("programme.hours", place=place_of(name, *where), most=MOST_HOURS)
    return hours


def _hours(said: Reading, text: str, name: str, *where: int) -> Decimal:
    try:
        return hours_of(text, name, *where)
    except Problem as problem:
        said.faults.append(problem)
        return Decimal(0)


def _whole(said: Reading, text: str, stage: int) -> int:
    plain = unicodedata.normalize("NFKC", text).strip() or "0"
    if is_number(plain):
        return int(plain)
    said.faults.append(Problem("programme.whole_number", place=place_of("electives", stage)))
    return 0


def _id(text: str) -> int:
    return int(text) if is_number(text) else 0


def sorted_out(found: Problem | Problems) -> list[Problem]:
    """One problem or several, as a list."""
    return list(found.problems) if isinstance(found, Problems) else [found]
