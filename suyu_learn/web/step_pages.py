"""From an attempt that is shown one question at a time to its page."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import redirect
from flask_wtf.csrf import generate_csrf

from suyu_learn.domain.attempts import ALL_SHOWN, standing_clock
from suyu_learn.models import Attempt, Slot
from suyu_learn.services import exam_times, kept_answers, stepwise
from suyu_learn.services.sitting import Typing
from suyu_learn.services.stepwise import ShownQuestion
from suyu_learn.web import paper_integrity
from suyu_learn.web.context import commit, learn, now, session
from suyu_learn.web.exams import contact_of
from suyu_learn.web.i18n import _, local_time, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.stepwise import KeptAnswers, StepPage, StepRest
from suyu_learn.web.papers import pause_reason, way_back
from suyu_learn.web.printing import printed, question_asked, type_name
from suyu_learn.web.templates import render
from suyu_learn.web.unread import Unread


def show(attempt: Attempt, unread: Unread | None = None, typing: Typing | None = None) -> Any:
    """The page of the question that is asked now, in a new epoch; the result once the attempt, which is held, closed.

    `unread` is what could not be read of the answer to this question, `typing` is who types for the person.
    """
    here, rules = learn(), paper_integrity.rules_of(attempt, attempt.person)
    if typing is None and (held := paper_integrity.held_elsewhere(attempt, rules)) is not None:
        return render("errors/problem.html", held), 409
    found = stepwise.open_question(
        session(), attempt, now=now(), grace=here.grace, versions=here.versions, typing=typing,
        device=paper_integrity.device(rules) if typing is None else "",
    )  # fmt: skip
    if found is None:
        return redirect(link("result", key=attempt.key) if typing is None else seat(attempt), code=303)
    if found.slot is None or found.ends is None:
        page: Any = _rest(found) if typing is None else _typed_rest(attempt, _rest(found))
        commit()
        return render("sitting/stepwise_rest.html", page)
    page = _page(found, found.slot, found.ends, unread)
    if typing is None:
        page = replace(page, guard=paper_integrity.guard(attempt, attempt.person, rules))
    else:
        page = _typed_page(attempt, page)
    commit()
    return render("sitting/stepwise.html", page)


def seat(attempt: Attempt) -> str:
    """The attempt as who looks after it sees it."""
    return link("seat", exam_id=attempt.exam_id, attempt_id=attempt.id)


def _typed_page(attempt: Attempt, page: StepPage) -> StepPage:
    """The same page for who types: what it sends goes in their name."""
    key = attempt.key
    return replace(
        page,
        save_all_url=link("save_typed_answers", key=key),
        next_url=link("next_typed", key=key),
        here_url=link("typed_paper", key=key),
        sign_in_url=link("typed_paper", key=key),
        kept=_typed_kept(attempt, page.kept),
        typed_for=attempt.person.name,
        stop_url=link("stop_typing", key=key),
    )


def _typed_rest(attempt: Attempt, page: StepRest) -> StepRest:
    key = attempt.key
    return replace(
        page,
        here_url=page.here_url and link("typed_paper", key=key),
        submit_url=page.submit_url and link("submit_typed", key=key),
        kept=_typed_kept(attempt, page.kept),
        typed_for=attempt.person.name,
        stop_url=link("stop_typing", key=key),
    )


def _typed_kept(attempt: Attempt, kept: KeptAnswers | None) -> KeptAnswers | None:
    return replace(kept, url=link("decide_typed", key=attempt.key)) if kept is not None else None


def _page(found: ShownQuestion, slot: Slot, ends: datetime, unread: Unread | None) -> StepPage:
    attempt, projection, versions = found.attempt, found.projection, learn().versions
    asked = versions.get(session(), slot.version_id)
    question = question_asked(
        asked, slot=slot.number, number=str(slot.number), order=slot.option_order,
        response=projection.responses.get(slot.number), points=_("%(points)s points", points=number(slot.points)),
        seq=projection.next_seq(slot.number), unread=unread,
    )  # fmt: skip
    passage = printed(versions.get(session(), found.passage.version_id)).stem if found.passage is not None else None
    left = (ends - standing_clock(now(), attempt.paused_at)).total_seconds()
    key = attempt.key
    return StepPage(
        key=key,
        title=attempt.exam.title,
        epoch=attempt.epoch,
        question=replace(question, parent=slot.parent_number),
        passage=passage,
        type=type_name(asked.type.code),
        place=slot.number,
        count=found.count,
        remaining=max(0, math.ceil(left)),
        until=f"{ends.astimezone(learn().zone):%H:%M:%S}",
        deadline=local_time(attempt.deadline),
        person=attempt.person.name,
        person_key=attempt.person.key,
        unit=attempt.unit_names,
        save_all_url=link("save_answers", key=key),
        next_url=link("next_question", key=key),
        here_url=link("attempt", key=key),
        sign_in_url=way_back(attempt),
        csrf_token=generate_csrf(),
        trial=attempt.trial,
        paused=attempt.paused_at is not None,
        paused_because=pause_reason(session(), key) if attempt.paused_at is not None else "",
        kept=_kept(found),
        contact=contact_of(attempt.exam),
    )


def _kept(found: ShownQuestion) -> KeptAnswers | None:
    """What is asked of answers that could not count when they came."""
    numbers = list(kept_answers.asked_about(found.attempt, found.projection))
    if not numbers:
        return None
    url = link("decide_kept", key=found.attempt.key)
    if found.slot is not None and numbers == [found.slot.number]:
        return KeptAnswers(
            _("An answer to this question was not counted, because you had been signed out or had opened the paper "
              "anew."),
            _("It is kept. Take it over in place of what stands below?"), _("Take it over"), _("Leave it"), url,
        )  # fmt: skip
    return KeptAnswers(
        _("Answers were not counted, because you had been signed out or had opened the paper anew. Questions: "
          "%(numbers)s", numbers=", ".join(map(str, numbers))),
        _("They came in time and are kept. Take them over?"), _("Take them over"), _("Leave them"), url,
    )  # fmt: skip


def _rest(found: ShownQuestion) -> StepRest:
    attempt = found.attempt
    first = exam_times.first_hand_in(session(), attempt, now=now())
    done, paused, early = attempt.shown_slot == ALL_SHOWN, attempt.paused_at is not None, now() < first
    if paused and not done:
        lead = _("The exam is paused.")
        notes = [one for one in (
            pause_reason(session(), attempt.key),
            _("The time stands still and is given back when it goes on. The next question is shown then."),
        ) if one]  # fmt: skip
    elif done:
        lead = _("All questions are behind you. Everything is saved.")
        notes = [_("You can hand in from %(time)s.", time=local_time(first))] if early else []
        notes.append(_("If you do not, it is handed in by itself at %(time)s.", time=local_time(attempt.deadline)))
    else:
        lead = _("The time is over. What came in time is saved.")
        notes = []
    return StepRest(
        title=attempt.exam.title,
        lead=lead,
        notes=tuple(notes),
        here_url=link("attempt", key=attempt.key) if paused or early else "",
        submit_url="" if early or (paused and not done) else link("submit_attempt", key=attempt.key),
        epoch=attempt.epoch,
        csrf_token=generate_csrf(),
        trial=attempt.trial,
        contact=contact_of(attempt.exam),
        kept=_kept(found),
    )
