"""The report of a year as a document and as tables: every figure with what it is counted of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from suyu_learn.domain.statistics import Trained
from suyu_learn.exports import Heading, charts
from suyu_learn.exports.charts import Chart
from suyu_learn.exports.documents import Block, Document, Inlines, Kind, Paragraph, words
from suyu_learn.exports.documents import Table as PrintedTable
from suyu_learn.exports.tables import Table
from suyu_learn.models import TaggedKind
from suyu_learn.services import plan_tasks
from suyu_learn.services.statistics_report import CityReport, TrainedLine
from suyu_learn.web import statistics_charts
from suyu_learn.web.context import learn, now
from suyu_learn.web.exporting import Ready
from suyu_learn.web.i18n import HTML_LANG, N_, _, dated_time, labelled, language, local_date, ngettext, number
from suyu_learn.web.plan_tasks import task_number
from suyu_learn.web.report_tables import HIDDEN, percent
from suyu_learn.web.statistics_definitions import DEFINITIONS, TOGETHER
from suyu_learn.web.statistics_tables import (
    EXAMS,
    TRAINING,
    cell,
    label,
    of_what,
    plain,
    shown,
    unit_headings,
    unit_rows,
    value,
)
from suyu_learn.web.words import audience_name

KINDS = {
    TaggedKind.COURSE: N_("Courses"), TaggedKind.EXAM: N_("Exams"), TaggedKind.EVENT: N_("Events"),
    TaggedKind.PROGRAMME: N_("Programmes"),
}  # fmt: skip


def holds() -> tuple[str, ...]:
    """What stands in the report, for who is about to make it."""
    return (
        _("the figures of the year with numerator and denominator, by unit, audience and programme"),
        _("courses, exams and events of the year with how many people took part"),
        _("the tasks of the action plan that these were tagged with"),
        _("a note that figures of people who take part voluntarily are no official rate"),
    )


def caveat() -> str:
    """Why these figures are no measure of a population."""
    return _(
        "The figures describe the people who were due or took part here. They come from a voluntary sample, were not "
        "drawn at random, and say nothing official about the share of citizens with science literacy; that is "
        "measured by the national survey alone."
    )


def tables(found: CityReport) -> list[Table]:
    """Every table of the report as values, one a sheet; rates from 0 to 1."""
    keys = shown(found.dashboard)
    total = found.dashboard.total
    made = [
        _table(_("The year at a glance"), (N_("Figure"), N_("Value"), N_("Counted of")),
               [(label(key), plain(value(total, key)), of_what(total, key)) for key in keys]),
        Ready(_("Unit summary"), unit_headings(keys), unit_rows(found.dashboard, keys)),
    ]  # fmt: skip
    if found.dashboard.weeks and not total.finishers_hidden:
        points = statistics_charts.weeks(found.dashboard).points
        days = [one.days.first.isoformat() for one in found.dashboard.weeks]
        made.append(_table(_("Week by week"), (N_("Week from"), N_("Completed something")),
                           [(day, _count(one.value)) for day, one in zip(days, points, strict=True)]))  # fmt: skip
    for title, headings, rows in _lists(found):
        if rows:
            made.append(_table(title, headings, rows))
    made.append(
        _table(_("What the figures are"), (N_("Figure"), N_("Is"), N_("Divided by"), N_("Remark")),
               [(_(one.label), _(one.over), _(one.under), _(one.note)) for one in DEFINITIONS])
    )  # fmt: skip
    made.append(_table(_("How to read it"), (N_("Remark"),), [(one,) for one in _remarks(found)]))
    return made


def _table(title: str, headings: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Table:
    return Ready(title, [Heading(one, _(one), lambda row: row) for one in headings], rows)


def _count(value: float | None) -> object:
    return HIDDEN if value is None else int(value)


_TRAINED = (N_("Due for training"), N_("Started"), N_("Completed"), N_("Completion rate"), N_("Overdue"))


def _lists(found: CityReport) -> Iterator[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    """The lists of the year: title, headings, rows."""
    yield _("Audiences"), (N_("Audience"), *_TRAINED, N_("Hours a head")), [
        (audience_name(one.code, one.name), *_trained(one),
         HIDDEN if one.hidden else _hours(one.trained.hours_a_head))
        for one in found.audiences
    ]  # fmt: skip
    yield _("Programmes"), (N_("Programme"), *_TRAINED), [(one.name, *_trained(one)) for one in found.programmes]
    exam_headings = (N_("Exam"), N_("Opened"), N_("Due at exams"), N_("Sat"), N_("Participation"), N_("Passed"),
                     N_("Pass rate of sat"), N_("Pass rate of due"))  # fmt: skip
    yield _("Exams"), exam_headings, [
        (one.title, local_date(one.opened), *((HIDDEN,) * 6 if one.hidden else (
            one.sat.due, one.sat.sat, _plain(one.sat.participation), one.sat.passed,
            _plain(one.sat.pass_rate_of_sat), _plain(one.sat.pass_rate_of_due))))
        for one in found.exams
    ]  # fmt: skip
    yield _("Courses"), (N_("Course"), N_("Began it in the year"), N_("Completed it in the year")), [
        (one.title, HIDDEN if one.began_hidden else one.began, HIDDEN if one.completed_hidden else one.completed)
        for one in found.courses
    ]  # fmt: skip
    yield _("Events"), (N_("Event"), N_("Held on"), N_("Came")), [
        (one.title, local_date(one.held_at), HIDDEN if one.hidden else one.came) for one in found.events
    ]  # fmt: skip
    yield _("Tasks of the action plan"), (N_("Task"), N_("Short title"), *KINDS.values(), N_("People reached")), [
        (task_number(one.task.number, one.task.code), one.task.title.of(language()),
         *(one.things.get(kind, 0) for kind in KINDS), HIDDEN if one.hidden else one.people)
        for one in found.tasks
    ]  # fmt: skip


def _trained(one: TrainedLine) -> tuple[object, ...]:
    if one.hidden:
        return (HIDDEN,) * 5
    trained: Trained = one.trained
    return (trained.due, trained.started, trained.completed, _plain(trained.completed_of_due), trained.overdue)


def _plain(value: Decimal | None) -> object:
    return None if value is None else float(round(value, 6))


def _hours(value: Decimal | None) -> object:
    """Hours stay a Decimal, by which they are told from rates."""
    return None if value is None else round(value, 2)


def document(found: CityReport) -> Document:
    """The report to go on writing in."""
    name = found.dashboard.asked.unit.name if found.dashboard.asked.unit else _("All units")
    title = _("Science learning in %(year)s: %(unit)s", year=found.year, unit=name)
    made = _("Made on %(time)s", time=dated_time(now()))
    return Document(title, (
        Paragraph(words(title), Kind.TITLE),
        Paragraph(words(made), Kind.SUBTITLE),
        *_text(found),
        *_units(found),
        *_weeks(found),
        *_printed_lists(found),
        *_notes(found),
    ), lang=HTML_LANG[language()])  # fmt: skip


def _text(found: CityReport) -> Iterator[Block]:
    total = found.dashboard.total
    yield _heading(_("The year at a glance"))
    if total.trained.due:
        yield _sentence(_(
            "In %(year)s %(due)s people were due for training. %(completed)s of these %(due)s completed all that was "
            "due to them, a completion rate of %(rate)s; %(started)s of %(due)s had started, %(overdue)s of %(due)s "
            "were overdue. They earned %(hours)s credit hours a head (%(sum)s).",
            year=found.year, due=cell(total, "due"), completed=cell(total, "completed"),
            rate=cell(total, "completion"), started=cell(total, "started"), overdue=cell(total, "overdue"),
            hours=cell(total, "hours"), sum=of_what(total, "hours"),
        ))  # fmt: skip
    else:
        yield _sentence(_("Nobody was due for training in %(year)s.", year=found.year))
    if total.sat.due:
        yield _sentence(ngettext(
            "%(due)s people were due at %(num)s exam. %(sat)s of these %(due)s sat, a participation of %(share)s. "
            "%(passed)s passed: %(of_sat)s of the %(sat)s who sat, %(of_due)s of the %(due)s due.",
            "%(due)s people were due at %(num)s exams. %(sat)s of these %(due)s sat, a participation of %(share)s. "
            "%(passed)s passed: %(of_sat)s of the %(sat)s who sat, %(of_due)s of the %(due)s due.",
            len(found.dashboard.exams), due=cell(total, "exam-due"), sat=cell(total, "sat"),
            share=cell(total, "participation"), passed=cell(total, "passed"), of_sat=cell(total, "pass-of-sat"),
            of_due=cell(total, "pass-of-due"),
        ))  # fmt: skip
    yield _sentence(_(
        "%(people)s people completed a course, an exam or a programme in the year, whether it was due to them or not.",
        people=cell(total, "finishers"),
    ))  # fmt: skip
    yield Paragraph(words(caveat(), bold=True), before=2)


def _units(found: CityReport) -> Iterator[Block]:
    dashboard = found.dashboard
    if not dashboard.children:
        return
    there = shown(dashboard)
    yield _heading(_("Units compared"))
    for block in ((*TRAINING, "finishers"), EXAMS):
        keys = tuple(key for key in block if key in there)
        if keys:
            rows = [(one.name, *(cell(one, key) for key in keys)) for one in dashboard.children]
            rows.append((_("Together"), *(cell(dashboard.total, key) for key in keys)))
            yield _printed((_("Unit"), *(label(key) for key in keys)), rows)
    key = statistics_charts.bar_key(dashboard)
    if key is not None:
        yield from _drawn(statistics_charts.bars(dashboard, key))


def _weeks(found: CityReport) -> Iterator[Block]:
    dashboard = found.dashboard
    if any(one.people for one in dashboard.weeks) and not dashboard.total.finishers_hidden:
        yield _heading(_("Week by week"))
        yield from _drawn(statistics_charts.weeks(dashboard))


def _printed_lists(found: CityReport) -> Iterator[Block]:
    for title, headings, rows in _lists(found):
        if rows:
            yield _heading(title)
            yield _printed([_(one) for one in headings], [tuple(_shown(one) for one in row) for row in rows])


def _shown(value: object) -> str:
    if isinstance(value, float):
        return percent(Decimal(str(value)))
    if isinstance(value, Decimal):
        return number(value)
    return "–" if value is None else str(value)


def _notes(found: CityReport) -> Iterator[Block]:
    yield _heading(_("What the figures are"))
    for one in DEFINITIONS:
        said = labelled(_(one.label), _(one.over))
        if one.under:
            said = _("%(figure)s, divided by: %(what)s", figure=said, what=_(one.under))
        yield Paragraph(words(said), Kind.SMALL)
    for remark in _remarks(found):
        yield Paragraph(words(remark), Kind.SMALL, before=1)


def _remarks(found: CityReport) -> Iterator[str]:
    plan = plan_tasks.plan()
    yield caveat()
    if found.dashboard.own_left_out:
        yield _("Results of whoever made this report, which exams do not show to them, are left out.")
    if found.tasks:
        yield _("The numbers of tasks are those of: %(document)s, %(number)s.",
                document=plan.document.of(language()), number=plan.number)  # fmt: skip
    if found.dashboard.suppressed:
        yield _(
            "* stands for fewer than %(few)s people, or for a number from which one could be worked out.",
            few=learn().settings.suppress_below,
        )
    if found.dashboard.in_part:
        yield _(TOGETHER)


def _heading(text: str) -> Paragraph:
    return Paragraph(words(text), Kind.HEADING, before=4)


def _sentence(text: str) -> Paragraph:
    return Paragraph(words(text), before=1)


def _printed(headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> PrintedTable:
    cells: tuple[tuple[Inlines, ...], ...] = tuple(tuple(words(one) for one in row) for row in rows)
    longest = [max(len(row[place]) for row in rows) for place in range(len(headings))]
    widths = tuple(min(3.0, max(1.0, length / 7)) for length in longest)
    return PrintedTable(widths, cells, head=tuple(headings), centred=frozenset(range(1, len(headings))))


def _drawn(chart: Chart) -> Iterator[Block]:
    yield Paragraph(words(chart.title), Kind.SMALL, before=2, with_next=True)
    yield Paragraph((charts.picture(chart),), before=1)
