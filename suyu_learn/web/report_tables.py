"""Figures in words and cells: the tables of a report, the same for page, print and file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup, escape

from suyu_learn.content.pictures import SCHEME
from suyu_learn.content.texts import in_words, render_inline, unbroken, with_blanks
from suyu_learn.domain.questions import Choice
from suyu_learn.domain.rounding import TENTH, half_up
from suyu_learn.domain.statistics import EXCELLENT, Band, Tally, distribution, hidden_bands
from suyu_learn.exports import Heading
from suyu_learn.services.bank_imports import readable_uid
from suyu_learn.services.report_questions import ChoiceLine, QuestionLine
from suyu_learn.services.report_retakes import RetakeLine
from suyu_learn.services.reports import ExamReport, Outcome, PersonLine, UnitLine
from suyu_learn.services.versions import Asked
from suyu_learn.web.i18n import N_, _, dated_time, ngettext, number
from suyu_learn.web.pages.common import Alignment, Bar, Column
from suyu_learn.web.pages.reports import Figure, NameTable, OptionRow, QuestionRow, Tree, TreeRow
from suyu_learn.web.printing import TRUTH

HIDDEN = "*"
HARD = Decimal("0.4")
"""Questions of which less was right are marked for attention."""

OUTCOMES = {
    Outcome.PASSED: N_("Passed"),
    Outcome.FAILED: N_("Not passed"),
    Outcome.ABSENT: N_("Absent"),
    Outcome.NOT_YET: N_("Not sat yet"),
    Outcome.UNMARKED: N_("Not marked yet"),
    Outcome.UNSHOWN: N_("is not shown"),
}
UNIT_COLUMNS = (
    N_("Due"), N_("Sat"), N_("Absent"), N_("Participation"), N_("Passed"), N_("Pass rate of sat"),
    N_("Pass rate of due"), N_("Excellent of sat"), N_("Mean"), N_("Median"),
)  # fmt: skip


def _absent_label(found: ExamReport) -> str:
    return _("Absent") if found.closed else _("Not sat yet")


def _unit_columns(found: ExamReport) -> tuple[str, ...]:
    return tuple(_absent_label(found) if label == "Absent" else _(label) for label in UNIT_COLUMNS)


def as_of(found: ExamReport, at: datetime) -> str:
    """While an exam runs, the moment of its figures; empty once it has closed."""
    return "" if found.closed else _("As of %(time)s", time=dated_time(at))


def percent(value: Decimal | None) -> str:
    """A share with one place, halves up, as in 83.3 %."""
    return "–" if value is None else f"{half_up(value * 100, TENTH)}%"


def stem_of(asked: Asked) -> str:
    """The stem of a question in words alone, with its blanks as they are printed."""
    return in_words(asked.stem, asked.text_format, blanks=bool(getattr(asked.content, "blanks", ())))


def stem_shown(asked: Asked) -> Markup:
    """The same for a page, on which formulas are drawn."""
    blanks = bool(getattr(asked.content, "blanks", ()))
    return _drawn(with_blanks(asked.stem) if blanks else asked.stem, asked) or unbroken(escape(stem_of(asked)))


def choice_shown(choice: ChoiceLine | Choice, asked: Asked) -> Markup:
    """An option in words, with its formulas drawn."""
    return _drawn(choice.text, asked) or escape(choice_words(choice, asked))


def _drawn(text: str, asked: Asked) -> Markup | None:
    """A text with formulas and without pictures, which would be too large here; None for every other."""
    if asked.text_format != "markdown" or "$" not in text or SCHEME in text:
        return None
    return unbroken(render_inline(text, asked.text_format))


def choice_words(choice: ChoiceLine | Choice, asked: Asked) -> str:
    """An option in words alone; right and wrong stand as on the paper."""
    if asked.type.code == "true_false" and choice.key in TRUTH:
        return _(TRUTH[choice.key])
    return in_words(choice.text, asked.text_format)


def _points(value: Decimal | None) -> str:
    return "–" if value is None else number(value)


def _numbers(line: UnitLine) -> list[object]:
    """The cells of a unit as values: counts, shares and points; None where there is nothing, HIDDEN where hidden."""
    tally = line.tally
    cells: list[object] = [
        tally.due, tally.sat, tally.absent, tally.participation, tally.passed, tally.pass_rate_of_sat,
        tally.pass_rate_of_due, tally.excellent_of_sat, tally.mean, tally.median,
    ]  # fmt: skip
    gone = line.hidden
    shown = 0 if gone.due else 1 if gone.sat else 4 if gone.passed else 7 if gone.marks else len(cells)
    return [*cells[:shown], *[HIDDEN] * (len(cells) - shown)]


def _shown(values: Sequence[object]) -> tuple[str, ...]:
    shares = {3, 5, 6, 7}
    cells = []
    for place, value in enumerate(values):
        if isinstance(value, str):
            cells.append(value)
        elif value is None or isinstance(value, Decimal):
            cells.append(percent(value) if place in shares else _points(value))
        else:
            cells.append(str(value))
    return tuple(cells)


def facts(found: ExamReport) -> tuple[Figure, ...]:
    """The figures of all units shown together, rates with what they are counted of."""
    if found.total is None:
        return ()
    due, sat, absentees, participation, passed, of_sat, of_due, _excellent, mean, _median = _shown(
        _numbers(found.total)
    )
    return (
        Figure(_("Due"), due),
        Figure(_("Sat"), sat, _media(found)),
        Figure(_absent_label(found), absentees),
        Figure(_("Participation"), participation, _("sat %(part)s of due %(all)s", part=sat, all=due)),
        Figure(_("Passed"), passed),
        Figure(_("Pass rate of sat"), of_sat, _("passed %(part)s of sat %(all)s", part=passed, all=sat)),
        Figure(_("Pass rate of due"), of_due, _("passed %(part)s of due %(all)s", part=passed, all=due)),
        Figure(_("Mean"), mean, _("points of the marked")),
        *_unmarked(found.total),
    )


def _media(found: ExamReport) -> str:
    """How many sat online and how many on paper; empty where nobody is known to have sat on paper."""
    if not found.on_paper or found.total is None:
        return ""
    online = found.total.tally.sat - found.on_paper
    return _("online %(online)s, on paper %(paper)s", online=number(online), paper=number(found.on_paper))


def _unmarked(line: UnitLine) -> tuple[Figure, ...]:
    """How many results are not final, where there are any and few people would not be told apart by it."""
    if not line.tally.unmarked:
        return ()
    return (Figure(_("Not marked yet"), HIDDEN if line.hidden.marks else str(line.tally.unmarked)),)


def units(found: ExamReport, url: Callable[[int], str]) -> Tree:
    """The unit table."""
    columns = (Column(_("Unit")), *(Column(label, Alignment.NUMBER) for label in _unit_columns(found)))
    rows = [TreeRow(line.name, line.depth, _shown(_numbers(line)), url(line.unit_id)) for line in found.units]
    if found.total is not None and found.total.unit_id == 0:
        rows.append(TreeRow(_("Together"), 0, _shown(_numbers(found.total))))
    return Tree(_("Participation and results by unit"), columns, tuple(rows), notes(found),
                empty=_("Nobody is due here."))  # fmt: skip


def notes(found: ExamReport) -> tuple[str, ...]:
    """What each number is counted of."""
    said = [
        _(
            "Due: on the list at the moment that the exam sets for it (usually its opening), less exemptions, plus "
            "additions; each person counts once in every unit above."
        ),
        _("Sat: at least one attempt handed in or timed out. Participation is sat of due."),
        _(
            "Both pass rates are shown: passed of sat, and passed of due. "
            "Excellent is %(share)s of the points or more, of sat.",
            share="90%",
        ),
        _(
            "Mean and median are points of those who are due, sat and are marked. The median is the result in the "
            "middle: half of them have more, half have fewer."
        ),
    ]
    if found.total is not None and found.total.tally.unmarked:
        said.append(
            _("Whose answers are still being marked counts as sat, and is neither passed nor in mean and median yet.")
        )
    if found.own_left_out:
        said.append(
            _("Your own result, which the exam does not show to you, is left out: you count as sat and not marked.")
        )
    if found.not_due_count is None:
        said.append(_("A few people sat without being due and are in no rate."))
    elif found.not_due_count:
        said.append(
            ngettext(
                "%(num)s person sat without being due and is in no rate.",
                "%(num)s people sat without being due and are in no rate.",
                found.not_due_count,
            )
        )
    if found.guest_count is None:
        said.append(_("A few guests sat and are in no rate."))
    elif found.guest_count:
        said.append(
            ngettext(
                "%(num)s guest sat and is in no rate.", "%(num)s guests sat and are in no rate.", found.guest_count
            )
        )
    if found.suppressed:
        said.append(_("* stands for few people, or for a number from which one could be worked out."))
    return tuple(said)


def participation_bars(found: ExamReport) -> tuple[Bar, ...]:
    """Participation of the top units, or of those below the only one."""
    shallow = [one for one in found.units if one.depth == 0]
    if len(shallow) == 1:
        shallow = [one for one in found.units if one.depth <= 1]
    return tuple(
        Bar(one.name, percent(one.tally.participation), float((one.tally.participation or 0) * 100))
        for one in shallow
        if not one.hidden.sat and one.tally.participation is not None
    )


def distribution_bars(found: ExamReport, *, below: int) -> tuple[Bar, ...]:
    """Results in bands of ten per cent."""
    if found.total is None or found.total.hidden.marks:
        return ()
    bands = distribution(found.total.tally.shares)
    if bands is None:
        return ()
    gone: frozenset[int] = frozenset()
    if found.suppressed:
        gone = hidden_bands(found.total.tally.shares, cuts=(found.exam.pass_share, EXCELLENT), below=below)
    pass_mark = found.exam.pass_share * 100
    most = max((band.count for place, band in enumerate(bands) if place not in gone), default=0) or 1
    return tuple(
        Bar(_band(band), HIDDEN, 0.0)
        if place in gone
        else Bar(_band(band), str(band.count), 100 * band.count / most, attention=pass_mark >= band.high + 1)
        for place, band in enumerate(bands)
    )


def _band(band: Band) -> str:
    """A class of the histogram as its bounds, the upper one left out but for the last: 80–89, 90–100."""
    return f"{band.low}–{band.high}"


def distribution_note(found: ExamReport) -> str:
    """Of how many results the bands are made."""
    marked = found.total.tally.marked if found.total else 0
    if found.total is not None and found.total.hidden.marks:
        return ""
    return ngettext("%(num)s result, in per cent of the full points", "%(num)s results, in per cent of the full points",
                    marked)  # fmt: skip


def questions(lines: Sequence[QuestionLine]) -> tuple[QuestionRow, ...]:
    """The questions with what was chosen."""
    return tuple(_question(line) for line in lines)


def _question(line: QuestionLine) -> QuestionRow:
    numbers, hidden = line.numbers, line.hidden
    no_share = hidden.line or hidden.share_right
    return QuestionRow(
        uid=readable_uid(line.uid),
        stem=stem_shown(line.asked),
        share_right=HIDDEN if no_share else percent(numbers.share_right),
        asked=HIDDEN if hidden.line else str(numbers.asked),
        omitted=HIDDEN if hidden.line or hidden.omitted else str(numbers.omitted),
        options=() if hidden.line else tuple(_option(choice, line) for choice in line.choices),
        attention=not no_share and numbers.share_right is not None and numbers.share_right < HARD,
    )


def _option(choice: ChoiceLine, line: QuestionLine) -> OptionRow:
    text = choice_shown(choice, line.asked) if choice.text else _("Something written")
    if choice.hidden:
        return OptionRow(text, HIDDEN, 0.0, choice.right)
    value = _("%(share)s (%(count)s of %(all)s)", share=percent(choice.share), count=choice.count,
              all=line.numbers.asked)  # fmt: skip
    return OptionRow(text, value, float((choice.share or 0) * 100), choice.right)


_NAME_COLUMNS = (N_("Name"), N_("Staff number"), N_("Unit"))


def absent(found: ExamReport, *, most: int | None = None) -> NameTable | None:
    """The absentees by name, for those who may see names; the first `most` of them."""
    if not found.names:
        return None
    people = found.absent
    if not found.closed:
        caption = ngettext("%(num)s person has not sat yet", "%(num)s people have not sat yet", len(people))
        return _names(caption, people, empty=_("Everybody has sat."), most=most)
    caption = ngettext("%(num)s person absent", "%(num)s people absent", len(people))
    return _names(caption, people, empty=_("Nobody is absent."), most=most)


def away(people: Sequence[PersonLine], label: str, names: bool) -> NameTable | None:
    """People who sat without being due, or as guests."""
    if not names or not people:
        return None
    columns = (*(Column(_(one)) for one in _NAME_COLUMNS), Column(_("Points"), Alignment.NUMBER), Column(_("Outcome")))
    rows = tuple((*_name(one), _points(one.standing.points if one.standing else None), _(OUTCOMES[one.outcome]))
                 for one in people)  # fmt: skip
    return NameTable(_("%(label)s (%(count)s)", label=label, count=len(people)), columns, rows)


def retakes(lines: Sequence[RetakeLine]) -> NameTable | None:
    """Who sat the retake, with the result there, the one before, and what it comes to."""
    if not lines:
        return None
    passed = sum(bool(one.retake.passed) for one in lines)
    caption = ngettext("%(num)s person sat the retake, %(passed)s passed there",
                       "%(num)s people sat the retake, %(passed)s passed there", len(lines), passed=passed)  # fmt: skip
    columns = (
        *(Column(_(one)) for one in _NAME_COLUMNS), Column(_("Points before"), Alignment.NUMBER),
        Column(_("Points in the retake"), Alignment.NUMBER), Column(_("Outcome")),
    )  # fmt: skip
    rows = tuple(
        (*_name(one.person), _points(one.first.points) if one.first else _("Absent"), _points(one.retake.points),
         _(OUTCOMES[one.person.outcome]))
        for one in lines
    )  # fmt: skip
    return NameTable(caption, columns, rows)


def _names(caption: str, people: Sequence[PersonLine], *, empty: str, most: int | None = None) -> NameTable:
    columns = tuple(Column(_(one)) for one in _NAME_COLUMNS)
    note = ""
    if most is not None and len(people) > most:
        note = _("These are the first %(num)s by unit and name. All of them stand under “Results by name”, in the "
                 "print view and in the file.", num=most)  # fmt: skip
    return NameTable(caption, columns, tuple(_name(one) for one in people[:most]), empty, note)


def _name(one: PersonLine) -> tuple[str, str, str]:
    return (one.name, one.staff_number, one.unit_names)


Cells = list[tuple[object, ...]]


def plain_headings(*labels: str) -> list[Heading]:
    """Headings over cells that are ready."""
    return [Heading(label, _(label), lambda row: row) for label in labels]


def _cell(value: object) -> object:
    return float(round(value, 6)) if isinstance(value, Decimal) else value


def units_table(found: ExamReport, *, at: str) -> tuple[list[Heading], Cells]:
    """The unit table as cells; shares are numbers from 0 to 1. `at` says of when it is, while the exam runs."""
    rows: Cells = [("　" * line.depth + line.name, *(_cell(value) for value in _numbers(line))) for line in found.units]
    if found.total is not None and found.total.unit_id == 0:
        rows.append((_("Together"), *(_cell(value) for value in _numbers(found.total))))
    first, *others = plain_headings(N_("Unit"), *UNIT_COLUMNS)
    labels = _unit_columns(found)
    return [_dated(first, at), *(replace(one, label=label) for one, label in zip(others, labels, strict=True))], rows


def _dated(heading: Heading, at: str) -> Heading:
    """A heading that says of when its table is: a file keeps nothing else of that."""
    return replace(heading, label=_("%(label)s (%(count)s)", label=heading.label, count=at)) if at else heading


def people_table(found: ExamReport, *, at: str, retaken: Collection[int] = frozenset()) -> tuple[list[Heading], Cells]:
    """The people as cells: those due, then who sat without being due, then guests; retakes are remarked."""
    first, *others = plain_headings(
        *_NAME_COLUMNS, N_("Attempts made"), N_("Form of the exam"), N_("Points"), N_("Full points"), N_("Outcome"),
        N_("Remark"),
    )  # fmt: skip
    groups = ((found.people, ""), (found.not_due, _("Not due")), (found.guests, _("Guest")))
    rows: Cells = [
        (
            *_name(one),
            one.standing.attempts if one.standing else 0,
            (_("On paper") if one.offline else _("Online")) if one.standing else "",
            _cell(one.standing.points) if one.standing else None,
            _cell(one.standing.full_points) if one.standing else None,
            _(OUTCOMES[one.outcome]),
            _(", ").join(part for part in (remark, _("Retake") if one.person_id in retaken else "") if part),
        )
        for people, remark in groups
        for one in people
    ]
    return [_dated(first, at), *others], rows


def questions_table(lines: Sequence[QuestionLine], *, at: str) -> tuple[list[Heading], Cells]:
    """The questions as cells, one line an option."""
    first, *others = plain_headings(
        N_("No."), N_("Question"), N_("Asked"), N_("Not answered"), N_("Share right"), N_("Option"), N_("Right"),
        N_("Chosen"), N_("Share"),
    )  # fmt: skip
    rows: Cells = []
    for place, line in enumerate(lines, start=1):
        stem = stem_of(line.asked)
        numbers = line.numbers
        head: tuple[object, ...] = (
            place, stem, numbers.asked, HIDDEN if line.hidden.omitted else numbers.omitted,
            HIDDEN if line.hidden.share_right else _cell(numbers.share_right),
        )  # fmt: skip
        if line.hidden.line:
            rows.append((place, stem, *[HIDDEN] * 3, "", "", HIDDEN, HIDDEN))
            continue
        for choice in line.choices or (ChoiceLine("", False, 0, None),):
            text = choice_words(choice, line.asked)
            chosen = (HIDDEN, HIDDEN) if choice.hidden else (choice.count, _cell(choice.share))
            rows.append((*head, text, "√" if choice.right else "", *chosen))
    return [_dated(first, at), *others], rows


def as_json(found: ExamReport) -> dict[str, object]:
    """The report as a command prints it: figures as numbers, shares from 0 to 1, None where there is nothing."""
    total = found.total.tally if found.total else Tally()
    listed = [
        {"id": line.unit_id, "path": line.path, "name": line.name, "depth": line.depth, **_figures_of(line.tally)}
        for line in found.units
    ]
    apart = {"guests": found.guest_count, "not_due": found.not_due_count}
    return {
        "exam": found.exam.id,
        "frozen": found.frozen,
        "closed": found.closed,
        "on_paper": found.on_paper,
        **_figures_of(total),
        **apart,
        "units": listed,
    }


def _figures_of(tally: Tally) -> dict[str, object]:
    return {
        "due": tally.due, "sat": tally.sat, "absent": tally.absent, "passed": tally.passed,
        "participation": _cell(tally.participation), "pass_rate_of_sat": _cell(tally.pass_rate_of_sat),
        "pass_rate_of_due": _cell(tally.pass_rate_of_due), "mean": _cell(tally.mean), "unmarked": tally.unmarked,
    }  # fmt: skip
