"""The one blueprint that everything hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from suyu_learn import _resources
from suyu_learn.web import (
    appeal_answers,
    appeals,
    attendance,
    audiences,
    audit,
    bank,
    bank_bulk,
    bank_columns,
    bank_editor,
    bank_exports,
    bank_filters,
    bank_import_steps,
    bank_imports,
    bank_mending,
    bank_near,
    bank_practice,
    bank_question,
    bank_shares,
    cards,
    context,
    course_exchange,
    course_films,
    course_pages,
    course_review,
    course_settings,
    course_writing,
    courses,
    entry,
    event_making,
    event_papers,
    event_screen,
    events,
    exam_making,
    exam_mocks,
    exam_picking,
    exam_posters,
    exam_printing,
    exam_results,
    exam_roster_pages,
    exam_running,
    exam_wording,
    exams,
    extra_time,
    grants,
    home,
    integrity,
    invigilation,
    invigilation_acts,
    lesson_keeping,
    lesson_writing,
    manage,
    marked_papers,
    marking,
    me,
    media,
    my_programmes,
    newcomers,
    offline,
    offline_import_steps,
    offline_imports,
    outside_hours,
    people,
    person_changes,
    persons,
    practice,
    practice_mocks,
    programme_assigning,
    programme_desk,
    programme_making,
    programme_members,
    question_figures,
    question_life,
    receipts,
    records,
    regrading,
    reminder_channels,
    reminders,
    reports,
    rosters,
    scans,
    sign_offs,
    sitting,
    stepwise,
    topics,
    typing_for,
    units,
    waiting_room,
)
from suyu_learn.web.compression import compress
from suyu_learn.web.links import NAME

if TYPE_CHECKING:
    from suyu_learn.extension import Learn

AREAS = (
    home,
    people,
    cards,
    entry,
    exams,
    waiting_room,
    sitting,
    appeals,
    appeal_answers,
    stepwise,
    me,
    manage,
    exam_making,
    exam_mocks,
    exam_picking,
    exam_running,
    exam_wording,
    exam_posters,
    exam_printing,
    exam_results,
    exam_roster_pages,
    marked_papers,
    marking,
    extra_time,
    integrity,
    receipts,
    invigilation,
    invigilation_acts,
    lesson_writing,
    offline,
    offline_import_steps,
    offline_imports,
    typing_for,
    scans,
    units,
    persons,
    person_changes,
    grants,
    audiences,
    audit,
    rosters,
    newcomers,
    bank,
    bank_question,
    bank_editor,
    bank_filters,
    bank_bulk,
    bank_shares,
    topics,
    question_life,
    bank_columns,
    bank_exports,
    bank_import_steps,
    bank_imports,
    bank_mending,
    bank_near,
    bank_practice,
    practice,
    practice_mocks,
    media,
    question_figures,
    regrading,
    course_exchange,
    course_films,
    course_pages,
    course_review,
    course_settings,
    course_writing,
    courses,
    lesson_keeping,
    reminders,
    reminder_channels,
    programme_desk,
    programme_making,
    my_programmes,
    programme_assigning,
    programme_members,
    events,
    event_making,
    event_screen,
    event_papers,
    attendance,
    sign_offs,
    outside_hours,
    reports,
    records,
)
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
OWN_LAYOUT = "suyu_learn/layouts/base.html"


def make(learn: Learn) -> Blueprint:
    """Our routes and templates for one app; nothing reaches beyond them."""
    blueprint = Blueprint(NAME, __name__, template_folder=str(_resources.folder("templates")))
    for area in AREAS:
        area.routes.add_to(blueprint)
    learn.plugins.manager.hook.pages(blueprint=blueprint)
    blueprint.after_request(finish)
    return blueprint


def finish(response: Response) -> Response:
    """The headers of every page of ours, and what saves bytes."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if response.mimetype == "text/html" and context.learn().settings.layout == OWN_LAYOUT:
        response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    return compress(request, response)
