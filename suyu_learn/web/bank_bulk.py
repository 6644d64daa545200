"""Changing many questions of a bank at once: chosen on its page, one change picked, counted, confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Question, Role
from suyu_learn.services import audiences, bank_bulk, bank_contents, bank_placing, bank_search, topics
from suyu_learn.services.bank_bulk import Bulk, Done
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.bank_placing import Placed
from suyu_learn.services.topics import Node
from suyu_learn.web import bank_filters, context, problems, question_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_questions import DIFFICULTIES, difficulty_name
from suyu_learn.web.context import now, session
from suyu_learn.web.forms.fields import INDENT
from suyu_learn.web.i18n import N_, _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank_bulk import BulkChange, BulkPage
from suyu_learn.web.pages.common import Choice, Message, MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
LABELS = {
    "topic_add": N_("Add a topic"),
    "topic_remove": N_("Remove a topic, with all below it"),
    "tags_add": N_("Add tags"),
    "tags_remove": N_("Remove tags"),
    "difficulty": N_("Set the difficulty"),
    "criterion": N_("Set the criterion"),
    "dimension": N_("Set the dimension"),
    "audience_add": N_("Add an audience"),
    "audience_remove": N_("Remove an audience"),
    "source": N_("Set the source"),
    "publish": N_("Publish the newest versions"),
    "submit": N_("Send drafts to review"),
    "retire": N_("Retire"),
    "move": N_("Move to another bank"),
    "copy": N_("Copy to another bank"),
}
ALL = "all"


@routes.post("/manage/bank/<int:bank_id>/bulk", access=ORGANIZERS)
def bulk_choose(bank_id: int) -> Any:
    """What can be done with the chosen questions, or with all that were found."""
    here = bank_contents.get_bank(session(), actor(), bank_id)
    if not _ids(here):
        say(MessageKind.WARNING, _("Choose questions first."))
        return redirect(_back(here.bank), code=303)
    return render("bank/bulk.html", _page(here))


@routes.post("/manage/bank/<int:bank_id>/bulk/check", access=ORGANIZERS)
def bulk_check(bank_id: int) -> Any:
    """How many questions a change would touch: it is made, counted, and given up again."""
    here = bank_contents.get_bank(session(), actor(), bank_id)
    bulk, number = _asked(), len(_ids(here))
    try:
        done = _made(here, bulk)
    except Problem as problem:
        return _refused(bank_id, problem)
    context.close()
    here = bank_contents.get_bank(session(), actor(), bank_id)
    return render("bank/bulk.html", _page(here, bulk, done=done, number=number))


@routes.post("/manage/bank/<int:bank_id>/bulk/apply", access=ORGANIZERS)
def bulk_apply(bank_id: int) -> Any:
    """Make the change that was confirmed, unless other questions are found by now."""
    here = bank_contents.get_bank(session(), actor(), bank_id)
    try:
        if request.form.get("number") != str(len(_ids(here))):
            raise Problem("bulk.others_now")
        done = _made(here, _asked())
    except Problem as problem:
        return _refused(bank_id, problem)
    say(MessageKind.SUCCESS, _("Done: %(changed)s of %(all)s questions.", changed=done.changed,
                               all=done.changed + done.same))  # fmt: skip
    return redirect(_back(here.bank), code=303)


def _refused(bank_id: int, problem: Problem) -> Any:
    if problems.status(problem) in (403, 404):
        raise problem
    context.close()
    here = bank_contents.get_bank(session(), actor(), bank_id)
    return render("bank/bulk.html", _page(here, message=Message(MessageKind.ERROR, problems.sentence(problem)))), 422


def _made(here: BankSeen, bulk: Bulk) -> Done | Placed:
    row, what = here.bank, bulk.what
    if what != "copy" and not here.may_change:
        raise Problem("page.refused")
    ids = _ids(here)
    if len(ids) > bank_bulk.MOST:
        raise Problem("bulk.too_many", most=bank_bulk.MOST, count=len(ids))
    questions: Sequence[Question] = bank_bulk.chosen(session(), row, ids)
    values: dict[str, Any] = {"actor": actor(), "now": now()}
    if what in bank_bulk.PLACES:
        target = _target(bulk.value)
        if what == "move":
            return bank_placing.move(session(), row, questions, target, **values)
        return bank_placing.copy(session(), row, questions, target, only_published=here.only_published, **values)
    if what in bank_bulk.STATES:
        return bank_bulk.change_status(session(), row, questions, bulk, **values)
    if not _is_offered(here, bulk):
        raise Problem("bulk.no_value", place=Place(field="value"))
    return bank_bulk.change_facts(session(), row, questions, bulk, **values)


def _target(value: str) -> Bank:
    if not is_number(value):
        raise Problem("bulk.no_target", place=Place(field="value"))
    return bank_contents.get_bank(session(), actor(), int(value), change=True).bank


def _is_offered(here: BankSeen, bulk: Bulk) -> bool:
    """Whether the value is one of those to choose from, or some text where text is asked for."""
    change = next((one for one in _changes(here) if one.what == bulk.what), None)
    if change is None:
        return False
    if change.choices:
        return bulk.value in {one.value for one in change.choices}
    return bool(bulk.value.strip())


def _ids(here: BankSeen) -> list[int]:
    """The questions that are meant: those ticked, or all that the search finds now."""
    if request.form.get("which") == ALL:
        return bank_search.ids(session(), here.bank, bank_filters.seen_by(here, request.form))
    return sorted({int(one) for one in request.form.getlist("question") if is_number(one)})


def _asked() -> Bulk:
    what = request.form.get("what", "")
    return Bulk(what, request.form.get(f"value-{what}", request.form.get("value", ""))[:2000])


def _back(row: Bank) -> str:
    query = bank_filters.query_of(request.form)
    return link("bank_show", bank_id=row.id) + (f"?{query}" if query else "")


def _hidden() -> tuple[tuple[str, str], ...]:
    """What the next form carries along: the questions and the search."""
    form = request.form
    kept = [(name, form[name]) for name in bank_filters.NAMES if form.get(name)]
    if form.get("which") == ALL:
        return (("which", ALL), *kept)
    return (*(("question", one) for one in form.getlist("question") if is_number(one)), *kept)


def _page(
    here: BankSeen, bulk: Bulk | None = None, *, done: Done | Placed | None = None, number: int | None = None,
    message: Message | None = None,
) -> BulkPage:  # fmt: skip
    row = here.bank
    number = len(_ids(here)) if number is None else number
    bank_url = link("bank_show", bank_id=row.id)
    return BulkPage(
        trail=trail((_("Question banks"), link("bank_list")), (row.name, bank_url)),
        bank=row.name,
        says=ngettext("%(num)s question is chosen.", "%(num)s questions are chosen.", number),
        hidden=_hidden(),
        changes=_changes(here) if bulk is None else (),
        check_url=link("bulk_check", bank_id=row.id),
        apply_url=link("bulk_apply", bank_id=row.id),
        back_url=_back(row),
        what=bulk.what if bulk is not None else "",
        value=bulk.value if bulk is not None else "",
        number=number,
        label=_said(here, bulk) if bulk is not None else "",
        effect=_("%(changed)s of %(all)s questions change; %(same)s need nothing or cannot.", changed=done.changed,
                 all=done.changed + done.same, same=done.same) if done is not None else "",
        besides=_besides(bulk, done) if bulk is not None and done is not None else "",
        renewed=bulk is not None and bulk.what in bank_bulk.FACTS,
        nothing=done is not None and done.changed == 0,
        message=message,
    )  # fmt: skip


def _besides(bulk: Bulk, done: Done | Placed) -> str:
    """What a change means for the versions of the questions, beyond their number."""
    if isinstance(done, Done):
        if not done.drafts:
            return ""
        return ngettext("%(num)s of them has an unfinished draft: the published version and the draft are changed, and "
                        "the draft stays one.", "%(num)s of them have an unfinished draft: the published versions and "
                        "the drafts are changed, and the drafts stay drafts.", done.drafts)  # fmt: skip
    if not done.waiting:
        return ""
    if bulk.what == "copy":
        return ngettext("The other bank asks for review: %(num)s copy is a draft there until a reviewer has agreed.",
                        "The other bank asks for review: %(num)s copies are drafts there until a reviewer has agreed.",
                        done.waiting)  # fmt: skip
    return ngettext("The other bank asks for review: %(num)s published question waits there until a reviewer has "
                    "agreed; without a source it is a draft. No paper draws it until then.", "The other bank asks for "
                    "review: %(num)s published questions wait there until a reviewer has agreed; those without a "
                    "source are drafts. No paper draws them until then.", done.waiting)  # fmt: skip


def _said(here: BankSeen, bulk: Bulk) -> str:
    """The change in words."""
    change = next((one for one in _changes(here) if one.what == bulk.what), None)
    value = bulk.value
    if change is not None and change.choices:
        value = next((one.label.strip() for one in change.choices if one.value == value), value)
    label = _(LABELS.get(bulk.what, bulk.what))
    return _("%(label)s: %(value)s", label=label, value=value) if value else label


def _changes(here: BankSeen) -> tuple[BulkChange, ...]:
    """What may be done here, each with its values to choose from; without any, a text is typed or nothing needed."""
    row = here.bank
    mine = [one.bank for one in bank_contents.banks_within(session(), actor())
            if one.may_change and one.bank.pack is None and one.bank.id != row.id]  # fmt: skip
    targets = tuple(Choice(str(one.id), one.name) for one in mine)
    copies = (_change("copy", targets),) if targets else ()
    if not here.may_change:
        return copies
    every = tuple(Choice(str(node.id), INDENT * node.depth + node.name) for node in topics.nodes(session()))
    used = tuple(
        Choice(str(node.id), INDENT * node.depth + node.name) for node in bank_search.topics_of(session(), row)
    )
    groups = tuple(
        Choice(f"{question_words.FOR}{one.code}", question_words.audience_name(one.code, {one.code: one.name}))
        for one in audiences.every(session())
    )
    none = Choice("", _("none"))
    dimensions = tuple(Choice(one.value, _(name)) for one, name in question_words.DIMENSIONS.items())
    found = [
        *((_change("topic_add", every),) if every else ()),
        *((_change("topic_remove", used),) if used else ()),
        _change("tags_add", text=True),
        _change("tags_remove", text=True),
        _change("difficulty", tuple(Choice(code, difficulty_name(code)) for code in DIFFICULTIES)),
        _change("criterion", (none, *(Choice(*one) for one in question_words.criteria()))),
        _change("dimension", (none, *dimensions)),
        _change("audience_add", groups),
        _change("audience_remove", groups),
        _change("source", text=True),
        _change("submit") if row.review else _change("publish"),
        _change("retire"),
        *((_change("move", targets),) if targets and row.pack is None else ()),
        *copies,
    ]
    return tuple(found)


def _nodes(nodes: Sequence[Node]) -> tuple[Choice, ...]:
    return tuple(Choice(str(node.id), INDENT * node.depth + node.name) for node in nodes)


def _change(what: str, choices: tuple[Choice, ...] = (), *, text: bool = False) -> BulkChange:
    return BulkChange(what, _(LABELS[what]), choices, text)
