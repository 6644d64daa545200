"""Identity numbers in words: what somebody answered, who sees it, until when."""

from __future__ import annotations

from collections.abc import Iterable

from suyu_learn.models import IdentityNumber, IdentityRequest, IdentityState, Person
from suyu_learn.services import identity_desk, identity_numbers, persons
from suyu_learn.services.grants import Reach
from suyu_learn.web import problems
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import N_, _, dated_time, labelled
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Column, Notice, Row
from suyu_learn.web.pages.people import Listing
from suyu_learn.web.programme_words import day, today

STATES = {
    IdentityState.GIVEN: N_("Number given"),
    IdentityState.DECLINED: N_("Number declined"),
    IdentityState.WITHDRAWN: N_("Number withdrawn"),
    IdentityState.ERASED: N_("Number deleted, its purpose is over"),
}


def state(row: IdentityNumber | None) -> str:
    """What somebody answered."""
    return _(STATES[row.state]) if row is not None else _("Not decided yet")


def number(row: IdentityNumber | None) -> str:
    """The number masked, or why it cannot be opened; empty where there is none."""
    found = identity_desk.shown(learn().vault, row)
    return problems.sentence(found.fault) if found.fault is not None else found.text


def terms(request: IdentityRequest) -> tuple[Row, ...]:
    """Who sees a number, and how long it is kept."""
    return (
        Row(_("Who sees it"), _(
            "HR of your unit and of the units above it, masked as in 2310**********1234. In full only who was given "
            "that right on its own, and only for a stated reason; each time is on record. Nobody else.")),
        Row(_("How it is kept"), _("Encrypted; it stands on no certificate, list or public page.")),
        Row(_("Until when"), _(
            "Until %(day)s at the latest; sooner once the programme is deleted, 90 days after it closes or you leave "
            "it, and at once when you withdraw it.", day=day(request.keep_until))),
    )  # fmt: skip


def answered(row: IdentityNumber | None) -> str:
    """What was answered and when."""
    if row is None:
        return ""
    return _("%(state)s on %(time)s", state=state(row), time=dated_time(row.answered_at))


def notices(person: Person, programme_ids: Iterable[int]) -> tuple[Notice, ...]:
    """What the start page says of programmes that ask and were not answered."""
    if not learn().vault.ready:
        return ()
    return tuple(
        Notice(
            _("“%(title)s” asks for your identity number. Read what for, and decide; nothing else depends on it.",
              title=one.title),
            _("Read and decide"), link("my_identity", key=one.key),
        )
        for one in identity_numbers.open_for(session(), person, programme_ids, today=today())
    )  # fmt: skip


def own_list(person: Person) -> Listing | None:
    """What somebody answered in each programme, with the way to change it; None where there is nothing."""
    found = identity_numbers.of_person(session(), person)
    rows = tuple(
        (Action(programme.title, link("my_identity", key=programme.key)), state(row), number(row) or "–")
        if programme.deleted_at is None else (programme.title, state(row), "–")
        for programme, row in found
    )  # fmt: skip
    columns = (Column(_("Asked by")), Column(_("Decision")), Column(_("Identity number")))
    return Listing(_("Identity numbers"), columns, rows) if rows else None


def file_rows(person: Person, reach: Reach) -> tuple[Row, ...]:
    """The numbers that are stored, masked, for a person's file, as far as the reader may see them."""
    found = identity_numbers.of_person(session(), person) if reach else ()
    home = persons.home_unit(session(), person) if found else None
    if not reach.covers(home.path if home is not None else None):
        return ()
    rows = [(programme, text) for programme, row in found if (text := number(row))]
    if len({text for _programme, text in rows}) == 1:
        return (Row(_("Identity number"), rows[0][1]),)
    return tuple(Row(labelled(_("Identity number"), programme.title), text) for programme, text in rows)
