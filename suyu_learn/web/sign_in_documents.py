"""The sheet on which those due sign in, by unit."""

from __future__ import annotations

from datetime import datetime

from suyu_learn.exports.documents import Block, Document, Inlines, Kind, NewPage, Paragraph, Table, Words
from suyu_learn.models import Exam, Unit
from suyu_learn.services.exam_rosters import RosterLine
from suyu_learn.services.sign_in_sheets import SignInSheet
from suyu_learn.web.context import now
from suyu_learn.web.i18n import _, dated_time, ngettext
from suyu_learn.web.paper_documents import document, window

_WIDTHS = (1.1, 2.4, 2.6, 4.6, 3.2, 2.4)
_WITH_CODE = (1.1, 2.4, 2.5, 3.4, 1.9, 2.9, 2.1)
"""With a place for the code of the paper, before the signature."""


def sign_in(exam: Exam, found: SignInSheet, *, unit: Unit | None, apart: bool) -> Document:
    """Everybody on it, numbered through; with `apart` each unit begins a page."""
    title = _("Sign-in sheet: %(title)s", title=exam.title)
    if unit is not None:
        title = _("%(title)s, %(unit)s", title=title, unit=unit.name)
    blocks: list[Block] = []
    number = 0
    for place, (name, people) in enumerate(found.units):
        if place and apart:
            blocks.append(NewPage())
        if not place or apart:
            blocks += _head(exam, found)
        count = ngettext("%(num)s person", "%(num)s people", len(people))
        blocks.append(Paragraph((Words(_("%(unit)s (%(people)s)", unit=name or _("without a unit"), people=count)),),
                                Kind.HEADING, before=3))  # fmt: skip
        short = name.rpartition(" / ")[2]
        rows = tuple(_row(found, line, place, short) for place, line in enumerate(people, start=number + 1))
        number += len(rows)
        code = (_("Paper code"),) if found.codes else ()
        head = (_("No."), _("Name"), _("Staff number"), _("Unit"), *code, _("Signature"), _("Remark"))
        widths = _WITH_CODE if found.codes else _WIDTHS
        blocks.append(Table(widths, rows, head, row_height=9, centred=frozenset({0})))
        if apart:
            blocks.append(_signed())
    if not apart:
        blocks.append(_signed())
    return document(title, blocks, head=exam.title)


def _row(found: SignInSheet, line: RosterLine, number: int, unit: str) -> tuple[Inlines, ...]:
    """One person: who, then places to write; the remark says who sits the retake."""
    code = ("",) if found.codes else ()
    remark = _("Retake") if line.person_id in found.retakes else ""
    cells = (str(number), line.name, line.staff_number, unit, *code, "", remark)
    return tuple((Words(text),) if text else () for text in cells)


def state_of(exam: Exam, moment: datetime | None) -> str:
    """Whether the list is the one that counts, or may still change."""
    if exam.frozen_at is not None:
        return _("The list of %(time)s. Who came or went afterwards changes nothing.", time=dated_time(moment))
    if moment is None:
        return _("So far: the list is taken when the exam opens. It still follows every change of people and units.")
    return _("So far: the list is taken %(time)s. Until then it follows every change of people and units.",
             time=dated_time(moment))  # fmt: skip


def _head(exam: Exam, found: SignInSheet) -> list[Block]:
    facts = [
        window(exam),
        ngettext("%(num)s minute", "%(num)s minutes", exam.minutes),
        _("Room: %(line)s", line="_" * 14),
    ]
    state = " ".join((state_of(exam, found.moment), _("As of %(time)s", time=dated_time(now()))))
    return [
        Paragraph((Words(exam.title),), Kind.TITLE),
        Paragraph((Words(_("Sign-in sheet"), bold=True),), Kind.SUBTITLE),
        Paragraph((Words("    ".join(one for one in facts if one)),), Kind.SUBTITLE, before=1),
        Paragraph((Words(state),), Kind.SMALL, before=1),
    ]


def _signed() -> Block:
    short, line = "_" * 8, "_" * 16
    parts = (_("Came: %(line)s", line=short), _("Absent: %(line)s", line=short), _("Invigilator: %(line)s", line=line),
             _("Date: %(line)s", line=line))  # fmt: skip
    return Paragraph((Words("    ".join(parts)),), before=4)
