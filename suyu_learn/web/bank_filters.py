"""What is looked for in a bank: read from the address, offered to choose from, and kept under a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Role, Status
from suyu_learn.services import audiences, bank_contents, bank_search
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.bank_search import ANY, NO_TOPIC, QuestionFilter
from suyu_learn.web import problems, question_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_questions import DIFFICULTIES, difficulty_name, type_name
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms.fields import INDENT
from suyu_learn.web.i18n import N_, _
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import Chosen, FilterChoice, SavedSearch
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
NAMES = ("q", "type", "status", "difficulty", "topic", "criterion", "dimension", "audience", "tag", "source", "import",
         "sort")  # fmt: skip
"""What an address may ask for; links, saved searches and bulk changes carry these and nothing else."""
SORTS = {
    "": N_("Oldest first"),
    "new": N_("Newest first"),
    "edited": N_("Lately edited first"),
    "easy": N_("Easy first"),
    "hard": N_("Hard first"),
    "type": N_("By type"),
}
LONGEST = 100


def read(asked: Mapping[str, str]) -> QuestionFilter:
    """What an address or a form asks for; what makes no sense asks nothing."""
    text = {name: asked.get(name, "").strip()[:LONGEST] for name in NAMES}
    topic = text["topic"]
    return QuestionFilter(
        text=text["q"],
        type=text["type"],
        difficulty=text["difficulty"],
        topic=NO_TOPIC if topic == "none" else _number(topic),
        criterion=_number(text["criterion"]),
        dimension=text["dimension"],
        tag=text["tag"],
        source=text["source"],
        status=text["status"] if text["status"] in {*Status, ANY} else "",
        audience=f"{question_words.FOR}{text['audience']}" if text["audience"] else "",
        import_id=_number(text["import"]),
        sort=text["sort"] if text["sort"] in SORTS else "",
    )


def seen_by(here: BankSeen, asked: Mapping[str, str]) -> QuestionFilter:
    """The same as far as the person may see it: who only looks into a bank finds what is published."""
    wanted = read(asked)
    return replace(wanted, status="", import_id=0) if here.only_published else wanted


def query_of(asked: Mapping[str, str]) -> str:
    """The same as it stands behind the question mark, without what asks nothing."""
    return urlencode({name: asked[name].strip()[:LONGEST] for name in NAMES if asked.get(name, "").strip()})


def narrows(asked: Mapping[str, str]) -> bool:
    """Whether anything is asked that leaves something out."""
    return any(asked.get(name, "").strip() for name in NAMES if name not in ("sort", "status"))


def offered(here: BankSeen, asked: Mapping[str, str]) -> tuple[FilterChoice, ...]:
    """The lists to choose from, each with what is chosen; lists without entries are left out."""
    row = here.bank
    nodes = bank_search.topics_of(session(), row)
    tags = [tag for tag in bank_search.tags_of(session(), row) if not tag.startswith(question_words.FOR)]
    groups = [(one.code, question_words.audience_name(one.code, {one.code: one.name}))
              for one in audiences.every(session())]  # fmt: skip
    came = () if here.only_published else bank_contents.imports_of(session(), row, limit=50)
    imports = [(str(batch.id), batch.file_name) for batch, _who in came]
    standing = [("", question_words.status(Status.PUBLISHED)),
                *((one.value, question_words.status(one)) for one in Status if one is not Status.PUBLISHED),
                (ANY, _("Every status"))]  # fmt: skip
    topic_names = [(str(node.id), INDENT * node.depth + node.name) for node in nodes]
    lists = (
        ("type", _("Type"), _("Every type"), [(code, type_name(code)) for code in learn().plugins.question_types]),
        ("status", _("Status"), "", [] if here.only_published else standing),
        ("difficulty", _("Difficulty"), _("Every difficulty"),
         [(code, difficulty_name(code)) for code in DIFFICULTIES]),
        ("topic", _("Topic, with all below it"), _("Every topic"),
         [*topic_names, ("none", _("without a topic"))] if topic_names else []),
        ("criterion", _("Criterion"), _("Every criterion"), question_words.criteria()),
        ("dimension", _("Dimension"), _("Every dimension"),
         [(code.value, _(name)) for code, name in question_words.DIMENSIONS.items()]),
        ("audience", _("Audience"), _("Every audience"), groups),
        ("tag", _("Tag"), _("Every tag"), [(tag, tag) for tag in tags]),
        ("import", _("Import"), _("Every import"), imports),
        ("sort", _("Order"), "", [(code, _(name)) for code, name in SORTS.items()]),
    )  # fmt: skip
    return tuple(
        FilterChoice(name, label, _chosen(pairs, asked.get(name, ""), every)) for name, label, every, pairs in lists
        if pairs
    )  # fmt: skip


def kept(own: str) -> tuple[SavedSearch, ...]:
    """The searches that the person kept, as links into a bank."""
    return tuple(
        SavedSearch(one.name, f"{own}?{one.query}", link("forget_filter", filter_id=one.id))
        for one in bank_search.saved(session(), actor())
    )


@routes.post("/manage/bank/<int:bank_id>/filters", access=ORGANIZERS)
def save_filter(bank_id: int) -> Response:
    """Keep what is looked for under a name, for all banks."""
    bank_contents.get_bank(session(), actor(), bank_id)
    query = query_of(request.form)
    try:
        bank_search.save(session(), actor(), request.form.get("name", ""), query, now=now())
        say(MessageKind.SUCCESS, _("The search is saved; you find it on each of your banks."))
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
    return redirect(f"{link('bank_show', bank_id=bank_id)}?{query}", code=303)


@routes.post("/manage/bank/filters/<int:filter_id>/forget", access=ORGANIZERS)
def forget_filter(filter_id: int) -> Response:
    """Let go of a search one kept."""
    bank_search.forget(session(), actor(), filter_id)
    bank = request.form.get("bank", "")
    there = link("bank_show", bank_id=int(bank)) if is_number(bank) else link("bank_list")
    return redirect(there, code=303)


def _chosen(pairs: Iterable[tuple[str, str]], value: str, every: str) -> tuple[Chosen, ...]:
    entries = [("", every), *pairs] if every else list(pairs)
    return tuple(Chosen(one, label, one == value) for one, label in entries)


def _number(text: str) -> int:
    return int(text) if is_number(text) else 0
