"""Routes that state their access, and the wrapper that makes each request one transaction."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request
from flask import session as cookie
from flask_wtf.csrf import ValidationError, generate_csrf, validate_csrf
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from suyu_learn import turns
from suyu_learn.domain.problems import Problem
from suyu_learn.web import access, errors
from suyu_learn.web.access import Access
from suyu_learn.web.context import RequestState, close, commit, learn
from suyu_learn.web.typed import has_control_signs, has_endless_numbers

View: TypeAlias = Callable[..., Any]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FETCHED = frozenset({"static", "healthz", "media"})
FOR_EVER = 10 * 365 * 24 * 3600
"""A form may stay open through a long exam: its token lives as long as the session."""

MOST_GENUINE = 20_000
LONGEST_TOKEN = 200
LONGEST_PASTE = 5 * 1024 * 1024
MOST_SENT = 2 * 1024 * 1024
"""Bytes that somebody without a role can send at once: room for a paper full of essays, none for files."""
_GENUINE: set[tuple[Any, ...]] = set()


@dataclass(frozen=True, slots=True)
class Route:
    """One route of an area, before the blueprint takes it."""

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    view: View
    access: Access
    writes: bool
    unheard: View | None = None
    """Called instead of refusing when the sign-in or the token has ended, so that nothing typed is lost."""
    before: Callable[[], None] | None = None
    """Called before anything that was sent is read, where more may come than a form."""


class Routes:
    """The routes of one area; each states who may use it."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def get(self, rule: str, *, access: Access, writes: bool = False, endpoint: str = "") -> Callable[[View], View]:
        """A route for GET; `writes` where looking changes something, as opening a paper does."""
        return self._route(rule, ("GET",), access, writes, endpoint)

    def post(
        self, rule: str, *, access: Access, writes: bool = True, endpoint: str = "", unheard: View | None = None,
        before: Callable[[], None] | None = None,
    ) -> Callable[[View], View]:  # fmt: skip
        """A route for POST; `writes` is False where the view reads first and writes apart from that."""
        return self._route(rule, ("POST",), access, writes, endpoint, unheard, before)

    def put(self, rule: str, *, access: Access, endpoint: str = "") -> Callable[[View], View]:
        """A route for PUT."""
        return self._route(rule, ("PUT",), access, True, endpoint)

    def _route(
        self,
        rule: str,
        methods: tuple[str, ...],
        access: Access,
        writes: bool,
        endpoint: str,
        unheard: View | None = None,
        before: Callable[[], None] | None = None,
    ) -> Callable[[View], View]:
        def add(view: View) -> View:
            self.routes.append(Route(rule, methods, endpoint or view.__name__, view, access, writes, unheard, before))
            return view

        return add

    def add_to(self, blueprint: Blueprint) -> None:
        """Hand the routes to the blueprint, each wrapped."""
        for route in self.routes:
            wrapped = _one_transaction(route)
            blueprint.add_url_rule(route.rule, route.endpoint, wrapped, methods=list(route.methods))


def _one_transaction(route: Route) -> View:
    """The view between BEGIN and COMMIT: committed whatever its status, unless an exception escapes."""

    @functools.wraps(route.view)
    def wrapped(**values: Any) -> Response:
        g._suyu_learn = RequestState(writes=route.writes)
        request.max_content_length = MOST_SENT  # a form is read whole, whoever sends it
        try:
            if request.method == "HEAD" and route.writes:
                raise MethodNotAllowed(valid_methods=route.methods)  # a look at the headers changes nothing
            with _turn(route):
                response = make_response(_guarded(route, values))
                commit()
            return response
        except (Problem, HTTPException, OverflowError, RecursionError) as refusal:
            close()
            if isinstance(refusal, RecursionError):  # brackets within brackets, beyond what can be read
                refusal = Problem("page.unreadable")
            if isinstance(refusal, OverflowError):  # a number or day in the address that no table can hold
                logging.getLogger(__name__).info("Beyond what can be: %s", request.path, exc_info=True)
                refusal = NotFound()
            g._suyu_learn = RequestState()
            return errors.answer(refusal)
        finally:
            close()

    wrapped.route = route  # type: ignore[attr-defined]
    return wrapped


def _turn(route: Route) -> AbstractContextManager[None]:
    """A page of learners waits for its turn; what saves an answer, or is merely fetched, does not."""
    if route.access.roles or route.methods == ("PUT",) or route.endpoint in FETCHED:
        return nullcontext()
    if request.method not in SAFE_METHODS:
        request.form  # noqa: B018 - a slow line sends its form before the turn
    return turns.one_turn()


def _guarded(route: Route, values: dict[str, Any]) -> Any:
    try:
        return _checked(route, values)
    except Problem as problem:
        if route.unheard is None or problem.code not in ("sign_in.needed", "csrf"):
            raise
        return route.unheard(**values)


def _checked(route: Route, values: dict[str, Any]) -> Any:
    if has_endless_numbers(values):
        raise NotFound
    turned_away = access.check(route.access, values)
    if turned_away is not None:
        return turned_away
    if request.method not in SAFE_METHODS:
        if route.access.roles:
            request.max_content_length = learn().settings.max_upload_mb * 1024 * 1024
            request.max_form_memory_size = LONGEST_PASTE  # whole documents are pasted; strangers paste none
        if route.before is not None:
            route.before()
        refused = check_csrf()
        if refused is not None:
            return refused
    if has_control_signs():
        raise Problem("page.unreadable")
    return route.view(**values)


def check_csrf() -> Response | None:
    """Refuse a change that does not come from our own page; JSON calls get a fresh token to try again with."""
    said = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token")
    try:
        _check_once(said)
    except ValidationError:
        if request.method == "PUT":
            response = jsonify(reason="csrf", csrf_token=generate_csrf())
            response.status_code = 400
            return response
        logging.getLogger(__name__).info("A form came without a valid token: %s", request.path)
        raise Problem("csrf") from None
    g.csrf_valid = True  # what Flask-WTF's forms ask, so that the token is not checked twice
    return None


def _check_once(token: str | None) -> None:
    """Raise ValidationError unless the token was made for this session; what passed before passes unread.

    A page sends the same token with every answer, and reading its signature costs as much as a statement.
    """
    seen = (current_app.secret_key, cookie.get(current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")), token)
    if seen in _GENUINE:
        return
    validate_csrf(token, time_limit=FOR_EVER)
    if token is None or len(token) > LONGEST_TOKEN:
        return  # a signature reads the same with any tail, which would fill the memory
    if len(_GENUINE) >= MOST_GENUINE:
        _GENUINE.clear()
    _GENUINE.add(seen)
