"""With which other units a bank is shared."""

from __future__ import annotations

from typing import Any

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import SelectField

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Role
from suyu_learn.services import bank_contents, bank_sharing
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import unit_choices
from suyu_learn.web.i18n import _, local_date, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank_bulk import ShareEntry, SharePage
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)


@routes.get("/manage/bank/<int:bank_id>/shares", access=ORGANIZERS)
def bank_shares(bank_id: int) -> str:
    """The units that may look into a bank and draw from it."""
    here = _bank(bank_id)
    return render("bank/shares.html", _page(here, _form(here)))


@routes.post("/manage/bank/<int:bank_id>/shares", access=ORGANIZERS)
def share_bank(bank_id: int) -> Any:
    """Share a bank with one more unit."""
    here = _bank(bank_id)
    form = _form(here)
    if form is None:
        raise Problem("share.no_such_unit")
    if carried_out(form, lambda: bank_sharing.share(
        session(), here.bank, int(form.unit.data), actor=actor(), now=now()
    )):  # fmt: skip
        say(MessageKind.SUCCESS, _("The bank is shared: its organizers may look, draw and copy, not change."))
        return redirect(link("bank_shares", bank_id=bank_id), code=303)
    return render("bank/shares.html", _page(_bank(bank_id), form)), 422


@routes.post("/manage/bank/<int:bank_id>/shares/<int:unit_id>/withdraw", access=ORGANIZERS)
def withdraw_share(bank_id: int, unit_id: int) -> Response:
    """Take a share back."""
    here = _bank(bank_id)
    try:
        unit = bank_sharing.withdraw(session(), here.bank, unit_id, actor=actor(), now=now())
        say(MessageKind.SUCCESS, _("%(unit)s sees this bank no more.", unit=unit.name))
    except Problem:  # somebody else took it back before
        say(MessageKind.WARNING, _("This unit sees the bank no more already."))
    return redirect(link("bank_shares", bank_id=bank_id), code=303)


def _bank(bank_id: int) -> BankSeen:
    return bank_contents.get_bank(session(), actor(), bank_id, change=True)


def _form(here: BankSeen) -> Any:
    units = [(unit, unit.path.strip("/").count("/")) for unit in bank_sharing.units_to_share_with(session(), here.bank)]

    class ShareForm(Form):
        unit = SelectField(_("Unit"), choices=unit_choices(units))

    return ShareForm() if units and here.bank.unit_id is not None else None


def _page(here: BankSeen, form: Any) -> SharePage:
    row = here.bank
    return SharePage(
        trail=trail((_("Question banks"), link("bank_list")), (row.name, link("bank_show", bank_id=row.id))),
        bank=row.name,
        shares=tuple(
            ShareEntry(
                unit.name,
                local_date(share.created_at),
                _drawing(bank_sharing.exams_of(session(), row, unit, now=now())),
                link("withdraw_share", bank_id=row.id, unit_id=unit.id),
            )
            for share, unit in bank_sharing.shares_of(session(), row)
        ),
        form=form,
        action=link("share_bank", bank_id=row.id),
    )  # fmt: skip


def _drawing(exams: int) -> str:
    """What goes on when the share ends."""
    if not exams:
        return _("No open exam of theirs draws from it")
    return ngettext("%(num)s open exam of theirs draws from it and goes on doing so",
                    "%(num)s open exams of theirs draw from it and go on doing so", exams)  # fmt: skip
