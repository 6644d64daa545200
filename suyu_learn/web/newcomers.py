"""Ways in for those whom a roster brought: their cards, printed or in a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Import, ImportState, Person
from suyu_learn.services import cards, rosters
from suyu_learn.services.cards import MOST_CARDS, Sheet
from suyu_learn.web import problems
from suyu_learn.web.addresses import public_link, require_reachable
from suyu_learn.web.cards import secret, sheet_page
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, ngettext, speak
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.rosters import IMPORTERS
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.post("/manage/imports/<key>/cards", access=IMPORTERS)
def newcomer_cards(key: str) -> Any:
    """A sheet of cards for exactly these people, shown once."""

    def printed(batch: Import, sheet: Sheet) -> Any:
        # Learners read the cards, whatever language the organizer works in.
        speak(learn().catalogs.default)
        return render("cards/sheet.html", sheet_page(batch.file_name, sheet))

    return _issued(key, printed)


@routes.post("/manage/imports/<key>/cards.xlsx", access=IMPORTERS)
def newcomer_file(key: str) -> Any:
    """The same as a file: each new person with what their card would say."""

    def written(batch: Import, sheet: Sheet) -> Any:
        headings = [
            Heading("name", _("Name"), lambda one: one.person.name),
            Heading("number", _("Staff number"), lambda one: one.person.staff_number or ""),
            Heading("unit", _("Unit"), lambda one: one.unit.name if one.unit else ""),
            Heading("card", _("Card: this address signs the person in"),
                    lambda one: public_link("card", token=one.token)),
            Heading("pin", _("PIN"), lambda one: one.pin or ""),
        ]  # fmt: skip
        form = learn().plugins.export_formats["xlsx"]
        stream = io.BytesIO()
        form.write(Table(_("Sign-in"), headings, sheet.issued), stream)
        response = Response(stream.getvalue(), mimetype=form.mime)
        response.headers["Content-Disposition"] = 'attachment; filename="cards.xlsx"'
        return response

    return _issued(key, written)


def _issued(key: str, answer: Callable[[Import, Sheet], Any]) -> Any:
    person = _person()
    batch = rosters.find(session(), key, reach=rosters.reach_of(session(), person))
    try:
        if batch.state is not ImportState.DONE:
            raise Problem("roster.not_done")
        require_reachable()
        waiting = cards.newcomers(session(), person, batch)
        if not waiting:
            raise Problem("card.newcomers_have_theirs")
        sheet = cards.issue_many(session(), waiting[:MOST_CARDS], secret=secret(), now=now(), actor=person,
                                 with_pins=request.form.get("pins") == "1")  # fmt: skip
        cards.record_newcomers(session(), batch, sheet, now=now(), actor=person)
        if not sheet.issued:
            raise Problem("card.holds_more", name=[one.name for one in sheet.passed_over])
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
        return redirect(link("roster_import", key=key), code=303)
    if len(waiting) > MOST_CARDS:
        say(MessageKind.WARNING, ngettext("%(num)s of the new people still has no card: make the next sheet.",
                                          "%(num)s of the new people still have no card: make the next sheet.",
                                          len(waiting) - MOST_CARDS))  # fmt: skip
    return answer(batch, sheet)


def _person() -> Person:
    person = current_person()
    assert person is not None  # every route here is for those signed in
    return person
