"""One person's file in words: who they are, and each part as facts and a table, for the page and for the pdf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.programmes import PartProgress
from suyu_learn.domain.rounding import TENTH, half_up
from suyu_learn.models import Attempt, Completion, CompletionKind, Employment, HoursEntry, PartKind, ProgrammePart
from suyu_learn.services import training_files
from suyu_learn.services.course_rounds import Round
from suyu_learn.services.record_rows import masked
from suyu_learn.services.training_files import Attended, Held, Signed, TrainingFile
from suyu_learn.web import certificate_words, event_words, file_corrections, programme_words, words
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import N_, _, dated_time, labelled, listed, local_date, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Alignment, Column, Row
from suyu_learn.web.pages.training_files import FilePart
from suyu_learn.web.record_columns import KINDS, SEXES

HOURS_OF = {
    "course": N_("Course"),
    "event": N_("Event"),
    "sign_off": N_("Taught at the workplace"),
    "outside": N_("Entered by hand"),
    "correction": N_("Correction"),
}
SIGNATURES = (N_("Examiner"), N_("Person named above"), N_("Seal of the unit, date"))


def facts(found: TrainingFile) -> tuple[Row, ...]:
    """Who it is: names and numbers, unit, job, kind of worker, when they came and left."""
    person, base = found.base.person, found.base
    since = min((one for _name, one, _until in base.memberships), default=None)
    until = max((to for _name, _since, to in base.memberships if to), default=None)
    last = base.memberships[0][0] if base.memberships else ""
    left = person.disabled_at or (until if not base.unit_names else None)
    elsewhere = person.employment is not Employment.OWN
    rows = [
        Row(_("Staff number"), person.staff_number or ""),
        Row(_("Sex"), _(SEXES[person.sex.value]) if person.sex is not None else ""),
        Row(_("Unit"), base.unit_names) if base.unit_names and left is None else Row(_("Last unit"), base.unit_names
                                                                                     or last),
        Row(_("Job"), person.job or ""),
        Row(_("Employed as"), _(words.EMPLOYMENTS[person.employment]) if elsewhere else ""),
        Row(_("Audiences"), listed(words.audience(one) for one in found.audiences)),
        Row(_("Phone"), masked(person.phone)),
        Row(_("Joined on"), certificate_words.day(person.hired_on) or local_date(since)),
        Row(_("Left on"), local_date(left)),
    ]  # fmt: skip
    return tuple(row for row in rows if row.value)


def parts(found: TrainingFile) -> tuple[FilePart, ...]:
    """Everything that stands of the person, one part below the other."""
    return (
        units(found),
        *(programme(found, one) for one in found.programmes),
        *(course(found, one) for one in found.courses),
        events(found.events),
        exams(found),
        completions(found.base.completions),
        years(found),
        hours(found, found.base.hours),
        file_corrections.part(found),
    )


_DAYS = frozenset({"From", "To", "Started on", "Completed on", "Day"})


def columns(*labels: str) -> tuple[Column, ...]:
    """Columns under their headings; those of days are not broken."""
    return tuple(Column(_(label), Alignment.DAY if label in _DAYS else Alignment.TEXT) for label in labels)


def span(began: datetime | None, ended: datetime | None) -> str:
    """From when to when, with the year; the day stands once where it is one."""
    if began is None or began == ended:
        return dated_time(ended)
    if ended is None:
        return _("since %(time)s", time=dated_time(began))
    zone = learn().zone
    same = began.astimezone(zone).date() == ended.astimezone(zone).date()
    return _("%(starts)s to %(ends)s", starts=dated_time(began),
             ends=f"{ended.astimezone(zone):%H:%M}" if same else dated_time(ended))  # fmt: skip


def beside(*texts: str) -> str:
    """Several remarks in one cell."""
    return " · ".join(text for text in texts if text)


def units(found: TrainingFile) -> FilePart:
    """Where the person belonged from when to when."""
    rows = tuple((name, local_date(since), local_date(until)) for name, since, until in found.base.memberships)
    return FilePart(_("Units"), columns(N_("Unit"), N_("From"), N_("To")), (6, 2, 2), rows, _("In no unit."))


# Programmes with their stages


def programme(found: TrainingFile, one: Held) -> FilePart:
    """One programme: what was asked, and what was taught for it when and by whom, stage by stage."""
    rows: list[tuple[str, ...]] = []
    for stage, stands in zip(one.programme.stages, one.progress.stages, strict=True):
        said = stage.title
        if stands.due or stands.hours:
            said = _("%(stage)s (%(hours)s)", stage=said, hours=programme_words.hours_of(stands.hours, stands.due))
        for part, how in zip(stage.parts, stands.parts, strict=True):
            for line in _part(found, one, part, how):
                rows.append((said, *line))
                said = ""
    untold = one.programme.id in found.base.untold
    return FilePart(
        _("Programme: %(title)s", title=one.programme.title),
        columns(N_("Level or stage"), N_("What was taught"), N_("When"), N_("Hours"), N_("Who taught"),
                N_("Who examined or signed"), N_("Result of the check")),
        (2, 2.4, 2.6, 0.9, 1.5, 1.6, 2.2), tuple(rows), facts=_programme_facts(one, untold=untold),
        notes=() if untold else _programme_notes(one),
    )  # fmt: skip


def _programme_facts(one: Held, *, untold: bool) -> tuple[Row, ...]:
    """What was asked and how it stands; `untold` where that would tell its reader a result they may not read."""
    member, how = one.member, one.progress
    rows = [
        Row(_("Given on"), programme_words.day(member.starts_on)),
        Row(_("Due on"), certificate_words.day(member.due_on)),
        Row(_("Unit then"), "" if untold else one.unit_names),
        Row(_("Standing"), _standing(one, untold=untold)),
        Row(_("Credit hours"), programme_words.hours_of(how.hours, how.due) if how.due or how.hours else ""),
        Row(_("Basis"), one.programme.legal_basis),
    ]
    return tuple(row for row in rows if row.value)


def _standing(one: Held, *, untold: bool) -> str:
    member = one.member
    if member.completed_at is not None and not untold:
        return _("Completed on %(time)s", time=dated_time(member.completed_at))
    if one.exempt:
        return _("Exempt: %(reason)s", reason=one.exempt)
    if untold:
        return _("is not shown: an exam in it does not show its result")
    if member.left_at is not None:
        return _("no longer asked since %(day)s", day=local_date(member.left_at))
    overdue = member.due_on is not None and member.due_on < programme_words.today()
    return _("Overdue") if overdue else _("Not yet completed")


def _programme_notes(one: Held) -> tuple[str, ...]:
    if one.rule_then and one.rule_then != one.programme.rule_version:
        return (_("It was completed by the rules of that day; the programme has been changed since."),)
    return ()


Line = tuple[str, str, str, str, str, str]
"""What was taught, when, hours, by whom, who examined, with what result."""


def _part(found: TrainingFile, one: Held, part: ProgrammePart, how: PartProgress) -> Iterator[Line]:
    """What there is of a part; one line where there is nothing yet."""
    lines: list[Line] = []
    if part.kind is PartKind.SIGN_OFF:
        lines = [_signed(part, row) for row in one.signed if row.row.part_id == part.id]
    elif part.kind is PartKind.EVENT:
        lines = [_came(row) for row in one.attended if row.event.part_id == part.id]
    elif part.kind is PartKind.EXAM and part.exam_id in {one.exam_id for _title, one in found.base.unshown}:
        lines = [(part.title, "", "", "", "", _("is not shown"))]
    elif how.at is not None:
        examiner, result = _examined(found, part) if part.kind is PartKind.EXAM else ("", _("Completed"))
        hours = number(how.hours) if how.hours else ""
        lines = [(part.title, span(how.began_at, how.at), hours, "", examiner, result)]
    open_ = _("not done yet") if part.required else f"{_('elective')} · {_('not done yet')}"
    yield from lines or [(part.title, "", "", "", "", open_)]


def _examined(found: TrainingFile, part: ProgrammePart) -> tuple[str, str]:
    """Who marked the attempt on which the completion rests, and its points with the pass mark, where they may be told.
    A better one since then stands among the exams."""
    exam = (CompletionKind.EXAM, part.exam_id, None)
    keys = {one.evidence.get("attempt") for one in found.base.completions
            if (one.kind, one.subject_id, one.voided_at) == exam}  # fmt: skip
    rests_on = next((one for _title, one in found.base.attempts if one.key in keys and one.points is not None), None)
    if rests_on is None:
        return "", _("Passed")
    said = _("Passed with %(points)s (pass mark %(mark)s)", points=points(rests_on), mark=pass_mark(rests_on))
    return listed(found.examiners.get(rests_on.id, ())), said


def pass_mark(one: Attempt) -> str:
    """The points that are needed."""
    return number(one.exam.pass_share * one.full_points)


def _signed(part: ProgrammePart, one: Signed) -> Line:
    row = one.row
    result = _("void: %(reason)s", reason=row.void_reason) if row.voided_at else row.result
    said = beside(result, _("entered on %(time)s", time=dated_time(row.at)))
    return part.title, span(row.began_at, row.ended_at), number(row.hours), row.trainer, one.by, said


def _came(one: Attended) -> Line:
    row = one.row
    return (one.event.title, span(row.came_at, row.left_at), event_words.brought(row), one.event.trainer, "",
            _("attended, %(way)s", way=_(event_words.WAYS[row.way])))  # fmt: skip


# Courses, events, exams


def course(found: TrainingFile, one: Round) -> FilePart:
    """One taking of a course with every lesson's real beginning and end."""
    done = one.completion
    brought = sum((row.hours for row in found.base.hours if done and row.completion_id == done.id), Decimal(0))
    rows = tuple(
        (str(place), lesson.title, dated_time(lesson.began_at), dated_time(lesson.ended_at) or _("not finished"),
         _minutes(lesson.seconds))
        for place, lesson in enumerate(one.lessons, start=1)
    )  # fmt: skip
    said = [
        Row(_("When"), span(one.began_at, done.completed_at if done else one.last_at)),
        Row(_("Standing"), _("Completed on %(time)s", time=dated_time(done.completed_at)) if done
            else _("Not yet completed")),
        Row(_("Lessons finished"), _("%(some)s of %(all)s", some=one.finished, all=one.lessons_in_all)),
        Row(_("Hours"), number(brought) if done else ""),
        Row(_("Unit then"), done.unit_names if done else ""),
    ]  # fmt: skip
    return FilePart(
        _("Course: %(title)s", title=one.title),
        columns(N_("No."), N_("Lesson"), N_("Began"), N_("Ended"), N_("Minutes")), (0.7, 5, 3, 3, 1.2), rows,
        _("No lesson was opened."), facts=tuple(row for row in said if row.value),
    )  # fmt: skip


def _minutes(seconds: int) -> str:
    return number(half_up(Decimal(seconds) / 60, TENTH))


def events(attended: Sequence[Attended]) -> FilePart:
    """Lectures, drills, visits: who taught where, from when to when the person was there."""
    rows = tuple(
        (listed(text for text in (one.event.title, one.event.place) if text),
         span(one.row.came_at, one.row.left_at), event_words.brought(one.row), one.event.trainer,
         _(event_words.WAYS[one.row.way]), one.row.unit_names)
        for one in attended
    )  # fmt: skip
    return FilePart(
        _("Events attended"),
        columns(N_("Event"), N_("There"), N_("Hours"), N_("Who taught"), N_("How"), N_("Unit then")),
        (3, 3, 1, 1.6, 1.5, 2.4), rows, _("No event has been attended."),
    )  # fmt: skip


def exams(found: TrainingFile, *, own: bool = False) -> FilePart:
    """Every attempt with its pass mark, also a voided one; in one's `own` records with the way to its result."""
    every = [(one, _exam(found, title, one)) for title, one in found.base.attempts]
    every += [(one, _hidden(title, one)) for title, one in found.base.unshown]
    every += [(one, (*_sat(title, one), "", "", _("void"), one.unit_names)) for title, one in found.voided_attempts]
    rows: list[tuple[str | Action, ...]] = [
        (Action(cells[0], link("result", key=one.key)) if own else cells[0], *cells[1:]) for one, cells in every
    ]
    return FilePart(
        _("Exams sat"),
        columns(N_("Exam"), N_("Attempt"), N_("Form of the exam"), N_("When"), N_("Pass mark"), N_("Score"),
                N_("Outcome"), N_("Unit then")),
        (2.6, 1, 1.3, 2.8, 1, 1.4, 1.4, 2), tuple(rows), _("No exam has been sat yet."),
    )  # fmt: skip


def _exam(found: TrainingFile, title: str, one: Attempt) -> tuple[str, ...]:
    by = found.examiners.get(one.id, ())
    said = beside(result(one), _("marked by %(names)s", names=listed(by)) if by else "")
    return (*_sat(title, one), pass_mark(one), points(one), said, one.unit_names)


def _hidden(title: str, one: Attempt) -> tuple[str, ...]:
    return (*_sat(title, one), "", "", _("is not shown"), one.unit_names)


def _sat(title: str, one: Attempt) -> tuple[str, str, str, str]:
    """How and when; of a paper the day alone."""
    if one.offline:
        return title, str(one.number), _("On paper"), local_date(one.started_at)
    return title, str(one.number), _("Online"), span(one.started_at, one.closed_at)


def points(one: Attempt) -> str:
    """The points of all points; empty while a marker is due."""
    if one.points is None:
        return ""
    return _("%(points)s of %(full)s", points=number(one.points), full=number(one.full_points))


def result(one: Attempt) -> str:
    """Whether it was passed."""
    if one.passed is None:
        return _("Not marked yet")
    said = _("Passed") if one.passed else _("Not passed")
    return _("%(result)s (time ran out)", result=said) if one.state is AttemptState.TIMED_OUT else said


# Records and hours


def completions(rows: Sequence[Completion]) -> FilePart:
    """What was completed, once each, with the unit of that day; what was taken back says why."""
    return FilePart(
        _("Completion records"),
        columns(N_("Course or exam"), N_("Kind"), N_("Started on"), N_("Completed on"), N_("Unit then"),
                N_("Record number"), N_("Remark")),
        (2.3, 1, 2, 2, 2, 2.2, 1.6),
        tuple(
            (one.title, _(KINDS[one.kind.value]), local_date(one.started_at), local_date(one.completed_at),
             one.unit_names, one.key, _("Taken back: %(reason)s", reason=one.void_reason) if one.voided_at else "")
            for one in rows
        ),
        _("Nothing has been completed yet."),
    )  # fmt: skip


def years(found: TrainingFile) -> FilePart:
    """The hours of each calendar year, and of five."""
    by_year = found.base.hours_by_year
    outside = _by_year([one for one in found.base.hours if one.kind == "outside" and one.id in found.standing])
    rows = tuple(
        (str(year), number(by_year[year]), number(outside.get(year, Decimal(0))),
         number(training_files.five_years(by_year, year)))
        for year in sorted(by_year, reverse=True)
    )  # fmt: skip
    return FilePart(
        _("Credit hours by year"),
        columns(N_("Year"), N_("Hours"), N_("of these entered by hand"), N_("five years up to it")), (1, 1, 1.5, 1.5),
        rows, _("No hours have been credited yet."),
        notes=(_("A credit hour is %(minutes)s minutes; a day brings %(most)s at the most. Years are calendar years.",
                 minutes=learn().credit.minutes, most=number(learn().credit.per_day)),) if rows else (),
    )  # fmt: skip


def _by_year(entries: Sequence[HoursEntry]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for one in entries:
        found[one.day.year] = found.get(one.day.year, Decimal(0)) + one.hours
    return found


def hours(found: TrainingFile, entries: Sequence[HoursEntry]) -> FilePart:
    """The ledger: each entry, what was entered by hand and what was taken back."""
    return FilePart(
        _("Credit hours"),
        columns(N_("Day"), N_("For what"), N_("Kind"), N_("Hours"), N_("Remark"), N_("Unit then")),
        (1.9, 3.1, 1.5, 1, 2.5, 2.2), tuple(_entry(found, one) for one in entries),
        _("No hours have been credited yet."),
        notes=(ngettext("%(num)s entry", "%(num)s entries", len(entries)),) if len(entries) > 20 else (),
    )  # fmt: skip


def _entry(found: TrainingFile, one: HoursEntry) -> tuple[str, ...]:
    said = [one.reason]
    if one.kind == "outside":
        if one.reason == one.evidence.get("file"):  # a table without a remark, whose name tells nothing here
            said = []
        said.append(one.evidence.get("where", ""))
        if one.evidence.get("number"):
            said.append(labelled(_("Number of the proof"), one.evidence["number"]))
        said.append(_("entered by %(name)s", name=found.names.get(one.actor_id or 0, "")))
    if one.kind != "correction" and one.id not in found.standing:
        said.append(_("taken back"))
    kind = _(HOURS_OF[one.kind]) if one.kind in HOURS_OF else one.kind
    return programme_words.day(one.day), one.title, kind, number(one.hours), beside(*said), one.unit_names
