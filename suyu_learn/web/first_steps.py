"""The way to the first exam, shown to who may make one while there is none."""

from __future__ import annotations

from collections.abc import Set

from suyu_learn.models import Role
from suyu_learn.services import exam_lists, exam_reach, grants, units
from suyu_learn.web.acting import actor
from suyu_learn.web.context import session
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.people import FirstStep


def first_steps(held: Set[Role]) -> tuple[FirstStep, ...]:
    """Units, roster, bank, exam: each where it is done, ticked once there is something; nobody's who makes no exams."""
    if Role.ORGANIZER not in held or exam_lists.within(session(), actor()):
        return ()
    steps = []
    if held & set(units.EDITORS):
        nodes = units.tree(session(), grants.reach(session(), actor(), units.EDITORS))
        people = sum(node.members for node in nodes)
        steps += [
            FirstStep(
                _("Units"),
                ngettext("There is %(num)s unit.", "There are %(num)s units.", len(nodes)) if nodes
                else _("Add the top unit, for instance your city or company."),
                link("units") if nodes else link("unit_new"), bool(nodes),
            ),
            FirstStep(
                _("Rosters"),
                ngettext("There is %(num)s person in them.", "There are %(num)s people in them.", people) if people
                else _("Import the people from a list; it makes the units below."),
                link("roster_upload"), bool(people),
            ),
        ]  # fmt: skip
    banks = len(exam_reach.usable_banks(session(), actor()))
    steps += [
        FirstStep(
            _("Question banks"),
            ngettext("There is %(num)s bank to draw from; import your own if you like.",
                     "There are %(num)s banks to draw from; import your own if you like.", banks) if banks
            else _("Import questions from a table."),
            link("bank_list"), bool(banks),
        ),
        FirstStep(_("Exam"), _("Make it from the banks and publish it."), link("new_exam"), done=False),
    ]  # fmt: skip
    return tuple(steps)
