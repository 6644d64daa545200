"""Lessons without a line: what the browser keeps to read, the worker that gives it out, and what it sends later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, jsonify, request

from suyu_learn.domain.courses import StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Completion, Person
from suyu_learn.services import courses, kept_learning, studying
from suyu_learn.services.kept_learning import KeptStep, Taken
from suyu_learn.web import page_stamps, problems, watching
from suyu_learn.web.access import PUBLIC, SIGNED_IN
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.courses import KEY, LONGEST_AGE, after_completion, enter, learner, questions_of, way_after
from suyu_learn.web.pages.courses import KeptCourses
from suyu_learn.web.reading import lesson_page
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

MOST_CHOSEN = 200
KINDS = frozenset({StepKind.OPENED, StepKind.SPENT, StepKind.ANSWERED, StepKind.FINISHED})


@routes.get("/courses/<slug>/<lesson>/kept", access=SIGNED_IN)
def kept_lesson(slug: str, lesson: str) -> str:
    """A lesson of a course one has begun, for the browser to keep; looking at it notes nothing."""
    course = courses.find(session(), slug)
    entered = studying.look_ahead(session(), course, lesson, learner(), now=now(), zone=learn().zone)
    return render("courses/lesson.html", lesson_page(entered, questions_of(entered), again="", kept=True))


@routes.get("/courses-kept", access=SIGNED_IN)
def kept_courses() -> str:
    """What stands in place of a page that the browser has not kept; its script lists the lessons that it has."""
    return render("courses/kept.html", KeptCourses(learner().key))


@routes.get("/sw.js", access=PUBLIC)
def service_worker() -> Response:
    """The worker that gives out kept lessons; it reaches no further than the pages of courses."""
    script = learn().assets.get("sw.js")
    assert script is not None
    response = Response(script.body, content_type=script.mime)
    response.headers["Cache-Control"] = "no-cache"
    return response


@routes.put("/courses/<slug>/progress", access=SIGNED_IN)
def course_progress(slug: str) -> Any:
    """Take in what the browser kept, in its order; each key counts once. `person` is whose it is, `from` and `action`
    name the button that was pressed, for which the reply says where to go on."""
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not isinstance(said.get("steps"), list):
        raise Problem("course.unreadable_steps")
    person = learner()
    if said.get("person") != person.key:
        return jsonify(reason="another_person"), 409
    course = courses.find(session(), slug)
    watched = said.get("watched")
    if isinstance(watched, str) and isinstance(said.get("from"), str):
        _keep_watched(slug, said["from"], watched)
    steps = [_step(one, person) for one in said["steps"][: kept_learning.MOST_STEPS]]
    taken, completion = kept_learning.take(
        session(), course, person, steps, version=said["version"] if isinstance(said.get("version"), int) else 0,
        now=now(), zone=learn().zone, versions=learn().versions, rules=learn().credit,
    )  # fmt: skip
    reply: dict[str, Any] = {"results": [_told(one) for one in taken], "completed": completion is not None}
    if said.get("action") in ("check", "finish"):
        reply["go"] = _way_on(slug, str(said.get("from", "")), taken, completion, finishing=said["action"] == "finish")
    return jsonify(reply)


def _way_on(
    slug: str, here: str, taken: Sequence[Taken], completion: Completion | None, *, finishing: bool
) -> str | None:  # fmt: skip
    """Where the page goes on after its button; None where something was refused and stays to be mended there."""
    if completion is not None:
        return after_completion(slug)
    own = [one for one in taken if one.step.lesson == here]
    if any(one.problem for one in own):
        return None
    judged = {one.step.place: one.right for one in own if one.right is not None}
    return way_after(enter(slug, here), judged, finishing=finishing)


def _keep_watched(slug: str, here: str, watched: str) -> None:
    """What was played counts before the lesson may be finished; the script of the films sends it again by itself."""
    played = watching.read(watched)
    if not played:
        return
    try:
        entered = enter(slug, here)
    except Problem:  # its turn comes with the steps behind this
        return
    watching.keep(entered, played)


def _told(one: Taken) -> dict[str, Any]:
    told: dict[str, Any] = {"key": one.step.key}
    if one.problem is not None:
        told |= {"error": one.problem.code, "message": problems.sentence(one.problem)}
    return told


def _step(said: Any, person: Person) -> KeptStep:
    """One step as the browser tells it; raises Problem for what no script of ours sends."""
    if not isinstance(said, dict) or str(said.get("kind")) not in KINDS:
        raise Problem("course.unreadable_steps")
    lesson, key, answer = said.get("lesson"), said.get("key"), said.get("answer", [])
    if not isinstance(lesson, str) or not isinstance(key, str) or not KEY.fullmatch(key):
        raise Problem("course.unreadable_steps")
    if not isinstance(answer, list) or len(answer) > MOST_CHOSEN or not all(isinstance(one, str) for one in answer):
        raise Problem("course.unreadable_steps")
    return KeptStep(
        lesson=lesson,
        kind=StepKind(said["kind"]),
        key=key,
        age=timedelta(milliseconds=_number(said.get("age", 0), LONGEST_AGE * 1000)),
        seconds=_number(said.get("seconds", 0), LONGEST_AGE),
        place=_number(said.get("place", 0), 1000),
        answer=tuple(answer),
        page=page_stamps.made_at(said.get("page"), person),
    )


def _number(said: Any, most: int) -> int:
    if isinstance(said, bool) or not isinstance(said, int | float) or said != said:
        raise Problem("course.unreadable_steps")
    return int(max(0, min(most, said)))
