"""Questions of a bank to tick: searched and filtered, to stand on a paper or at the end of a lesson."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from suyu_learn.content.texts import in_words
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank
from suyu_learn.services import bank_contents, bank_search, exam_reach
from suyu_learn.services.versions import Asked
from suyu_learn.web import bank_filters, question_words
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_questions import difficulty_name, paged, passages, seen, type_name
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import FilterChoice
from suyu_learn.web.pages.bank_offers import Offer, OffersPage
from suyu_learn.web.pages.common import Action, Choice
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of

PAGE = 20
LONGEST_STEM = 160
_LEFT_OUT = frozenset({"status", "import"})
"""What is not asked here: only what is published can be picked."""


@dataclass(frozen=True, slots=True)
class Asker:
    """What questions are chosen for, in words, and which it has already."""

    title: str
    lead: str
    taken: str
    own_url: str
    back: Action
    there: frozenset[int]
    points: str | None = None
    """The points typed for each; None where questions have none."""

    passages: bool = True
    """Whether a passage can come with its questions."""

    audiences: Collection[str] = ()
    """Whom it is for, as far as that is said."""

    bring_url: str = ""
    """Where room is made for questions of one's own, if there is such a way."""


def ticked(asked: MultiDict[str, str]) -> list[int]:
    """The questions that a form ticks, or all that its search finds; raises Problem for none."""
    ids = [int(one) for one in asked.getlist("question") if is_number(one)]
    here = bank_of(asked) if asked.get("action") == "all" else None
    if here is not None:
        ids = bank_search.ids(session(), here, _wanted(asked))
    if not ids:
        raise Problem("paper.nothing_ticked")
    return ids


def again(asked: Mapping[str, str]) -> str:
    """The query by which the same page of the same search is found again."""
    return _query(asked, page=asked.get("page", ""))


def bank_of(asked: Mapping[str, str], audiences: Collection[str] = ()) -> Bank | None:
    """The bank that is looked into: the one asked for, else the newest of one's own, else the shipped one for them."""
    usable = exam_reach.usable_banks(session(), actor())
    chosen = next((one for one in usable if str(one.id) == asked.get("bank", "")), None)
    newest = max(usable, key=lambda one: (one.unit_id is not None, _is_for(one, audiences), one.created_at, one.id),
                 default=None)  # fmt: skip
    return chosen or newest


def _is_for(bank: Bank, audiences: Collection[str]) -> bool:
    """Whether a bank came with Suyu Learn for one of these audiences: their code is the name of its folder."""
    return bank.pack is not None and bank.pack.rpartition("/")[2] in audiences


def stem_line(asked: Asked) -> str:
    """The beginning of a stem in one line."""
    stem = " ".join(in_words(asked.stem, asked.text_format, blanks=True).split())
    return stem if len(stem) <= LONGEST_STEM else stem[: LONGEST_STEM - 1] + "…"


def page(asker: Asker, asked: Mapping[str, str], errors: Sequence[str] = ()) -> str:
    """The questions that were found, to tick."""
    row = bank_of(asked, asker.audiences)
    if row is not None:  # also for what is sent from this page
        asked = {**dict(asked.items()), "bank": str(row.id)}
    total, found = 0, cast("Sequence[Any]", ())
    filters: tuple[FilterChoice, ...] = ()
    current = max(1, number_of(asked.get("page", "") or "1"))
    if row is not None:
        wanted = _wanted(asked)
        total, found = bank_search.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
        if not found and total:
            current = -(-total // PAGE)
            total, found = bank_search.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
        here = bank_contents.get_bank(session(), actor(), row.id, counted=False)
        filters = tuple(one for one in bank_filters.offered(here, asked) if one.name not in _LEFT_OUT)
    query = _query(asked)
    return render(
        "bank/offers.html",
        OffersPage(
            title=asker.title,
            lead=asker.lead,
            banks=tuple(
                Choice(str(one.id), one.name, row is not None and one.id == row.id)
                for one in exam_reach.usable_banks(session(), actor())
            ),
            text=asked.get("q", ""),
            source=asked.get("source", ""),
            filters=filters,
            filtered=bank_filters.narrows(asked),
            query=(*((name, asked[name]) for name in ("bank", *bank_filters.NAMES) if asked.get(name)),
                   ("page", str(current))),
            found=ngettext("%(num)s question", "%(num)s questions", total),
            offers=tuple(_offers(asker, found, start=(current - 1) * PAGE + 1)),
            pages=paged(total, current, PAGE, f"{asker.own_url}?{query}{'&' if query else ''}page="),
            points=asker.points,
            every=ngettext("Add the %(num)s found", "Add all %(num)s found", total) if total else "",
            own_url=asker.own_url,
            own_questions_url=link("bank_list"),
            bring_url=asker.bring_url,
            back=asker.back,
            clear_url=f"{asker.own_url}?{urlencode({'bank': row.id})}" if row is not None else asker.own_url,
            errors=tuple(errors),
        ),
    )  # fmt: skip


def _wanted(asked: Mapping[str, str]) -> Any:
    return replace(bank_filters.read(asked), status="", import_id=0)


def _query(asked: Mapping[str, str], *, page: str = "") -> str:
    names = [name for name in ("bank", *bank_filters.NAMES) if name not in _LEFT_OUT]
    pairs = {name: asked.get(name, "").strip() for name in names} | {"page": page}
    return urlencode({name: value[: bank_filters.LONGEST] for name, value in pairs.items() if value})


def _offers(asker: Asker, found: Sequence[Any], *, start: int) -> list[Offer]:
    versions = [version.id for _question, version in found]
    asked, named = learn().versions.many(session(), versions), bank_contents.labels_of(session(), versions)
    below = passages(session(), [question for question, _version in found], only_published=True)
    chosen = set(request.form.getlist("question")) if request.method == "POST" else set()
    offers = []
    for place, (question, version) in enumerate(found, start=start):
        of_passage = question.group_id is not None or version.type == GROUP
        told = asker.taken if question.id in asker.there else ""
        if of_passage and not asker.passages:
            told = _("Belongs to a passage, which only exams ask")
        offers.append(
            Offer(
                seen(asked[version.id], number=place, id=question.id, passage=below.get(question.group_id or 0),
                     facts=(type_name(version.type), difficulty_name(version.difficulty),
                            question_words.criterion(version.criterion),
                            *question_words.labels(named.get(version.id, ())))),
                question.id,
                _("Choose the whole passage with its questions") if of_passage else _("Choose this question"),
                told,
                str(question.id) in chosen,
            )
        )  # fmt: skip
    return offers
