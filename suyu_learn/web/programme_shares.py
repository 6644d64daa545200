"""One person's programme as a page shows it: stages, parts, what comes next; to the learner and to the organizer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from suyu_learn.domain.programmes import PartProgress, Progress, StageProgress
from suyu_learn.models import Event, PartKind, Programme, ProgrammeMember, ProgrammePart, ProgrammeStage
from suyu_learn.services.course_completion import Recorded
from suyu_learn.services.programme_members import is_past
from suyu_learn.services.programme_progress import Ways
from suyu_learn.services.unread import Unread
from suyu_learn.web import event_words, programme_words
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _, credit_hours, local_date, local_time, ngettext
from suyu_learn.web.links import link, there_is
from suyu_learn.web.pages.common import Action, ProgrammeShare
from suyu_learn.web.pages.programme_members import PartRow, StageRow
from suyu_learn.web.reading import minutes


@dataclass(frozen=True, slots=True)
class Readable:
    """A completed course that reading on brings hours in: the part it is, the lesson, and what stands of it."""

    part: ProgrammePart
    slug: str
    lesson: str
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Shown:
    """A programme with its plan, one member's progress, and where its parts are opened."""

    programme: Programme
    member: ProgrammeMember
    how: Progress
    ways: Ways
    for_learner: bool = True
    exempt: bool = False
    readable: Readable | None = None
    """Where only hours are lacking, a course that may still bring some."""

    unread: Unread | None = None
    """What the reader may not read of themself; `how` takes exams of it for done."""

    @property
    def untold(self) -> bool:
        """Whether that it is completed, or not, would tell the reader a result that they may not read."""
        return self.unread is not None and self.programme.id in self.unread.programme_ids

    @property
    def awaits_result(self) -> bool:
        """Whether all is done but for a result that the reader may not read."""
        return self.untold and self.how.complete

    def is_unshown(self, part: ProgrammePart) -> bool:
        """Whether a part is an exam whose result the reader may not read."""
        return self.unread is not None and part.exam_id in self.unread.exam_ids

    @property
    def known(self) -> Progress:
        """The progress without exams whose results the reader may not read."""
        handed_in = sum(self.is_unshown(part) for stage in self.programme.stages for part in stage.parts)
        return replace(self.how, parts_done=max(0, self.how.parts_done - handed_in))

    @property
    def completed(self) -> bool:
        """Whether it is completed as far as the reader may know."""
        return self.member.completed_at is not None and not self.untold

    @property
    def asked(self) -> bool:
        """Whether the person still has to complete it, and can."""
        over = is_past(self.member, programme_words.today().year)
        done = self.completed or self.awaits_result
        return not done and self.member.left_at is None and not self.exempt and not over


def share(one: Shown) -> ProgrammeShare:
    """The programme in a list, with the one thing to do next."""
    facts = [programme_words.hours_of(one.how.hours, one.how.due)] if one.how.due or one.how.hours else []
    if one.how.parts_due:
        facts.append(programme_words.parts_of(one.known))
    return ProgrammeShare(
        title=one.programme.title,
        url=link("my_programme", key=one.programme.key),
        due=_due(one),
        urgent=one.asked and programme_words.is_urgent(one.member),
        facts=tuple(facts),
        done=one.known.parts_done,
        count=one.how.parts_due,
        completed=one.completed,
        next=_next(one) if one.asked else None,
        lacking=_lacking(one) if lacks_hours_alone(one) else "",
    )


def lacks_hours_alone(one: Shown) -> bool:
    """Whether every part is done, and the programme stays open for its hours; never where a result is untold."""
    how = one.how
    return one.asked and not one.untold and one.known.parts_done == how.parts_due and _hours_left(how) > 0


def _hours_left(how: Progress) -> Decimal:
    """The hours that the programme lacks, or its stages together, whichever is more."""
    return max(how.hours_left, sum((stage.hours_left for stage in how.stages), Decimal(0)))


def _lacking(one: Shown) -> str:
    """What is lacking, and how to come by it as far as a course can bring it."""
    left = _hours_left(one.how)
    said = _("All parts are done, but %(hours)s are lacking.", hours=credit_hours(left))
    if one.readable is None:
        return said
    most = one.readable.recorded
    seconds = min(most.left, learn().credit.seconds(left))
    return f"{said}{_(' ')}" + _(
        "Read on: %(minutes)s in “%(course)s”.", minutes=minutes(seconds), course=one.readable.part.title
    )


def short_of_hours(one: Shown) -> list[ProgrammePart]:
    """The courses of the stages that are short of hours, or of all where the programme is."""
    return [
        part
        for stage, found in zip(one.programme.stages, one.how.stages, strict=True)
        if not found.waits and (found.hours_left or one.how.hours_left)
        for part in stage.parts
        if part.course_id is not None and part.course_id in one.ways.courses
    ]


def _due(one: Shown) -> str:
    if one.completed:
        return _("Completed on %(day)s", day=local_date(one.member.completed_at))
    if one.awaits_result and not one.exempt:
        return _("An exam in it does not show its result yet")
    return programme_words.due(one.member.due_on) if one.asked else _("no longer asked of you")


def stages(one: Shown) -> tuple[StageRow, ...]:
    """Every stage with its parts."""
    pairs = zip(one.programme.stages, one.how.stages, strict=True)
    return tuple(
        StageRow(
            number=place,
            title=stage.title,
            done=found.done and not any(one.is_unshown(part) for part in stage.parts),
            begun=bool(found.hours) or _any_done(one, stage, found),
            waits=found.waits,
            facts=_stage_facts(found),
            parts=tuple(_part(one, stage, part, stands) for part, stands in zip(stage.parts, found.parts, strict=True)),
        )
        for place, (stage, found) in enumerate(pairs, start=1)
    )


def _any_done(one: Shown, stage: ProgrammeStage, found: StageProgress) -> bool:
    """Whether some part is done, as far as the reader may know."""
    pairs = zip(stage.parts, found.parts, strict=True)
    return any(stands.done and not one.is_unshown(part) for part, stands in pairs)


def _stage_facts(found: StageProgress) -> tuple[str, ...]:
    facts = []
    if found.due or found.hours:
        facts.append(programme_words.hours_of(found.hours, found.due))
    if found.electives_left:
        facts.append(ngettext("%(num)s elective to be done", "%(num)s electives to be done", found.electives_left))
    return tuple(facts)


def _part(one: Shown, stage: ProgrammeStage, part: ProgrammePart, stands: PartProgress) -> PartRow:
    facts = [] if part.required else [_("elective")]
    unshown = one.is_unshown(part)
    held = part.kind in (PartKind.EVENT, PartKind.SIGN_OFF)
    if held and part.hours:
        facts.append(programme_words.hours_of(stands.hours, part.hours))
    elif stands.hours:
        facts.append(credit_hours(stands.hours))
    if stands.done and stands.at is not None and not unshown:
        facts.append(_moments(stands.began_at, stands.at))
    return PartRow(
        title=part.title,
        kind=programme_words.kind(part.kind),
        url=_way(part, one.ways) if one.for_learner else "",
        done=stands.done and not unshown,
        said=_("Handed in; the result is not shown") if unshown else "",
        facts=tuple(facts),
        content=part.content,
        open_ways=_events(one.ways.events.get(part.id, ())) if not stands.done else (),
    )


def _moments(began_at: datetime | None, at: datetime) -> str:
    if began_at is None or began_at == at:
        return local_time(at)
    return _("%(begin)s to %(end)s", begin=local_time(began_at), end=local_time(at))


def _way(part: ProgrammePart, ways: Ways) -> str:
    if part.course_id is not None:
        slug = ways.courses.get(part.course_id, "")
        return link("course", slug=slug) if slug else ""
    return link("exam", exam_id=part.exam_id) if part.exam_id in ways.exams else ""


def _events(events: Iterable[Event]) -> tuple[Action, ...]:
    if not there_is("event"):
        return ()
    return tuple(
        Action(" · ".join(one for one in (event.title, event_words.when(event), event.place) if one),
               link("event", key=event.key))
        for event in events
    )  # fmt: skip


def _next(one: Shown) -> Action | None:
    """The first part that is open and can be opened from here; where only hours are lacking, the lesson to read on."""
    if one.readable is not None:
        there = one.readable
        return Action(there.part.title, link("lesson", slug=there.slug, lesson=there.lesson))
    for stage, found in zip(one.programme.stages, one.how.stages, strict=True):
        if found.waits:
            return None
        for part, stands in zip(stage.parts, found.parts, strict=True):
            if not stands.done and (part.required or found.electives_left) and (way := _way(part, one.ways)):
                return Action(part.title, way)
    return None
