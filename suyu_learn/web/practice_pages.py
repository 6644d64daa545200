"""From banks and questions to the pages of practice."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from suyu_learn.content.texts import render
from suyu_learn.domain.practice import PracticeMode
from suyu_learn.models import Bank, Person, PracticeAnswer, PracticeMock
from suyu_learn.services import (
    exam_mocks,
    exams,
    practice,
    practice_answers,
    practice_asking,
    practice_favourites,
    practice_mocks,
    practice_questions,
)
from suyu_learn.services.exam_mocks import Offer
from suyu_learn.services.practice import Progress, Shelf
from suyu_learn.services.practice_asking import FAVOURITES, LOOKING, Next, Way
from suyu_learn.services.versions import Asked
from suyu_learn.web.bank_questions import explained
from suyu_learn.web.context import learn, session
from suyu_learn.web.forms.practice import USUAL_QUESTIONS, mock_form
from suyu_learn.web.i18n import N_, _, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.moments import moment
from suyu_learn.web.pages.common import Action
from suyu_learn.web.pages.practice import (
    Asking,
    ExamMock,
    Part,
    PracticeBank,
    PracticeHome,
    PracticeOverview,
    Star,
    Through,
    Told,
    WayOn,
)
from suyu_learn.web.pages.sitting import Verdict
from suyu_learn.web.printing import question_asked, question_reviewed, type_name
from suyu_learn.web.reading import html_lang
from suyu_learn.web.unread import Unread

if TYPE_CHECKING:
    from suyu_learn.services.practice import Topic

NAMES = {
    "order": N_("In order"),
    "random": N_("At random"),
    "notebook": N_("Mistakes notebook"),
    FAVOURITES: N_("Favourites"),
    LOOKING: N_("With the answers"),
}


def here_url(bank: Bank, way: Way, endpoint: str = "practise", **more: Any) -> str:
    """An address within one way of practising."""
    return link(endpoint, bank_id=bank.id, way=way.code, topic=way.topic or None, type=way.type or None, **more)


def home_page(person: Person) -> PracticeHome:
    """Every bank with how far the person is, and the mock exams as their exams will be."""
    return PracticeHome(
        banks=tuple(_bank_card(one) for one in practice.shelves(session(), person, moment())),
        mocks=tuple(
            _exam_mock(one, link("practice_bank", bank_id=one.bank.id, _anchor="mock"))
            for one in exam_mocks.offers(session(), person, moment())
        ),
    )


def go_on(mock: PracticeMock) -> Action:
    """The way back to a mock exam that still runs."""
    return Action(_("Go on with the mock exam"), link("mock", key=mock.key))


def _exam_mock(one: Offer, url: str) -> ExamMock:
    size = exams.size(session(), one.exam)
    return ExamMock(
        title=one.exam.title,
        lang=html_lang(one.exam.lang),
        facts=(
            ngettext("%(num)s minute", "%(num)s minutes", one.exam.minutes),
            _("as in the exam: %(questions)s, %(points)s points", points=number(size.points),
              questions=_questions(size.questions)),
        ),
        url=url,
    )  # fmt: skip


def _bank_card(shelf: Shelf) -> PracticeBank:
    found = shelf.progress
    return PracticeBank(
        name=shelf.bank.name,
        url=link("practice_bank", bank_id=shelf.bank.id),
        lang=html_lang(shelf.bank.lang),
        facts=progress_words(found),
        share=_share(found.practised, found.questions),
        notebook=mistakes(found.in_notebook) if found.in_notebook else "",
    )


def progress_words(found: Progress) -> tuple[str, ...]:
    """How much was practised, and how much of it was right, each with what it is counted of."""
    practised = _("%(practised)s of %(questions)s practised", practised=found.practised, questions=found.questions)
    if not found.marked:
        return (practised,)
    right = ngettext(
        "%(percent)s %% right of %(num)s answer given", "%(percent)s %% right of %(num)s answers given", found.marked,
        percent=_share(found.right, found.marked),
    )  # fmt: skip
    return practised, right


def _share(part: int, whole: int) -> int:
    """Whole percent; all of it only where it is all."""
    return part * 100 // whole if whole else 0


def mistakes(count: int) -> str:
    """How many questions the notebook has."""
    return ngettext("%(num)s mistake to clear", "%(num)s mistakes to clear", count)


def overview_page(person: Person, bank: Bank, form: Any = None) -> PracticeOverview:
    """The ways of practising with one bank; `form` is that of a mock exam which was refused.

    How many questions exams hold back is not said: from one day to the next the number, beside those of topics and
    types, would tell what a new exam may ask. That some may be held back is said always, so that it tells nothing.
    """
    here = moment()
    allowed = practice_questions.permitted(session(), [bank], here)
    found = practice.progress(session(), person, allowed).get(bank.id, Progress())
    running = practice_mocks.running_in(session(), person, bank, here)
    if form is None:
        form = mock_form(most=practice_mocks.most_questions(session(), allowed, USUAL_QUESTIONS, here))
    return PracticeOverview(
        name=bank.name,
        lang=html_lang(bank.lang),
        home_url=link("practice"),
        facts=progress_words(found),
        share=_share(found.practised, found.questions),
        ways=_ways(person, bank, found) if found.questions else (),
        topics=tuple(_topic(bank, one) for one in practice.topics_of(session(), allowed)),
        types=_types(bank, practice.types_of(session(), allowed)),
        mock_url=link("start_mock", bank_id=bank.id),
        form=form,
        running=go_on(running) if running is not None else None,
        mocks=tuple(_mock(one) for one in practice_mocks.latest_in(session(), person, bank)),
        exam_mocks=tuple(
            _exam_mock(one, link("start_exam_mock", exam_id=one.exam.id))
            for one in exam_mocks.offers(session(), person, here)
            if one.bank.id == bank.id
        ),
    )


def _ways(person: Person, bank: Bank, found: Progress) -> tuple[WayOn, ...]:
    begun = practice_asking.places_of(session(), person, bank).get(PracticeMode.IN_ORDER.value, 0)
    notes = {
        "order": _("Goes on where you stopped") if begun else _("From the first to the last"),
        "random": _("Each once, before any comes again"),
        "notebook": mistakes(found.in_notebook) if found.in_notebook else _("Empty: nothing to clear"),
        FAVOURITES: _questions(found.favourites) if found.favourites else _("None yet: mark questions with the star"),
        LOOKING: _("Question, answer and explanation at once"),
    }
    signs = {"order": "right", "random": "grid", "notebook": "cross", FAVOURITES: "star", LOOKING: "info"}
    return tuple(WayOn(_(name), here_url(bank, Way(code)), notes[code], signs[code]) for code, name in NAMES.items())


def _topic(bank: Bank, one: Topic) -> Part:
    way = Way(PracticeMode.IN_ORDER.value, topic=one.id)
    return Part(one.name, here_url(bank, way), _questions(one.questions), one.depth)


def _types(bank: Bank, counts: Mapping[str, int]) -> tuple[Part, ...]:
    order = [code for code in learn().plugins.question_types if code in counts]
    return tuple(
        Part(type_name(code), here_url(bank, Way(PracticeMode.IN_ORDER.value, type=code)), _questions(counts[code]))
        for code in order
    )


def _questions(count: int) -> str:
    return ngettext("%(num)s question", "%(num)s questions", count)


def _mock(mock: PracticeMock) -> Action:
    found = practice_mocks.score(practice_mocks.slots_of(mock))
    label = _("%(time)s: %(right)s of %(questions)s right", time=local_time(mock.closed_at), right=found.right,
              questions=found.questions)  # fmt: skip
    return Action(label, link("mock_result", key=mock.key))


def way_name(way: Way, bank: Bank) -> str:
    """A way in words, with what it is narrowed to."""
    name = _(NAMES[way.code])
    if way.type:
        return f"{name} · {type_name(way.type)}"
    topic = practice.topic_name(session(), way.topic) if way.topic else ""
    return f"{name} · {topic}" if topic else name


def ask_page(
    bank: Bank, way: Way, coming: Next, *, key: str = "", response: Any = None,
    unread: Unread | None = None,
) -> Asking:  # fmt: skip
    """A question without its key; what could not be read stays in its fields."""
    assert coming.version_id is not None
    assert coming.question_id is not None
    asked = learn().versions.get(session(), coming.version_id)
    return Asking(
        bank=bank.name,
        bank_url=link("practice_bank", bank_id=bank.id),
        way=way_name(way, bank),
        place=_place(way, coming),
        lang=html_lang(asked.lang),
        question=question_asked(
            asked, slot=1, number=str(coming.place), order=_order(asked), response=response, unread=unread
        ),
        passage=_passage(coming.group_id),
        url=here_url(bank, way),
        next_url="" if way.code == PracticeMode.NOTEBOOK else here_url(bank, way, "practise_next"),
        question_id=coming.question_id,
        form_key=key or secrets.token_urlsafe(16),
        star=_star(bank, way, coming.marked),
    )


def _star(bank: Bank, way: Way, marked: bool) -> Star:
    return Star(here_url(bank, way, "favourite_question"), marked)


def _place(way: Way, coming: Next) -> str:
    if way.code == PracticeMode.NOTEBOOK:
        return mistakes(coming.count)
    return _("Question %(number)s of %(count)s", number=coming.place, count=coming.count)


def _order(asked: Asked) -> list[str]:
    """Options as their author wrote them, since explanations name their letters."""
    return asked.type.arrange(asked.content, None)


def _passage(group_id: int | None) -> Markup | None:
    """What a question refers to, ready to print."""
    said = practice.passage(session(), group_id) if group_id is not None else None
    return render(*said) if said is not None else None


def look_page(bank: Bank, way: Way, coming: Next) -> Told:
    """A question with its answer and explanation at once."""
    assert coming.version_id is not None
    assert coming.question_id is not None
    asked = learn().versions.get(session(), coming.version_id)
    return Told(
        bank=bank.name,
        bank_url=link("practice_bank", bank_id=bank.id),
        way=way_name(way, bank),
        place=_place(way, coming),
        lang=html_lang(asked.lang),
        question=question_reviewed(
            asked, number=str(coming.place), order=_order(asked), response=asked.type.key(asked.content),
            explanation=explained(asked, to_learner=True),
        ),
        passage=_passage(coming.group_id),
        answered=False,
        judged="",
        note="",
        next_url=here_url(bank, way, "practise_next"),
        question_id=coming.question_id,
        star=_star(bank, way, coming.marked),
    )  # fmt: skip


def told_page(person: Person, bank: Bank, way: Way, row: PracticeAnswer) -> Told:
    """An answer with whether it is right, what is right, and why."""
    asked = learn().versions.get(session(), row.version_id)
    group_id = practice.group_of(session(), row.question_id)
    said = practice_answers.judged(session(), person, row)
    judged = _judged(asked, said) if said is not None else None
    return Told(
        bank=bank.name,
        bank_url=link("practice_bank", bank_id=bank.id),
        way=way_name(way, bank),
        place="",
        lang=html_lang(asked.lang),
        question=question_reviewed(
            asked, number="1", order=_order(asked), response=row.response,
            explanation=explained(asked, to_learner=True),
            verdict=judged,
        ),
        passage=_passage(group_id),
        answered=True,
        judged=judged.value if judged is not None else "",
        note=_notebook_note(person, said) if said is not None else "",
        next_url=here_url(bank, way),
        judge_url="" if said is not None else here_url(bank, way, "judge_answer", key=row.key),
        by_oneself=row.right is None and said is not None,
        question_id=row.question_id,
        form_key=row.key,
        star=_star(bank, way, practice_favourites.is_marked(session(), person, row.question_id)),
    )  # fmt: skip


def _judged(asked: Asked, row: PracticeAnswer) -> Verdict:
    if row.right:
        return Verdict.RIGHT
    machine = asked.type.marked_by_machine(asked.content)
    return Verdict.PARTLY if machine and asked.type.mark(asked.content, row.response) else Verdict.WRONG


def _notebook_note(person: Person, row: PracticeAnswer) -> str:
    """What the answer means for the notebook, as long as no later one says otherwise."""
    state = practice_answers.state_of(session(), person, row.question_id)
    if state is None or state.last_id != row.id:
        return ""
    if not row.right:
        return _("It is in your mistakes notebook.")
    if state.in_notebook:
        return _("One more right answer in a row takes it out of your notebook.")
    if row.mode is PracticeMode.NOTEBOOK:
        return _("Right twice in a row: it has left your notebook.")
    return ""


def through_page(bank: Bank, way: Way, coming: Next) -> Through:
    """A way at its end."""
    if way.code == PracticeMode.NOTEBOOK:
        sentence = _("Your notebook has nothing of this bank. What you answer wrong comes into it.")
    elif way.code == FAVOURITES and not coming.count:
        sentence = _("You have marked nothing in this bank. What you mark with the star waits here.")
    elif not coming.count:
        sentence = _("There is nothing to practise here now.")
    else:
        sentence = ngettext("You have been through the %(num)s question.",
                            "You have been through all %(num)s questions.", coming.count)  # fmt: skip
    again = coming.count and way.code != PracticeMode.NOTEBOOK
    return Through(
        bank=bank.name,
        bank_url=link("practice_bank", bank_id=bank.id),
        way=way_name(way, bank),
        sentence=sentence,
        again_url=here_url(bank, way, "practise_next") if again else "",
    )
