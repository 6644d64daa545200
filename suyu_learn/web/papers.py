"""From an attempt to the pages that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from suyu_learn.domain.attempts import AttemptState, Projection, StepKind, earned, standing_clock
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.models import Attempt, Exam, Person, Shown, Slot
from suyu_learn.services import (
    appeals,
    exam_integrity,
    exam_times,
    exams,
    invigilation,
    marking_notes,
    offline,
    receipts,
    scans,
    steps,
    typing_for,
)
from suyu_learn.services.sitting import OpenedPaper
from suyu_learn.services.versions import Asked
from suyu_learn.web import exam_words, integrity_words
from suyu_learn.web.appeal_boxes import Typed, boxes
from suyu_learn.web.context import learn, now, secret
from suyu_learn.web.exams import another, contact_of
from suyu_learn.web.i18n import _, dated_time, local_date, local_time, ngettext, number
from suyu_learn.web.identity import current_person
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action
from suyu_learn.web.pages.sitting import (
    OpenQuestion,
    Paper,
    PaperQuestion,
    PaperSection,
    Remark,
    Result,
    ResultState,
    Review,
    ReviewedQuestion,
    Verdict,
)
from suyu_learn.web.printing import explanation_of, printed, question_asked, question_reviewed, type_name
from suyu_learn.web.result_pictures import picture_of
from suyu_learn.web.result_words import changed_words
from suyu_learn.web.unread import Unread

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def paper_page(
    session: Session, opened: OpenedPaper, person: Person, unread: Mapping[int, Unread] | None = None
) -> Paper:
    """The paper in its new epoch, with what was saved and what could not be read, and without any key."""
    attempt, projection = opened.attempt, opened.projection
    asked = learn().versions.many(session, [slot.version_id for slot in opened.slots])
    passages = passages_of(opened.slots, asked)
    worth = {points: _("%(points)s points", points=number(points)) for points in {slot.points for slot in opened.slots}}
    questions = [
        (slot, _question(slot, asked[slot.version_id], projection, unread=(unread or {}).get(slot.number),
                         points=worth[slot.points], passage=passages.get(slot.number)))
        for slot in opened.slots
        if asked[slot.version_id].type.has_response
    ]  # fmt: skip
    key = attempt.key
    return Paper(
        key=key,
        title=attempt.exam.title,
        epoch=attempt.epoch,
        remaining=max(0, int((attempt.deadline - standing_clock(now(), attempt.paused_at)).total_seconds())),
        deadline=local_time(attempt.deadline),
        person=person.name,
        person_key=person.key,
        unit=attempt.unit_names,
        sections=tuple(_sections(questions)),
        save_all_url=link("save_answers", key=key),
        save_page_url=link("save_page", key=key),
        submit_url=link("submit_attempt", key=key),
        result_url=link("result", key=key),
        cover_url=link("exam", exam_id=attempt.exam_id),
        sign_in_url=way_back(attempt),
        csrf_token=generate_csrf(),
        trial=attempt.trial,
        contact=contact_of(attempt.exam),
        hand_in_from=_hand_in_from(session, attempt),
        paused=attempt.paused_at is not None,
        paused_because=pause_reason(session, key) if attempt.paused_at is not None else "",
        kept=tuple(str(slot) for slot in sorted(projection.kept)),
        kept_url=link("decide_kept", key=key),
    )


def pause_reason(session: Session, key: str) -> str:
    """Why the time of an attempt stands still, in a sentence."""
    reason = invigilation.why_paused(session, key)
    return _("Reason: %(reason)s", reason=reason) if reason else ""


def _hand_in_from(session: Session, attempt: Attempt) -> str:
    """From when one may hand in, while that is still to come."""
    first = exam_times.first_hand_in(session, attempt, now=now())
    return local_time(first) if first > now() else ""


def passages_of(slots: Sequence[Slot], asked: Mapping[int, Asked]) -> dict[int, Markup]:
    """The passage of each group, by the first of its questions."""
    by_number = {slot.number: slot for slot in slots}
    found: dict[int, Markup] = {}
    told: set[int] = set()
    for slot in slots:
        if slot.parent_number is not None and slot.parent_number not in told:
            told.add(slot.parent_number)
            found[slot.number] = printed(asked[by_number[slot.parent_number].version_id]).stem
    return found


def _question(
    slot: Slot, asked: Asked, projection: Projection, *, unread: Unread | None, points: str, passage: Markup | None
) -> PaperQuestion:  # fmt: skip
    found = question_asked(
        asked,
        slot=slot.number,
        number=str(slot.number),
        order=slot.option_order,
        response=projection.responses.get(slot.number),
        points=points,
        seq=projection.next_seq(slot.number),
        unread=unread,
    )
    return found if slot.parent_number is None else replace(found, parent=slot.parent_number, parent_stem=passage)


def _sections(questions: Sequence[tuple[Slot, PaperQuestion]]) -> Iterable[PaperSection]:
    for code, members in groupby(questions, key=lambda pair: pair[1].type if pair[1].parent is None else GROUP):
        section = list(members)
        each = {slot.points for slot, _question in section}
        points = _("%(points)s points each", points=number(each.pop())) if len(each) == 1 else ""
        yield PaperSection(
            name=type_name(code),
            count=len(section),
            points=points,
            questions=tuple(question for _slot, question in section),
        )


def review_page(session: Session, attempt: Attempt) -> Review:
    """Which questions have no complete answer yet."""
    projection = steps.projected(session, attempt)
    every = steps.slots_of(session, attempt)
    asked = learn().versions.many(session, [slot.version_id for slot in every])
    slots = [slot for slot in every if asked[slot.version_id].type.has_response]
    back = link("attempt", key=attempt.key)
    return Review(
        title=attempt.exam.title,
        unanswered=tuple(
            OpenQuestion(str(slot.number), f"{back}#q-{slot.number}")
            for slot in slots
            if not asked[slot.version_id].type.is_complete(
                asked[slot.version_id].content, projection.responses.get(slot.number)
            )
        ),
        count=len(slots),
        deadline=local_time(attempt.deadline),
        back_url=back,
        submit_url=link("submit_attempt", key=attempt.key),
        csrf_token=generate_csrf(),
        epoch=attempt.epoch,
        hand_in_from=_hand_in_from(session, attempt),
    )


def result_page(session: Session, attempt: Attempt, person: Person, *, typed: Typed | None = None) -> Result:
    """What the exam's policy opens of a closed attempt; `typed` is an appeal that could not be taken."""
    exam = attempt.exam
    if attempt.state is AttemptState.VOIDED:
        state = ResultState.VOIDED
    else:
        state = ResultState.MARKED if attempt.points is not None else ResultState.WAITING
    shown = exams.shown_now(session, exam, now=now(), grace=learn().grace)
    open_score = exam.show_score in shown and state is not ResultState.VOIDED
    score = open_score and state is ResultState.MARKED
    key, explained = exam.show_key in shown, exam.show_explanation in shown
    questions: tuple[ReviewedQuestion, ...] = ()
    if open_score and (key or explained):
        slots = steps.slots_of(session, attempt)
        ids = {one for slot in slots for one in (slot.version_id, slot.key_version_id) if one is not None}
        asked = learn().versions.many(session, ids)
        passages = passages_of(slots, asked)
        questions = tuple(
            replace(reviewed_as_marked(slot, asked, key=key, explained=explained),
                    parent_stem=passages.get(slot.number))
            for slot in slots
            if asked[slot.version_id].type.has_response
        )  # fmt: skip
    attempts = exams.attempts_of(session, exam, person)
    again = not attempt.trial and exams.attempts_left(exam, attempts, retake=attempt.retake) > 0
    ahead = score and not attempt.trial and exams.retake_ahead(exam, attempts, now=now())
    page = Result(
        key=attempt.key,
        title=exam.title,
        state=state,
        submitted_at=local_date(attempt.closed_at) if attempt.offline else local_time(attempt.closed_at),
        receipt="" if attempt.offline else receipts.code(session, attempt, person, secret=secret()),
        points=number(attempt.points) if score else None,
        out_of=number(attempt.full_points) if score else None,
        passed=attempt.passed if score else None,
        pass_mark=number(exam.pass_share * attempt.full_points) if score else "",
        why_hidden=_why_hidden(exam, score=open_score, key=key),
        questions=questions,
        retake=exam_words.retake_window(exam) if ahead else "",
        next=Action(_("Try again"), link("exam", exam_id=exam.id)) if again else None,
        trial=attempt.trial,
        person_key=person.key,
        person=person.name,
        unit=attempt.unit_names,
        contact=contact_of(exam),
        another=another(exam),
        home_url=link("home") if current_person() is not None else None,
        waiting=_waiting(session, attempt) if state is ResultState.WAITING else "",
        regraded=tuple(changed_words(session, attempt)) if score else (),
        remarks=tuple(_remarks(session, attempt)) if score else (),
        by_another=_by_another(session, attempt),
        print_url=link("print_attempt", key=attempt.key) if open_score and key else "",
        typed=_typed(session, attempt),
        **_on_paper(session, attempt, score=score, seen=open_score and key),
        handed_in=integrity_words.handed_in(exam_integrity.rules_of(exam).limit) if attempt.left_too_much else "",
        leaves_url=link("tell_leaves", key=attempt.key) if exam.count_leaves else "",
        appeals=boxes(
            attempt, appeals.openness(attempt, shown=shown, now=now(), asked=bool(questions)),
            [int(one.number) for one in questions], typed,
        ),
    )  # fmt: skip
    return replace(page, picture=picture_of(page, at=dated_time(attempt.closed_at)))


def _typed(session: Session, attempt: Attempt) -> str:
    """That somebody typed for the person, and why."""
    said = typing_for.told(session, attempt)
    if said is None:
        return ""
    return _("%(name)s typed for you. Reason: %(reason)s", name=said[0], reason=said[1])


def _on_paper(session: Session, attempt: Attempt, *, score: bool, seen: bool) -> dict[str, Any]:
    """What is told of a paper: when and where it was sat, who entered it, what was corrected, and its scans."""
    notes = offline.notes_of(session, attempt)
    if notes is None:
        return {}
    first, *later = notes.entries
    said = [_("Sat on paper on %(time)s.", time=local_date(notes.sat_at))]
    if notes.room:
        said.append(_("Room: %(room)s.", room=notes.room))
    said.append(_("Entered by %(name)s on %(time)s.", name=first.by, time=local_time(first.at)))
    kept = scans.of_attempt(session, attempt) if seen else ()
    return {
        "on_paper": tuple(said),
        "scans": tuple(
            Action(_("Page %(num)s", num=place), link("own_scan", key=attempt.key, scan_key=one.key))
            for place, one in enumerate(kept, start=1)
        ),
        "corrected": tuple(
            _("Corrected to %(points)s points by %(name)s on %(time)s. Reason: %(reason)s",
              points=number(one.points), name=one.by, time=local_time(one.at), reason=one.reason)
            for one in later
        ) if score else (),
    }  # fmt: skip


def _waiting(session: Session, attempt: Attempt) -> str:
    count = marking_notes.still_read(session, attempt)
    if attempt.trial:
        return ngettext("In a real sitting a person would read %(num)s answer.",
                        "In a real sitting a person would read %(num)s answers.", count)  # fmt: skip
    return ngettext(
        "%(num)s answer is still being read by a person; the result comes then.",
        "%(num)s answers are still being read by a person; the result comes then.",
        count,
    )


def _remarks(session: Session, attempt: Attempt) -> Iterable[Remark]:
    """What markers remarked, each with the question and what it earned."""
    said = [one for one in marking_notes.notes_of(session, attempt) if one.comment]
    slots = {slot.number: slot for slot in steps.slots_of(session, attempt)} if said else {}
    for one in said:
        slot = slots[one.slot]
        yield Remark(_("Question %(number)s", number=one.slot), _mark(slot), one.comment)


def _by_another(session: Session, attempt: Attempt) -> str:
    """That somebody handed in or voided it in the person's place, and why; asked only where it happened."""
    voided = attempt.state is AttemptState.VOIDED
    if not voided and (attempt.closed_by_id is None or attempt.offline):
        return ""
    said = invigilation.said_of(session, attempt, StepKind.VOIDED if voided else StepKind.SUBMITTED)
    if said is None:
        return ""
    name, reason, at = said
    text = (
        _("Voided by %(name)s on %(time)s. Reason: %(reason)s")
        if voided
        else _("Handed in for you by %(name)s on %(time)s. Reason: %(reason)s")
    )
    return text % {"name": name, "time": local_time(at), "reason": reason}


def way_back(attempt: Attempt) -> str:
    """Where one signs in again when the sign-in has ended during the paper: the same way one came."""
    if current_person() is None:
        return link("join_exam", code=attempt.exam.code)
    return link("login", next=link("attempt", key=attempt.key))


def _why_hidden(exam: Exam, *, score: bool, key: bool) -> str | None:
    if exam.results_at is not None and now() < exam.results_at and exam.show_score is not Shown.NEVER:
        return _("Your answers are in. The result is shown from %(time)s on.", time=local_time(exam.results_at))
    if not score and exam.show_score is Shown.AFTER_CLOSE:
        return _(
            "Your answers are in. The score is shown after %(time)s.", time=local_time(exam_times.last_closing(exam))
        )
    if not score and exam.show_score is Shown.NEVER:
        return _("Your answers are in. This exam shows no scores; ask its organizer.")
    if score and not key and exam.show_key is Shown.AFTER_CLOSE:
        return _("The right answers are shown after %(time)s.", time=local_time(exam_times.last_closing(exam)))
    return None


def as_marked(slot: Slot, asked: Mapping[int, Asked]) -> tuple[Asked, bool]:
    """The version by whose key a slot was marked, where it has the same parts; else the one that was asked, and False,
    since its own key is not the one that counts."""
    was, now = asked[slot.version_id], asked[slot.key_version_id or slot.version_id]
    same = was is now or (was.type.code == now.type.code and _parts_of(was) == _parts_of(now))
    return (now, True) if same else (was, False)


def _parts_of(asked: Asked) -> Any:
    """What an answer refers to: options and items by their keys, prompts, blanks and gaps by their place as well."""
    return _keyed(asked.type.asked(asked.content, ()))


def _keyed(part: Any) -> Any:
    if not isinstance(part, Mapping):
        return None
    lists = {
        name: sorted(inner, key=str) if name in ("options", "items") else inner
        for name, inner in ((name, [_keyed(one) for one in listed]) for name, listed in part.items()
                            if isinstance(listed, list | tuple))
    }  # fmt: skip
    return {**{name: part[name] for name in ("key", "kind") if name in part}, **lists}


def reviewed_as_marked(slot: Slot, asked: Mapping[int, Asked], *, key: bool, explained: bool) -> ReviewedQuestion:
    """A question after marking, with the key that counted."""
    version, counted = as_marked(slot, asked)
    return reviewed(slot, version, key=key and counted, explained=explained and counted)


def reviewed(slot: Slot, asked: Asked, *, key: bool, explained: bool) -> ReviewedQuestion:
    """A question after marking; right answer and explanation where they are open."""
    return question_reviewed(
        asked,
        number=str(slot.number),
        order=slot.option_order,
        response=slot.response,
        key=key,
        explanation=explanation_of(asked) if explained else None,
        mark=_mark(slot),
        verdict=_verdict(slot),
    )


def _mark(slot: Slot) -> str:
    if slot.fraction is None:
        return _("A person is still reading this answer.")
    return _("%(earned)s of %(points)s", earned=number(earned(slot.points, slot.fraction)), points=number(slot.points))


def _verdict(slot: Slot) -> Verdict | None:
    if slot.response is None:
        return Verdict.EMPTY
    if slot.fraction is None:
        return None
    if slot.fraction == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if slot.fraction else Verdict.WRONG
