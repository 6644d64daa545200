"""Question banks: which there are, what is in them, and keeping them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, send_file
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Import, ImportState, Person, Role
from suyu_learn.services import bank_contents, people
from suyu_learn.services.bank_comparing import origins
from suyu_learn.services.bank_contents import BankSeen, QuestionFilter
from suyu_learn.services.bank_imports import readable_uid
from suyu_learn.web import problems
from suyu_learn.web.access import holding
from suyu_learn.web.bank_questions import DIFFICULTIES, chosen, difficulty_name, paged, seen, type_name
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms.bank import new_bank_form, rename_form
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import BankEntry, BankList, BankPage, BinnedBank, ImportEntry
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import number_of

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
    return render("bank/show.html", _show_page(bank_contents.get_bank(session(), organizer(), bank_id)))


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
    return render("bank/show.html", _show_page(here, form)), 422


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


def counted(here: BankSeen) -> str:
    """How many questions a bank has, in words."""
    return ngettext("%(num)s question", "%(num)s questions", sum(here.counts.values()))


def kinds(here: BankSeen) -> tuple[str, ...]:
    """How many of each type, in words."""
    order = list(learn().plugins.question_types)
    counts = sorted(here.counts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    return tuple(f"{type_name(code)} {count}" for code, count in counts)


def unit_name(here: BankSeen) -> str:
    """The unit that keeps a bank, or that it came with the product."""
    return here.unit.name if here.unit is not None else _("Comes with Suyu Learn")


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


def asked_filter() -> QuestionFilter:
    """What of a bank is looked for."""
    asked = request.args
    return QuestionFilter(
        text=asked.get("q", "").strip()[:100],
        type=asked.get("type", ""),
        difficulty=asked.get("difficulty", ""),
        topic=asked.get("topic", 0, type=number_of),
        retired=asked.get("retired") == "1",
    )


def _show_page(here: BankSeen, form: Any = None) -> BankPage:
    wanted, row = asked_filter(), here.bank
    current = max(1, request.args.get("page", 1, type=number_of))
    total, found = bank_contents.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
    if not found and total:
        current = -(-total // PAGE)
        total, found = bank_contents.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
    topics = bank_contents.topics_of(session(), row)
    asked = learn().versions.many(session(), [version.id for _question, version in found])
    named = bank_contents.labels_of(session(), [version.id for _question, version in found])
    came_with = origins(session(), row)
    own = link("bank_show", bank_id=row.id)
    query = {name: value for name, value in request.args.items() if name != "page" and value}
    return BankPage(
        name=row.name,
        unit=unit_name(here),
        total=counted(here),
        kinds=kinds(here),
        shipped=row.pack is not None,
        in_bin=row.deleted_at is not None,
        may_change=here.may_change,
        found=_("%(found)s of %(all)s questions", found=total, all=sum(here.counts.values()))
        if query and not wanted.retired else ngettext("%(num)s question", "%(num)s questions", total),
        text=wanted.text,
        types=chosen(((code, type_name(code)) for code in learn().plugins.question_types), wanted.type,
                     _("Every type")),
        difficulties=chosen(((code, difficulty_name(code)) for code in DIFFICULTIES), wanted.difficulty,
                            _("Every difficulty")),
        topics=chosen(((str(topic.id), topic.name) for topic in topics), str(wanted.topic or ""), _("Every topic")),
        retired=wanted.retired,
        filtered=bool(query),
        questions=tuple(
            seen(
                asked[version.id],
                number=number,
                facts=(type_name(version.type), difficulty_name(version.difficulty), *named.get(version.id, ()),
                       _origin(came_with.get(question.import_id, ()), question.uid)),
                url=link("question_show", bank_id=row.id, question_id=question.id),
            )
            for number, (question, version) in enumerate(found, start=(current - 1) * PAGE + 1)
        ),
        pages=paged(total, current, PAGE, f"{own}?{urlencode({**query, 'page': ''})}"),
        imports=tuple(_import_entry(*one) for one in bank_contents.imports_of(session(), row))
        if here.may_change else (),
        form=form or rename_form(row.name),
        url=own,
        list_url=link("bank_list"),
        import_url=link("bank_import", bank_id=row.id),
        write_url=link("new_question", bank_id=row.id) if here.may_change and row.deleted_at is None else "",
        review=row.review,
        review_url=link("bank_review", bank_id=row.id),
        rename_url=link("bank_rename", bank_id=row.id),
        delete_url=link("bank_delete", bank_id=row.id),
        restore_url=link("bank_restore", bank_id=row.id),
        download_url=f"{link('bank_download', bank_id=row.id)}?{urlencode(query)}" if total else "",
        exam_url=link("new_exam", bank=row.id) if here.counts and row.deleted_at is None else "",
    )  # fmt: skip


def _origin(told: Iterable[object], uid: str) -> str:
    """Which import a question came with, in words, unless it has a uid that somebody gave it."""
    return readable_uid(uid) or " · ".join(local_time(one) if isinstance(one, datetime) else str(one) for one in told)


def _import_entry(batch: Import, who: str) -> ImportEntry:
    return ImportEntry(
        file_name=batch.file_name,
        url=link("import_show", import_key=batch.key),
        about=" · ".join(
            part for part in (local_time(batch.done_at or batch.created_at), who, _came_to(batch)) if part
        ),
    )


def _came_to(batch: Import) -> str:
    """What an import brought, could bring, or brought until it was taken back."""
    num, read = batch.counts["imported"], batch.counts["read"]
    if batch.state is ImportState.PREVIEW:
        return ngettext("waits for a decision: %(num)s question could come in",
                        "waits for a decision: %(num)s questions could come in", num)  # fmt: skip
    if batch.state is ImportState.DONE:
        return ngettext(
            "%(num)s of %(read)s question taken in", "%(num)s of %(read)s questions taken in", num, read=read
        )
    return ngettext("taken back: %(num)s question", "taken back: %(num)s questions", num)
