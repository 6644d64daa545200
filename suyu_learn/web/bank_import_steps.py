"""Taking an import in, and back: in short writes one after the other, so that answers being saved hardly wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Import, ImportState
from suyu_learn.services import bank_applying, bank_imports, bank_steps, bank_undo
from suyu_learn.web import problems
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.context import now, session, writing_apart
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.typed import is_number

routes = Routes()

SECONDS = 1.0
"""For so long one request goes on with steps; then the page shows how far it is, and posts the next."""
BREATH = 0.02
"""Seconds between two steps in which whoever waits has the machine to themselves."""


@routes.post("/manage/bank/imports/<import_key>/apply", access=ORGANIZERS, writes=False)
def import_apply(import_key: str) -> Response:
    """Take in the good questions, or all or nothing."""
    batch, _here = bank_imports.find(session(), organizer(), import_key, change=True)
    person, long = organizer(), bank_steps.is_long(batch)
    taken = [int(one) for one in request.form.getlist("take") if is_number(one)]
    all_or_nothing = request.form.get("how") == "all"
    counts: Mapping[str, Any] = {}
    with writing_apart() as writing:
        batch = bank_imports.by_key(writing, import_key)
        if batch.state is ImportState.PREVIEW:
            bank_applying.decide(writing, batch, taken)
        refused = all_or_nothing and bank_applying.still_refused(writing, batch)
        if not refused and long:
            bank_steps.begin(writing, batch)
        elif not refused:
            counts = bank_applying.apply(writing, batch, actor_id=person.id, reviewer=person.name, now=now(),
                                         all_or_nothing=all_or_nothing)  # fmt: skip
    if refused:
        say(MessageKind.ERROR, _("Nothing was taken in, because questions are refused or doubtful."),
            todo=_("Mend them and choose the file again, or take in the good ones."))  # fmt: skip
    elif long:
        _go_on(import_key)
    else:
        _say_taken_in(import_key, counts)
    return redirect(link("import_show", import_key=import_key), code=303)


@routes.post("/manage/bank/imports/<import_key>/step", access=ORGANIZERS, writes=False)
def import_step(import_key: str) -> Response:
    """Go on with a long import, or with taking one back."""
    bank_imports.find(session(), organizer(), import_key, change=True)
    _go_on(import_key)
    return redirect(link("import_show", import_key=import_key), code=303)


@routes.post("/manage/bank/imports/<import_key>/undo", access=ORGANIZERS, writes=False)
def import_undo(import_key: str) -> Response:
    """Take an import back as one."""
    bank_imports.find(session(), organizer(), import_key, change=True)
    try:
        with writing_apart() as writing:
            bank_undo.undo(writing, bank_imports.by_key(writing, import_key), actor_id=organizer().id, now=now())
        say(MessageKind.SUCCESS, _("The import was taken back: none of its questions is drawn any more."))
    except Problem as problem:
        say(MessageKind.ERROR, _("The import cannot be taken back."), todo=problems.sentence(problem))
    else:
        _go_on(import_key)
    return redirect(link("import_show", import_key=import_key), code=303)


def _go_on(import_key: str) -> None:
    """Step after step, each read apart from its write, until it is done or the time of one request is over."""
    end = time.monotonic() + SECONDS
    while _one_step(import_key) and time.monotonic() < end:
        time.sleep(BREATH)


def _one_step(import_key: str) -> bool:
    """One step of what is under way; whether there is more to do."""
    person, batch = organizer(), bank_imports.by_key(session(), import_key)
    part = bank_steps.next_slice(session(), batch) if bank_steps.under_way(batch) else None
    if part is None and not bank_undo.unsettled(batch):
        return False
    with writing_apart() as writing:
        batch = bank_imports.by_key(writing, import_key)
        if part is None:
            return bank_undo.settle(writing, batch)
        counts = bank_steps.step(writing, batch, part, actor_id=person.id, reviewer=person.name, now=now())
    if counts:
        _say_taken_in(import_key, counts)
    return not counts


def _say_taken_in(import_key: str, counts: Mapping[str, Any]) -> None:
    batch = bank_imports.by_key(session(), import_key)
    if waits(batch):
        said = ngettext("%(num)s question is in the bank now and waits for review.",
                        "%(num)s questions are in the bank now and wait for review.", counts["imported"])  # fmt: skip
    else:
        said = ngettext("%(num)s question is in the bank now.", "%(num)s questions are in the bank now.",
                        counts["imported"])  # fmt: skip
    say(MessageKind.SUCCESS, said)


def waits(batch: Import) -> bool:
    """Whether what an import brings waits for review before papers draw it."""
    target = session().get(Bank, batch.bank_id)
    return target is not None and target.review
