"""The roster of an exam: who is due, exempt, added, and how it adds up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, ExamState, Person
from suyu_learn.services import exam_integrity, exam_lists, exam_rosters, extra_time, integrity_exemptions
from suyu_learn.services.exam_rosters import Reconciliation, RosterLine
from suyu_learn.web import exam_words
from suyu_learn.web.context import now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.exam_running import answered, list_pages, stored_roster
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.i18n import _, dated_time, labelled
from suyu_learn.web.links import link
from suyu_learn.web.pages.exam_managing import FoundPerson, ReasonPage, RosterEntry, RosterPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 100


@routes.get("/manage/exams/<int:exam_id>/roster", access=ORGANIZERS)
def exam_roster(exam_id: int) -> str:
    """Who is due so far or by the list, with the exemptions and additions."""
    return render("exams/roster.html", _page(stored_roster(managed(exam_id))))


@routes.get("/manage/exams/<int:exam_id>/roster/print", access=ORGANIZERS)
def print_roster(exam_id: int) -> str:
    """The reconciliation on paper, with all its names."""
    return render("exams/roster_print.html", _page(stored_roster(managed(exam_id)), whole=True))


@routes.get("/manage/exams/<int:exam_id>/roster/exempt/<int:person_id>", access=ORGANIZERS)
def exempt_person(exam_id: int, person_id: int) -> str:
    """Ask why."""
    return _exempt_page(managed(exam_id), _due_person(managed(exam_id), person_id), reason_form(_printed()))


@routes.post(
    "/manage/exams/<int:exam_id>/roster/exempt/<int:person_id>", access=ORGANIZERS, endpoint="exempt_person_post"
)
def exempt_person_post(exam_id: int, person_id: int) -> Any:
    """Exempt."""
    exam, form = managed(exam_id), reason_form(_printed())
    person = _due_person(exam, person_id)
    return answered(
        form,
        lambda: exam_rosters.exempt(
            session(), exam, person, reason=form["reason"].data or "", actor=organizer(), now=now()
        ),
        done=_("%(name)s is exempt.", name=person.name),
        to=link("exam_roster", exam_id=exam_id),
        again=lambda: _exempt_page(managed(exam_id), person, form),
    )


@routes.get("/manage/exams/<int:exam_id>/roster/add/<int:person_id>", access=ORGANIZERS)
def add_to_roster(exam_id: int, person_id: int) -> str:
    """Ask why."""
    exam = managed(exam_id)
    return _add_page(exam, exam_lists.person_within(session(), organizer(), person_id), reason_form(_printed()))


@routes.post("/manage/exams/<int:exam_id>/roster/add/<int:person_id>", access=ORGANIZERS, endpoint="add_to_roster_post")
def add_to_roster_post(exam_id: int, person_id: int) -> Any:
    """Add."""
    exam, form = managed(exam_id), reason_form(_printed())
    person = exam_lists.person_within(session(), organizer(), person_id)
    return answered(
        form,
        lambda: exam_rosters.add(
            session(), exam, person, reason=form["reason"].data or "", actor=organizer(), now=now()
        ),
        done=_("%(name)s is due now.", name=person.name),
        to=link("exam_roster", exam_id=exam_id),
        again=lambda: _add_page(managed(exam_id), person, form),
    )


@routes.get("/manage/exams/<int:exam_id>/roster/changes/<int:change_id>", access=ORGANIZERS)
def take_back_change(exam_id: int, change_id: int) -> str:
    """Ask why."""
    return _take_back_page(managed(exam_id), change_id, reason_form(_("It is kept in the audit trail")))


@routes.post(
    "/manage/exams/<int:exam_id>/roster/changes/<int:change_id>", access=ORGANIZERS, endpoint="take_back_change_post"
)
def take_back_change_post(exam_id: int, change_id: int) -> Any:
    """Take an exemption or addition back."""
    exam, form = managed(exam_id), reason_form(_("It is kept in the audit trail"))
    return answered(
        form,
        lambda: exam_rosters.take_back(
            session(), exam, change_id, reason=form["reason"].data or "", actor=organizer(), now=now()
        ),
        done=_("Taken back."),
        to=link("exam_roster", exam_id=exam_id),
        again=lambda: _take_back_page(managed(exam_id), change_id, form),
    )


def _printed() -> str:
    return _("It is printed on the reconciliation")


def _page(exam: Exam, *, whole: bool = False) -> RosterPage:
    found = exam_rosters.reconciliation(session(), exam, now=now())
    here, guarded = {"exam_id": exam.id}, bool(exam_integrity.rules_of(exam))
    pages = list_pages("exam_roster", len(found.due), ON_A_PAGE, **here)
    start = (pages.current - 1) * ON_A_PAGE
    due = found.due if whole else found.due[start : start + ON_A_PAGE]
    search = request.args.get("search", "").strip()
    added = {line.person_id for line in found.added}
    known = {line.person_id for line in (*found.due, *found.exempt)}
    hits = exam_lists.find_people(session(), organizer(), search) if search else []
    return RosterPage(
        title=exam.title,
        state=_state(exam, found),
        listed=str(len(found.listed)),
        exempted=str(len(found.exempt)),
        added=str(len(found.added)),
        due=str(len(found.due)),
        due_people=tuple(
            replace(
                _entry(line, "" if line.person_id in added else link("exempt_person", **here, person_id=line.person_id),
                       link("exam_extra_time", **here, person_id=line.person_id),
                       "" if exam.state is ExamState.DRAFT else link("paper_person", **here, person_id=line.person_id)),
                integrity_url=link("exam_integrity", **here, person_id=line.person_id) if guarded else "",
            )
            for line in due
        ),
        exempt_people=_changed(exam, found.exempt),
        added_people=_changed(exam, found.added),
        idle_people=_changed(exam, found.idle),
        extra_people=() if whole else _with_extra_time(exam, found),
        exempt_from_rules=() if whole or not guarded else _exempt_from_rules(exam, found),
        search=search,
        found=tuple(
            FoundPerson(person.name, " · ".join(part for part in (person.staff_number, unit) if part),
                        "" if person.id in known else link("add_to_roster", **here, person_id=person.id))
            for person, unit in hits
        ),
        searched=bool(search),
        back_url=link("managed_exam", **here),
        search_url=link("exam_roster", **here),
        print_url=link("print_roster", **here),
        pages=pages,
        printed=_("As of %(time)s", time=dated_time(now())),
    )  # fmt: skip


def _state(exam: Exam, found: Reconciliation) -> str:
    if found.frozen:
        return _("The list of %(time)s. Who came or went afterwards changes nothing.", time=dated_time(found.moment))
    if exam.state is ExamState.DRAFT or found.moment is None:
        return _("So far: the list is taken when the exam opens. It still follows every change of people and units.")
    return _("So far: the list is taken %(time)s. Until then it follows every change of people and units.",
             time=dated_time(found.moment))  # fmt: skip


def _entry(line: RosterLine, url: str = "", extra_url: str = "", paper_url: str = "") -> RosterEntry:
    return RosterEntry(
        line.name, line.staff_number, line.unit_names, line.reason, dated_time(line.at), line.actor, url, extra_url,
        paper_url,
    )  # fmt: skip


def _with_extra_time(exam: Exam, found: Reconciliation) -> tuple[RosterEntry, ...]:
    units = {line.person_id: line.unit_names for line in found.due}
    return tuple(
        RosterEntry(
            one.person.name, one.person.staff_number or "", units.get(one.person.id, ""),
            labelled(exam_words.extra(one.extra), _("at every exam") if one.lasting else one.reason),
            dated_time(one.at), one.actor, link("exam_extra_time", exam_id=exam.id, person_id=one.person.id),
        )
        for one in extra_time.at_exam(session(), exam, due=units, actor=organizer())
    )  # fmt: skip


def _exempt_from_rules(exam: Exam, found: Reconciliation) -> tuple[RosterEntry, ...]:
    units = {line.person_id: line.unit_names for line in found.due}
    return tuple(
        RosterEntry(
            one.person.name, one.person.staff_number or "", units.get(one.person.id, ""), one.reason,
            dated_time(one.at), one.actor, link("exam_integrity", exam_id=exam.id, person_id=one.person.id),
        )
        for one in integrity_exemptions.at_exam(session(), exam)
    )  # fmt: skip


def _changed(exam: Exam, lines: tuple[RosterLine, ...]) -> tuple[RosterEntry, ...]:
    return tuple(
        _entry(line, link("take_back_change", exam_id=exam.id, change_id=line.change_id)) for line in lines
    )  # fmt: skip


def _due_person(exam: Exam, person_id: int) -> Person:
    known = {one.person_id for one in exam_rosters.base_list(session(), exam, now=now())}
    person = session().get(Person, person_id)
    if person is None or person_id not in known:
        raise Problem("page.unknown")
    return person


def _exempt_page(exam: Exam, person: Person, form: Form) -> str:
    return _reason_page(exam, form, heading=_("Exempt %(name)s", name=person.name), button=_("Exempt"),
                        said=_("%(name)s is then not due, cannot start, and is listed as exempt.", name=person.name),
                        url=link("exempt_person_post", exam_id=exam.id, person_id=person.id))  # fmt: skip


def _add_page(exam: Exam, person: Person, form: Form) -> str:
    return _reason_page(exam, form, heading=_("Add %(name)s", name=person.name), button=_("Add"),
                        said=_("%(name)s is then due as of today and can start.", name=person.name),
                        url=link("add_to_roster_post", exam_id=exam.id, person_id=person.id))  # fmt: skip


def _take_back_page(exam: Exam, change_id: int, form: Form) -> str:
    found = exam_rosters.reconciliation(session(), exam, now=now())
    line = next((one for one in (*found.exempt, *found.added, *found.idle) if one.change_id == change_id), None)
    if line is None:
        raise Problem("roster.unknown_change")
    return _reason_page(exam, form, heading=_("Take back: %(name)s", name=line.name), button=_("Take back"),
                        said=_("Entered %(time)s with the reason: %(reason)s", time=dated_time(line.at),
                               reason=line.reason),
                        url=link("take_back_change_post", exam_id=exam.id, change_id=change_id))  # fmt: skip


def _reason_page(exam: Exam, form: Form, *, heading: str, button: str, said: str, url: str) -> str:
    back = link("exam_roster", exam_id=exam.id)
    return render("exams/manage_reason.html", ReasonPage(heading, exam.title, (said,), form, url, button, back))
