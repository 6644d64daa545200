"""The figures over all exams, courses, units and audiences, as trees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from suyu_learn.services.report_overview import Figures, Overview
from suyu_learn.web.i18n import N_, _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Alignment, Column
from suyu_learn.web.pages.reports import OverviewPage, Tree, TreeRow
from suyu_learn.web.report_tables import HIDDEN, percent

OWN_LEFT_OUT = N_("Results of your own that exams do not show to you, and what rests on them, are left out.")


def overview(found: Overview, *, own_left_out: bool = False) -> OverviewPage:
    """The figures over all; `own_left_out` where those of the viewer are not all in them."""
    own = (_(OWN_LEFT_OUT),) if own_left_out else ()
    of_people = _(
        "People: active members of these units today. "
        "Started and completed count each person once, in any course or exam."
    )
    by_programme = _("Who is due for a course follows from its programmes, and stands in the statistics of each.")
    return OverviewPage(
        people="" if found.people is None else ngettext("%(num)s person", "%(num)s people", found.people),
        exams=exams_tree(found.exams, own),
        courses=_tree(_("Courses"), found.courses, (N_("Due"), N_("Started"), N_("Completed"), N_("Completed of due")),
                      None, (by_programme,)),
        units=_tree(_("Units"), found.units, (N_("People"), N_("Started"), N_("Completed"), N_("Completed of people")),
                    None, (of_people, *own)),
        audiences=_tree(_("Audiences"), found.audiences,
                        (N_("People"), N_("Started"), N_("Completed"), N_("Completed of people")), None,
                        (of_people, _("A person can be in several audiences."), *own)),
    )  # fmt: skip


def exams_tree(figures: Sequence[Figures], said: tuple[str, ...] = ()) -> Tree:
    """Due, sat and passed of each exam, with what else is to be said."""
    labels = (N_("Due"), N_("Sat"), N_("Passed"), N_("Passed of due"))
    note = _("Of those due; guests and people who were not due are left out.")
    return _tree(_("Exams"), figures, labels, lambda one: link("exam_report", exam_id=int(one.key)), (note, *said))


def _tree(
    caption: str, figures: Sequence[Figures], labels: Sequence[str], url: Callable[[Figures], str] | None,
    notes: tuple[str, ...],
) -> Tree:  # fmt: skip
    columns = (Column(caption), *(Column(_(label), Alignment.NUMBER) for label in labels))
    rows = tuple(TreeRow(one.name, one.depth, _figures(one), url(one) if url else "") for one in figures)
    if any(one.hidden for one in figures):
        notes = (*notes, _("* stands for few people, or for a number from which one could be worked out."))
    return Tree(caption, columns, rows, notes)


def _figures(one: Figures) -> tuple[str, ...]:
    if one.hidden:
        return (HIDDEN,) * 4
    rate = Decimal(one.completed) / one.due if one.due else None
    return ("–" if one.due is None else str(one.due), str(one.started), str(one.completed), percent(rate))
