"""Personal cards: signing in by one, printing them by unit, and a new one from a helper's phone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import current_app, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Card, Person, Unit
from suyu_learn.services import cards, entry
from suyu_learn.services.cards import Holder, Issued, Sheet
from suyu_learn.web import addresses, browser, problems
from suyu_learn.web.access import PUBLIC, holding
from suyu_learn.web.addresses import public_address, public_link
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.entry import card_form, new_card_form
from suyu_learn.web.i18n import _, listed, local_time, ngettext, speak
from suyu_learn.web.identity import current_person, sign_in
from suyu_learn.web.links import link
from suyu_learn.web.pages.cards import (
    CardHolder,
    CardOnScreen,
    CardQuestion,
    CardSheet,
    CardUnit,
    ChooseCards,
    DeadCard,
    OneCard,
    PrintedCard,
)
from suyu_learn.web.pages.common import Action, Contact, MessageKind, Row
from suyu_learn.web.people import warn_of_plain_http
from suyu_learn.web.routing import Routes
from suyu_learn.web.session import get, put
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import number_of

routes = Routes()

HELPERS = holding(*cards.HELPERS)
PER_PAGE = 10
LISTED = 200
USED = "cards_shown"
DEAD = frozenset({"card.unknown", "card.replaced", "card.revoked", "card.person_gone"})


# Signing in by a card


@routes.get("/card/<token>", access=PUBLIC)
def card(token: str) -> Any:
    """Are you this person? Only the button signs in, so a preview of the link cannot."""
    try:
        found = cards.find(session(), token)
    except Problem as problem:
        return _dead(problem)
    browser.browser()  # its age counts from here
    return _question(found, token, card_form(with_pin=found.pin_hash is not None))


@routes.post("/card/<token>", access=PUBLIC, endpoint="card_post")
def card_post(token: str) -> Any:
    """Sign the card's owner in."""
    try:
        found = cards.find(session(), token)
    except Problem as problem:
        return _dead(problem)
    form = card_form(with_pin=found.pin_hash is not None)
    try:
        found = cards.use(
            session(), token, pin=(form.pin.data or "") if "pin" in form else "", secret=secret(),
            caller=browser.caller(), now=now(),
        )  # fmt: skip
    except Problem as problem:
        form.refuse(problem)
        return _question(found, token, form), max(422, problems.status(problem))
    sign_in(found.person, own_device=not form.shared.data)
    warn_of_plain_http(found.person)
    return redirect(link("home"), code=303)


def _question(found: Card, token: str, form: Form) -> str:
    person = found.person
    here = current_person()
    return render(
        "cards/question.html",
        CardQuestion(
            name=person.name,
            unit=entry.unit_name(session(), person, now=now()),
            form=form,
            url=link("card_post", token=token),
            signed_in_as=here.name if here is not None and here.id != person.id else "",
            contact=_contact(),
        ),
    )


def _dead(problem: Problem) -> tuple[str, int]:
    if problem.code not in DEAD:
        raise problem
    return render("cards/dead.html", DeadCard(problems.sentence(problem), _contact())), problems.status(problem)


# Printing by unit


@routes.get("/manage/cards", access=HELPERS, endpoint="cards")
def choose() -> str:
    """A unit and its people; who gets a card."""
    unit_id = request.args.get("unit", type=number_of)
    unit = cards.unit_for(session(), _actor(), unit_id) if unit_id is not None else None
    return _choose_page(unit, search=request.args.get("q", "")[:100])


@routes.post("/manage/cards", access=HELPERS, endpoint="issue_cards")
def issue() -> Any:
    """Make the cards and show them this once."""
    unit = cards.unit_for(session(), _actor(), request.form.get("unit", default=0, type=number_of))
    who = request.form.get("who", "missing")
    ticked = set(request.form.getlist("person", type=number_of))
    key = request.form.get("form_key", "")
    if key and key == get(USED):
        raise Problem("card.shown_once")
    try:
        addresses.require_reachable()
        sheet = cards.issue_many(
            session(), _chosen(cards.holders(session(), unit), who, ticked), secret=secret(), now=now(),
            actor=_actor(), with_pins=request.form.get("pins") == "1",
        )  # fmt: skip
        if not sheet.issued:
            raise Problem("card.holds_more", name=[one.name for one in sheet.passed_over])
    except Problem as problem:
        return _choose_page(unit, who=who, ticked=ticked, refusal=problem), max(422, problems.status(problem))
    if key:
        put(USED, key)
    # Learners read the cards, whatever language the organizer works in.
    speak(learn().catalogs.default)
    return render("cards/sheet.html", sheet_page(unit.name, sheet))


def _chosen(all_of_them: Sequence[Holder], who: str, ticked: set[int]) -> list[Holder]:
    if who == "all":
        return list(all_of_them)
    if who == "ticked":
        return [one for one in all_of_them if one.person.id in ticked]
    return cards.without_card(all_of_them)


def _choose_page(
    unit: Unit | None,
    *,
    search: str = "",
    who: str = "missing",
    ticked: set[int] = frozenset(),  # type: ignore[assignment]
    refusal: Problem | None = None,
) -> str:
    units = cards.units(session(), _actor())
    if unit is None and len(units) == 1:
        unit = units[0]
    everybody = cards.holders(session(), unit) if unit else []
    found = cards.holders(session(), unit, search=search) if unit and search.strip() else everybody
    refusal = refusal or addresses.doubt()
    names = {one.id: one.name for one in units}
    choices = tuple(
        CardUnit(
            one.id, " / ".join(names[int(part)] for part in one.path.split("/") if part and int(part) in names),
            link("cards", unit=one.id), unit is not None and unit.id == one.id,
        )
        for one in units
    )  # fmt: skip
    return render(
        "cards/choose.html",
        ChooseCards(
            units=choices,
            unit=next((one for one in choices if one.chosen), None),
            search=search,
            holders=tuple(_line(one, ticked) for one in found[:LISTED]),
            shown=_("%(shown)s of %(count)s people are listed.", shown=min(LISTED, len(found)), count=len(everybody)),
            missing=len(cards.without_card(everybody)),
            count=len(everybody),
            who=who,
            address="" if addresses.unproved() else public_address(),
            refusal=problems.sentence(refusal) if refusal else "",
            form_key=secrets.token_urlsafe(9),
        ),
    )


def _line(one: Holder, ticked: set[int]) -> CardHolder:
    return CardHolder(
        id=one.person.id,
        name=one.person.name,
        staff_number=one.person.staff_number or "",
        unit=one.unit.name if one.unit else "",
        card=_state(one.card),
        url=link("person_card", person_id=one.person.id),
        ticked=one.person.id in ticked,
    )


def _state(found: Card | None) -> str:
    if found is None:
        return _("no card")
    if found.last_used_at is None:
        return _("since %(time)s, not used yet", time=local_time(found.issued_at))
    return _(
        "since %(time)s, last used %(used)s", time=local_time(found.issued_at), used=local_time(found.last_used_at)
    )


def sheet_page(title: str, sheet: Sheet) -> CardSheet:
    """New cards ready to print, ten a page."""
    printed = [_printed(one) for one in sheet.issued]
    return CardSheet(
        title=title,
        pages=tuple(tuple(printed[start : start + PER_PAGE]) for start in range(0, len(printed), PER_PAGE)),
        count=ngettext("%(num)s card", "%(num)s cards", len(printed)),
        address=_words(public_address()),
        passed_over=listed(one.name for one in sheet.passed_over),
        contact=_contact(),
    )


def _printed(one: Issued) -> PrintedCard:
    return PrintedCard(
        name=one.person.name,
        unit=one.unit.name if one.unit else "",
        staff_number=one.person.staff_number or "",
        code=qr_code(public_link("card", token=one.token)),
        pin=one.pin or "",
    )


# One person, from a phone


@routes.get("/manage/cards/<int:person_id>", access=HELPERS, endpoint="person_card")
def person(person_id: int) -> str:
    """A person's card, and the button for a new one."""
    return _person_page(cards.holder(session(), _actor(), person_id, now=now()), new_card_form())


@routes.post("/manage/cards/<int:person_id>/reissue", access=HELPERS, endpoint="reissue_card")
def reissue(person_id: int) -> Any:
    """A new card, large on the screen; the old one is dead."""
    whom = cards.holder(session(), _actor(), person_id, now=now())
    form = new_card_form()
    try:
        addresses.require_reachable()
        issued = cards.issue(
            session(), whom, secret=secret(), now=now(), actor=_actor(), pin=(form.pin.data or "").strip() or None
        )
    except Problem as problem:
        form.refuse(problem)
        return _person_page(whom, form), max(422, problems.status(problem))
    return render(
        "cards/screen.html",
        CardOnScreen(
            name=issued.person.name,
            unit=issued.unit.name if issued.unit else "",
            code=qr_code(public_link("card", token=issued.token)),
            pin=issued.pin or "",
            address=_words(public_address()),
            back=Action(_("Back to the list"), link("cards", unit=whom.unit.id) if whom.unit else link("cards")),
        ),
    )


@routes.post("/manage/cards/<int:person_id>/revoke", access=HELPERS, endpoint="revoke_card")
def revoke(person_id: int) -> Response:
    """Block a lost card."""
    whom = cards.holder(session(), _actor(), person_id, now=now())
    cards.revoke(session(), whom, now=now(), actor=_actor())
    say(MessageKind.SUCCESS, _("The card of %(name)s no longer works.", name=whom.person.name))
    return redirect(link("person_card", person_id=person_id), code=303)


def _person_page(whom: Holder, form: Form) -> str:
    facts = [Row(_("Unit"), whom.unit.name if whom.unit else "")]
    if whom.person.staff_number:
        facts.append(Row(_("Staff number"), whom.person.staff_number))
    facts.append(Row(_("Card"), _state(whom.card)))
    return render(
        "cards/person.html",
        OneCard(
            name=whom.person.name,
            facts=tuple(facts),
            form=form,
            reissue_url=link("reissue_card", person_id=whom.person.id),
            revoke_url=link("revoke_card", person_id=whom.person.id) if whom.card else "",
            back=Action(_("Back to the list"), link("cards", unit=whom.unit.id) if whom.unit else link("cards")),
            refusal=addresses.doubt_in_words() if not form.form_errors else "",
        ),
    )


def qr_code(text: str) -> Markup:
    """A QR code as SVG to stand in a page: black on white whatever the page's colours are."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=4, omitsize=True, svgclass="sl-qr", lineclass=None, light="#fff"))


def _words(address: str) -> str:
    return address.removeprefix("https://")


def secret() -> str:
    """What PINs are hashed under."""
    key = current_app.secret_key or ""
    return key if isinstance(key, str) else key.hex()


def _contact() -> Contact:
    settings = learn().settings
    return Contact(settings.contact_name, settings.contact_phone)


def _actor() -> Person:
    found = current_person()
    assert found is not None  # every route that calls this is for helpers
    return found
