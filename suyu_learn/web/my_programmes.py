"""Programmes as the learner finds them: what is asked for, until when, and how far one has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from flask import current_app, has_app_context

from suyu_learn import hooks
from suyu_learn.domain.problems import Problem
from suyu_learn.models import HoursScope, Person, Programme, ProgrammeMember
from suyu_learn.services import (
    course_completion,
    courses,
    identity_numbers,
    programme_assigning,
    programme_members,
    programme_people,
    programme_progress,
)
from suyu_learn.services.unread import Unread
from suyu_learn.web import coming_events, identity_words
from suyu_learn.web.access import SIGNED_IN
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.i18n import _, labelled, local_date
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import ComingEvent, Notice, ProgrammeShare
from suyu_learn.web.pages.programme_members import MyProgramme, MyProgrammes
from suyu_learn.web.programme_shares import (
    Readable,
    Shown,
    lacks_hours_alone,
    share,
    short_of_hours,
    stages,
)
from suyu_learn.web.programme_words import today
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

Mine: TypeAlias = tuple[ProgrammeMember, Programme, bool]
"""What a person has, and whether they are exempt from it."""


@routes.get("/programmes", access=SIGNED_IN)
def my_programmes() -> str:
    """All programmes of the person: what is due first comes first."""
    shares = [share(one) for one in shown_to(actor())]
    events, more = coming_events.shown_to(actor())
    return render(
        "programmes/mine_all.html",
        MyProgrammes(
            open=tuple(one for one in shares if not one.completed),
            done=tuple(one for one in shares if one.completed),
            events=events,
            more_events=more,
        ),
    )


@routes.get("/programmes/<key>", access=SIGNED_IN)
def my_programme(key: str) -> str:
    """One programme with its stages and parts."""
    one = next((found for found in shown_to(actor(), key=key)), None)
    if one is None:
        raise Problem("programme.not_yours")
    basis = one.programme.legal_basis
    return render(
        "programmes/mine.html",
        MyProgramme(
            share=share(one),
            summary=one.programme.summary,
            basis=labelled(_("Basis"), basis) if basis else "",
            stages=stages(one),
            in_order=one.programme.in_order and len(one.programme.stages) > 1,
            standing=_standing(one.member),
            events=_events_beside(one),
            identity=_identity(one),
        ),
    )


def _identity(one: Shown) -> Notice | None:
    """Whether the programme asks for an identity number, or has one."""
    found = identity_words.notices(actor(), [one.programme.id])
    if found:
        return found[0]
    row = identity_numbers.answer_of(session(), one.programme, actor())
    if row is None:
        return None
    said = labelled(_("Identity number"), identity_words.number(row) or identity_words.state(row))
    return Notice(said, _("Look or change"), link("my_identity", key=one.programme.key))


def _events_beside(one: Shown) -> tuple[ComingEvent, ...]:
    """Where all hours count, whatever one may come to; else the events stand with their parts."""
    if one.programme.counts is not HoursScope.ALL or not one.asked:
        return ()
    return coming_events.shown_to(actor(), most=5)[0]


def shown_to(person: Person, *, key: str = "") -> list[Shown]:
    """A person's programmes with their progress, brought up to date; of one key its latest turn alone."""
    found = [pair for pair in _mine(person) if not key or pair[1].key == key]
    if key:
        found = sorted(found, key=lambda pair: pair[0].id)[-1:]
    return _shown(found, _hidden(found))


def due_next(person: Person, *, most: int = 3) -> tuple[tuple[ProgrammeShare, ...], int, frozenset[int]]:
    """The programmes that the home page shows, the earliest deadline first, how many more are open, and all of them."""
    every = _mine(person)
    hidden = _hidden(every)
    untold = hidden.programme_ids if hidden is not None else frozenset()
    open_ones = [
        (member, programme, exempt)
        for member, programme, exempt in every
        if not (exempt or member.left_at or programme_members.is_past(member, today().year)
                or (member.completed_at and programme.id not in untold))
    ]  # fmt: skip
    ids = frozenset(programme.id for member, programme, _exempt in every if member.left_at is None)
    if not untold:
        return tuple(share(one) for one in _shown(open_ones[:most], hidden)), max(0, len(open_ones) - most), ids
    shown = [one for one in _shown(open_ones, hidden) if one.asked]
    return tuple(share(one) for one in shown[:most]), max(0, len(shown) - most), ids


def _mine(person: Person) -> Sequence[Mine]:
    """What the person has, once they have been given what they lack."""
    if programme_members.lacks(session(), person, now=now(), zone=learn().zone):
        programme_members.sync_person(begin_writing(), person, now=now(), zone=learn().zone)
    return programme_people.mine(session(), person)


def _hidden(found: Sequence[Mine]) -> Unread | None:
    """What the person may not read of themself; it is not asked of who has no programme."""
    return unread() if found else None


def _shown(found: Sequence[Mine], hidden: Unread | None) -> list[Shown]:
    plans = programme_progress.plans_of(session(), {one.id for _member, one, _exempt in found}) if found else {}
    ways = programme_progress.ways_of(session(), plans.values(), now=now())
    groups = [(plans[one.id], [member]) for member, one, _exempt in found]
    untold = hidden.exam_ids if hidden is not None else frozenset()
    how = programme_progress.read_together(session(), groups, now=now(), zone=learn().zone, taken_for_done=untold)
    shown = [Shown(plans[one.id], member, how[member.id], ways, exempt=exempt, unread=hidden)
             for member, one, exempt in found]  # fmt: skip
    shown = [replace(one, readable=_readable(one)) if lacks_hours_alone(one) else one for one in shown]
    return sorted(shown, key=_first_due) if hidden is not None else shown


def _first_due(one: Shown) -> tuple[bool, bool, date, int]:
    """What is due first comes first, what is done last; whether that is so may be untold."""
    due_on = one.member.due_on
    return one.completed, due_on is None, due_on or date.max, one.member.id


def _readable(one: Shown) -> Readable | None:
    """The first course that brings more hours when it is read on."""
    person, here = actor(), learn()
    for part in short_of_hours(one):
        slug = one.ways.courses[part.course_id or 0]
        found = courses.situation(session(), courses.find(session(), slug), person, now=now(), zone=here.zone)
        recorded = course_completion.recorded(session(), found, person, zone=here.zone, rules=here.credit)
        if recorded is not None and recorded.lesson is not None:
            return Readable(part, slug, recorded.lesson.slug, recorded)
    return None


def _standing(member: ProgrammeMember) -> str:
    exemption = programme_assigning.exemption_of(session(), member)
    if exemption is not None:
        return _("You need not complete it: %(reason)s", reason=exemption.reason)
    if member.left_at is not None and member.completed_at is None:
        return _(
            "It is no longer asked of you since %(day)s; what you have done stays.", day=local_date(member.left_at)
        )
    return ""


@hooks.completion_taken_back.connect
def reconsider_programmes(sender: str, *, completion: str) -> None:
    """An exam that is passed no more may take a programme's completion with it."""
    if _is_ours():
        with learn().database.writing() as writing:
            programme_progress.reconsider_after(writing, completion, now=learn().now(), zone=learn().zone)


@hooks.completion_recorded.connect
def settle_programmes(sender: str, *, completion: str) -> None:
    """A course or an exam that was just completed may complete a programme."""
    if not _is_ours():
        return
    with learn().database.reading() as reading:
        person_id = programme_progress.waiting_after(reading, completion)
    if person_id is not None:
        with learn().database.writing() as writing:
            programme_progress.settle(writing, [person_id], now=learn().now(), zone=learn().zone)


def _is_ours() -> bool:
    """Whether a signal comes from an app that has us; others in the process have their own."""
    return has_app_context() and "suyu_learn" in current_app.extensions
