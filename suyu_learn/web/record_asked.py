"""What an address or a form asks of the records: their filter, their columns, and both in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import CompletionKind, Unit
from suyu_learn.services import record_choices, reports
from suyu_learn.services.grants import Reach
from suyu_learn.services.record_filters import Filter, Source, Status, parts_of
from suyu_learn.services.record_rows import FIELDS, Field
from suyu_learn.web import record_columns, words
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import N_, _, labelled, ngettext
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.typed import day_of, is_number, is_sensible

FILTERS = ("unit", "audience", "subject", "since", "until", "status")
NAMES = (*FILTERS, "col")
"""What stands in the address of a table."""
_ALL_OF = {"course": N_("All courses"), "exam": N_("All exams"), "programme": N_("All programmes")}


def reach() -> Reach:
    """Whose records one may see by name."""
    return reports.sight_of(session(), actor()).names


def left_out(wanted: Filter) -> tuple[int, int]:
    """Of how many exams one's own result stays out of these records, and how many programmes with it, the same whether
    they were passed or not.

    How many records that are would tell of a status whether the hidden result has it.
    """
    if wanted.unread is None:
        return 0, 0
    sources = {part.source for part in parts_of(wanted)}
    exams = len(wanted.unread.exam_ids) if {Source.COMPLETIONS, Source.EXAMS} & sources else 0
    return exams, len(wanted.unread.programme_ids) if {Source.COMPLETIONS, Source.MEMBERS} & sources else 0


def unit_id(seen: Reach, unit: Unit | None = None) -> int | None:
    """The unit with which an export is on record: the one asked for, else the only one whose records one may see."""
    if unit is not None:
        return unit.id
    only = seen.paths[0] if len(seen.paths) == 1 and not seen.everywhere else ""
    return int(only.strip("/").rpartition("/")[2]) if only else None


def filter_of(args: MultiDict[str, str]) -> Filter:
    """The filter; raises Problem where it is not understood, and for units out of reach."""
    seen = reach()
    kind, _colon, number = args.get("subject", "").partition(":")
    if (kind and kind not in list(CompletionKind)) or (number and not is_number(number)):
        raise Problem("page.unknown")
    status = args.get("status") or Status.COMPLETED.value
    if status not in list(Status):
        raise Problem("page.unknown")
    since, until = day_of(args.get("since", ""), "since"), day_of(args.get("until", ""), "until")
    if since and until and until < since:
        raise Problem("record.dates_turned", place=Place(field="until"))
    return Filter(
        reach=seen,
        unread=unread(),
        unit=_unit(args.get("unit", ""), seen),
        audience=args.get("audience", ""),
        kind=CompletionKind(kind) if kind else None,
        subject_id=int(number) if number else None,
        since=_start(since),
        until=_start(until + timedelta(days=1)) if until else None,
        status=Status(status),
        now=now().astimezone(learn().zone),
        changed_since=_moment(args.get("changed_since", "")),
    )


def _unit(asked: str, seen: Reach) -> Unit | None:
    if not asked:
        return None
    unit = session().get(Unit, int(asked)) if is_number(asked) else None
    if unit is None or not seen.covers(unit.path):
        raise Problem("page.unknown")
    return unit


def _moment(text: str) -> datetime | None:
    """A moment as a browser sends it, in the zone of the pages."""
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if is_sensible(moment.date()):
            return moment if moment.tzinfo else moment.replace(tzinfo=learn().zone)
        raise ValueError(text)
    except ValueError:
        raise Problem("record.not_a_moment", place=Place(field="changed_since"), given=text[:40]) from None


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), learn().zone) if day else None


def fields_of(args: MultiDict[str, str]) -> tuple[Field, ...]:
    """The columns that were chosen, in the order of the table; none if nobody chose."""
    chosen = set(args.getlist("col"))
    return tuple(field for field in FIELDS if field.value in chosen)


def kept(args: MultiDict[str, str], names: tuple[str, ...] = NAMES) -> dict[str, list[str]]:
    """What of an address has to be carried on."""
    return {name: args.getlist(name) for name in names if any(args.getlist(name))}


def about(wanted: Filter) -> Iterator[str]:
    """What the records are of, for the name of a file and for the log."""
    if wanted.unit is not None:
        yield wanted.unit.name
    if wanted.audience:
        yield next((one.label for one in audiences(wanted) if one.chosen), wanted.audience)
    if wanted.kind is not None:
        asked = f"{wanted.kind.value}:{wanted.subject_id}" if wanted.subject_id is not None else wanted.kind.value
        yield next((one.label for one in subjects(asked, wanted.reach) if one.chosen), asked)
    yield _(record_columns.STATUSES[wanted.status])
    days = [moment.astimezone(learn().zone).date() if moment else None for moment in (wanted.since, wanted.until)]
    if days[0]:
        yield _("from %(day)s", day=days[0].isoformat())
    if days[1]:
        yield _("to %(day)s", day=(days[1] - timedelta(days=1)).isoformat())
    if num := sum(left_out(wanted)):
        yield ngettext("without %(num)s own result", "without %(num)s own results", num)


def units(seen: Reach, chosen: int | None) -> tuple[Choice, ...]:
    """The units to choose from, as a tree."""
    found: Any = record_choices.units(session(), seen)
    return tuple(Choice(str(one.unit_id), one.name, one.unit_id == chosen, one.depth) for one in found)


def audiences(wanted: Filter) -> tuple[Choice, ...]:
    """The audiences to choose from."""
    found = record_choices.audiences(session())
    return tuple(Choice(code, words.audience_name(code, name), code == wanted.audience) for code, name in found)


def subjects(chosen: str, seen: Reach) -> tuple[Choice, ...]:
    """The courses, exams and programmes to choose from."""
    found = [Choice(kind, _(label), chosen == kind) for kind, label in _ALL_OF.items()]
    for kind, subject_id, title in record_choices.subjects(session(), seen):
        value = f"{kind.value}:{subject_id}"
        found.append(Choice(value, labelled(_(record_columns.KINDS[kind.value]), title), value == chosen))
    return with_chosen(found, chosen)


def with_chosen(found: Sequence[Choice], chosen: str) -> tuple[Choice, ...]:
    """What is offered; a subject that is asked for by its address alone stays chosen, without its title."""
    if not chosen or any(one.chosen for one in found):
        return tuple(found)
    return (*found, Choice(chosen, _("Something of other units"), chosen=True))
