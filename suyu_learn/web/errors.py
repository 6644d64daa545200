"""What a person, or a script, is told when a request ends in a problem."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from suyu_learn.domain.problems import Problem
from suyu_learn.web import problems
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _
from suyu_learn.web.identity import current_person, entry_claim
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, ProblemPage
from suyu_learn.web.templates import render

_CODES = {403: "page.refused", 404: "page.unknown", 405: "page.not_this_way", 413: "upload.too_large"}


def answer(refusal: Problem | HTTPException) -> Response:
    """A page with one sentence and one way on; JSON where JSON was asked for."""
    if isinstance(refusal, Problem):
        return _answer(refusal, problems.status(refusal))
    if refusal.response is not None or refusal.code is None or refusal.code < 400:
        return make_response(refusal.get_response())
    params: dict[str, Any] = {"most": _most_sent()} if refusal.code == 413 else {}
    other = "page.not_understood" if refusal.code < 500 else "page.broken"
    response = _answer(Problem(_CODES.get(refusal.code, other), **params), refusal.code)
    for name, value in refusal.get_headers(request.environ):
        if name in ("Allow", "Content-Range", "Retry-After"):
            response.headers[name] = value
    return response


def _most_sent() -> int:
    """How many megabytes could have been sent here."""
    here = request.max_content_length
    return here // (1024 * 1024) if here else learn().settings.max_upload_mb


def _answer(refusal: Problem, status: int) -> Response:
    if is_script():
        return make_response(jsonify(reason=refusal.code, message=problems.sentence(refusal)), status)
    titles = {404: _("Not found"), 403: _("Not allowed"), 401: _("Please sign in")}
    page = ProblemPage(
        title=titles.get(status, _("This did not work")),
        sentence=problems.sentence(refusal),
        action=_look_again(refusal) or _way_on(status),
    )
    return make_response(render("errors/problem.html", page), status)


def is_script() -> bool:
    """Whether a script asks, which wants JSON."""
    accepted = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return request.method == "PUT" or request.is_json or accepted == "application/json"


def _look_again(refusal: Problem) -> Action | None:
    """The same preview once more, where it was only not there yet."""
    key = (request.view_args or {}).get("import_key")
    if refusal.code != "bank.import_arriving" or key is None:
        return None
    return Action(_("Look again"), link("import_show", import_key=key))


def _way_on(status: int) -> Action:
    if status == 401:
        return Action(_("Sign in"), link("login"))
    entry = entry_claim()
    if entry is not None and current_person() is None:
        return Action(_("Back to the exam"), link("exam", exam_id=entry.exam_id))
    return Action(_("To the home page"), link("home"))
