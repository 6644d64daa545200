"""Organizers tick the tasks of the action plan that a course, exam, event or programme serves."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Course, Event, Exam, Programme, Role, TaggedKind
from suyu_learn.services import plan_tasks
from suyu_learn.web import course_writing, event_making, exam_making, programme_desk
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.context import now, session
from suyu_learn.web.i18n import _, labelled, language
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Choice, MessageKind
from suyu_learn.web.pages.statistics import PlanTasksPage, TaskGroup
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)


@routes.get("/manage/plan-tasks/<kind>/<key>", access=ORGANIZERS)
def plan_task_choice(kind: str, key: str) -> str:
    """All tasks of the plan, those that the thing serves ticked."""
    tagged, subject, title, back = _subject(kind, key)
    chosen = plan_tasks.tasks_of(session(), tagged, subject.id)
    plan = plan_tasks.plan()
    return render("statistics/plan_tasks.html", PlanTasksPage(
        trail=trail((title, back)),
        title=title,
        document=_("%(document)s, %(number)s", document=plan.document.of(language()), number=plan.number),
        groups=tuple(
            TaskGroup(group.title.of(language()), tuple(
                Choice(task.code, labelled(task_number(task.number, task.code), task.title.of(language())),
                       task.code in chosen)
                for task in group.tasks
            ))
            for group in plan.groups
        ),
        url=link("plan_task_choice_post", kind=kind, key=key),
    ))  # fmt: skip


@routes.post("/manage/plan-tasks/<kind>/<key>", access=ORGANIZERS, endpoint="plan_task_choice_post")
def plan_task_choice_post(kind: str, key: str) -> Any:
    """Keep what was ticked."""
    tagged, subject, _title, back = _subject(kind, key)
    plan_tasks.set_tasks(session(), tagged, subject, request.form.getlist("task"), actor=actor(), now=now())
    say(MessageKind.SUCCESS, _("The tasks of the action plan are kept."))
    return redirect(back, code=303)


def task_number(number: str, code: str) -> str:
    """A task's number as the document has it; in figures alone for those who do not read Chinese."""
    return number if language().startswith("zh") else code


def _subject(kind: str, key: str) -> tuple[TaggedKind, Course | Exam | Event | Programme, str, str]:
    """A thing within reach, what it is called, and where it is looked after; raises Problem for every other."""
    if kind == TaggedKind.COURSE:
        desk = course_writing.desk_of(key)
        return TaggedKind.COURSE, desk.course, desk.shown.title, link("course_desk", slug=key)
    if kind == TaggedKind.EXAM and is_number(key):
        exam = exam_making.managed(int(key))
        return TaggedKind.EXAM, exam, exam.title, link("managed_exam", exam_id=exam.id)
    if kind == TaggedKind.EVENT:
        event = event_making.managed(key)
        return TaggedKind.EVENT, event, event.title, link("managed_event", key=key)
    if kind == TaggedKind.PROGRAMME:
        programme = programme_desk.managed(key)
        return TaggedKind.PROGRAMME, programme, programme.title, link("manage_programme", key=key)
    raise Problem("page.unknown")
