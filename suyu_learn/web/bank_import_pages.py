"""The pages of an import, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from flask import request

from suyu_learn.content.formats.refused_cells import is_passage, passage_again
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Course, Import, ImportRow, ImportState, Lesson, RowOutcome
from suyu_learn.services import bank_imports, bank_near, bank_remarks, bank_steps, bank_undo, lesson_writing
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.web import bank_import_notes, problems
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_import_cards import cards, columns_of, place_of, reason_of, stem_of
from suyu_learn.web.bank_near import near_pairs, near_said
from suyu_learn.web.bank_questions import paged
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms.bank import format_name, reading_form
from suyu_learn.web.i18n import _, listed, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import ImportPage, ImportProgress, ImportUpload
from suyu_learn.web.pages.common import Action, Alignment, Column, Message, MessageKind, Pages
from suyu_learn.web.typed import number_of

PAGE = 20
MOST_LISTED = 200
"""Errors and duplicates shown on the page; the table to download has them all."""


def upload_page(here: BankSeen, form: Any, problem: Problem | None = None, *, lesson_id: int = 0) -> ImportUpload:
    """Choosing a file, or why the last one could not be read."""
    found = lesson_writing.being_written(session(), lesson_id, actor()) if lesson_id else None
    asked = {"lesson": lesson_id} if found is not None else {}
    endings = sorted({suffix for one in learn().plugins.bank_formats.values() for suffix in one.suffixes})
    return ImportUpload(
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id),
        form=form,
        action=link("bank_import", bank_id=here.bank.id, **asked),
        lesson=Action(found[1].title, _choosing(found, here.bank)) if found is not None else None,
        template_url=link("bank_template"),
        endings=",".join(endings),
        most_mb=learn().settings.max_upload_mb,
        refused=told_of(problem) if problem is not None else None,
    )


def _choosing(found: tuple[Course, Lesson], bank: Bank) -> str:
    """Where questions of a bank are chosen for a lesson."""
    course, lesson = found
    return link("lesson_questions", slug=course.slug, lesson_id=lesson.id, bank=bank.id)


def _for_lesson(batch: Import, here: BankSeen) -> Action | None:
    """The way back to the lesson for which somebody has brought these questions."""
    number = batch.options.get("lesson", 0)
    found = lesson_writing.being_written(session(), number, actor()) if number else None
    if found is None:
        return None
    return Action(_("Choose them for “%(lesson)s”", lesson=found[1].title), _choosing(found, here.bank))


def told_of(problem: Problem) -> Message:
    """Why a file could not be read."""
    place = problem.place
    where = " · ".join(part for part in (place.file, place.sheet, str(place.row or "")) if part)
    return Message(MessageKind.ERROR, problems.sentence(problem), where=where)


def _remarked(batch: Import, faults: int) -> str | None:
    """Where the file itself is given back with remarks, if its format can carry them and it is still kept."""
    code = batch.options.get("form", "")
    if not faults or code not in bank_remarks.CAN_CARRY or not bank_imports.is_kept(session(), batch):
        return None
    return link("import_remarked", import_key=batch.key)


def _is_table(batch: Import) -> bool:
    return hasattr(learn().plugins.bank_formats.get(batch.options.get("form", "")), "look")


def _read_as(batch: Import) -> str:
    """Which format the file was read as, in words."""
    code = batch.options.get("form", "")
    form = learn().plugins.bank_formats.get(code)
    name = format_name(code, getattr(form, "label", "")) if code else ""
    return _("Read as: %(form)s.", form=name) if name else ""


def import_page(batch: Import, here: BankSeen, *, form: Any = None, problem: Problem | None = None) -> ImportPage:
    """What a file brings, before and after it is taken in."""
    waiting, done = batch.state is ImportState.PREVIEW, batch.state is ImportState.DONE
    refused = () if waiting else bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,), limit=MOST_LISTED)
    doubles = bank_imports.rows_of(session(), batch, (RowOutcome.DUPLICATE,), limit=MOST_LISTED)
    doubtful = bank_imports.rows_of(session(), batch, (RowOutcome.DOUBTFUL,), limit=MOST_LISTED)
    tally = bank_imports.tally(session(), batch)
    in_fault = bank_imports.refused_in(session(), batch)
    good = tally[RowOutcome.NEW] + tally[RowOutcome.CHANGED]
    in_words = good if waiting else batch.counts["imported"]
    current = max(1, request.args.get("page", 1, type=number_of))
    own = link("import_show", import_key=batch.key)
    pages = paged(good, current, PAGE, f"{own}?page=")
    shown = bank_imports.rows_of(session(), batch, (RowOutcome.NEW, RowOutcome.CHANGED),
                                 offset=(pages.current - 1) * PAGE, limit=PAGE)  # fmt: skip
    faulty_pages, faults = _faults(batch, own) if waiting else (paged(0, 1, PAGE, own), ())
    aside = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,), decision=bank_imports.LEFT_OUT,
                                 limit=MOST_LISTED)  # fmt: skip
    change = waiting and here.may_change
    told = partial(cards, batch, change=change)
    faulty, repeated = _Places(refused), _Places(doubles)
    passages = _passages(batch, refused) if here.may_change and not waiting else ""
    obstacles = bank_undo.in_the_way(session(), batch, now=now()) if done and here.may_change else []
    again = form or reading_form(learn().plugins.bank_formats, form=batch.options.get("form", ""),
                                 encoding=batch.options.get("encoding", ""))  # fmt: skip
    return ImportPage(
        read_as=_read_as(batch),
        reading=again if waiting and here.may_change and batch.options.get("form") else None,
        reading_refused=told_of(problem) if problem is not None else None,
        reading_url=link("import_read_again", import_key=batch.key),
        file_name=batch.file_name,
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id),
        heading=_heading(batch),
        lead=_lead(batch, good),
        waiting=waiting,
        done=done,
        may_change=here.may_change,
        messages=(*_waiting_said(batch, here), *_messages(batch, tally)),
        counts=_count_rows(batch, tally, in_words, in_fault),
        errors=tuple((*faulty.cells(row), reason_of(row)) for row in refused),
        error_columns=(*faulty.columns, Column(_("What is wrong"))),
        errors_hidden=_hidden(tally[RowOutcome.REFUSED]),
        faults=in_fault,
        errors_url=link("import_errors", import_key=batch.key) if in_fault and not passages else None,
        passages=passages,
        duplicates=tuple((*repeated.cells(row), stem_of(row), reason_of(row)) for row in doubles),
        duplicate_columns=(*repeated.columns, Column(_("Question")), Column(_("What it repeats"))),
        duplicates_hidden=_hidden(tally[RowOutcome.DUPLICATE]),
        faulty=told(faults),
        faulty_pages=faulty_pages,
        doubts=told(doubtful),
        questions=told([row for row in shown if "body" in row.data]),
        remarked_url=_remarked(batch, in_fault + tally[RowOutcome.DOUBTFUL]),
        columns_url=link("import_columns", import_key=batch.key) if change and _is_table(batch) else None,
        near=near_pairs(batch, change=change) if waiting else (),
        near_said=near_said(batch) if waiting else "",
        near_url=link("import_near", import_key=batch.key) if change and not bank_near.looked(batch) else None,
        aside=told(aside),
        pages=pages,
        apply_url=link("import_apply", import_key=batch.key),
        discard_url=link("import_discard", import_key=batch.key),
        undo_url=link("import_undo", import_key=batch.key) if done and here.may_change and not obstacles else None,
        exam_url=link("new_exam", bank=here.bank.id),
        lesson=_for_lesson(batch, here) if done else None,
        again_url=link("bank_import", bank_id=here.bank.id),
        good=good,
        all_label=ngettext("Take in the question", "Take in all %(num)s questions", good),
        good_label=ngettext("Take in the one good question", "Take in the %(num)s good questions", good),
        good_says=_good_says(tally, in_fault),
        mend_says=_("0 of %(read)s questions come in, and this preview goes. Correct your file and choose it again.",
                    read=batch.counts["read"]),
        errors_label=ngettext("Download the question with faults, to correct it and import it again",
                              "Download the %(num)s questions with faults, to correct and import them again",
                              in_fault),
        obstacles=tuple(problems.sentence(one) for one in obstacles),
    )  # fmt: skip


def _waiting_said(batch: Import, here: BankSeen) -> Iterable[Message]:
    """That what comes in waits for review, before and after."""
    if batch.state is ImportState.PREVIEW and here.bank.review:
        yield Message(MessageKind.TEACH, _("This bank asks for review: what comes in waits until a reviewer agrees."),
                      todo=_("No paper draws it before."))  # fmt: skip
    waiting = bank_imports.waiting_in(session(), batch) if batch.state is ImportState.DONE else 0
    if waiting:
        yield Message(
            MessageKind.TEACH,
            ngettext("%(num)s question of this import waits for review.",
                     "%(num)s questions of this import wait for review.", waiting),
            todo=_("No paper draws it before.") if waiting == 1 else _("No paper draws them before."),
        )  # fmt: skip


def progress_page(batch: Import, here: BankSeen) -> ImportProgress:
    """How far a long import is, or taking one back."""
    done, of = bank_steps.progress(batch)
    if batch.state is ImportState.UNDONE:
        said = _("%(done)s of %(all)s questions are marked as retired; none of them is drawn any more.",
                 done=done, all=of)  # fmt: skip
    elif here.bank.review:
        said = _("%(done)s of %(all)s questions are in the bank and wait for review.", done=done, all=of)
    else:
        said = _("%(done)s of %(all)s questions are in the bank.", done=done, all=of)
    return ImportProgress(
        heading=_("Taking back") if batch.state is ImportState.UNDONE else _("Taking in"),
        file_name=batch.file_name,
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id),
        done=done,
        of=of,
        said=said,
        step_url=link("import_step", import_key=batch.key),
        may_change=here.may_change,
    )


def _faults(batch: Import, own: str) -> tuple[Pages, Sequence[ImportRow]]:
    """The refused rows of a preview that nobody left out, by pages."""
    total = bank_imports.refused_in(session(), batch)
    pages = paged(total, max(1, request.args.get("faulty", 1, type=number_of)), PAGE, f"{own}?faulty=")
    found = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,), decision="",
                                 offset=(pages.current - 1) * PAGE, limit=PAGE)  # fmt: skip
    return pages, found


def _good_says(tally: Mapping[RowOutcome, int], in_fault: int) -> tuple[str, ...]:
    good, read = tally[RowOutcome.NEW] + tally[RowOutcome.CHANGED], sum(tally.values())
    parts = (
        (_("refused"), in_fault),
        (_("left out"), tally[RowOutcome.REFUSED] - in_fault),
        (_("repeated"), tally[RowOutcome.DUPLICATE]),
        (_("with another answer"), tally[RowOutcome.DOUBTFUL]),
    )
    out = listed(_("%(label)s %(count)s", label=label, count=count) for label, count in parts if count)
    said = [_("%(good)s of %(read)s questions come into the bank now; %(out)s stay out (%(parts)s).",
             good=good, read=read, out=read - good, parts=out)]  # fmt: skip
    if tally[RowOutcome.DOUBTFUL]:
        said.append(_("Those with another answer come in too where you ticked them above."))
    return tuple(said)


def _heading(batch: Import) -> str:
    if batch.state is ImportState.PREVIEW:
        return _("Look before you take it in")
    return _("Taken in") if batch.state is ImportState.DONE else _("Taken back")


def _lead(batch: Import, good: int) -> str:
    read = batch.counts["read"]
    if batch.state is ImportState.PREVIEW:
        return _("%(good)s of %(read)s questions can be taken in. Nothing is in the bank yet.", good=good, read=read)
    if batch.state is ImportState.DONE:
        return _("%(good)s of %(read)s questions came into the bank on %(time)s.", good=batch.counts["imported"],
                 read=read, time=local_time(batch.done_at))  # fmt: skip
    return _("%(good)s of %(read)s questions were taken back on %(time)s.", good=batch.counts["imported"],
             read=read, time=local_time(batch.undone_at))  # fmt: skip


def _count_rows(batch: Import, tally: dict[RowOutcome, int], good: int, in_fault: int) -> tuple[tuple[str, str], ...]:
    rows = [
        (_("Read"), batch.counts["read"]),
        (_("Good"), good),
        (_("Repeated"), tally[RowOutcome.DUPLICATE]),
        (_("Refused"), in_fault),
        (_("Left out"), tally[RowOutcome.REFUSED] - in_fault),
        (_("With another answer"), tally[RowOutcome.DOUBTFUL]),
    ]
    return tuple((label, str(count)) for label, count in rows if count or label in (_("Read"), _("Good")))


class _Places:
    """The columns that tell where rows stand: without sheet or column where no row has one."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        told = (
            (Column(_("Sheet")), lambda row: row.sheet),
            (Column(_("Question number"), Alignment.NUMBER), lambda row: str(row.data.get("number") or "")),
            (Column(_("Row"), Alignment.NUMBER), lambda row: str(row.row or "")),
            (Column(_("Column")), columns_of),
        )
        self._told = [(column, text) for column, text in told if any(text(row) for row in rows)]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _text in self._told)

    def cells(self, row: ImportRow) -> tuple[str, ...]:
        return tuple(text(row) or "—" for _column_, text in self._told)


def _passages(batch: Import, first: Sequence[ImportRow]) -> str:
    """All refused questions of a text as they stood, to be corrected on the page; empty for a table."""
    if not first or (first[0].data.get("cells") and not is_passage(first[0].data["cells"])):
        return ""
    rows = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,)) if len(first) == MOST_LISTED else first
    return "\n\n".join(text for row in rows if (text := passage_again(row.data.get("cells", ()))))


def _hidden(count: int) -> str:
    return _("The first %(shown)s of %(all)s are shown.", shown=MOST_LISTED, all=count) if count > MOST_LISTED else ""


def _messages(batch: Import, tally: dict[RowOutcome, int]) -> Iterable[Message]:
    before = bank_imports.seen_before(session(), batch) if batch.state is ImportState.PREVIEW else None
    if before is not None:
        former = session().get(Bank, before.bank_id)
        told = Problem("bank.file_seen", bank=former.name if former else "", time=before.done_at)
        yield Message(MessageKind.WARNING, problems.sentence(told))
    if batch.options.get("remembered") and batch.state is ImportState.PREVIEW:
        yield Message(
            MessageKind.TEACH, _("The columns were read as you said of a table with the same headings before.")
        )
    known = bank_imports.known_in(session(), batch) if tally[RowOutcome.DUPLICATE] else 0
    if known:
        yield Message(MessageKind.TEACH, ngettext(
            "%(num)s of the %(read)s questions came in before. It is passed over.",
            "%(num)s of the %(read)s questions came in before. They are passed over.",
            known, read=batch.counts["read"]))  # fmt: skip
    if again := tally[RowOutcome.DUPLICATE] - known:
        yield Message(MessageKind.TEACH, ngettext(
            "%(num)s question stands in this file a second time. It is passed over.",
            "%(num)s questions stand in this file a second time. They are passed over.", again))  # fmt: skip
    doubtful = tally[RowOutcome.DOUBTFUL]
    there = bank_imports.known_in(session(), batch, RowOutcome.DOUBTFUL) if doubtful else 0
    for count, text in (
        (there, ngettext("%(num)s question is in the bank with another answer.",
                         "%(num)s questions are in the bank with other answers.", there)),
        (doubtful - there, ngettext("%(num)s question stands in this file again with another answer.",
                                    "%(num)s questions stand in this file again with other answers.",
                                    doubtful - there)),
    ):  # fmt: skip
        if count:
            open_yet = batch.state is ImportState.PREVIEW
            todo = _("Decide below which answer is right; undecided ones stay out.") if open_yet else ""
            yield Message(MessageKind.ERROR, text, todo=todo)
    for note in bank_import_notes.warnings_of(session(), batch):
        yield Message(MessageKind.WARNING, note.reason, where=_example(note, batch))
    for note in bank_import_notes.losses_of(batch):
        yield Message(MessageKind.TEACH, note.reason, where=_example(note, batch))


def _example(note: bank_import_notes.Note, batch: Import) -> str:
    """How often, and where for the first time."""
    place = place_of(note.place, batch)
    if note.count < 2:
        return place
    often = ngettext("%(num)s time", "%(num)s times", note.count)
    return _("%(often)s, first: %(place)s", often=often, place=place) if place else often
