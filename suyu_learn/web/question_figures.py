"""What attempts tell of a question, in words, and of all questions of a bank as a table."""

from __future__ import annotations

import io
from decimal import Decimal

from flask import Response, send_file

from suyu_learn.content.texts import in_words
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.rounding import CENT, ONE, TENTH, half_up
from suyu_learn.domain.statistics import LONGEST_PAUSE
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Bank, Person, Question, Unit
from suyu_learn.services import bank_contents, bank_figures, bank_search, grants
from suyu_learn.services.bank_figures import Figures
from suyu_learn.services.bank_search import QuestionFilter
from suyu_learn.services.question_times import NEWEST
from suyu_learn.services.reports import NAMES
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.bank_questions import difficulty_name
from suyu_learn.web.context import learn, session
from suyu_learn.web.exporting import file_name
from suyu_learn.web.i18n import _, listed
from suyu_learn.web.pages.common import Row
from suyu_learn.web.report_tables import percent
from suyu_learn.web.routing import Routes

routes = Routes()


@routes.get("/manage/bank/<int:bank_id>/figures.xlsx", access=ORGANIZERS)
def bank_figures_table(bank_id: int) -> Response:
    """All published questions of a bank with their figures."""
    here = bank_contents.get_bank(session(), organizer(), bank_id)
    if here.shared:  # what the attempts of others tell is for who keeps the bank
        raise Problem("page.refused")
    row = here.bank
    figures = bank_figures.of_bank(session(), row, versions=learn().versions, suppress=_few(row, organizer()))
    _total, found = bank_search.questions(session(), row, QuestionFilter(), offset=0, limit=10_000_000)
    headings = [
        Heading("uid", _("uid"), lambda one: one[0].uid),
        Heading("stem", _("Question"), lambda one: in_words(str(one[1].body["stem"]), one[1].text_format.value)),
        Heading("type", _("Type"), lambda one: one[1].type),
        Heading("difficulty", _("Difficulty (author)"), lambda one: difficulty_name(one[1].difficulty.value)),
        Heading("observed", _("Difficulty (observed)"), lambda one: _observed(one[2])),
        Heading("asked", _("Times asked"), lambda one: one[2].asked if one[2] else ""),
        Heading("right", _("Share right"), lambda one: _plain(one[2] and one[2].share_right)),
        Heading("marked", _("Marked (of these the share)"), lambda one: one[2].marked if one[2] else ""),
        Heading("discrimination", _("Discrimination"), lambda one: _plain(one[2] and one[2].discrimination)),
        Heading("omitted", _("Not answered"), lambda one: one[2].omitted if one[2] else ""),
        Heading("time", _("Time (median, seconds)"), lambda one: _seconds(one[2], "median")),
        Heading("time_low", _("Time (a quarter is faster than, seconds)"), lambda one: _seconds(one[2], "low")),
        Heading("time_high", _("Time (a quarter is slower than, seconds)"), lambda one: _seconds(one[2], "high")),
        Heading("timed", _("Attempts that tell a time"), lambda one: one[2].timed if one[2] else ""),
        Heading("exposure", _("Share of papers"), lambda one: _plain(one[2] and one[2].exposure)),
        Heading("unused", _("Wrong options nobody takes"), lambda one: listed(one[2].nobody_takes) if one[2] else ""),
    ]
    rows = [(question, version, figures.get(question.id)) for question, version in found]
    stream = io.BytesIO()
    form = learn().plugins.export_formats["xlsx"]
    form.write(Table(_("Figures of questions"), headings, rows), stream)
    stream.seek(0)
    name = file_name(_("Figures of questions"), (row.name,), "xlsx")
    return send_file(stream, mimetype=form.mime, as_attachment=True, download_name=name)


def figure_rows(question: Question, row: Bank, person: Person) -> tuple[Row, ...]:
    """The figures of one question for its page; none while nobody was asked, or too few."""
    found = bank_figures.of_question(session(), question, versions=learn().versions, suppress=_few(row, person))
    if found is None:
        return ()
    rows = [
        Row(_("Asked"), _("%(count)s times, of %(people)s people", count=found.asked, people=found.people)),
        Row(_("Share right"), _("%(share)s of %(marked)s marked answers", share=percent(found.share_right),
                                marked=found.marked)),
        Row(_("Difficulty (observed)"), _observed(found) or "–"),
        Row(_("Discrimination"), _("%(value)s (from −1 to 1: whether those who got it right also did well on the rest "
                                   "of the paper; good from about 0.2)", value=_correlation(found.discrimination))),
        Row(_("Not answered"), _("%(count)s of %(all)s", count=found.omitted, all=found.asked)),
        Row(_("Time taken"), _time(found)),
        Row(_("On papers"), _("%(share)s (%(count)s of %(all)s papers of these exams)", share=percent(found.exposure),
                              count=found.asked, all=found.drawn)),
    ]  # fmt: skip
    for text, right, count, share in found.choices:
        name = _("%(option)s (right)", option=text) if right else text
        told = _("%(share)s (%(count)s of %(all)s)", share=percent(share), count=count, all=found.asked)
        rows.append(Row(name, told))
    if found.nobody_takes:
        rows.append(Row(_("Wrong options nobody takes"), listed(found.nobody_takes)))
    return tuple(rows)


def _correlation(value: Decimal | None) -> str:
    return "–" if value is None else f"{half_up(value, CENT)}"


def _few(row: Bank, person: Person) -> bool:
    """Whether few people are to be hidden: from who may not see persons where the bank belongs."""
    unit = session().get(Unit, row.unit_id) if row.unit_id is not None else None
    return not grants.reach(session(), person, NAMES).covers(unit.path if unit is not None else None)


def _time(found: Figures) -> str:
    if found.time is None:
        return _("too few answers (%(count)s with a known time, %(fewest)s needed)", count=found.timed,
                 fewest=bank_figures.FEWEST)  # fmt: skip
    return _("%(median)s (median; the middle half %(low)s to %(high)s; of %(count)s attempts)",
             median=taken(found.time.median), low=taken(found.time.low), high=taken(found.time.high),
             count=found.time.count)  # fmt: skip


def time_says() -> str:
    """What the time of a question is, in words."""
    return _("Time of one attempt: from the learner's step before to each save of an answer to this question, summed. "
             "Pauses over %(minutes)s minutes are left out, and so are answers of several questions that were saved "
             "at one moment. Of the newest %(count)s attempts that asked it.",
             minutes=int(LONGEST_PAUSE.total_seconds()) // 60, count=f"{NEWEST:,}")  # fmt: skip


def taken(seconds: float) -> str:
    """A short time in words; tenths below ten seconds."""
    if seconds < 10:
        return _("%(seconds)s s", seconds=f"{half_up(seconds, TENTH)}")
    whole = int(half_up(seconds, ONE))
    if whole < 60:
        return _("%(seconds)s s", seconds=whole)
    return _("%(minutes)s min %(seconds)s s", minutes=whole // 60, seconds=whole % 60)


def _seconds(found: Figures | None, which: str) -> float | str:
    return "" if found is None or found.time is None else round(float(getattr(found.time, which)), 1)


def _observed(found: Figures | None) -> str:
    return difficulty_name(found.observed) if found is not None and found.observed is not None else ""


def _plain(value: Decimal | None) -> float | str:
    return "" if value is None else round(float(value), 4)
