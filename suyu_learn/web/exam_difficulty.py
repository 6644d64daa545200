"""How hard the papers of an exam are, for its organizer at any time."""

from __future__ import annotations

from suyu_learn.services import paper_trials
from suyu_learn.web import exam_facts
from suyu_learn.web.context import learn, session
from suyu_learn.web.exam_making import ORGANIZERS, managed
from suyu_learn.web.links import link
from suyu_learn.web.pages.exam_managing import DifficultyPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/manage/exams/<int:exam_id>/difficulty", access=ORGANIZERS)
def exam_difficulty(exam_id: int) -> str:
    """What is expected of its papers and how far they differ, by their authors and by results."""
    exam = managed(exam_id)
    found = paper_trials.difficulty(session(), exam.paper, versions=learn().versions)
    return render(
        "exams/manage_difficulty.html",
        DifficultyPage(
            title=exam.title,
            facts=exam_facts.difficulty(found),
            note=exam_facts.difficulty_note(found, exam.paper.mode),
            back_url=link("managed_exam", exam_id=exam.id),
        ),
    )
