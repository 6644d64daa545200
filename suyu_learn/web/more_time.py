"""More time for those who sit, and for closed papers that go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Exam
from suyu_learn.services import boards, exam_changes, invigilation, reopening
from suyu_learn.services.boards import Sight
from suyu_learn.web import problems
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.exam_running import answered
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import extend_form
from suyu_learn.web.i18n import _, ngettext, number
from suyu_learn.web.invigilation import seen
from suyu_learn.web.links import link
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()


@routes.get("/manage/exams/<int:exam_id>/board/extend", access=ORGANIZERS)
def extend(exam_id: int) -> str:
    """Ask for how long and why."""
    exam, sight = seen(exam_id)
    return _extend_page(exam, _chosen(exam, sight), extend_form())


@routes.post("/manage/exams/<int:exam_id>/board/extend", access=ORGANIZERS, endpoint="extend_post")
def extend_post(exam_id: int) -> Any:
    """Give more time to those ticked, or to all who sit."""
    exam, sight = seen(exam_id)
    chosen, form = _chosen(exam, sight), extend_form()
    if not form.validate():
        return _extend_page(exam, chosen, form), 422

    def act() -> None:
        common: dict[str, Any] = {"minutes": form["minutes"].data, "reason": form["reason"].data or "",
                                  "actor": organizer(), "now": now()}  # fmt: skip
        if chosen.closed:
            reopening.reopen(session(), exam, chosen.closed, beside=chosen.sitting, grace=learn().grace, **common)
        if chosen.sitting or not chosen.closed:
            held = invigilation.open_attempts(session(), exam, now=now(), grace=learn().grace, ids=chosen.sitting)
            invigilation.extend(session(), exam, held, everybody=request.args.get("all") == "1", **common)

    minutes = number(form["minutes"].data)
    done = _("%(num)s minutes more were given.", num=minutes) if chosen.sitting else ngettext(
        "%(num)s paper is open again, for %(minutes)s minutes from now.",
        "%(num)s papers are open again, for %(minutes)s minutes from now.", len(chosen.closed), minutes=minutes,
    )  # fmt: skip
    return answered(form, act, done=done, to=link("board", exam_id=exam_id),
                    again=lambda: _extend_page(seen(exam_id)[0], chosen, form))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The attempts ticked: those that run, and closed ones that shall go on."""

    sitting: list[int]
    closed: list[int]


def _chosen(exam: Exam, sight: Sight) -> _Chosen:
    """The attempts ticked, or all that run; only who organizes the exam itself opens closed ones again."""
    boards.require_people(session(), exam, sight=sight, now=now())
    if request.args.get("all") == "1":
        return _Chosen(boards.running_in_sight(session(), exam, sight=sight, now=now()), [])
    if request.args.get("cut") == "1" and sight.whole:
        return _Chosen([], [*exam_changes.cut_short(session(), exam)])
    sitting, closed = (
        [one.id for one in boards.in_sight(session(), exam, _ticked(name), sight=sight, now=now())]
        for name in ("attempt", "again")
    )
    if closed and not sight.whole:
        raise Problem("page.refused")
    return _Chosen(sitting, closed)


def _ticked(name: str) -> list[int]:
    return [int(value) for value in request.args.getlist(name) if is_number(value) and len(value) < 16]


def _extend_page(exam: Exam, chosen: _Chosen, form: Form) -> str:
    every, ids = request.args.get("all") == "1", chosen.sitting
    heading = _("Give more time") if ids or not chosen.closed else _("Open the paper again")
    return render(
        "exams/manage_reason.html",
        ReasonPage(
            heading=heading, title=_("Board: %(title)s", title=exam.title),
            explanation=tuple(_what_is_given(exam, chosen, every=every)), form=form,
            post_url=link("extend_post", exam_id=exam.id, **_again_chosen(chosen)), button=heading,
            back_url=link("board", exam_id=exam.id),
        ),
    )  # fmt: skip


def _again_chosen(chosen: _Chosen) -> dict[str, Any]:
    """The same choice in an address."""
    for name in ("all", "cut"):
        if request.args.get(name) == "1":
            return {name: "1"}
    return {"attempt": chosen.sitting, "again": chosen.closed}


def _what_is_given(exam: Exam, chosen: _Chosen, *, every: bool) -> Iterator[str]:
    """Who gets more time, and what that means."""
    ids = chosen.sitting
    if not ids and not chosen.closed:
        yield _("Nobody is chosen who still sits. Go back and tick somebody.")
        return
    if ids:
        if every:
            yield ngettext("All who sit now: %(num)s person.", "All who sit now: %(num)s people.", len(ids))
        else:
            yield ngettext("%(num)s person is chosen.", "%(num)s people are chosen.", len(ids))
        yield _("Each gets so much more time, also beyond the closing of the exam. Their clocks follow by themselves.")
    if chosen.closed:
        yield from _what_goes_on(exam, chosen.closed)
    if exam.delivery is Delivery.STEPWISE:
        yield _("Each question keeps its seconds: only the end of the whole paper moves. The seconds are changed "
                "under “Change”, for questions shown later.")  # fmt: skip


def _what_goes_on(exam: Exam, closed: list[int]) -> Iterator[str]:
    """What opening closed papers again means, and which of them cannot be."""
    yield ngettext(
        "%(num)s paper that is closed goes on, with all that was answered. So many minutes run from now. The result, "
        "and a completion that rests on it, is taken back until it is handed in again.",
        "%(num)s papers that are closed go on, with all that was answered. So many minutes run from now. Their "
        "results, and completions that rest on them, are taken back until they are handed in again.",
        len(closed),
    )
    taken = exam_changes.cut_short(session(), exam)
    if lost := max((taken[one] for one in closed if one in taken), default=None):
        minutes = -(-lost // timedelta(minutes=1))
        yield ngettext("The old end took up to %(num)s minute from them.",
                       "The old end took up to %(num)s minutes from them.", minutes)  # fmt: skip
    yield _("Tell those people to open the exam again: they find “Continue”.")
    if reopening.keys_may_be_known(session(), exam):
        yield _("The exam was over before its closing was moved: who looked at the result then may know what it "
                "showed.")  # fmt: skip
    yield from dict.fromkeys(problems.sentence(one) for one in _refused(exam, closed))


def _refused(exam: Exam, closed: list[int]) -> list[Problem]:
    found = [session().get_one(Attempt, number) for number in closed]
    return [*reopening.refusals(session(), exam, found, now=now(), grace=learn().grace).values()]
