"""What an exam is: its window, paper, pass mark, people and ways in, as facts on a page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from suyu_learn.domain.papers.difficulty import Expected, Spread
from suyu_learn.domain.rounding import TENTH, half_up
from suyu_learn.models import Exam, PaperMode, Shown, Unit
from suyu_learn.services import exam_changes, exam_rosters, exams
from suyu_learn.services import exam_presets as presets
from suyu_learn.web import exam_presets, exam_words, integrity_words, words
from suyu_learn.web.context import now, session
from suyu_learn.web.forms.exams import CREDIT
from suyu_learn.web.i18n import _, listed, ngettext, number
from suyu_learn.web.pages.common import Row


def facts(exam: Exam) -> list[Row]:
    """What its organizer set."""
    return [*_main(exam), *_others(exam)]


def _main(exam: Exam) -> list[Row]:
    """What is looked at first."""
    size = exams.size(session(), exam)
    return [
        Row(_("Window"), exam_words.window(exam)),
        Row(_("Questions"), _("%(questions)s, %(points)s points, %(minutes)s", points=number(size.points),
            questions=ngettext("%(num)s question", "%(num)s questions", size.questions),
            minutes=ngettext("%(num)s minute", "%(num)s minutes", exam.minutes))),
        Row(_("Pass mark"), exam_words.percent(exam.pass_share)),
        Row(_("Attempts"), exam_words.attempts(exam)),
    ]  # fmt: skip


def _others(exam: Exam) -> list[Row]:
    """All else that is set."""
    ways = [(exam.entry_account, _("account or QR card")), (exam.entry_number, _("name and staff number")),
            (exam.entry_open, _("open entry"))]  # fmt: skip
    places, audiences = exam_changes.scope_names(session(), exam_changes.wanted_now(session(), exam))
    scope = _("; ").join(listed(part) for part in (places, [words.audience(one) for one in audiences]) if part)
    unit = session().get(Unit, exam.unit_id) if exam.unit_id is not None else None
    retake = exam_words.retake(exam)
    entry, hand_in = exam_words.begin_by(exam), exam_words.hand_in_rule(exam)
    rows = [
        Row(_("Kind"), _(exam_presets.NAMES[presets.purpose_of(exam.purpose)])),
        Row(_("Paper"), exam_words.paper(exam)),
        *([Row(_("How it goes"), steps)] if (steps := exam_words.one_at_a_time(exam)) else []),
        *([Row(_("Latest entry"), entry)] if entry else []),
        *([Row(_("Hand in"), hand_in)] if hand_in else []),
        Row(_("Multiple choice"), _(CREDIT[exam.partial_credit])),
        Row(_("Shown"), exam_words.shown(exam)),
        *([Row(_("Retake"), retake)] if retake else []),
        *([Row(_("Asked about people"), exam.about_reason)] if exam.ask_about else []),
        Row(_("For"), scope or _("everybody in %(unit)s", unit=unit.name if unit is not None else _("all units"))),
        Row(_("Ways in"), listed(said for held, said in ways if held)),
    ]  # fmt: skip
    if exam.appeal_days is not None and exam.show_score is not Shown.NEVER:
        rows.append(Row(_("Appeals"), exam_words.appeal_rule(exam.appeal_days)))
    if exam.two_markers:
        rows.append(Row(_("Two markers"), _("the mean stands up to a difference of %(share)s of the points",
                                            share=exam_words.percent(exam.marks_apart))))  # fmt: skip
    if integrity := integrity_words.facts(exam):
        rows.append(Row(_("Integrity"), integrity))
    return rows


def to_publish(exam: Exam) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """What is about to be published: what is looked at first, with for how many people; and the rest."""
    due = len(exam_rosters.due(session(), exam, now=now()))
    people = Row(_("Due"), ngettext("%(num)s person", "%(num)s people", due))
    return (*_main(exam), people), (Row(_("Title"), exam.title), *_others(exam))


def difficulty(found: Expected | None) -> tuple[Row, ...]:
    """How hard the papers of an exam are, by their authors and by results."""
    if found is None:
        return ()
    rows = []
    if found.level is not None:
        rows.append(Row(_("By the authors"),
                        _between(found.level, found.papers, lambda value: number(half_up(value, TENTH)))))  # fmt: skip
    if found.right is not None:
        said = _between(found.right, found.papers, exam_words.percent)
        known = exam_words.percent(found.known)
        rows.append(
            Row(_("By results so far"), _("%(right)s right; known for %(share)s of the questions",
                                                right=said, share=known))
        )  # fmt: skip
    return tuple(rows)


def difficulty_note(found: Expected | None, mode: PaperMode) -> str:
    """Where these figures come from."""
    if found is None:
        return ""
    if mode is PaperMode.DRAWN_PER_PERSON:
        return ngettext(
            "1 is easy, 2 medium, 3 hard. From %(num)s paper drawn on trial.",
            "1 is easy, 2 medium, 3 hard. From %(num)s papers drawn on trial.",
            found.papers,
        )
    return _("1 is easy, 2 medium, 3 hard. Of the one paper that everybody gets.")


def _between(spread: Spread, papers: int, said: Callable[[Decimal], str]) -> str:
    mean, low, high = said(spread.mean), said(spread.low), said(spread.high)
    if papers == 1 or low == high:
        return mean
    return _("%(mean)s on average; nine papers of ten between %(low)s and %(high)s", mean=mean, low=low, high=high)
