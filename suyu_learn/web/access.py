"""Who may use a route. Every route states one of these; a test walks them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Role
from suyu_learn.services import entry, sitting
from suyu_learn.web.context import learn, session
from suyu_learn.web.identity import claim, current_person, entered, roles
from suyu_learn.web.links import here, link


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks for before its view runs; a view of one object checks its unit besides."""

    name: str
    signed_in: bool = True
    roles: frozenset[Role] = frozenset()
    entry: bool = False
    """Whether who entered the exam of the route without an account may use it too."""


PUBLIC = Access("public", signed_in=False)
SIGNED_IN = Access("signed in")
EXAM_ENTRY = Access("signed in, or entered this exam", entry=True)
"""For pages of one exam, named by `exam_id` or by the `key` of an attempt; they ask `sitter()` who is there."""
CLAIMED = Access("signed in, checked by the service itself", signed_in=False)
"""For saving answers, where one statement reads the person together with the attempt."""


def holding(*roles: Role) -> Access:
    """For those who hold one of the roles somewhere; the view checks the unit of what it shows."""
    return Access("holds " + " or ".join(role.value for role in roles), roles=frozenset(roles))


def check(access: Access, values: Mapping[str, Any]) -> Response | None:
    """None when the request may go on; the sign-in page when nobody is there; raises Problem when refused."""
    if access is CLAIMED and claim() is None:
        raise Problem("sign_in.needed")
    if not access.signed_in:
        return None
    person = current_person()
    if person is None and access.entry:
        return _let_in(values)
    if person is None:
        if request.method == "GET" and learn().own_sign_in:
            return redirect(link("login", next=here()))
        raise Problem("sign_in.needed")
    if access.roles and not access.roles & roles():
        raise Problem("page.refused")
    return None


def _let_in(values: Mapping[str, Any]) -> Response | None:
    """None for who entered this very exam; everybody else goes to its entry, or to the sign-in page."""
    exam_id = values["exam_id"] if "exam_id" in values else sitting.exam_id_of(session(), values["key"])
    if entered(exam_id) is not None:
        return None
    if request.method != "GET":
        raise Problem("sign_in.needed")
    code = entry.code_for_entry(session(), exam_id)
    if code is not None:
        return redirect(link("join_exam", code=code))
    if not learn().own_sign_in:
        raise Problem("sign_in.needed")
    return redirect(link("login", next=here()))
