"""Exams as organizers look after them: the list, one exam, changing and withdrawing it, the recycle bin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, ExamState
from suyu_learn.services import (
    appeals,
    exam_changes,
    exam_integrity,
    exam_lists,
    exam_rosters,
    exams,
    marking_queue,
)
from suyu_learn.services.exam_lists import ExamSeen
from suyu_learn.services.exams import Standing
from suyu_learn.web import addresses, context, exam_facts, exam_mocks, exam_words
from suyu_learn.web.context import begin_writing, now, session
from suyu_learn.web.exam_making import (
    ORGANIZERS,
    managed,
    organizer,
)
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.i18n import _, local_time, ngettext, number
from suyu_learn.web.links import link, there_is
from suyu_learn.web.pages.common import Action, MessageKind, Pages, Row
from suyu_learn.web.pages.exam_managing import (
    Change,
    DeletedExam,
    ExamBin,
    ExamList,
    ExamPage,
    ListedExam,
    ReasonPage,
)
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ON_A_PAGE = 20


@routes.get("/manage/exams", access=ORGANIZERS)
def exam_list() -> str:
    """The exams within reach, the newest first."""
    found = exam_lists.within(session(), organizer())
    deleted = exam_lists.within(session(), organizer(), deleted=True)
    pages = list_pages("exam_list", len(found), ON_A_PAGE)
    start = (pages.current - 1) * ON_A_PAGE
    just = request.args.get("deleted", "")
    return render(
        "exams/manage_list.html",
        ExamList(
            exams=tuple(
                _listed(exam_lists.seen(session(), one, now=now())) for one in found[start : start + ON_A_PAGE]
            ),
            new_url=link("new_exam"),
            bin_url=link("exam_bin"),
            pages=pages,
            deleted=len(deleted),
            undo=next((_deleted(one) for one in deleted if str(one.id) == just), None),
        ),
    )


@routes.get("/manage/exams/bin", access=ORGANIZERS)
def exam_bin() -> str:
    """What was deleted and can come back."""
    found = exam_lists.within(session(), organizer(), deleted=True)
    return render("exams/manage_bin.html", ExamBin(tuple(_deleted(one) for one in found), link("exam_list")))


@routes.get("/manage/exams/<int:exam_id>", access=ORGANIZERS)
def managed_exam(exam_id: int) -> str:
    """One exam: how far it is, how to get in, what can be done with it."""
    return render("exams/manage_exam.html", _exam_page(stored_roster(managed(exam_id))))


@routes.get("/manage/exams/<int:exam_id>/withdraw", access=ORGANIZERS)
def withdraw_exam(exam_id: int) -> str:
    """Ask for the reason."""
    return _withdraw_page(managed(exam_id), reason_form(_("Learners read it on the cover")))


@routes.post("/manage/exams/<int:exam_id>/withdraw", access=ORGANIZERS, endpoint="withdraw_exam_post")
def withdraw_exam_post(exam_id: int) -> Any:
    """No new starts from now on; the way back is the same form again."""
    exam = managed(exam_id)
    form = reason_form(_("Learners read it on the cover"))
    back = exam.state is ExamState.WITHDRAWN
    act = exam_changes.reinstate if back else exam_changes.withdraw
    return answered(
        form,
        lambda: act(session(), exam, reason=form["reason"].data or "", actor=organizer(), now=now()),
        done=_("The exam takes place after all.")
        if back
        else _("The exam is withdrawn. Nobody can start it any more."),
        to=link("managed_exam", exam_id=exam_id),
        again=lambda: _withdraw_page(managed(exam_id), form),
    )


@routes.get("/manage/exams/<int:exam_id>/delete", access=ORGANIZERS)
def ask_delete_exam(exam_id: int) -> str:
    """Say what becomes of an exam that people know of."""
    exam = managed(exam_id)
    found = exam_lists.seen(session(), exam, now=now())
    said = [_("Learners find it no more, nor do reports. Its attempts are kept, and come back with it.")]
    if found.running:
        said.append(ngettext("%(num)s person is sitting it now.", "%(num)s people are sitting it now.", found.running))
    return render(
        "exams/manage_reason.html",
        ReasonPage(
            heading=_("Into the recycle bin"), title=exam.title, explanation=tuple(said), form=Form(),
            post_url=link("delete_exam", exam_id=exam.id), button=_("Into the recycle bin"),
            back_url=link("managed_exam", exam_id=exam.id), danger=True,
        ),
    )  # fmt: skip


@routes.post("/manage/exams/<int:exam_id>/delete", access=ORGANIZERS)
def delete_exam(exam_id: int) -> Response:
    """Into the recycle bin, with a way back on the next page."""
    exam_changes.bin_exam(session(), managed(exam_id), actor=organizer(), now=now())
    return redirect(link("exam_list", deleted=exam_id), code=303)


@routes.post("/manage/exams/<int:exam_id>/restore", access=ORGANIZERS)
def restore_exam(exam_id: int) -> Response:
    """Out of the bin again."""
    exam = managed(exam_id, deleted=True)
    exam_changes.restore(session(), exam, actor=organizer(), now=now())
    say(MessageKind.SUCCESS, _("“%(title)s” is back, with all its attempts.", title=exam.title))
    return redirect(link("managed_exam", exam_id=exam_id), code=303)


def stored_roster(exam: Exam) -> Exam:
    """The exam, its list stored if its moment has come: looking is as good as the tick."""
    moment = exam_rosters.freeze_moment(exam)
    if exam.frozen_at is None and exam.state is not ExamState.DRAFT and moment is not None and moment <= now():
        exam_id = exam.id
        begin_writing()
        exam = managed(exam_id)
        exam_rosters.freeze_if_due(session(), exam, now=now())
    return exam


def answered(form: Form, act: Callable[[], Any], *, done: str, to: str, again: Callable[[], str]) -> Any:
    """Do it and go on; a refusal is undone and shown in the form."""
    try:
        act()
    except Problem as problem:
        context.close()
        form.refuse(problem)
        return again(), 422
    say(MessageKind.SUCCESS, done)
    return redirect(to, code=303)


def list_pages(endpoint: str, total: int, size: int, **values: Any) -> Pages:
    """Where a list stands, by `page` in the address."""
    text = request.args.get("page", "")
    count = max(1, -(-total // size))
    current = min(count, max(1, int(text))) if text.isdecimal() and len(text) < 7 else 1
    return Pages(
        current=current,
        count=count,
        total=total,
        previous_url=link(endpoint, **values, page=current - 1) if current > 1 else None,
        next_url=link(endpoint, **values, page=current + 1) if current < count else None,
    )


def taken_part(found: ExamSeen) -> str:
    """How many of those due have sat."""
    return _("%(sat)s of %(due)s due", sat=found.sat, due=found.due)


def _listed(found: ExamSeen) -> ListedExam:
    exam = found.exam
    facts = [exam_words.window(exam)]
    if exam.state is not ExamState.DRAFT:
        facts.append(_("sat: %(figure)s", figure=taken_part(found)))
    if found.running:
        facts.append(ngettext("%(num)s sitting now", "%(num)s sitting now", found.running))
    if found.unit is not None:
        facts.append(found.unit.name)
    return ListedExam(
        title=exam.title,
        url=link("managed_exam", exam_id=exam.id),
        state=exam_words.standing(exam),
        facts=tuple(facts),
        attention=found.standing in (Standing.DRAFT, Standing.WITHDRAWN),
    )


def _deleted(exam: Exam) -> DeletedExam:
    fact = _("deleted %(time)s", time=local_time(exam.deleted_at))
    return DeletedExam(exam.title, fact, link("restore_exam", exam_id=exam.id))


def _exam_page(exam: Exam) -> ExamPage:
    found = exam_lists.seen(session(), exam, now=now())
    draft = exam.state is ExamState.DRAFT
    here = {"exam_id": exam.id}
    actions = [Action(_("Report"), link("exam_report", **here))] if not draft and there_is("exam_report") else []
    unmarked = "" if draft else exam_words.unmarked(marking_queue.unmarked(session(), exam))
    if unmarked:
        actions.append(Action(_("Marking"), link("exam_marking", **here)))
    appealed = "" if draft else exam_words.appeals(appeals.counts(session(), exam))
    if appealed:
        actions.append(Action(_("Appeals"), link("exam_appeals", **here)))
    if not draft:
        begun = found.standing not in (Standing.WAITING, Standing.CLOSED) or found.running
        actions.insert(0 if begun else len(actions), Action(_("Board"), link("board", **here)))
    if not draft and found.sat < found.due and found.standing is not Standing.CLOSED:
        actions.append(Action(_("Remind"), link("exam_reminders", **here)))
    return ExamPage(
        title=exam.title,
        state=exam_words.standing(exam),
        state_kind=found.standing.value,
        facts=tuple(exam_facts.facts(exam)),
        figures=() if draft else tuple(_figures(exam, found, unmarked, appealed)),
        code=exam.code,
        address="" if addresses.unproved() else addresses.entry_link(exam.code),
        qr_svg=link("exam_qr", **here, form="svg"),
        qr_png=link("exam_qr", **here, form="png"),
        qr_refusal=addresses.doubt_in_words(),
        actions=tuple(actions),
        more=tuple(_seldom(exam, draft)),
        edit_url=link("edit_exam", **here) if draft else "",
        publish_url=link("publish_exam", **here) if draft else "",
        trial_url=link("try_exam", **here),
        change_url=link("change_exam", **here) if exam.state is ExamState.PUBLISHED else "",
        roster_url=link("exam_roster", **here),
        poster_url=link("exam_poster", **here),
        print_url=link("print_exam", **here),
        unit_posters_url=link("exam_poster", **here, by="unit"),
        end_url=link("end_exam", **here)
        if exam.state is ExamState.PUBLISHED and (found.running or _is_open(exam))
        else "",
        withdraw_url=link("withdraw_exam", **here) if exam.state is ExamState.PUBLISHED else "",
        reinstate_url=link("withdraw_exam", **here) if exam.state is ExamState.WITHDRAWN else "",
        delete_url=link("delete_exam", **here),
        ask_delete_url="" if exam.state is ExamState.DRAFT else link("ask_delete_exam", **here),
        mock=exam_mocks.on_exam_page(exam),
        changes=tuple(
            Change(
                exam_words.changed(one), _("%(name)s, %(time)s", name=name or _("somebody"), time=local_time(one.at))
            )
            for one, name in exam_changes.changes(session(), exam)
        ),
        list_url=link("exam_list"),
    )


def _is_open(exam: Exam) -> bool:
    """Whether somebody can begin now, the exam or its retake."""
    return Standing.OPEN in (exams.standing(exam, now=now()), exams.retake_standing(exam, now=now()))


def _seldom(exam: Exam, draft: bool) -> Iterator[Action]:
    """What is set once, or needed now and then."""
    yield Action(_("How hard the papers are"), link("exam_difficulty", exam_id=exam.id))
    yield Action(_("Certificates"), link("certificate_terms", kind="exam", subject_id=exam.id))
    yield Action(_("Tasks of the action plan"), link("plan_task_choice", kind="exam", key=exam.id))
    if not draft:
        yield Action(_("Check a receipt"), link("check_receipt", exam_id=exam.id))
    if not draft and exam_integrity.rules_of(exam):
        yield Action(_("Lift the integrity rules"), link("lift_integrity", exam_id=exam.id))


def _figures(exam: Exam, found: ExamSeen, unmarked: str, appealed: str) -> list[Row]:
    moment = exam_rosters.freeze_moment(exam)
    if exam.frozen_at is not None:
        due = _("%(num)s, list of %(time)s", num=found.due, time=local_time(moment))
    else:
        due = _("%(num)s so far; the list is taken %(time)s", num=found.due, time=local_time(moment))
    rows = [Row(_("Due"), due), Row(_("Sat"), taken_part(found))]
    if found.others:
        rows.append(Row(_("Not due"), ngettext("%(num)s more has sat", "%(num)s more have sat", found.others)))
    if found.running:
        rows.append(Row(_("Sitting now"), number(found.running)))
    if unmarked:
        rows.append(Row(_("Marking"), unmarked))
    if appealed:
        rows.append(Row(_("Appeals"), appealed))
    return rows


def _withdraw_page(exam: Exam, form: Form) -> str:
    found = exam_lists.seen(session(), exam, now=now())
    back = exam.state is ExamState.WITHDRAWN
    said = [_("Nobody can start it any more. Attempts that run are kept and can be finished; all results stay.")]
    if found.running:
        said.append(ngettext("%(num)s person is sitting it now.", "%(num)s people are sitting it now.", found.running))
    if back:
        said = [_("The exam is open again in its window, as it was before.")]
    return render(
        "exams/manage_reason.html",
        ReasonPage(
            heading=_("Let the exam take place after all") if back else _("Withdraw the exam"),
            title=exam.title,
            explanation=tuple(said),
            form=form,
            post_url=link("withdraw_exam_post", exam_id=exam.id),
            button=_("Let it take place") if back else _("Withdraw"),
            back_url=link("managed_exam", exam_id=exam.id),
            danger=not back,
        ),
    )
