"""Extra time for one person: at one exam, from its roster, or at every exam, from the person's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect

from suyu_learn.domain.attempts import NO_EXTRA
from suyu_learn.models import Exam, ExtraTime, Person
from suyu_learn.services import exam_lists, exam_rosters, exam_times, extra_time, persons
from suyu_learn.web import exam_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.extra_time import extra_form, extra_in
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, MessageKind, Row
from suyu_learn.web.pages.people import FormPage
from suyu_learn.web.persons import person_trail
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

GIVERS = holding(*persons.VIEWERS)


@routes.get("/manage/exams/<int:exam_id>/extra-time/<int:person_id>", access=ORGANIZERS)
def exam_extra_time(exam_id: int, person_id: int) -> str:
    """How much more time somebody has at one exam."""
    exam = managed(exam_id)
    person = _sitter(exam, person_id)
    return _exam_page(exam, person, _form(person, exam))


@routes.post("/manage/exams/<int:exam_id>/extra-time/<int:person_id>", access=ORGANIZERS,
             endpoint="exam_extra_time_post")  # fmt: skip
def exam_extra_time_post(exam_id: int, person_id: int) -> Any:
    """Give it; who sits now gets it at once."""
    person = _sitter(managed(exam_id), person_id)
    form = extra_form(can_end=extra_time.live(session(), person, managed(exam_id)) is not None)

    def give() -> int:
        return _give(form, _sitter(managed(exam_id), person_id), managed(exam_id))

    def again() -> str:
        return _exam_page(managed(exam_id), _sitter(managed(exam_id), person_id), form)

    return _answered(form, give, person.name, back=link("exam_roster", exam_id=exam_id), again=again)


@routes.get("/manage/people/<int:person_id>/extra-time", access=GIVERS)
def person_extra_time(person_id: int) -> str:
    """How much more time somebody has at every exam."""
    person = persons.seen(session(), person_id, actor=actor())
    return _person_page(person, _form(person, None))


@routes.post("/manage/people/<int:person_id>/extra-time", access=GIVERS, endpoint="person_extra_time_post")
def person_extra_time_post(person_id: int) -> Any:
    """Give it, or end it."""

    def found() -> Person:
        return persons.seen(session(), person_id, actor=actor())

    person = found()
    form = extra_form(can_end=extra_time.live(session(), person, None) is not None)
    return _answered(form, lambda: _give(form, found(), None), person.name, back=link("person", person_id=person_id),
                     again=lambda: _person_page(found(), form))  # fmt: skip


def _sitter(exam: Exam, person_id: int) -> Person:
    """Somebody due at the exam, or within the organizer's reach."""
    due = {one.person_id for one in exam_rosters.due(session(), exam, now=now())}
    person = session().get(Person, person_id)
    if person is not None and person_id in due:
        return person
    return exam_lists.person_within(session(), organizer(), person_id)


def _form(person: Person, exam: Exam | None) -> Form:
    row = extra_time.live(session(), person, exam)
    have = exam_times.extra_of(row.factor, row.minutes) if row is not None else NO_EXTRA
    return extra_form(have, can_end=row is not None)


def _give(form: Form, person: Person, exam: Exam | None) -> int:
    return extra_time.give(session(), person, extra_in(form), exam=exam, reason=form["reason"].data or "",
                           actor=actor(), now=now(), grace=learn().grace)  # fmt: skip


def _answered(form: Form, give: Callable[[], int], name: str, *, back: str, again: Callable[[], str]) -> Any:
    longer: list[int] = []
    if not carried_out(form, lambda: longer.append(give())):
        return again(), 422
    said = _("%(name)s has extra time.", name=name)
    if extra_in(form) == NO_EXTRA:
        said = _("%(name)s has no extra time any more. What runs is not cut short.", name=name)
    elif longer[0]:
        said = ngettext(
            "%(name)s has extra time, also in the exam being sat now.",
            "%(name)s has extra time, also in the %(num)s exams being sat now.",
            longer[0],
            name=name,
        )
    say(MessageKind.SUCCESS, said)
    return redirect(back, code=303)


def _exam_page(exam: Exam, person: Person, form: Form) -> str:
    roster = link("exam_roster", exam_id=exam.id)
    lead = _("Instead of what the person may have at every exam. Who sits now gets it at once.")
    if not exam.extra_past_closing:
        lead += " " + _("By the settings of this exam it ends with the closing all the same.")
    return _page(person, form, lead, back=roster, row=extra_time.live(session(), person, exam),
                 way=trail((_("Exams"), link("exam_list")), (exam.title, link("managed_exam", exam_id=exam.id)),
                           (_("Roster"), roster)))  # fmt: skip


def _person_page(person: Person, form: Form) -> str:
    lead = _("At every exam from now on. Only those who look after this person's unit see it, and the reason.")
    return _page(person, form, lead, back=link("person", person_id=person.id), way=person_trail(person),
                 row=extra_time.live(session(), person, None))  # fmt: skip


def _page(person: Person, form: Form, lead: str, *, back: str, way: tuple[Action, ...], row: ExtraTime | None) -> str:
    return render(
        "manage/form.html",
        FormPage(
            title=_("Extra time for %(name)s", name=person.name),
            form=form,
            submit=_("Save"),
            cancel_url=back,
            trail=way,
            lead=lead,
            facts=(Row(_("Until now"), exam_words.extra_given(row)),) if row is not None else (),
        ),
    )
