"""What an exam is: its window, paper, pass mark, people and ways in, as facts on a page."""

from __future__ import annotations

from suyu_learn.models import Exam, Unit
from suyu_learn.services import exam_changes, exam_rosters, exams
from suyu_learn.services import exam_presets as presets
from suyu_learn.web import exam_presets, exam_words
from suyu_learn.web.context import now, session
from suyu_learn.web.i18n import _, listed, local_time, ngettext, number
from suyu_learn.web.pages.common import Row


def facts(exam: Exam) -> list[Row]:
    """What its organizer set."""
    size = exams.size(session(), exam)
    ways = [(exam.entry_account, _("account or QR card")), (exam.entry_number, _("name and staff number")),
            (exam.entry_open, _("open entry"))]  # fmt: skip
    scope = exam_changes.scope_words(session(), exam_changes.wanted_now(session(), exam))
    unit = session().get(Unit, exam.unit_id) if exam.unit_id is not None else None
    retake = exam_words.retake(exam)
    entry, hand_in = exam_words.begin_by(exam), exam_words.hand_in_rule(exam)
    rows = [
        Row(_("Kind"), _(exam_presets.NAMES[presets.purpose_of(exam.purpose)])),
        Row(_("Window"), exam_words.window(exam)),
        Row(_("Questions"), _("%(questions)s, %(points)s points, %(minutes)s", points=number(size.points),
            questions=ngettext("%(num)s question", "%(num)s questions", size.questions),
            minutes=ngettext("%(num)s minute", "%(num)s minutes", exam.minutes))),
        *([Row(_("Latest entry"), entry)] if entry else []),
        *([Row(_("Hand in"), hand_in)] if hand_in else []),
        Row(_("Pass mark"), exam_words.percent(exam.pass_share)),
        Row(_("Attempts"), number(exam.attempts_allowed)),
        *([Row(_("Retake"), retake)] if retake else []),
        *([Row(_("Asked about people"), exam.about_reason)] if exam.ask_about else []),
        Row(_("For"), scope or _("everybody in %(unit)s", unit=unit.name if unit is not None else _("all units"))),
        Row(_("Ways in"), listed(said for held, said in ways if held)),
    ]  # fmt: skip
    if exam.results_at is not None:
        rows.append(Row(_("No results before"), local_time(exam.results_at)))
    if exam.two_markers:
        rows.append(Row(_("Two markers"), _("the mean stands up to a difference of %(share)s of the points",
                                            share=exam_words.percent(exam.marks_apart))))  # fmt: skip
    return rows


def to_publish(exam: Exam) -> tuple[Row, ...]:
    """What is about to be published, with its name and for how many people."""
    due = len(exam_rosters.due(session(), exam, now=now()))
    people = Row(_("Due"), ngettext("%(num)s person", "%(num)s people", due))
    return (Row(_("Title"), exam.title), *facts(exam), people)
