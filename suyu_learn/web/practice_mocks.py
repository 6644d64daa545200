"""Mock exams of practice: page by page, looked over, handed in, and explained at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request
from markupsafe import Markup

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, PracticeMock
from suyu_learn.services import exam_mocks, exams, practice_mocks
from suyu_learn.services.practice_mocks import MockSlot, Score, slots_of
from suyu_learn.services.versions import Asked
from suyu_learn.web.access import SIGNED_IN
from suyu_learn.web.acting import page_number
from suyu_learn.web.bank_questions import explained
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.forms.practice import mock_form
from suyu_learn.web.i18n import _, clock_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.moments import moment
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.practice import MockNumber, MockPaper, MockResult, MockReview
from suyu_learn.web.pages.sitting import ReviewedQuestion, Verdict
from suyu_learn.web.practice import bank_of, learner
from suyu_learn.web.practice_pages import overview_page
from suyu_learn.web.printing import printed, question_asked, question_reviewed
from suyu_learn.web.reading import html_lang
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number
from suyu_learn.web.unread import Unread, say_unread

routes = Routes()

PER_PAGE = 5
MOST_VALUES = 200
"""Fields of one question that a form may bring."""


@routes.post("/practice/<int:bank_id>/mock", access=SIGNED_IN)
def start_mock(bank_id: int) -> Any:
    """Begin a mock exam, or go on with the one that runs."""
    person, form = learner(), mock_form()
    bank = bank_of(person, bank_id)
    try:
        if form.validate():
            mock = practice_mocks.start(session(), person, bank, questions=form["questions"].data,
                                        minutes=form["minutes"].data, moment=moment())  # fmt: skip
            if len(mock.slots) < form["questions"].data:
                say(MessageKind.TEACH, ngettext("There is only %(num)s question for a mock exam here.",
                                                "There are only %(num)s questions for a mock exam here.",
                                                len(mock.slots)))  # fmt: skip
            return redirect(link("mock", key=mock.key), code=303)
    except Problem as problem:
        form.refuse(problem)
    return render("practice/bank.html", overview_page(person, bank, form)), 422


@routes.post("/practice/exams/<int:exam_id>/mock", access=SIGNED_IN, writes=False)
def start_exam_mock(exam_id: int) -> Any:
    """Begin a mock exam as an exam will be, or go on with the one that runs."""
    found = exam_mocks.start(session(), learner(), exam_id, moment(), write=begin_writing)
    exam = exam_mocks.exam_of(session(), found)
    if exam is not None and found.started_at == now():
        asked, have = exams.size(session(), exam).questions, len(found.slots)
        if have < asked:
            say(MessageKind.TEACH, ngettext(
                "The exam asks %(asked)s questions; %(num)s of that kind can be practised here now.",
                "The exam asks %(asked)s questions; %(num)s of that kind can be practised here now.", have, asked=asked,
            ))  # fmt: skip
    return redirect(link("mock", key=found.key), code=303)


@routes.get("/practice/mocks/<key>", access=SIGNED_IN)
def mock(key: str) -> Any:
    """One page of a mock exam; its result once the time is over."""
    found = _open(key)
    if found is None:
        return redirect(link("mock_result", key=key), code=303)
    return render("practice/mock.html", _paper(found, page_number(request.args.get("page"))))


@routes.post("/practice/mocks/<key>", access=SIGNED_IN)
def mock_post(key: str) -> Any:
    """Keep what a page brought, and go where its button says: a page, the list of what is open, or the end."""
    person = learner()
    found = practice_mocks.find(session(), person, key, hold=True)
    if found.closed_at is not None:
        return redirect(link("mock_result", key=key), code=303)
    given, page = _given(), page_number(request.form.get("page"))
    numbers = {slot.number: place for place, slot in enumerate(_standing(found), start=1)}
    unread = practice_mocks.save(session(), found, given, moment())
    if practice_mocks.is_over(found, moment()):
        practice_mocks.close(session(), person, found, moment())
        say(MessageKind.WARNING, _("The time is over; what was answered until then has been marked."))
        return redirect(link("mock_result", key=key), code=303)
    if unread:
        say_unread(sorted(numbers[number] for number in unread))
        typed = {number: Unread(given[number], problem) for number, problem in unread.items()}
        return render("practice/mock.html", _paper(found, page, typed)), 422
    action = request.form.get("action", "")
    if action == "hand_in":
        practice_mocks.close(session(), person, found, moment())
        return redirect(link("mock_result", key=key), code=303)
    if action == "review":
        return redirect(link("mock_review", key=key), code=303)
    return redirect(link("mock", key=key, page=page_number(action.removeprefix("page_"))), code=303)


@routes.get("/practice/mocks/<key>/review", access=SIGNED_IN)
def mock_review(key: str) -> Any:
    """What is unanswered, before handing in."""
    found = _open(key)
    if found is None:
        return redirect(link("mock_result", key=key), code=303)
    numbers = _numbers(found, _standing(found))
    unanswered = tuple(one for one in numbers if not one.answered)
    page = MockReview(
        title=_title(found),
        unanswered=unanswered,
        count=len(numbers),
        deadline=clock_time(found.deadline),
        url=link("mock", key=key),
        back_url=link("mock", key=key, page=unanswered[0].page if unanswered else 1),
        dropped=_dropped(len(found.slots) - len(numbers)),
    )
    return render("practice/mock_review.html", page)


@routes.get("/practice/mocks/<key>/result", access=SIGNED_IN)
def mock_result(key: str) -> Any:
    """What came of it, with the right answers and why."""
    if _open(key) is not None:
        return redirect(link("mock", key=key), code=303)
    return render("practice/mock_result.html", _result(practice_mocks.find(session(), learner(), key)))


def _open(key: str) -> PracticeMock | None:
    """The mock exam while it runs; one whose time is over is marked first."""
    found = practice_mocks.find(session(), learner(), key)
    if found.closed_at is None and practice_mocks.is_over(found, moment()):
        begin_writing()
        found = practice_mocks.find(session(), learner(), key, hold=True)
        practice_mocks.close(session(), learner(), found, moment())
    return None if found.closed_at is not None else found


def _bank(found: PracticeMock) -> Bank:
    return session().get_one(Bank, found.bank_id)


def _standing(found: PracticeMock) -> list[MockSlot]:
    return practice_mocks.standing(session(), found, moment())


def _dropped(count: int) -> str:
    """How many questions were claimed while the mock exam ran; empty where none was."""
    return ngettext(
        "%(num)s question has dropped out, since it cannot be practised any more; it does not count.",
        "%(num)s questions have dropped out, since they cannot be practised any more; they do not count.",
        count,
    ) if count else ""  # fmt: skip


def _title(found: PracticeMock) -> str:
    exam = exam_mocks.exam_of(session(), found)
    return _("Mock exam: %(bank)s", bank=exam.title if exam is not None else _bank(found).name)


def _given() -> dict[int, list[str]]:
    """The fields `q<number>` of the form."""
    fields = [(name[1:], values) for name, values in request.form.lists() if name[:1] == "q" and is_number(name[1:])]
    return {int(number): values[:MOST_VALUES] for number, values in fields[: practice_mocks.MOST_QUESTIONS]}


def _asked(slots: Sequence[MockSlot]) -> Mapping[int, Asked]:
    """Their versions, and those of their passages."""
    passages = {slot.passage for slot in slots if slot.passage is not None}
    return learn().versions.many(session(), [*(slot.version_id for slot in slots), *passages])


def _passages(slots: Sequence[MockSlot], asked: Mapping[int, Asked]) -> Mapping[int, Markup]:
    """The passages by the number of the first slot that refers to them."""
    first: dict[int, int] = {}
    for slot in slots:
        if slot.passage is not None:
            first.setdefault(slot.passage, slot.number)
    return {number: printed(asked[passage]).stem for passage, number in first.items()}


def _paper(found: PracticeMock, page: int, unread: Mapping[int, Unread] | None = None) -> MockPaper:
    """Five questions of it, without any key."""
    every = list(enumerate(_standing(found), start=1))
    pages = max(1, -(-len(every) // PER_PAGE))
    page = min(page, pages)
    shown = every[(page - 1) * PER_PAGE : page * PER_PAGE]
    asked = _asked([slot for _place, slot in shown])
    return MockPaper(
        title=_title(found),
        lang=html_lang(_bank(found).lang),
        questions=tuple(
            question_asked(asked[slot.version_id], slot=slot.number, number=str(place), order=slot.order,
                           response=slot.response, unread=(unread or {}).get(slot.number), points=_worth(slot))
            for place, slot in shown
        ),
        passages=_passages([slot for _place, slot in shown], asked),
        dropped=_dropped(len(found.slots) - len(every)),
        place=_("Page %(number)s of %(count)s", number=page, count=pages),
        remaining=max(0, int((found.deadline - now()).total_seconds())),
        deadline=clock_time(found.deadline),
        url=link("mock", key=found.key),
        previous=page - 1 if page > 1 else None,
        next=page + 1 if page < pages else None,
        page=page,
        numbers=_numbers(found, [slot for _place, slot in every]),
    )  # fmt: skip


def _numbers(found: PracticeMock, slots: Sequence[MockSlot]) -> tuple[MockNumber, ...]:
    return tuple(
        MockNumber(place, link("mock", key=found.key, page=page, _anchor=f"q-{slot.number}"), page,
                   slot.response is not None)
        for place, slot in enumerate(slots, start=1) for page in [(place - 1) // PER_PAGE + 1]
    )  # fmt: skip


def _result(found: PracticeMock) -> MockResult:
    every = [slot for slot in slots_of(found) if slot.fraction is not None]
    score = practice_mocks.score(every)
    standing = {slot.number for slot in _standing(found)}
    shown = [(place, slot) for place, slot in enumerate(every, start=1) if slot.number in standing]
    asked, hidden = _asked([slot for _place, slot in shown]), len(every) - len(shown)
    passages = _passages([slot for _place, slot in shown], asked)
    assert found.closed_at is not None
    minutes = max(1, round((found.closed_at - found.started_at).total_seconds() / 60))
    return MockResult(
        title=_title(found),
        lang=html_lang(_bank(found).lang),
        score=_("%(right)s of %(questions)s right", right=score.right, questions=score.questions),
        facts=(
            _("%(answered)s of %(questions)s answered", answered=score.answered, questions=score.questions),
            _("%(minutes)s of %(of)s minutes", minutes=minutes, of=found.minutes),
            *_points(found, score),
        ),
        questions=tuple(
            replace(_reviewed(place, slot, asked[slot.version_id]), parent_stem=passages.get(slot.number))
            for place, slot in shown
        ),
        dropped=_dropped(len(found.slots) - len(every)),
        hidden=ngettext(
            "%(num)s question is not shown now, since an exam may ask it.",
            "%(num)s questions are not shown now, since exams may ask them.",
            hidden,
        )
        if hidden
        else "",
        bank_url=link("practice_bank", bank_id=found.bank_id),
    )


def _worth(slot: MockSlot) -> str:
    return _("%(points)s points each", points=number(slot.points)) if slot.points is not None else ""


def _points(found: PracticeMock, score: Score) -> tuple[str, ...]:
    """What was earned, and what passes in the exam that it follows."""
    if not score.full:
        return ()
    said = _("%(points)s of %(full)s points", points=number(score.earned), full=number(score.full))
    exam = exam_mocks.exam_of(session(), found)
    if exam is None:
        return (said,)
    return said, _("Pass mark of the exam: %(percent)s %%", percent=number(exam.pass_share * 100))


def _reviewed(place: int, slot: MockSlot, asked: Asked) -> ReviewedQuestion:
    return question_reviewed(
        asked, number=str(place), order=slot.order, response=slot.response,
        explanation=explained(asked, to_learner=True),
        verdict=_verdict(slot),
    )  # fmt: skip


def _verdict(slot: MockSlot) -> Verdict:
    if slot.response is None:
        return Verdict.EMPTY
    if slot.fraction == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if slot.fraction else Verdict.WRONG
