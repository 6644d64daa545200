"""Appeals as those see them who answer: by exam and question, one or all at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import AppealState, Exam, Question, Role
from suyu_learn.services import appeals, bank_contents, regrading
from suyu_learn.services.appeals import Group, Line
from suyu_learn.services.versions import Asked
from suyu_learn.web import context, exam_words, problems
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.appeal_boxes import VERDICTS
from suyu_learn.web.bank_questions import answer_line, seen
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.marked_papers import paper_url
from suyu_learn.web.pages.appeals import AppealExams, AppealGroup, AppealLine, AppealsPage
from suyu_learn.web.pages.bank import QuestionSeen
from suyu_learn.web.pages.common import Action, MessageKind
from suyu_learn.web.pages.exam_managing import ListedExam
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ANSWERERS = holding(Role.MARKER, Role.ORGANIZER)
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Posted:
    """What was sent for one group."""

    question: str
    numbers: frozenset[int]
    verdict: str
    text: str
    error: str = ""


@routes.get("/manage/appeals", access=ANSWERERS)
def appeal_list() -> str:
    """The exams within reach that have appeals."""
    found = appeals.exams_of(session(), actor())
    return render("appeals/index.html", AppealExams(
        trail=trail(),
        exams=tuple(
            ListedExam(
                title=one.exam.title,
                url=link("exam_appeals", exam_id=one.exam.id),
                state=_("Waits for an answer") if one.open else _("All answered"),
                facts=(exam_words.appeals((one.open, one.every)),),
                attention=bool(one.open),
            )
            for one in found
        ),
    ))  # fmt: skip


@routes.get("/manage/exams/<int:exam_id>/appeals", access=ANSWERERS)
def exam_appeals(exam_id: int) -> str:
    """The appeals of an exam, those about one question together."""
    return _shown(appeals.get_exam(session(), actor(), exam_id))


@routes.post("/manage/exams/<int:exam_id>/appeals", access=ANSWERERS, endpoint="answer_appeals")
def answer_appeals(exam_id: int) -> Any:
    """Answer those that are ticked with the same words; what cannot be stored comes back as it was typed."""
    exam, sent = appeals.get_exam(session(), actor(), exam_id), _posted()
    try:
        if sent.verdict not in ("accepted", "refused"):
            raise Problem("appeal.no_verdict")
        done = appeals.answer(session(), exam, sent.numbers, sent.text, accepted=sent.verdict == "accepted",
                              person=actor(), now=now())  # fmt: skip
    except Problem as problem:
        context.close()
        exam = appeals.get_exam(session(), actor(), exam_id)
        said = Posted(sent.question, sent.numbers, sent.verdict, sent.text, problems.sentence(problem))
        return _shown(exam, said), 422
    say(MessageKind.SUCCESS, ngettext("%(num)s appeal was answered. The learner sees it beside the result.",
                                      "%(num)s appeals were answered. The learners see it beside their results.",
                                      done))  # fmt: skip
    return redirect(f"{link('exam_appeals', exam_id=exam_id)}#{_anchor(sent.question)}", code=303)


def _posted() -> Posted:
    numbers = frozenset(int(one) for one in request.form.getlist("appeal") if is_number(one))
    question = request.form.get("question", "")
    return Posted(question if is_number(question) else WHOLE, numbers, request.form.get("verdict", ""),
                  request.form.get("answer", ""))  # fmt: skip


def _shown(exam: Exam, sent: Posted | None = None) -> str:
    found = appeals.groups(session(), exam, actor())
    version_ids = {line.version_id for group in found for line in group.lines if line.version_id is not None}
    asked = learn().versions.many(session(), version_ids)
    waiting, every = sum(one.open for one in found), sum(len(one.lines) for one in found)
    groups = tuple(_group(exam, one, place, asked, sent) for place, one in enumerate(found, start=1))
    if sent is not None and sent.question not in {one.question for one in groups}:
        say(MessageKind.ERROR, sent.error)
    nameless = any(not line.who for group in groups for line in group.lines)
    return render("appeals/exam.html", AppealsPage(
        trail=trail((_("Appeals"), link("appeal_list"))),
        title=exam.title,
        lead=exam_words.appeals((waiting, every)) if every else _("Nobody has objected to a result of this exam."),
        note=_("Names are shown to those who may see personal data of these units.") if nameless else "",
        groups=groups,
        post_url=link("answer_appeals", exam_id=exam.id),
    ))  # fmt: skip


def _group(exam: Exam, group: Group, place: int, asked: dict[int, Asked], sent: Posted | None) -> AppealGroup:
    question = str(group.question_id) if group.question_id is not None else WHOLE
    mine = sent if sent is not None and sent.question == question else None
    version = asked.get(group.lines[0].version_id or 0)
    lines = tuple(_line(exam, line, asked, mine) for line in group.lines)
    note, ways = _what_to_do(exam, group, version) if version is not None else ("", ())
    return AppealGroup(
        anchor=_anchor(question),
        question=question,
        heading=_("Appeals about a question") if version is not None else _("Appeals about the whole result"),
        counts=exam_words.appeals((group.open, len(group.lines))),
        seen=_with_key(seen(version, number=place)) if version is not None else None,
        lines=lines,
        may_answer=any(line.open and not line.own for line in lines),
        note=note,
        ways=ways,
        text=mine.text if mine is not None else "",
        verdict=mine.verdict if mine is not None else "",
        error=mine.error if mine is not None else "",
    )


def _with_key(shown: QuestionSeen) -> QuestionSeen:
    return replace(shown, key=answer_line(shown.answer))


def _anchor(question: str) -> str:
    return f"about-{question}"


def _line(exam: Exam, line: Line, asked: dict[int, Asked], sent: Posted | None) -> AppealLine:
    row, waits = line.appeal, line.appeal.state is AppealState.OPEN
    version = asked.get(line.version_id or 0)
    response = ""
    if version is not None:
        response = (
            _("Not answered") if line.response is None else version.type.summarise(version.content, line.response)
        )
    by = row.answered_by.name if row.answered_by is not None else _("somebody")
    return AppealLine(
        number=row.id,
        who=" · ".join(part for part in (line.name, line.unit) if part),
        made=local_time(row.made_at),
        text=row.text,
        response=response,
        open=waits,
        ticked=row.id in sent.numbers if sent is not None else True,
        own=line.own,
        verdict=_(VERDICTS[row.state]),
        accepted=row.state is AppealState.ACCEPTED,
        answer=row.answer,
        by="" if waits else _("%(name)s, %(time)s", name=by, time=local_time(row.answered_at)),
        paper_url=paper_url(exam, line.key) if line.name else "",
    )


def _what_to_do(exam: Exam, group: Group, version: Asked) -> tuple[str, tuple[Action, ...]]:
    """Where the answers are marked by people, the way to their marks; else what is to be done about the key."""
    if version.type.marked_by_machine(version.content):
        return _about_key(group)
    note = _("People mark these answers: change the mark of one, and the result follows.")
    here = {"exam_id": exam.id, "question_id": group.question_id}
    return note, (Action(_("Look at the answers and their marks"), link("marking_answers", **here, show="done")),)


def _about_key(group: Group) -> tuple[str, tuple[Action, ...]]:
    """What is to be done about the key, and the ways there, for who may change the question."""
    question = session().get_one(Question, group.question_id)
    here = {"bank_id": question.bank_id, "question_id": question.id}
    try:
        bank_contents.get_bank(session(), actor(), question.bank_id, change=True, counted=False)
    except Problem:
        note = _("Whoever keeps the question bank can correct the key and mark anew.") if group.accepted else ""
        return note, ()
    edit = Action(_("Correct the key"), link("edit_question", **here))
    if regrading.has_another_key(session(), question):
        note = _("A newer version has another key. Mark anew, so that the results follow.")
        return note, (Action(_("Mark anew"), link("question_regrade", **here)), edit)
    if not group.accepted:
        return "", (edit,)
    if any(line.key_version_id != line.version_id for line in group.lines):
        return _("The key was corrected, and the results follow it."), (edit,)
    return _("Accepted: now correct the key, publish it, and mark anew."), (edit,)
