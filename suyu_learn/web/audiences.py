"""The groups that courses and exams are made for."""

from __future__ import annotations

from typing import Any

from flask import redirect

from suyu_learn.services import audiences, grants, people
from suyu_learn.web import words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.context import now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.persons import audience_form
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.people import AudienceRow, AudiencesPage, FormPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

USE = holding(*audiences.EDITORS)


def names() -> dict[str, str]:
    """Every audience by its code, in the words of the page."""
    return {code: words.audience_name(code, name) for code, name in people.audience_names(session()).items()}


@routes.get("/manage/audiences", access=USE, endpoint="audiences")
def index() -> str:
    """All audiences with how many people of one's reach are in them, and the form for another."""
    return _page(audience_form())


@routes.post("/manage/audiences", access=USE, endpoint="audiences_post")
def add() -> Any:
    """Add one."""
    form = audience_form()
    if carried_out(form, lambda: audiences.add(session(), form.data["name"], actor=actor(), now=now())):
        say(MessageKind.SUCCESS, _("The audience has been added."))
        return redirect(link("audiences"))
    return _page(form), 422


def _page(form: Form) -> str:
    reach = grants.reach(session(), actor(), audiences.EDITORS)
    rows = tuple(
        AudienceRow(
            name=words.audience(one.audience),
            count=ngettext("%(num)s person", "%(num)s people", one.people),
            url=link("persons", audience=one.audience.code),
            rename_url=link("audience_rename", code=one.audience.code)
            if reach.everywhere and not one.audience.built_in
            else None,
        )
        for one in audiences.counted(session(), reach=reach)
    )
    return render("audiences/index.html", AudiencesPage(trail=trail(), audiences=rows, form=form))


@routes.get("/manage/audiences/<code>", access=USE)
def audience_rename(code: str) -> str:
    """The form for another name."""
    audiences.require_everywhere(session(), actor())
    found = audiences.get(session(), code)
    return _rename_page(code, found.name, audience_form(found.name))


@routes.post("/manage/audiences/<code>", access=USE)
def audience_rename_post(code: str) -> Any:
    """Rename it."""
    audiences.require_everywhere(session(), actor())
    found = audiences.get(session(), code)
    form = audience_form()
    if carried_out(form, lambda: audiences.rename(session(), found, form.data["name"], actor=actor(), now=now())):
        say(MessageKind.SUCCESS, _("Saved."))
        return redirect(link("audiences"))
    return _rename_page(code, audiences.get(session(), code).name, form), 422


def _rename_page(code: str, name: str, form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("Rename %(name)s", name=name), form=form, submit=_("Save"), cancel_url=link("audiences"),
        trail=trail((_("Audiences"), link("audiences"))),
    ))  # fmt: skip
