"""The sheet on which those due sign in, by unit."""

from __future__ import annotations

from datetime import datetime

from suyu_learn.exports.documents import Block, Document, Kind, NewPage, Paragraph, Table, Words
from suyu_learn.models import Exam, Unit
from suyu_learn.services.sign_in_sheets import SignInSheet
from suyu_learn.web.context import now
from suyu_learn.web.i18n import _, dated_time, ngettext
from suyu_learn.web.paper_documents import document, window

_WIDTHS = (1.1, 2.4, 2.6, 4.6, 3.2, 2.4)


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
        rows = []
        for line in people:
            number += 1
            short = name.rpartition(" / ")[2]
            rows.append(tuple((Words(text),) if text else ()
                              for text in (str(number), line.name, line.staff_number, short, "", "")))  # fmt: skip
        head = (_("No."), _("Name"), _("Staff number"), _("Unit"), _("Signature"), _("Remark"))
        blocks.append(Table(_WIDTHS, tuple(rows), head, row_height=9, centred=frozenset({0})))
        if apart:
            blocks.append(_signed())
    if not apart:
        blocks.append(_signed())
    return document(title, blocks, head=exam.title)


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
