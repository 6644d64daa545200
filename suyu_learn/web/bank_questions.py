"""A question as its keepers see it: as learners do, with its key behind a fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.texts import render
from suyu_learn.domain.questions.sources import is_a_file
from suyu_learn.models import Question
from suyu_learn.services import bank
from suyu_learn.services.versions import Asked
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.pages.bank import Chosen, QuestionSeen
from suyu_learn.web.pages.common import Pages
from suyu_learn.web.pages.sitting import ReviewedQuestion
from suyu_learn.web.printing import question_asked, question_reviewed, type_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["answer_line", "asked_of_draft", "chosen", "difficulty_name", "paged", "passages", "right_answer", "seen",
           "type_name"]  # fmt: skip

DIFFICULTIES = {"easy": N_("Easy"), "medium": N_("Medium"), "hard": N_("Hard")}


def difficulty_name(code: str) -> str:
    """A difficulty in words."""
    return _(DIFFICULTIES[code])


def asked_of_draft(draft: QuestionDraft) -> Asked:
    """A draft ready to be shown, before it is stored."""
    kind = learn().plugins.question_types[draft.type]
    return Asked(0, kind, kind.read(draft.body), draft.text_format, draft.lang, draft.body["stem"],
                 draft.body.get("explanation", ""), draft.source)  # fmt: skip


def seen(
    asked: Asked, *, number: int, facts: Iterable[str] = (), where: str = "", notes: Sequence[str] = (),
    url: str | None = None, id: int = 0, passage: Markup | None = None,
) -> QuestionSeen:  # fmt: skip
    """Both faces of a question."""
    return QuestionSeen(
        asked=question_asked(asked, slot=number, number=str(number)),
        answer=question_reviewed(
            asked, number=str(number), response=asked.type.key(asked.content), explanation=explained(asked)
        ),
        facts=tuple(fact for fact in facts if fact),
        where=where,
        notes=tuple(notes),
        url=url,
        id=id,
        passage=passage,
    )  # fmt: skip


def passages(session: Session, questions: Iterable[Question], *, only_published: bool = False) -> Mapping[int, Markup]:
    """What questions refer to, ready to print, by the question of the group."""
    found = bank.passages_of(session, questions, only_published=only_published)
    return {group_id: render(*said) for group_id, said in found.items()}


def right_answer(asked: Asked) -> str:
    """The key in words."""
    return asked.type.key_in_words(asked.content)


def explained(asked: Asked, *, to_learner: bool = False) -> Markup | None:
    """The explanation with its source; to a learner not with the file by which the question came in."""
    text = render(asked.explanation, asked.text_format) if asked.explanation else Markup("")
    if asked.source and not (to_learner and is_a_file(asked.source)):
        text += Markup('<p class="sl-source">{}</p>').format(_("Source: %(source)s", source=asked.source))
    return text or None


def chosen(pairs: Iterable[tuple[str, str]], value: str, any_label: str) -> tuple[Chosen, ...]:
    """A list to choose from, with an entry for anything at its top."""
    entries = [("", any_label), *pairs]
    return tuple(Chosen(one, label, one == value) for one, label in entries)


def answer_line(answer: ReviewedQuestion) -> Markup:
    """The right answer in one line: options by letter and words, pairs as what belongs to what."""
    if answer.choices is not None:
        lettered = answer.type != "true_false"
        said = [_lettered(one.letter, one.text) if lettered else one.text for one in answer.choices if one.right]
    elif any(part.right for part in answer.parts):
        said = [_paired(part.label, part.right) for part in answer.parts if part.right is not None]
    else:
        said = [Markup.escape(answer.right)] if answer.right else []
    return Markup(_("; ")).join(said) if said else Markup.escape(_("A person marks this question."))


def _lettered(letter: str, text: Markup) -> Markup:
    return Markup('<b class="sl-answer__letter">{}</b> {}').format(letter, text)


def _paired(label: Markup, right: Markup) -> Markup:
    return Markup("{}. {}" if label.isdecimal() else "{} → {}").format(label, right)


def paged(total: int, current: int, size: int, url: str) -> Pages:
    """Where a list stands; `url` ends in `page=`."""
    count = max(1, -(-total // size))
    current = min(max(1, current), count)
    return Pages(
        current=current,
        count=count,
        total=total,
        previous_url=f"{url}{current - 1}" if current > 1 else None,
        next_url=f"{url}{current + 1}" if current < count else None,
    )
