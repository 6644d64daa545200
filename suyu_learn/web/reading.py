"""From a course and its lessons to the pages that show them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Container, Mapping
from dataclasses import replace
from decimal import Decimal
from math import ceil
from typing import Any

from flask_wtf.csrf import generate_csrf

from suyu_learn.content.texts import render_reading
from suyu_learn.domain.courses import Answer, Film
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.services.courses import LessonEntry, Situation, left_in, open_questions
from suyu_learn.services.studying import Entered
from suyu_learn.services.versions import Asked
from suyu_learn.web import watching
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import HTML_LANG, _, language, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Row
from suyu_learn.web.pages.courses import Checkpoint, CourseCard, CourseCover, LessonPage, LessonRow, LessonState
from suyu_learn.web.pages.sitting import PaperQuestion, ReviewedQuestion, Verdict
from suyu_learn.web.players import playing
from suyu_learn.web.printing import explanation_of, keys_of, question_asked, question_reviewed
from suyu_learn.web.unread import Unread


def words_of(found: Situation) -> tuple[dict[str, Any], str]:
    """Title, summary and outcomes in the language of the page if there are any, and the language they are in."""
    version = found.version
    own = {"title": version.title, "summary": version.summary, "outcomes": version.outcomes}
    translated = version.translations.get(language())
    if translated is None or language() == version.lang:
        return own, html_lang(version.lang)
    return {**own, **translated}, HTML_LANG[language()]


def html_lang(lang: str) -> str:
    """A language as documents state it."""
    return HTML_LANG.get(lang, lang.replace("_", "-"))


def minutes(seconds: int) -> str:
    """A time to read, in whole minutes."""
    return ngettext("about %(num)s minute", "about %(num)s minutes", max(1, ceil(seconds / 60)))


def lengths(reading: int, films: Collection[Film]) -> tuple[str, ...]:
    """A time to read, and how long films and sounds play beside it."""
    shown, heard = [one.seconds for one in films if one.is_film], [one.seconds for one in films if not one.is_film]
    return (
        minutes(reading),
        *((_("films %(length)s", length=playing(sum(shown))),) if shown else ()),
        *((_("sounds %(length)s", length=playing(sum(heard))),) if heard else ()),
    )


def hours(value: Decimal) -> str:
    """Credit hours in words, always with the two decimals in which they are recorded."""
    return _("%(hours)s credit hours", hours=f"{value:.2f}")


def progress_words(found: Situation) -> str:
    """How far the person has come, in words."""
    if found.done is not None:
        return _("Completed on %(time)s", time=local_time(found.done.completed_at))
    if not found.begun:
        return _("Not begun this year") if found.earlier is not None else _("Not begun")
    if found.next is None:
        return _("All read, questions still open")
    return _("%(done)s of %(count)s lessons read", done=found.finished, count=len(found.lessons))


def open_words(count: int) -> str:
    """How many questions still want a right answer, without which no hours are recorded; empty where there are none."""
    return ngettext("%(num)s question still open", "%(num)s questions still open", count) if count else ""


def card(found: Situation, asked: Container[str]) -> CourseCard:
    """A course as lists show it; `asked` are the questions that can be asked."""
    words, lang = words_of(found)
    label = _("Go on learning") if found.begun else _("Look")
    return CourseCard(
        title=words["title"],
        url=link("course", slug=found.course.slug),
        lang=lang,
        progress=progress_words(found),
        facts=(
            ngettext("%(num)s lesson", "%(num)s lessons", len(found.lessons)),
            *lengths(found.reading_seconds, [film for one in found.lessons for film in one.films]),
        ),
        done=len(found.lessons) if found.done is not None else found.finished,
        count=len(found.lessons),
        completed=found.done is not None,
        action_label=label if found.done is None else _("Read again"),
        note=open_words(open_questions(found, asked)),
    )


def state_of(found: Situation, lesson: LessonEntry) -> LessonState:
    """Whether a lesson is finished, open or not yet its turn."""
    if found.of(lesson).finished_at is not None:
        return LessonState.FINISHED
    return LessonState.OPEN if lesson.id in found.openable else LessonState.LOCKED


def cover_page(found: Situation, asked: Mapping[str, int], credited: Decimal | None) -> CourseCover:
    """The cover; `asked` are the checkpoints that can be asked, `credited` the hours of this year's completion."""
    words, lang = words_of(found)
    worth = learn().credit.hours(found.reading_seconds + found.playing_seconds)
    record: tuple[Row, ...] = ()
    if found.done is not None:
        studied = found.done.evidence.get("seconds", 0)
        record = (
            Row(_("Completed on"), local_time(found.done.completed_at)),
            Row(_("Time counted"), _("%(minutes)s minutes", minutes=number(Decimal(studied) / 60))),
            Row(_("Hours credited"), hours(credited or Decimal(0))),
        )
    return CourseCover(
        title=words["title"],
        summary=words["summary"],
        lang=lang,
        text_lang=html_lang(found.version.lang),
        progress=progress_words(found),
        completed=found.done is not None,
        outcomes=tuple(words["outcomes"]),
        facts=(
            Row(_("Lessons"), number(len(found.lessons))),
            Row(_("Reading time"), minutes(found.reading_seconds)),
            *((Row(_("Films and sounds"), playing(found.playing_seconds)),) if found.playing_seconds else ()),
            Row(_("Worth"), _("up to %(hours)s", hours=hours(worth))),
        ),
        lessons=tuple(_row(found, lesson, asked) for lesson in found.lessons),
        done=found.finished,
        note=open_words(open_questions(found, asked)),
        action=_way_on(found, asked),
        worth_note=_worth_note(found),
        record=record,
    )


def _worth_note(found: Situation) -> str:
    """What counts, and when."""
    if found.playing_seconds:
        return _(
            "Only time that you really read counts, at most the reading time above, and of films and sounds what was "
            "really played; %(minutes)s minutes make a credit hour. They are recorded once a year, when all lessons "
            "are read and all questions answered right.",
            minutes=learn().credit.minutes,
        )
    return _(
        "Only time that you really read counts, at most the reading time above; %(minutes)s minutes make a credit "
        "hour. They are recorded once a year, when all lessons are read and all questions answered right.",
        minutes=learn().credit.minutes,
    )


def _row(found: Situation, lesson: LessonEntry, asked: Mapping[str, int]) -> LessonRow:
    left, note = left_in(found, lesson, asked), ""
    if found.of(lesson).finished_at is not None and found.done is None:
        note = open_words(left)
    return LessonRow(
        number=lesson.position,
        title=lesson.title,
        url=link("lesson", slug=found.course.slug, lesson=lesson.slug),
        state=state_of(found, lesson),
        time=" · ".join(lengths(lesson.reading_seconds, lesson.films)),
        note=note,
    )


def _way_on(found: Situation, asked: Mapping[str, int]) -> Action:
    """The one button: begin, continue, or read again."""
    target, label = found.next, _("Go on learning") if found.begun else _("Begin the course")
    if found.done is not None:
        target, label = found.lessons[0], _("Read again")
    elif target is None:
        label = _("Answer the open questions")
        waiting = (
            one for one in found.lessons if any(u in asked and not found.of(one).right(u) for u in one.checkpoints)
        )
        target = next(waiting, found.lessons[-1])
    return Action(label, link("lesson", slug=found.course.slug, lesson=target.slug))


def lesson_page(
    entered: Entered, questions: Mapping[str, Asked], *, again: str, unread: Mapping[int, Unread] | None = None
) -> LessonPage:
    """The lesson; `questions` are its checkpoints that can be asked, `again` the one to be tried again."""
    unread = unread or {}
    found, entry, lesson = entered.situation, entered.entry, entered.lesson
    words, _lang = words_of(found)
    progress = found.of(entry)
    here = link("lesson", slug=found.course.slug, lesson=entry.slug)
    checkpoints = []
    for place, uid in enumerate(entry.checkpoints, start=1):
        if uid not in questions:
            continue
        asked, said = questions[uid], progress.answers.get(uid)
        if said is None or place in unread or (not said.right and uid == again):
            checkpoints.append(Checkpoint(str(place), asked=_ask(place, asked, unread.get(place))))
        else:
            url = None if said.right else f"{here}?again={place}#q-{place}"
            checkpoints.append(Checkpoint(str(place), answered=_review(place, asked, said), again_url=url))
    following = entered.following
    left = left_in(found, entry, questions) if found.done is None else 0
    return LessonPage(
        title=lesson.title,
        course_title=words["title"],
        course_url=link("course", slug=found.course.slug),
        number=entry.position,
        states=tuple(state_of(found, one) for one in found.lessons),
        lang=html_lang(found.version.lang),
        time=" · ".join(lengths(entry.reading_seconds, entry.films)),
        text=render_reading(lesson.text, lesson.text_format.value, _("Table")),
        sources=tuple(lesson.sources),
        questions=tuple(checkpoints),
        asks=any(one.asked is not None for one in checkpoints),
        finished=progress.finished_at is not None,
        note=open_words(left),
        post_url=link("study_lesson", slug=found.course.slug, lesson=entry.slug),
        time_url=link("lesson_time", slug=found.course.slug, lesson=entry.slug),
        person_key=entered.person.key,
        form_key=secrets.token_urlsafe(12),
        csrf_token=generate_csrf(),
        previous=_to(found, entered.previous),
        next=_to(found, following) if following and following.id in found.openable else None,
        films=watching.followed(entered),
    )


def _to(found: Situation, lesson: LessonEntry | None) -> Action | None:
    return Action(lesson.title, link("lesson", slug=found.course.slug, lesson=lesson.slug)) if lesson else None


def _ask(place: int, asked: Asked, unread: Unread | None) -> PaperQuestion:
    order = asked.type.arrange(asked.content, None)
    return question_asked(asked, slot=place, number=str(place), order=order, unread=unread)


def _review(place: int, asked: Asked, said: Answer) -> ReviewedQuestion:
    """An answered checkpoint with its explanation; while it is wrong, what is right is not marked."""
    chosen = set(keys_of(said.response))
    reviewed = question_reviewed(
        asked,
        number=str(place),
        order=asked.type.arrange(asked.content, None),
        response=said.response,
        tells_right=lambda key, right: right and (said.right or key in chosen),
        explanation=explanation_of(asked),
        verdict=_verdict(asked, said) if asked.type.marked_by_machine(asked.content) else None,
    )
    if said.right:
        return reviewed
    parts = tuple(replace(part, right=None, is_right=None) for part in reviewed.parts if part.given is not None)
    return replace(reviewed, right=None, key=None, parts=parts)


def _verdict(asked: Asked, said: Answer) -> Verdict:
    if said.right:
        return Verdict.RIGHT
    part = asked.type.mark(asked.content, said.response, PartialCredit.HALF_FOR_SUBSET)
    return Verdict.PARTLY if part else Verdict.WRONG
