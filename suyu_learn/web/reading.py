"""From a course and its lessons to the pages that show them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from math import ceil
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from flask_wtf.csrf import generate_csrf

from suyu_learn.content.bare_addresses import linked
from suyu_learn.content.texts import reading_parts
from suyu_learn.domain.courses import Answer, Film, LessonProgress
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.domain.rounding import TENTH, half_up
from suyu_learn.services import course_search
from suyu_learn.services.course_completion import Recorded
from suyu_learn.services.course_contents import LessonEntry
from suyu_learn.services.course_rules import Required
from suyu_learn.services.course_search import Excerpt, FoundLesson, stands_in
from suyu_learn.services.courses import Situation, left_in, open_questions
from suyu_learn.services.studying import Entered
from suyu_learn.services.versions import Asked
from suyu_learn.web import page_stamps, watching
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import HTML_LANG, _, credit_hours, language, listed, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Row
from suyu_learn.web.pages.courses import (
    BarPiece,
    Checkpoint,
    CourseCard,
    CourseCover,
    FoundCourse,
    FoundPlace,
    LessonPage,
    LessonPart,
    LessonRow,
    LessonSection,
    LessonState,
)
from suyu_learn.web.pages.sitting import PaperQuestion, ReviewedQuestion, Verdict
from suyu_learn.web.players import playing
from suyu_learn.web.preferences import is_elder
from suyu_learn.web.printing import explanation_of, keys_of, question_asked, question_reviewed
from suyu_learn.web.unread import Unread

MOST_PIECES = 30
"""Of the bar that shows how far one has come."""
MOST_LISTED = 12
"""Lessons in the contents that a lesson unfolds."""


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


def exact_minutes(seconds: int) -> str:
    """The same beside the hours that follow from it: below ten minutes to the tenth."""
    if seconds >= 600 or not seconds % 60:
        return minutes(seconds)
    return _("about %(minutes)s minutes", minutes=number(half_up(Decimal(seconds) / 60, TENTH)))


def lengths(reading: int, films: Collection[Film]) -> tuple[str, ...]:
    """A time to read, and how long films and sounds play beside it."""
    shown, heard = [one.seconds for one in films if one.is_film], [one.seconds for one in films if not one.is_film]
    return (
        minutes(reading),
        *((_("films %(length)s", length=playing(sum(shown))),) if shown else ()),
        *((_("sounds %(length)s", length=playing(sum(heard))),) if heard else ()),
    )


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
        closed=_closed(found),
    )


def has_on_cover(found: Situation, words: str) -> bool:
    """Whether all words stand in the title or summary, in the language of the page or of the course."""
    shown, _lang = words_of(found)
    texts = (shown["title"], shown["summary"], found.version.title, found.version.summary)
    return all(any(stands_in(text, word) for text in texts) for word in course_search.words_of(words))


def found_course(found: Situation, asked: Container[str], hits: Iterable[FoundLesson]) -> FoundCourse:
    """A course in which words were found, with the lessons where they stand."""
    openable, base = found.openable, link("course", slug=found.course.slug)
    entries = {one.id: one for one in found.lessons}
    places = []
    for hit in hits:
        entry, excerpt = entries[hit.lesson_id], hit.excerpt or Excerpt("", "", "")
        url = f"{base}/{quote(entry.slug)}" if entry.id in openable else ""
        places.append(FoundPlace(entry.title, url, excerpt.before, excerpt.found, excerpt.behind))
    return FoundCourse(card(found, asked), html_lang(found.version.lang), tuple(places))


def _closed(found: Situation) -> str:
    """Why the course cannot be begun yet, in few words."""
    if found.missing:
        return _("after %(courses)s", courses=listed(_required_title(one) for one in found.missing))
    return _("opens on %(time)s", time=local_time(found.opens_at)) if found.opens_at is not None else ""


def _required_title(one: Required) -> str:
    translated = one.translations.get(language(), {}) if language() != one.lang else {}
    return str(translated.get("title", one.title))


def states_of(found: Situation) -> list[LessonState]:
    """Whether each lesson is finished, open or not yet its turn."""
    read, openable = found.read, found.openable
    return [
        LessonState.FINISHED if one.id in read else LessonState.OPEN if one.id in openable else LessonState.LOCKED
        for one in found.lessons
    ]


def read_on(record: Recorded) -> str:
    """What reading on may still bring, in a sentence."""
    return _(
        "You were quicker than the course takes: reading on for %(minutes)s brings %(more)s more.",
        minutes=minutes(record.left), more=credit_hours(record.more),
    )  # fmt: skip


def cover_page(found: Situation, asked: Mapping[str, int], recorded: Recorded | None) -> CourseCover:
    """The cover; `asked` are the checkpoints that can be asked, `recorded` what this year's completion has brought."""
    words, lang = words_of(found)
    worth = learn().credit.hours(found.reading_seconds + found.playing_seconds)
    record: tuple[Row, ...] = ()
    if found.done is not None and recorded is not None:
        record = (
            Row(_("Completed on"), local_time(found.done.completed_at)),
            Row(_("Time counted"), _("%(minutes)s minutes", minutes=number(Decimal(recorded.seconds) / 60))),
            Row(_("Hours credited"), credit_hours(recorded.hours)),
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
            Row(_("Reading time"), exact_minutes(found.reading_seconds)),
            *((Row(_("Films and sounds"), playing(found.playing_seconds)),) if found.playing_seconds else ()),
            Row(_("Worth"), _("up to %(hours)s", hours=credit_hours(worth))),
        ),
        sections=_sections(found, link("course", slug=found.course.slug), states_of(found), asked),
        count=len(found.lessons),
        done=found.finished,
        note=open_words(open_questions(found, asked)),
        action=_way_on(found, asked, recorded),
        more=read_on(recorded) if recorded is not None and recorded.more else "",
        closed=_closed(found),
        missing=tuple(Action(_required_title(one), link("course", slug=one.slug)) for one in found.missing),
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


def _sections(
    found: Situation,
    base: str,
    states: Sequence[LessonState],
    asked: Container[str] | None = None,
    lessons: Sequence[LessonEntry] = (),
) -> tuple[LessonSection, ...]:
    """The contents, in which lessons one after the other stand under their common heading; with their times and what is
    open in them only where `asked` says what can be asked; of all lessons unless some are named."""
    rows = ((one.section, _row(found, one, asked, states[one.position - 1], base)) for one in lessons or found.lessons)
    return tuple(
        LessonSection(title, tuple(row for _title, row in group)) for title, group in groupby(rows, key=itemgetter(0))
    )


def _row(
    found: Situation, lesson: LessonEntry, asked: Container[str] | None, state: LessonState, base: str
) -> LessonRow:
    opens_at, note = found.waits(lesson), ""
    if asked is not None and state is LessonState.FINISHED and found.done is None:
        note = open_words(left_in(found, lesson, asked))
    return LessonRow(
        number=lesson.position,
        title=lesson.title,
        url=f"{base}/{quote(lesson.slug)}",
        state=state,
        time=" · ".join(lengths(lesson.reading_seconds, lesson.films)) if asked is not None else "",
        note=note,
        keep="" if opens_at else _changes(found.of(lesson)),
        opens=_("opens on %(time)s", time=local_time(opens_at)) if opens_at is not None else "",
    )


def _changes(progress: LessonProgress) -> str:
    """Another text whenever the page of a lesson looks otherwise for what one has done in it."""
    tries = sum(one.tries for one in progress.answers.values())
    return f"{int(progress.finished_at is not None)}.{tries}.{len(progress.answers)}"


def _around(lessons: Sequence[LessonEntry], at: int) -> Sequence[LessonEntry]:
    """The lessons that a page lists: all, or of a long course those around its own; the cover has them all."""
    if len(lessons) <= MOST_LISTED:
        return lessons
    first = max(0, min(at - MOST_LISTED // 2, len(lessons) - MOST_LISTED))
    return lessons[first : first + MOST_LISTED]


def _bar(states: Sequence[LessonState], at: int) -> tuple[BarPiece, ...]:
    """The bar with the place where one is; in long courses a piece stands for several lessons."""
    each = ceil(len(states) / MOST_PIECES)
    return tuple(
        BarPiece(
            done=all(state is LessonState.FINISHED for state in states[start : start + each]),
            here=start <= at < start + each,
        )
        for start in range(0, len(states), each)
    )


def _way_on(found: Situation, asked: Mapping[str, int], recorded: Recorded | None) -> Action | None:
    """The one button: begin, continue, or read again; none while nothing can be read."""
    target, label = found.next, _("Go on learning") if found.begun else _("Begin the course")
    if found.done is not None:
        target, label = found.lessons[0], _("Read again")
        if recorded is not None and recorded.lesson is not None:
            target, label = recorded.lesson, _("Read on")
    elif target is None:
        label = _("Answer the open questions")
        waiting = (
            one for one in found.lessons if any(u in asked and not found.of(one).right(u) for u in one.checkpoints)
        )
        target = next(waiting, found.lessons[-1])
    if target.id not in found.openable:
        return None
    return Action(label, link("lesson", slug=found.course.slug, lesson=target.slug))


def lesson_page(
    entered: Entered,
    questions: Mapping[str, Asked],
    *,
    again: str,
    unread: Mapping[int, Unread] | None = None,
    kept: bool = False,
) -> LessonPage:
    """The lesson; `questions` are those of its checkpoints that can be asked, `again` the one to be tried again."""
    unread = unread or {}
    found, entry, lesson = entered.situation, entered.entry, entered.lesson
    states, root = states_of(found), link("courses")
    base = f"{root}/{quote(found.course.slug)}"
    words, _lang = words_of(found)
    progress = found.of(entry)
    checkpoints = _checkpoints(entered, questions, again, unread, kept=kept)
    parts = tuple(
        LessonPart(text, checkpoints.pop(uid, None))
        for text, uid in reading_parts(lesson.text, lesson.text_format.value, _("Table"))
    )
    asks = any(one.asked is not None for one in checkpoints.values())
    following = entered.following
    to_come = _to(base, following)
    left = left_in(found, entry, questions) if found.done is None else 0
    return LessonPage(
        title=lesson.title,
        course_title=words["title"],
        course_url=base,
        number=entry.position,
        count=len(found.lessons),
        bar=_bar(states, entry.position - 1),
        sections=_sections(found, base, states, lessons=_around(found.lessons, entry.position - 1)),
        all_url=base if len(found.lessons) > MOST_LISTED else "",
        progress=_("%(done)s of %(count)s lessons read", done=found.finished, count=len(found.lessons)),
        lang=html_lang(found.version.lang),
        time=" · ".join(lengths(entry.reading_seconds, entry.films)),
        parts=parts,
        sources=tuple(linked(one) for one in lesson.sources),
        questions=tuple(checkpoints.values()),
        asks=asks,
        finished=progress.finished_at is not None,
        note=open_words(left),
        post_url=f"{base}/{quote(entry.slug)}",
        person_key=entered.person.key,
        form_key=secrets.token_urlsafe(12),
        csrf_token=generate_csrf(),
        stamp=page_stamps.stamp(entered.person),
        slug=entry.slug,
        root=root,
        progress_url=f"{base}/progress",
        version=found.version.number,
        edition=f"{found.version.id}.{language()}.{int(is_elder())}.{learn().assets.hash}",
        kept=kept,
        following_url=to_come.url if following and to_come and not found.waits(following) else "",
        previous=_to(base, entered.previous),
        next=to_come if following and states[following.position - 1] is not LessonState.LOCKED else None,
        films=watching.followed(entered),
    )


def _checkpoints(
    entered: Entered, questions: Mapping[str, Asked], again: str, unread: Mapping[int, Unread], *, kept: bool
) -> dict[str, Checkpoint]:
    """The questions of a lesson by uid, in the order of their numbers; what is kept to be read later tells no key."""
    found, entry = entered.situation, entered.entry
    checkpoints = {}
    for place, uid in enumerate(entry.checkpoints, start=1):
        if uid not in questions:
            continue
        asked, said = questions[uid], found.of(entry).answers.get(uid)
        if said is None or place in unread or (not said.right and said.told and uid == again):
            checkpoints[uid] = Checkpoint(str(place), asked=_ask(place, asked, unread.get(place)))
        elif kept or not said.told:
            checkpoints[uid] = Checkpoint(str(place), answered=_given(place, asked, said), untold=_untold(said))
        else:
            url = None if said.right else f"?again={place}#q-{place}"
            checkpoints[uid] = Checkpoint(str(place), answered=_review(place, asked, said), again_url=url)
    return checkpoints


def _to(base: str, lesson: LessonEntry | None) -> Action | None:
    return Action(lesson.title, f"{base}/{quote(lesson.slug)}") if lesson else None


def asked_checkpoint(place: int, asked: Asked) -> Checkpoint:
    """A question as it is asked."""
    return Checkpoint(str(place), asked=_ask(place, asked, None))


def _ask(place: int, asked: Asked, unread: Unread | None) -> PaperQuestion:
    order = asked.type.arrange(asked.content, None)
    return question_asked(asked, slot=place, number=str(place), order=order, unread=unread)


def _given(place: int, asked: Asked, said: Answer) -> ReviewedQuestion:
    """An answered checkpoint with the answer and nothing else."""
    order = asked.type.arrange(asked.content, None)
    return question_reviewed(asked, number=str(place), order=order, response=said.response, key=False)


def _untold(said: Answer) -> str:
    if said.told:
        return _("Your answer is kept. Whether it is right, and why, stands here when there is a line.")
    return _(
        "Your answer is kept. A paper that you are sitting asks this question: what is right stands here once it is "
        "handed in."
    )


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
