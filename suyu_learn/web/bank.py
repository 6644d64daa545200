"""Question banks: which there are, what is in them, and keeping them."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, send_file
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person, Role
from suyu_learn.services import bank_contents, people
from suyu_learn.web import problems
from suyu_learn.web.access import holding
from suyu_learn.web.bank_page import counted, kinds, show_page, unit_name
from suyu_learn.web.context import now, session
from suyu_learn.web.forms.bank import new_bank_form, rename_form
from suyu_learn.web.i18n import _, local_time
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import BankEntry, BankList, BinnedBank
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
PAGE = 20


def organizer() -> Person:
    """Who is there; every route of these pages is for those signed in."""
    person = current_person()
    assert person is not None
    return person


@routes.get("/manage/bank", access=ORGANIZERS)
def bank_list() -> str:
    """Every bank within reach, a form for a new one, and the bin."""
    return render("bank/list.html", _list_page())


@routes.post("/manage/bank", access=ORGANIZERS)
def new_bank() -> Any:
    """Make an empty bank and go on to filling it."""
    form = _new_form()
    try:
        if form.validate():
            units = {unit.id: unit for unit in _units()}
            unit = units[form.unit.data] if "unit" in form else next(iter(units.values()))
            made = bank_contents.new_bank(session(), form.name.data, unit=unit, actor=organizer(), now=now())
            return redirect(link("bank_import", bank_id=made.id), code=303)
    except Problem as problem:
        form.refuse(problem)
    return render("bank/list.html", _list_page(form)), 422


@routes.get("/manage/bank/<int:bank_id>", access=ORGANIZERS)
def bank_show(bank_id: int) -> str:
    """One bank: its questions, searched, filtered, page by page."""
    return render("bank/show.html", show_page(bank_contents.get_bank(session(), organizer(), bank_id)))


@routes.post("/manage/bank/<int:bank_id>/rename", access=ORGANIZERS)
def bank_rename(bank_id: int) -> Any:
    """Give a bank another name."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    form = rename_form(here.bank.name)
    try:
        if form.validate():
            bank_contents.rename(session(), here.bank, form.name.data, actor=organizer(), now=now())
            say(MessageKind.SUCCESS, _("The bank has its new name."))
            return redirect(link("bank_show", bank_id=bank_id), code=303)
    except Problem as problem:
        form.refuse(problem)
    return render("bank/show.html", show_page(here, form)), 422


@routes.post("/manage/bank/<int:bank_id>/delete", access=ORGANIZERS)
def bank_delete(bank_id: int) -> Response:
    """Put a bank into the bin, unless an open exam draws from it."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    try:
        bank_contents.bin_bank(session(), here.bank, actor=organizer(), now=now())
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
        return redirect(link("bank_show", bank_id=bank_id), code=303)
    say(MessageKind.SUCCESS, _("“%(name)s” is in the bin. It can be taken out again below.", name=here.bank.name))
    return redirect(link("bank_list"), code=303)


@routes.post("/manage/bank/<int:bank_id>/restore", access=ORGANIZERS)
def bank_restore(bank_id: int) -> Response:
    """Take a bank out of the bin."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    try:
        bank_contents.restore(session(), here.bank, actor=organizer(), now=now())
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
        return redirect(link("bank_list"), code=303)
    say(MessageKind.SUCCESS, _("“%(name)s” is back.", name=here.bank.name))
    return redirect(link("bank_show", bank_id=bank_id), code=303)


@routes.post("/manage/bank/<int:bank_id>/questions/<int:question_id>/retire", access=ORGANIZERS)
def question_retire(bank_id: int, question_id: int) -> Response:
    """Take a question out of drawing; papers and records that have it keep it."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    try:
        bank_contents.retire(session(), here.bank, question_id, actor=organizer(), now=now())
        say(MessageKind.SUCCESS, _("The question is retired: no paper draws it any more."))
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
    return redirect(link("question_show", bank_id=bank_id, question_id=question_id), code=303)


@routes.get("/manage/bank/template.xlsx", access=ORGANIZERS)
def bank_template() -> Response:
    """The workbook to fill in, with explanations and examples that import as they are."""
    from suyu_learn.content.formats.question_template import workbook

    return send_file(
        workbook(),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name="题库模板.xlsx",
    )


def _units() -> Any:
    found = bank_contents.units_to_own(session(), organizer())
    if not found and request.method == "POST":  # the very first bank of an administrator who has no units yet
        return [people.root_unit(session(), now=now())]
    return found


def _new_form() -> Any:
    return new_bank_form([(unit.id, unit.name) for unit in _units()])


def _list_page(form: Any = None) -> BankList:
    within = bank_contents.banks_within(session(), organizer())
    binned = bank_contents.banks_within(session(), organizer(), deleted=True)
    return BankList(
        banks=tuple(
            BankEntry(one.bank.name, link("bank_show", bank_id=one.bank.id), unit_name(one), counted(one), kinds(one))
            for one in within
        ),
        bin=tuple(
            BinnedBank(one.bank.name, unit_name(one), local_time(one.bank.deleted_at),
                       link("bank_restore", bank_id=one.bank.id))
            for one in binned if one.may_change
        ),
        form=form or _new_form(),
        template_url=link("bank_template"),
    )  # fmt: skip
