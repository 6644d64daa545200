"""The organizer's home: one card for each thing that exists and that the person may use."""

from __future__ import annotations

from dataclasses import dataclass

from suyu_learn.models import Grant, Person, Role
from suyu_learn.services import appeals, grants, marking_queue, sign_offs
from suyu_learn.web import outside_words, reports, words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, session
from suyu_learn.web.first_steps import first_steps
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Pages
from suyu_learn.web.pages.people import Card, CardArea, Manage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

ANY_ROLE = holding(*Role)


@dataclass(frozen=True, slots=True)
class Way:
    """A card before it is known who looks."""

    endpoint: str
    title: str
    text: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Ways that belong together, under their heading."""

    title: str
    ways: tuple[Way, ...]


AREAS = (
    Area(
        N_("Questions and exams"),
        (
            Way(
                "bank_list",
                N_("Question banks"),
                N_("Import questions, look at them, keep them in order"),
                (Role.ORGANIZER,),
            ),
            Way(
                "review_list",
                N_("To review"),
                N_("Questions and courses that wait for a second pair of eyes"),
                (Role.REVIEWER,),
            ),
            Way(
                "exam_list", N_("Exams"), N_("Make, publish and look after exams; rosters, posters"), (Role.ORGANIZER,)
            ),
            Way(
                "marking_list",
                N_("Marking"),
                N_("Answers that only a person can mark, one after the other"),
                (Role.MARKER,),
            ),
            Way(
                "appeal_list",
                N_("Appeals"),
                N_("What learners think is wrong in their results"),
                (Role.MARKER, Role.ORGANIZER),
            ),
            Way(
                "reports_overview",
                N_("Reports"),
                N_("Who was due, sat and passed; courses, units, audiences"),
                (Role.ORGANIZER, Role.HR, Role.AUDITOR),
            ),
        ),
    ),
    Area(
        N_("Courses and training"),
        (
            Way(
                "manage_courses",
                N_("Courses"),
                N_("Who has begun and completed them; hide and show"),
                (Role.ORGANIZER,),
            ),
            Way(
                "manage_programmes",
                N_("Programmes"),
                N_("What has to be learnt by whom: courses, exams, events and teaching at work, with hours"),
                (Role.ORGANIZER,),
            ),
            Way(
                "event_list",
                N_("Events"),
                N_("Lectures, drills, visits: who came, by code or sheet"),
                (Role.ORGANIZER,),
            ),
            Way(
                "signed_programmes",
                N_("Sign-offs"),
                N_("Taught at the workplace and signed; training cards"),
                (Role.ORGANIZER, Role.HR),
            ),
            Way(
                "reminders",
                N_("Reminders"),
                N_("Who has not completed what; texts for chat groups, lists to print, robots that remind"),
                (Role.ORGANIZER, Role.HR),
            ),
        ),
    ),
    Area(
        N_("Records and figures"),
        (
            Way(
                "records",
                N_("Training records"),
                N_("Who has completed what; tables to take along, files to sign"),
                (Role.ORGANIZER, Role.HR),
            ),
            Way(
                "person_file_list",
                N_("Training files"),
                N_("One person's whole file to print and sign, also of who left; those of a unit as pdf"),
                (Role.ORGANIZER, Role.HR),
            ),
            Way(
                "outside_list",
                N_("Certificates of others"),
                N_("Permits for special work, forklift, safety: who has which until when"),
                (Role.HR,),
            ),
            Way(
                "identity_list",
                N_("Identity numbers"),
                N_("Programmes that ask for them: who gave theirs, masked; taken along in full by who may"),
                (Role.HR, Role.IDENTITY),
            ),
            Way(
                "statistics",
                N_("Statistics"),
                N_("Due, completed, hours a head by unit and period; the report of a year to the city"),
                (Role.ORGANIZER, Role.HR, Role.AUDITOR),
            ),
        ),
    ),
    Area(
        N_("People and units"),
        (
            Way(
                "imports",
                N_("Rosters"),
                N_("Bring in people from a list, look over what it changes, undo it"),
                (Role.HR,),
            ),
            Way("persons", N_("People"), N_("Find, add and change people; new passwords"), (Role.ORGANIZER, Role.HR)),
            Way(
                "cards",
                N_("QR cards"),
                N_("Print or show the cards that people sign in with"),
                (Role.ORGANIZER, Role.HR),
            ),
            Way(
                "units",
                N_("Units"),
                N_("The tree of units: add, rename, move, merge, close"),
                (Role.ORGANIZER, Role.HR),
            ),
            Way(
                "audiences",
                N_("Audiences"),
                N_("The groups that courses and exams are made for"),
                (Role.ORGANIZER, Role.HR),
            ),
        ),
    ),
    Area(
        N_("Rights and oversight"),
        (
            Way("roles", N_("Roles"), N_("Who may do what where; give, take back, hand over"), tuple(Role)),
            Way(
                "export_log",
                N_("What was taken along"),
                N_("Files of records, reports and certificates: who took them, of what, when and why"),
                (Role.AUDITOR,),
            ),
            Way("audit", N_("Audit trail"), N_("Who did what, when and why"), (Role.AUDITOR,)),
        ),
    ),
)


@routes.get("/manage/", access=ANY_ROLE)
def manage() -> str:
    """What there is to do, and what one holds."""
    held = grants.roles_of(session(), actor())
    areas = tuple(CardArea(_(area.title), cards) for area in AREAS if (cards := _cards(area, held)))
    figures = reports.exams_card() if held & reports.MAY_SEE.roles else None
    return render(
        "manage/index.html",
        Manage(areas=areas, roles=roles_in_words(actor()), figures=figures, first_steps=first_steps(held)),
    )


def _cards(area: Area, held: frozenset[Role]) -> tuple[Card, ...]:
    """Those ways of an area that somebody with these roles may go."""
    ways = (way for way in area.ways if held & set(way.roles) and _there(way))
    return tuple(Card(_(way.title), _text(way), link(way.endpoint)) for way in ways)


def _text(way: Way) -> str:
    """What a card says; that of certificates what comes due, where something does."""
    said = outside_words.standing_in_words() if way.endpoint == "outside_list" else ""
    return said or _(way.text)


def _there(way: Way) -> bool:
    """Whether there is anything behind a card; marking, appeals and sign-offs where there are some, or were; identity
    numbers where they could be stored."""
    if way.endpoint == "appeal_list":
        return bool(appeals.exams_of(session(), actor()))
    if way.endpoint == "identity_list":
        return learn().vault.ready
    if way.endpoint == "signed_programmes":
        return bool(sign_offs.programmes(session(), actor()))
    return way.endpoint != "marking_list" or marking_queue.has_anything(session(), actor())


def roles_in_words(person: Person) -> tuple[str, ...]:
    """What somebody holds and where."""
    return tuple(role_in_words(held) for held in grants.live(session(), person))


def role_in_words(held: Grant) -> str:
    """A role with its unit."""
    return f"{words.role(held.role)} · {held.unit.name if held.unit else _('all units')}"


def trail(*steps: tuple[str, str]) -> tuple[Action, ...]:
    """The way from the organizer's home to a page: labels with their addresses."""
    return (Action(_("Manage"), link("manage")), *(Action(label, url) for label, url in steps))


def pages(current: int, total: int, size: int, endpoint: str, **values: object) -> Pages:
    """Where a list stands; `values` are what its address carries besides the page."""
    count = max(1, -(-total // size))
    kept = {name: value for name, value in values.items() if value not in ("", None)}
    return Pages(
        current=current,
        count=count,
        total=total,
        previous_url=link(endpoint, **kept, page=min(current - 1, count)) if current > 1 else None,
        next_url=link(endpoint, **kept, page=current + 1) if current < count else None,
    )
