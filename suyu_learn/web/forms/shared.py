"""Forms of what several people may change: what others have saved since one was shown is not undone unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import HiddenField

from suyu_learn.domain.problems import Problem
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _, listed

Values = Mapping[str, Any]
"""What stands in the database, by the field that shows it."""


class SharedForm(Form):
    """A form that carries what tells the values that it showed, each by itself."""

    shown = HiddenField()

    def show(self, values: Values) -> SharedForm:
        """Note the values that the form shows."""
        self["shown"].data = " ".join(f"{name}:{_mark(value)}" for name, value in values.items() if name in self)
        return self

    def require_unchanged(self, values: Values) -> None:
        """Raise Problem where somebody else has saved other values since the form was shown.

        Their values stand in the fields that were left as they were, and beside those that were typed in. Whoever
        sends the form again has seen them. A form that says nothing of what it showed is taken as it is.
        """
        before = dict(one.split(":", 1) for one in (self["shown"].data or "").split(" ") if ":" in one)
        theirs = {
            name: value for name, value in values.items()
            if name in self and before.get(name, _mark(value)) != _mark(value)
        }  # fmt: skip
        if not theirs:
            return
        for name, value in theirs.items():
            field = self[name]
            if _mark(field.data) == before[name]:
                field.data, field.raw_data = value, None
            said = _("Saved by somebody else meanwhile: %(value)s", value=_in_words(field, value))
            field.errors = [*field.errors, said]
        self.show(values)
        raise Problem("form.changed_meanwhile")


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(sorted(map(str, value)))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _mark(value: Any) -> str:
    return hashlib.sha256(_plain(value).encode()).hexdigest()[:12]


def _in_words(field: Any, value: Any) -> str:
    """A value as its field would show it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    chosen = value if isinstance(value, list | tuple) else [value]
    labels = {str(one.value): str(one.label) for one in field.choices} if getattr(field, "choices", None) else None
    if labels is not None:
        return listed(labels.get(str(one), str(one)) for one in chosen) if chosen else _("nothing")
    return _plain(value).replace("T", " ") if isinstance(value, datetime) else _plain(value) or _("nothing")
