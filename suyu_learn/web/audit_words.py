"""The audit trail in words: on what kind of thing something was done, why, and its details as people would say them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from suyu_learn.domain.attempts import AttemptState, RetakeFor
from suyu_learn.models import ChannelKind, ExamState, Role, UnitKind
from suyu_learn.services.audit_trail import Told
from suyu_learn.web import exam_words, words
from suyu_learn.web.context import learn
from suyu_learn.web.exporting import REASONS
from suyu_learn.web.forms.exams import RETAKES
from suyu_learn.web.i18n import N_, _, local_date, local_time
from suyu_learn.web.record_columns import STATUSES
from suyu_learn.web.reports import ITEM_KINDS, KINDS

OBJECTS = {
    "appeal": N_("appeal"),
    "audience": N_("audience"),
    "bank": N_("question bank"),
    "card": N_("card"),
    "course": N_("course"),
    "event": N_("event"),
    "exam": N_("exam"),
    "import": N_("import"),
    "onetimelink": N_("one-time link"),
    "outsidekind": N_("kind of certificate"),
    "person": N_("person"),
    "programme": N_("programme"),
    "question": N_("question"),
    "reminderchannel": N_("channel for reminders"),
    "topic": N_("topic"),
    "unit": N_("unit"),
}
DETAILS = {
    "about": N_("of what"),
    "answered": N_("answered papers"),
    "attempt": N_("receipt"),
    "attempts": N_("answers marked anew"),
    "audience": N_("audience"),
    "bank": N_("question bank"),
    "changed_since": N_("changed since"),
    "channel": N_("what it is"),
    "doubtful": N_("doubtful"),
    "due_on": N_("deadline"),
    "duplicates": N_("there already"),
    "errors": N_("refused"),
    "factor": N_("times the minutes"),
    "failed": N_("passed no more"),
    "fields": N_("fields"),
    "file": N_("file"),
    "filtered": N_("only what was searched for"),
    "format": N_("format"),
    "giver": N_("from person"),
    "heading": N_("line in large letters"),
    "hours": N_("hours"),
    "imported": N_("imported"),
    "issuer": N_("issued by"),
    "left": N_("entries that stay"),
    "left_since": N_("also who left since"),
    "less": N_("with fewer points"),
    "made_at": N_("made"),
    "minutes": N_("minutes more"),
    "moment": N_("moment"),
    "months": N_("valid for months"),
    "more": N_("with more points"),
    "name": N_("name"),
    "new": N_("after"),
    "number": N_("number"),
    "old": N_("before"),
    "old_name": N_("name before"),
    "old_number": N_("staff number before"),
    "other": N_("other entry"),
    "pack": N_("pack"),
    "papers": N_("papers with fixed questions"),
    "part": N_("part"),
    "parts": N_("parts"),
    "passed": N_("passed now"),
    "people": N_("people"),
    "person": N_("person"),
    "person_id": N_("person"),
    "pin": N_("with a PIN"),
    "printed": N_("printed papers"),
    "points": N_("points"),
    "programme": N_("programme"),
    "questions": N_("questions"),
    "read": N_("read"),
    "refused": N_("refused"),
    "replaced": N_("replaces an older card"),
    "retired": N_("retired"),
    "role": N_("role"),
    "roles": N_("roles"),
    "rows": N_("rows"),
    "signature": N_("line to sign on"),
    "slot": N_("place of the question on the paper"),
    "since": N_("since"),
    "starts_on": N_("beginning"),
    "state": N_("state"),
    "status": N_("status"),
    "still_open": N_("still being sat"),
    "stored": N_("stored"),
    "table": N_("table"),
    "copied_from": N_("copied from"),
    "title": N_("title"),
    "uid": N_("question"),
    "review_months": N_("review after months"),
    "until": N_("until"),
    "valid_months": N_("valid for months"),
    "value": N_("value"),
    "variants": N_("papers"),
    "version": N_("version"),
    "waiting": N_("waiting for review"),
    "whole": N_("the whole file was sent"),
    "tasks": N_("tasks"),
    "year": N_("year"),
}
_ROSTER_ROWS = {
    "new": N_("new people"),
    "changed": N_("changed"),
    "same": N_("unchanged"),
    "duplicate": N_("repeated"),
    "doubtful": N_("doubtful"),
    "refused": N_("refused"),
}
_PARTS = {"paper": N_("Paper"), "sheet": N_("Answer sheet"), "key": N_("Answers and explanations")}
UNTOLD = frozenset({"change_id", "code", "col", "export", "period", "subject", "unit"})
"""Keys for programs; the unit has a column of its own."""

_OF_WHAT = ("about", "table", "changed_since", "file")
_ZERO_SAYS_SOMETHING = frozenset({"rows", "people", "imported"})
_STATES = {
    ExamState.DRAFT: N_("Draft"),
    ExamState.PUBLISHED: N_("Published"),
    ExamState.WITHDRAWN: N_("Withdrawn"),
}


def thing(one: Told) -> str:
    """What the action was about: its name, or its kind and number."""
    entry = one.entry
    if one.object or not entry.object_id:
        return one.object
    return f"{_(OBJECTS.get(entry.object_kind, entry.object_kind))} {entry.object_id}"


def reason(one: Told) -> str:
    """Why it was done; reasons that were chosen from a list are kept by their codes."""
    code, colon, note = one.entry.reason.partition(": ")
    if one.entry.reason == "command line":
        return _("command line")
    return _(REASONS[code]) + (colon and f" - {note}") if code in REASONS else one.entry.reason


def details(one: Told) -> Iterator[str]:
    """Each detail with its label, without what is empty, nothing, or for programs."""
    for name, value in _plain(one):
        said = _value(one, name, value)
        if said:
            yield _("%(label)s: %(value)s", label=_label(one.entry.action, name), value=said)


def of_what(one: Told) -> Iterator[str]:
    """What an export was of: unit, filter and table, without how it ended."""
    kept = dict(_plain(one))
    for name in _OF_WHAT:
        if said := _value(one, name, kept.get(name)):
            yield (
                said if name == "about" else _("%(label)s: %(value)s", label=_label(one.entry.action, name), value=said)
            )


def _plain(one: Told) -> Iterator[tuple[str, Any]]:
    """The details in one level; a value that did not change is not told twice."""
    kept = one.entry.detail if isinstance(one.entry.detail, dict) else {}
    if "other" in kept and "name" in kept:
        kept = {"other": kept["name"], **{key: kept[key] for key in kept.keys() - {"other", "name"}}}
    if kept.get("old") and kept.get("old") == kept.get("new"):
        kept = {key: value for key, value in kept.items() if key not in ("old", "new")}
    for name, value in kept.items():
        inner = value if isinstance(value, dict) else {name: value}
        yield from ((str(key), part) for key, part in inner.items() if key not in UNTOLD)


def _label(code: str, name: str) -> str:
    known = _ROSTER_ROWS if code == "roster.imported" and name in _ROSTER_ROWS else DETAILS
    return _(known.get(name, name))


def _value(one: Told, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in ("", None, []) or (value == 0 and name not in _ZERO_SAYS_SOMETHING):
        return ""
    if isinstance(value, list):
        return _(", ").join(_value(one, name, part) for part in value)
    if name in ("person", "person_id", "giver") and isinstance(value, int):
        return one.people.get(value, str(value))
    try:
        if name in ("old", "new"):
            return _changed(one.entry.action, str(value))
        shown = _SHOWN.get(name)
        return shown(value) if shown else str(value)
    except (ValueError, KeyError, InvalidOperation):
        return str(value)


def _changed(code: str, value: str) -> str:
    """What stood there before or after, by what was changed."""
    if code == "unit.kind":
        return _(words.UNIT_KINDS[UnitKind(value)])
    if code == "exam.changed.state":
        return _(_STATES[ExamState(value)])
    if code == "exam.changed.pass_share":
        return exam_words.percent(Decimal(value))
    if code == "exam.changed.retake_for" and value:
        return _(RETAKES[RetakeFor(value)])
    if code == "course.changed.audiences":
        return _(words.AUDIENCES.get(value, value))
    if code.rpartition(".")[2] in exam_words.YES_OR_NO:
        return _("yes") if value == "True" else _("no")
    if code.rpartition(".")[2] in exam_words.MOMENTS and value:
        return local_time(datetime.fromisoformat(value))
    return value


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "attempt": lambda key: str(key)[:8].upper(),
    "audience": lambda code: _(words.AUDIENCES.get(code, code)),
    "channel": lambda kind: _(words.CHANNELS[ChannelKind(kind)]),
    "fields": lambda code: _(words.FIELDS.get(code, code)),
    "made_at": lambda moment: local_time(datetime.fromisoformat(moment)),
    "moment": lambda moment: local_time(datetime.fromisoformat(moment)),
    "parts": lambda code: _(_PARTS[code]),
    "role": lambda role: words.role(Role(role)),
    "since": lambda day: _day(day),  # found when it is called
    "until": lambda day: _day(day),
    "state": lambda code: _(words.ATTEMPT_STATES[AttemptState(code)]),
    "status": lambda code: _(STATUSES[code]),
    "table": lambda kind: _((KINDS | ITEM_KINDS)[kind]),
}


def _day(text: str) -> str:
    """A day, or the day of a moment; what names no zone is meant in ours."""
    moment = datetime.fromisoformat(text)
    return local_date(moment if moment.tzinfo is not None else moment.replace(tzinfo=learn().zone))
