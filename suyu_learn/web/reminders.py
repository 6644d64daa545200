"""Reminders by hand: texts to copy into a chat group, and lists by team to print."""

from __future__ import annotations

from collections.abc import Container
from itertools import groupby
from typing import Any

from flask import request

from suyu_learn.models import Exam, Programme, Unit
from suyu_learn.services import reminders, reports, units
from suyu_learn.services.reminders import REMINDERS, Counts, Lacking, Missing, Team
from suyu_learn.web import addresses, reminder_texts
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.exam_running import stored_roster
from suyu_learn.web.i18n import N_, _, dated_time, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Alignment, Choice, Column, Contact
from suyu_learn.web.pages.people import Listing
from suyu_learn.web.pages.reminders import CopyPage, PrintedTeams, TeamList, TeamText
from suyu_learn.web.reminder_texts import Subject
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import number_of

routes = Routes()

MAY_REMIND = holding(*REMINDERS)
INDENT = "\u3000"
MOST_ROWS = 18


@routes.get("/manage/programmes/<key>/reminders", access=MAY_REMIND)
def programme_reminders(key: str) -> str:
    """Who lacks a programme, as texts for chat groups."""
    found, unit = _programme(key), _unit()
    lacking = reminders.missing(
        session(),
        found,
        reach=reminders.reach_of(session(), actor()),
        now=now(),
        zone=learn().zone,
        unit=unit,
        unread=unread(),
    )
    doubt = addresses.doubt_in_words()
    subject = Subject(found.title, "" if doubt else programme_address(found))
    here = {"unit": unit.id} if unit is not None else {}
    return render("reminders/copy.html", _copy_page(
        subject, lacking,
        way=trail((_("Reminders"), link("reminders"))),
        action=link("programme_reminders", key=found.key),
        units=_units(unit), refusal=doubt,
        table=_table(lacking),
        print_url=link("print_reminders", key=found.key, **here) if lacking.counts.missing else "",
        channels_url=link("reminders"),
    ))  # fmt: skip


@routes.get("/manage/programmes/<key>/reminders/print", access=MAY_REMIND)
def print_reminders(key: str) -> str:
    """The same people on paper, a page for each team."""
    found = _programme(key)
    lacking = reminders.missing(
        session(),
        found,
        reach=reminders.reach_of(session(), actor()),
        now=now(),
        zone=learn().zone,
        unit=_unit(),
        unread=unread(),
    )
    columns = (_("Name"), _("Staff number"), _("Due on"), _("Done"))
    return render("reminders/print.html", PrintedTeams(
        title=found.title,
        columns=tuple(Column(label) for label in columns),
        teams=tuple(_printed(team) for team in lacking.teams if team.missing),
        printed=_("As of %(time)s", time=dated_time(now())),
        contact=_contact(),
        empty=reminder_texts.missing_of(lacking.counts),
    ))  # fmt: skip


@routes.get("/manage/exams/<int:exam_id>/reminders", access=ORGANIZERS)
def exam_reminders(exam_id: int) -> str:
    """Who has not sat an exam, as texts for chat groups."""
    exam = stored_roster(managed(exam_id))
    sitting = reminders.sitting_now(session(), exam)
    lacking, sat_now = _not_sat(exam, sitting)
    doubt = addresses.doubt_in_words()
    until = _("Open until %(time)s", time=local_time(exam.closes_at)) if exam.closes_at is not None else ""
    subject = Subject(exam.title, "" if doubt else addresses.entry_link(exam.code), until, reminder_texts.EXAM)
    return render("reminders/copy.html", _copy_page(
        subject, lacking,
        way=trail((_("Exams"), link("exam_list")), (exam.title, link("managed_exam", exam_id=exam.id))),
        action=link("exam_reminders", exam_id=exam.id),
        refusal=doubt,
        note=_sitting_now(sat_now),
    ))  # fmt: skip


def programme_address(programme: Programme) -> str:
    """Where its learners go on with it."""
    return addresses.public_link("my_programme", key=programme.key)


def _programme(key: str) -> Programme:
    return reminders.programme(session(), key, actor=actor(), now=now())


def _unit() -> Unit | None:
    """The unit that the address names; raises Problem for one out of reach."""
    number = request.args.get("unit", type=number_of)
    return units.seen(session(), number, actor=actor()) if number is not None else None


def _units(chosen: Unit | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(unit.id), INDENT * depth + unit.name, chosen=chosen is not None and chosen.id == unit.id)
        for unit, depth in units.choices(session(), reminders.reach_of(session(), actor()))
    )


def _copy_page(
    subject: Subject, lacking: Missing, *, way: tuple[Action, ...], action: str, refusal: str, **more: Any
) -> CopyPage:
    with_names = request.args.get("names") != "no"
    text = reminder_texts.whole(subject, lacking, with_names=with_names)
    wanted = [team for team in lacking.teams if team.missing]
    return CopyPage(
        title=subject.title,
        trail=way,
        lead=reminder_texts.missing_of(lacking.counts, subject.wording),
        text=text if lacking.counts.missing else "",
        rows=_rows(text),
        teams=tuple(_team_text(number, subject, team, with_names) for number, team in enumerate(wanted, 1))
        if len(wanted) > 1
        else (),
        with_names=with_names,
        action=action,
        refusal=refusal,
        cut=_cut(lacking, printed=bool(more.get("print_url"))) if with_names else "",
        **more,
    )


def _cut(lacking: Missing, *, printed: bool) -> str:
    """That not all names stand in the text, where there are very many."""
    if lacking.counts.missing <= reminder_texts.MOST_NAMES:
        return ""
    text = (
        N_("The text names the first %(most)s of %(count)s people; the list to print names all.")
        if printed
        else N_("The text names the first %(most)s of %(count)s people; the report of the exam names all.")
    )
    return _(text, most=reminder_texts.MOST_NAMES, count=lacking.counts.missing)


def _team_text(number: int, subject: Subject, team: Team, with_names: bool) -> TeamText:
    text = reminder_texts.of_team(subject, team, with_names=with_names)
    label = ngettext("%(team)s (%(num)s person)", "%(team)s (%(num)s people)", team.counts.missing,
                     team=reminder_texts.team_name(team))  # fmt: skip
    return TeamText(f"team-{number}", label, text, _rows(text))


def _rows(text: str) -> int:
    """About as many lines as a text takes on a phone."""
    return min(MOST_ROWS, sum(1 + len(line) // 24 for line in text.split("\n")))


def _table(lacking: Missing) -> Listing:
    labels = (_("People given it"), _("Exempt from it"), _("Completed"), _("Not completed"), _("Overdue"))
    columns = (Column(_("Team")), *(Column(label, Alignment.NUMBER) for label in labels))
    rows = [(reminder_texts.team_name(team), *_figures(team.counts)) for team in lacking.teams]
    if len(rows) > 1:
        rows.append((_("Together"), *_figures(lacking.counts)))
    return Listing(_("How it stands, by team"), columns, tuple(rows), reminder_texts.missing_of(lacking.counts))


def _figures(counts: Counts) -> tuple[str, ...]:
    return tuple(str(one) for one in (counts.given, counts.exempt, counts.completed, counts.missing, counts.overdue))


def _printed(team: Team) -> TeamList:
    alone = reminders.together([team])
    said = (reminder_texts.missing_of(team.counts), reminder_texts.deadline(alone.deadlines))
    rows = tuple(_printed_row(one) for one in team.missing)
    return TeamList(reminder_texts.team_name(team), tuple(one for one in said if one), rows)


def _contact() -> Contact:
    """Whom to call: the site's contact, else who prints."""
    settings = learn().settings
    if settings.contact_name or settings.contact_phone:
        return Contact(settings.contact_name, settings.contact_phone)
    return Contact(actor().name, actor().phone or "")


def _printed_row(one: Lacking) -> tuple[str, ...]:
    due = reminder_texts.day_in_words(one.due_on) if one.due_on is not None else ""
    due = _("%(day)s, overdue", day=due) if one.overdue else due
    return (one.name, one.staff_number, due, "☐")


def _sitting_now(count: int) -> str:
    """That some are left out, since they have begun."""
    return ngettext(
        "%(num)s person is sitting it now and is not reminded.",
        "%(num)s people are sitting it now and are not reminded.",
        count,
    ) if count else ""  # fmt: skip


def _not_sat(exam: Exam, sitting: Container[int]) -> tuple[Missing, int]:
    """The same for those who are due at an exam, by the unit in which they count; and how many are `sitting` it now,
    who are not missing."""
    found = reports.exam_report(session(), exam, now=now(), sight=reports.sight_of(session(), organizer()))
    labels = reminders.labels_of(session(), {one.unit_path for one in found.people if one.unit_path})
    teams, sat_now = [], 0
    for path, lines in groupby(sorted(found.people, key=lambda one: one.unit_path), key=lambda one: one.unit_path):
        those = list(lines)
        absent = tuple(
            Lacking(one.person_id, one.name, one.staff_number, None, False)
            for one in those
            if one.standing is None and one.person_id not in sitting
        )
        sat_now += sum(one.standing is None and one.person_id in sitting for one in those)
        counts = Counts(given=len(those), completed=len(those) - len(absent), missing=len(absent))
        teams.append(Team(None, labels.get(path, ""), counts, absent))
    return reminders.together(teams), sat_now
