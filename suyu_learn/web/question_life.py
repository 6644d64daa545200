"""What becomes of a question: review, publishing, its versions compared and restored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Role
from suyu_learn.services import bank_contents, bank_editing, bank_questions
from suyu_learn.services.bank_questions import QuestionHere
from suyu_learn.web import context, course_review, problems, question_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_question import KEEPERS, question_trail, question_url, stem_of
from suyu_learn.web.bank_questions import seen
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank_questions import ComparePage, ReviewEntry, ReviewList
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.question_parts import compared
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
REVIEWERS = holding(Role.REVIEWER)
_ONE = "/manage/bank/<int:bank_id>/questions/<int:question_id>"


@routes.get("/manage/review", access=REVIEWERS)
def review_list() -> str:
    """What waits for the reviewer, oldest first."""
    banks = {one.bank.id: one.bank for one in bank_contents.banks_to_review(session(), actor())}
    found = bank_editing.waiting(session(), banks.keys())
    return render("bank/review.html", ReviewList(
        trail=trail(),
        says=_(
            "%(questions)s in %(banks)s.",
            questions=ngettext("%(num)s question waits", "%(num)s questions wait", len(found)),
            banks=ngettext("%(num)s bank", "%(num)s banks", len({one.bank_id for one, _version, _who in found})),
        ),
        entries=tuple(
            ReviewEntry(
                stem=stem_of(version),
                url=link("question_show", bank_id=question.bank_id, question_id=question.id),
                bank=banks[question.bank_id].name,
                about=" · ".join(part for part in (local_time(version.created_at), who) if part),
                own=version.author_id == actor().id,
            )
            for question, version, who in found
        ),
        courses=course_review.entries(),
    ))  # fmt: skip


@routes.post(f"{_ONE}/submit", access=ORGANIZERS)
def question_submit(bank_id: int, question_id: int) -> Response:
    """Send the newest draft to review."""
    return _done(bank_id, question_id, bank_editing.submit, _("Sent to review: papers draw it once a reviewer has "
                                                               "agreed."))  # fmt: skip


@routes.post(f"{_ONE}/publish", access=ORGANIZERS)
def question_publish(bank_id: int, question_id: int) -> Response:
    """Publish the newest version."""
    return _done(bank_id, question_id, bank_editing.publish, _("Published: papers draw this version from now on."))


@routes.post(f"{_ONE}/approve", access=REVIEWERS)
def question_approve(bank_id: int, question_id: int) -> Response:
    """Agree to what waits for review."""
    return _judged(bank_id, question_id, bank_editing.approve, _("Published, with you as its reviewer."))


@routes.post(f"{_ONE}/send-back", access=REVIEWERS)
def question_send_back(bank_id: int, question_id: int) -> Response:
    """Give what waits for review back to its author."""
    return _judged(bank_id, question_id, bank_editing.send_back, _("Sent back to its author with your note."))


@routes.get(f"{_ONE}/versions", access=KEEPERS)
def question_versions(bank_id: int, question_id: int) -> str:
    """Two versions of a question and what lies between them; the last two unless said otherwise."""
    found = bank_questions.get_question(session(), actor(), bank_id, question_id)
    if found.here.only_published:
        raise Problem("page.refused")
    latest = found.latest.number
    newer = request.args.get("to", latest, type=number_of)
    older = request.args.get("from", max(1, newer - 1), type=number_of)
    first = bank_questions.version_of(session(), found.question, older)
    second = bank_questions.version_of(session(), found.question, newer)
    may_restore = found.here.may_change and newer != latest
    return render("bank/compare.html", ComparePage(
        title=_("What changed"),
        trail=question_trail(found, (stem_of(found.latest), question_url(found))),
        older=question_words.version_name(older),
        newer=question_words.version_name(newer),
        differences=compared(first, second),
        numbers=tuple(one.number for one, _who in bank_questions.versions_of(session(), found.question)),
        chosen=(older, newer),
        url=link("question_versions", bank_id=bank_id, question_id=question_id),
        seen=seen(learn().versions.get(session(), second.id), number=1),
        restore_url=link("question_restore", bank_id=bank_id, question_id=question_id, number=newer)
        if may_restore else None,
        restore_label=_("Make version %(number)s the newest again", number=newer),
    ))  # fmt: skip


@routes.post(f"{_ONE}/versions/<int:number>/restore", access=ORGANIZERS)
def question_restore(bank_id: int, question_id: int, number: int) -> Response:
    """An old version as a new one."""
    found = bank_questions.get_question(session(), actor(), bank_id, question_id, change=True)
    version = bank_questions.version_of(session(), found.question, number)
    made = bank_editing.restore(session(), found.here.bank, found.question, version, actor=actor(), now=now())
    if made is None:
        say(MessageKind.SUCCESS, _("It says the same as the newest version; nothing was changed."))
    else:
        say(MessageKind.SUCCESS, _("It is back as version %(number)s, a draft.", number=made.number))
    return redirect(question_url(found), code=303)


@routes.post("/manage/bank/<int:bank_id>/review", access=ORGANIZERS)
def bank_review(bank_id: int) -> Response:
    """Switch a bank's review on or off."""
    here = bank_contents.get_bank(session(), actor(), bank_id, change=True)
    bank_editing.set_review(session(), here.bank, request.form.get("review") == "1", actor=actor(), now=now())
    if here.bank.review:
        say(MessageKind.SUCCESS, _("From now on a reviewer has to agree before a question of this bank is drawn."))
    else:
        say(MessageKind.SUCCESS, _("From now on organizers publish in this bank by themselves."))
    return redirect(link("bank_show", bank_id=bank_id), code=303)


def _done(bank_id: int, question_id: int, act: Callable[..., None], says: str) -> Response:
    found = bank_questions.get_question(session(), actor(), bank_id, question_id, change=True)
    return _told(found, lambda: act(session(), found.here.bank, found.question, actor=actor(), now=now()), says)


def _judged(bank_id: int, question_id: int, act: Callable[..., None], says: str) -> Response:
    found = bank_questions.get_question(session(), actor(), bank_id, question_id)
    if not found.here.may_review:
        raise Problem("page.refused")
    number = request.form.get("number", "")
    values: dict[str, Any] = {"number": int(number) if is_number(number) else 0,
                              "note": request.form.get("note", "")[:2000]}  # fmt: skip
    return _told(
        found, lambda: act(session(), found.here.bank, found.question, actor=actor(), now=now(), **values), says
    )


def _told(found: QuestionHere, act: Callable[[], None], says: str) -> Response:
    where = question_url(found)
    try:
        act()
        say(MessageKind.SUCCESS, says)
    except Problem as problem:
        context.close()
        say(MessageKind.ERROR, problems.sentence(problem))
    return redirect(where, code=303)
