"""The tree of topics on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import SelectField

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Role, Topic
from suyu_learn.services import topic_changes, topics
from suyu_learn.services.topics import Node
from suyu_learn.web import problems
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import INDENT, choices, text_field
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank_bulk import TopicList, TopicPage, TopicRow
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)


@routes.get("/manage/topics", access=ORGANIZERS)
def topic_list() -> str:
    """Every topic with how many published questions have it, and a form for a new one."""
    return render("bank/topics.html", _list(_add_form()))


@routes.post("/manage/topics", access=ORGANIZERS)
def topic_add() -> Any:
    """A new topic."""
    form = _add_form()
    if carried_out(form, lambda: topic_changes.add(
        session(), form.name.data, _number(form.parent.data), actor=actor(), now=now()
    )):  # fmt: skip
        say(MessageKind.SUCCESS, _("The topic is there."))
        return redirect(link("topic_list"), code=303)
    return render("bank/topics.html", _list(form)), 422


@routes.get("/manage/topics/<int:topic_id>", access=ORGANIZERS)
def topic(topic_id: int) -> str:
    """One topic, to be renamed, moved, merged or let go."""
    return render("bank/topic.html", _page(topic_id))


@routes.post("/manage/topics/<int:topic_id>/rename", access=ORGANIZERS)
def topic_rename(topic_id: int) -> Any:
    """Another name."""
    form = _rename_form(_get(topic_id))
    return _answer(topic_id, "rename", form, lambda: topic_changes.rename(
        session(), _get(topic_id), form.name.data, actor=actor(), now=now()
    ), _("The topic has its new name."))  # fmt: skip


@routes.post("/manage/topics/<int:topic_id>/move", access=ORGANIZERS)
def topic_move(topic_id: int) -> Any:
    """Another place in the tree."""
    form = _place_form(topic_id, "parent", _("Below which topic"), none=_("at the top"))
    return _answer(topic_id, "move", form, lambda: topic_changes.move(
        session(), _get(topic_id), _number(form.parent.data), actor=actor(), now=now()
    ), _("The topic stands in its new place."))  # fmt: skip


@routes.post("/manage/topics/<int:topic_id>/merge", access=ORGANIZERS)
def topic_merge(topic_id: int) -> Any:
    """One topic of two."""
    form = _place_form(topic_id, "into", _("Into"))
    return _answer(topic_id, "merge", form, lambda: topic_changes.merge(
        session(), _get(topic_id), _number(form.into.data) or 0, actor=actor(), now=now()
    ), _("The two topics are one."))  # fmt: skip


@routes.post("/manage/topics/<int:topic_id>/remove", access=ORGANIZERS)
def topic_remove(topic_id: int) -> Response:
    """Let go of a topic that nothing uses."""
    try:
        topic_changes.remove(session(), _get(topic_id), actor=actor(), now=now())
        say(MessageKind.SUCCESS, _("The topic is gone."))
    except Problem as problem:
        if problems.status(problem) in (403, 404):
            raise
        say(MessageKind.ERROR, problems.sentence(problem))
        return redirect(link("topic", topic_id=topic_id), code=303)
    return redirect(link("topic_list"), code=303)


def _answer(topic_id: int, which: str, form: Any, act: Callable[[], Any], says: str) -> Any:
    if carried_out(form, act):
        say(MessageKind.SUCCESS, says)
        return redirect(link("topic_list"), code=303)
    return render("bank/topic.html", _page(topic_id, **{which: form})), 422


def _get(topic_id: int) -> Topic:
    return topic_changes.get(session(), actor(), topic_id)


def _list(form: Any) -> TopicList:
    counts, mine = topic_changes.counts(session()), topic_changes.changeable(session(), actor())
    return TopicList(
        trail=trail((_("Question banks"), link("bank_list"))),
        topics=tuple(
            TopicRow(
                node.id, node.name, min(node.depth, 6),
                ngettext("%(num)s question", "%(num)s questions", counts.get(node.id, 0)),
                link("topic", topic_id=node.id) if node.id in mine else None,
            )
            for node in topics.nodes(session())
        ),
        form=form,
        action=link("topic_add"),
    )  # fmt: skip


def _page(topic_id: int, rename: Any = None, move: Any = None, merge: Any = None) -> TopicPage:
    row = _get(topic_id)
    below = topics.subtree(session(), row.id)
    counts = topic_changes.counts(session())
    free = topic_changes.is_free(session(), row)
    return TopicPage(
        trail=trail((_("Question banks"), link("bank_list")), (_("Topics"), link("topic_list"))),
        title=row.name,
        says=_("%(own)s published questions have it, %(all)s with the %(below)s topics below it.",
               own=counts.get(row.id, 0), all=sum(counts.get(one, 0) for one in below), below=len(below) - 1),
        rename=rename or _rename_form(row),
        rename_url=link("topic_rename", topic_id=row.id),
        move=move or _place_form(row.id, "parent", _("Below which topic"), none=_("at the top"), value=row.parent_id),
        move_url=link("topic_move", topic_id=row.id),
        merge=merge or _place_form(row.id, "into", _("Into")),
        merge_url=link("topic_merge", topic_id=row.id),
        remove_url=link("topic_remove", topic_id=row.id) if free else None,
        remove_says=_("Nothing uses it: it can go.") if free
        else _("It can go once no version of a question has it, no paper asks for it, and nothing lies below."),
    )  # fmt: skip


def _add_form() -> Any:
    class TopicForm(Form):
        name = text_field(_("Name of the new topic"), most=topic_changes.LONGEST, required=True)
        parent = SelectField(_("Below which topic"), choices=_choices(topics.nodes(session()), none=_("at the top")))

    return TopicForm()


def _rename_form(row: Topic) -> Any:
    class RenameTopicForm(Form):
        name = text_field(_("Name of the topic"), most=topic_changes.LONGEST, required=True)

    return RenameTopicForm(data={"name": row.name})


def _place_form(topic_id: int, name: str, label: str, *, none: str | None = None, value: int | None = None) -> Any:
    own = topics.subtree(session(), topic_id)
    nodes = [node for node in topics.nodes(session()) if node.id not in own]
    field = SelectField(label, choices=_choices(nodes, none=none))
    return type("PlaceForm", (Form,), {name: field})(data={name: str(value or "")})


def _choices(nodes: list[Node], *, none: str | None) -> Any:
    return choices(((str(node.id), INDENT * node.depth + node.name) for node in nodes), none=none)


def _number(text: str | None) -> int | None:
    return int(text) if text and is_number(text) else None
