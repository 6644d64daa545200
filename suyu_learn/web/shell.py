"""What stands around every page: names, languages, menu, messages."""

from __future__ import annotations

import json
from typing import Any

from flask import request
from flask_wtf.csrf import generate_csrf

from suyu_learn.models import PersonKind
from suyu_learn.web.context import learn, state
from suyu_learn.web.i18n import HTML_LANG, LANGUAGES, _, language
from suyu_learn.web.identity import current_person, roles, sitter
from suyu_learn.web.links import here, link
from suyu_learn.web.pages.common import Language, MenuItem, Message, MessageKind, Shell
from suyu_learn.web.preferences import is_elder
from suyu_learn.web.session import pop, put


def shell() -> Shell:
    """The shell of this request."""
    settings = learn().settings
    person = current_person()
    sitting = sitter()
    kept = state().remembered
    return Shell(
        lang=HTML_LANG[language()],
        product_name=settings.product_name or _("Suyu Learn"),
        csrf_token=generate_csrf(),
        here=here() if request.method == "GET" else "/",
        managing=_managing(),
        posted=request.method == "POST",
        elder=is_elder(),
        signed_in=person.name if person else None,
        person_key=person.key if person else "",
        entered=sitting.name if sitting is not None and person is None else None,
        messages=(*kept.get("messages", ()), *_flashed()),
        menu=_menu(),
        languages=tuple(Language(code, label, code == language()) for code, label in LANGUAGES.items()),
        contact_name=settings.contact_name,
        contact_phone=settings.contact_phone,
    )


def say(kind: MessageKind, text: str, **more: str) -> None:
    """Show a message on the next page that is rendered, also after a redirect."""
    put("messages", [*json.loads(pop("messages") or "[]"), {"kind": kind.value, "text": text, **more}])


def _flashed() -> tuple[Message, ...]:
    said: list[dict[str, Any]] = json.loads(pop("messages") or "[]")
    return tuple(Message(MessageKind(one.pop("kind")), **one) for one in said)


def _menu() -> tuple[MenuItem, ...]:
    """Home and courses for everybody who is signed in, managing for those who hold a role."""
    person = current_person()
    if person is None or person.kind is PersonKind.GUEST:
        return ()
    home, courses, manage = link("home"), link("courses"), link("manage")
    path = request.script_root + request.path
    items = [
        MenuItem(_("Home"), home, current=path == home),
        MenuItem(_("Courses"), courses, current=path == courses or path.startswith(f"{courses}/")),
    ]
    if roles():
        items.append(MenuItem(_("Manage"), manage, current=_managing()))
    return tuple(items)


def _managing() -> bool:
    return f"{request.script_root}{request.path}/".startswith(link("manage"))
