"""Questions from a file: choosing it, looking at what it brings, taking it in, taking it back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request, send_file
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Bank, Import, ImportRow, ImportState, RowOutcome
from suyu_learn.services import bank_contents, bank_files, bank_imports, bank_undo
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.bank_import_rows import draft_of_row
from suyu_learn.web import problems
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.bank_questions import asked_of_draft, difficulty_name, paged, seen, type_name
from suyu_learn.web.context import close, learn, now, session
from suyu_learn.web.forms.bank import upload_form
from suyu_learn.web.i18n import _, listed, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import Doubt, ImportPage, ImportUpload, QuestionSeen
from suyu_learn.web.pages.common import Alignment, Column, Message, MessageKind
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of

routes = Routes()

PAGE = 20
MOST_LISTED = 200
"""Errors and duplicates shown on the page; the table to download has them all."""


@routes.get("/manage/bank/<int:bank_id>/import", access=ORGANIZERS)
def bank_import(bank_id: int) -> str:
    """Choose a file."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    return render("bank/import.html", _upload_page(here, upload_form()))


@routes.post("/manage/bank/<int:bank_id>/import", access=ORGANIZERS)
def bank_import_post(bank_id: int) -> Any:
    """Read the file, outside any transaction since it may take seconds, and keep what it says as a preview."""
    here = bank_contents.get_bank(session(), organizer(), bank_id, change=True)
    form = upload_form()
    try:
        key = _read_and_keep(here, form)
    except Problem as problem:
        return render("bank/import.html", _upload_page(here, form, problem)), 422
    return redirect(link("import_show", import_key=key), code=303)


def _upload(form: Any) -> bank_imports.Upload:
    """The file that was chosen, else the text that was pasted; raises Problem when there is neither, or both."""
    sent, pasted = form.file.data, form.text.data or ""
    chosen = sent is not None and bool(sent.filename)
    if not form.validate() or not (chosen or pasted.strip()):
        raise Problem("bank.no_file", place=Place(field="file"))
    if chosen and pasted.strip():
        raise Problem("bank.file_and_text", place=Place(field="text"))
    if chosen:
        with sent.stream as stream:
            return bank_imports.Upload(sent.filename.replace("\\", "/").rsplit("/", 1)[-1], stream.read())
    return bank_imports.Upload(_("pasted text") + ".txt", pasted.encode())


def _read_and_keep(here: BankSeen, form: Any) -> str:
    upload = _upload(form)
    if here.bank.pack is not None:
        raise Problem("bank.pack_only", name=here.bank.name)
    key, plugins = bank_imports.new_import_key(), learn().plugins
    person_id = organizer().id
    close()  # nobody else's answers wait while a file is read
    read = bank_files.read(
        upload.content, file_name=upload.file_name, key=key, encoding=_encoding(form), lang=here.bank.lang,
        formats=plugins.bank_formats, types=plugins.question_types,
    )  # fmt: skip
    target = session().get_one(Bank, here.bank.id)
    day = now().astimezone(learn().zone).date().isoformat()
    bank_imports.take_up(session(), target, read, upload, key=key, actor_id=person_id, day=day, now=now())
    return key


def _encoding(form: Any) -> str:
    """What was said of the file's characters; pasted text has none to choose."""
    return "utf-8" if (form.text.data or "").strip() else str(form.encoding.data)


@routes.get("/manage/bank/imports/<import_key>", access=ORGANIZERS)
def import_show(import_key: str) -> str:
    """What the file brings, or what became of it."""
    batch, here = bank_imports.find(session(), organizer(), import_key)
    return render("bank/import_preview.html", _page(batch, here))


@routes.post("/manage/bank/imports/<import_key>/apply", access=ORGANIZERS)
def import_apply(import_key: str) -> Response:
    """Take in the good questions, or all or nothing."""
    batch, _here = bank_imports.find(session(), organizer(), import_key, change=True)
    person = organizer()
    if batch.state is ImportState.PREVIEW:
        bank_imports.decide(session(), batch, [int(one) for one in request.form.getlist("take") if is_number(one)])
    all_or_nothing = request.form.get("how") == "all"
    if all_or_nothing and bank_imports.still_refused(session(), batch):
        say(MessageKind.ERROR, _("Nothing was taken in, because questions are refused or doubtful."),
            todo=_("Mend them and choose the file again, or take in the good ones."))  # fmt: skip
        return redirect(link("import_show", import_key=import_key), code=303)
    counts = bank_imports.apply(
        session(), batch, actor_id=person.id, reviewer=person.name, now=now(), all_or_nothing=all_or_nothing
    )
    say(MessageKind.SUCCESS, ngettext("%(num)s question is in the bank now.", "%(num)s questions are in the bank now.",
                                      counts["imported"]))  # fmt: skip
    return redirect(link("import_show", import_key=import_key), code=303)


@routes.post("/manage/bank/imports/<import_key>/discard", access=ORGANIZERS)
def import_discard(import_key: str) -> Response:
    """Throw a preview away."""
    batch, here = bank_imports.find(session(), organizer(), import_key, change=True)
    bank_imports.discard(session(), batch)
    say(MessageKind.SUCCESS, _("The file was thrown away; nothing was taken in."))
    where = "bank_import" if "again" in request.form else "bank_show"
    return redirect(link(where, bank_id=here.bank.id), code=303)


@routes.post("/manage/bank/imports/<import_key>/undo", access=ORGANIZERS)
def import_undo(import_key: str) -> Response:
    """Take an import back as one."""
    batch, _here = bank_imports.find(session(), organizer(), import_key, change=True)
    try:
        bank_undo.undo(session(), batch, actor_id=organizer().id, now=now())
        say(MessageKind.SUCCESS, _("The import was taken back: none of its questions is drawn any more."))
    except Problem as problem:
        say(MessageKind.ERROR, _("The import cannot be taken back."), todo=problems.sentence(problem))
    return redirect(link("import_show", import_key=import_key), code=303)


@routes.get("/manage/bank/imports/<import_key>/errors.xlsx", access=ORGANIZERS)
def import_errors(import_key: str) -> Response:
    """The refused questions as they stood, with their reasons, to be mended and sent again."""
    batch, _here = bank_imports.find(session(), organizer(), import_key)
    rows = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,))
    labels: dict[str, None] = {}
    for row in rows:
        labels.update(dict.fromkeys(label for label, _text in row.data.get("cells", ())))
    headings = [
        Heading("sheet", _("Sheet"), lambda row: row.sheet),
        Heading("row", _("Row"), lambda row: row.row),
        Heading("column", _("Column"), _column),
        Heading("reason", _("Reason"), _reason),
        *(Heading(label, label, _cell_of(label)) for label in labels),
    ]
    stream = io.BytesIO()
    form = learn().plugins.export_formats["xlsx"]
    form.write(Table(_("Refused questions"), headings, rows), stream)
    stream.seek(0)
    name = batch.file_name.rsplit(".", 1)[0]
    return send_file(stream, mimetype=form.mime, as_attachment=True, download_name=f"{name}-{_('refused')}.xlsx")


def _cell_of(label: str) -> Any:
    return lambda row: "\n".join(text for name, text in row.data.get("cells", ()) if name == label)


def _column(row: ImportRow) -> str:
    return listed(dict.fromkeys(one.place.column for one in bank_imports.problems_of(row) if one.place.column))


def _reason(row: ImportRow) -> str:
    return " ".join(problems.sentence(one) for one in bank_imports.problems_of(row))


def _upload_page(here: BankSeen, form: Any, problem: Problem | None = None) -> ImportUpload:
    refused = None
    if problem is not None:
        place = problem.place
        where = " · ".join(part for part in (place.file, place.sheet, str(place.row or "")) if part)
        refused = Message(MessageKind.ERROR, problems.sentence(problem), where=where)
    endings = sorted({suffix for one in learn().plugins.bank_formats.values() for suffix in one.suffixes})
    return ImportUpload(
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id),
        form=form,
        action=link("bank_import", bank_id=here.bank.id),
        template_url=link("bank_template"),
        endings=",".join(endings),
        most_mb=learn().settings.max_upload_mb,
        refused=refused,
    )


def _page(batch: Import, here: BankSeen) -> ImportPage:
    waiting, done = batch.state is ImportState.PREVIEW, batch.state is ImportState.DONE
    refused = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,), limit=MOST_LISTED)
    doubles = bank_imports.rows_of(session(), batch, (RowOutcome.DUPLICATE,), limit=MOST_LISTED)
    doubtful = bank_imports.rows_of(session(), batch, (RowOutcome.DOUBTFUL,), limit=MOST_LISTED)
    tally = bank_imports.tally(session(), batch)
    good = tally[RowOutcome.NEW] + tally[RowOutcome.CHANGED]
    in_words = good if waiting else batch.counts["imported"]
    current = max(1, request.args.get("page", 1, type=number_of))
    own = link("import_show", import_key=batch.key)
    pages = paged(good, current, PAGE, f"{own}?page=")
    shown = bank_imports.rows_of(session(), batch, (RowOutcome.NEW, RowOutcome.CHANGED),
                                 offset=(pages.current - 1) * PAGE, limit=PAGE)  # fmt: skip
    faulty, repeated = _Places(refused), _Places(doubles)
    passages = _passages(batch, refused) if here.may_change else ""
    obstacles = bank_undo.in_the_way(session(), batch, now=now()) if done and here.may_change else []
    return ImportPage(
        file_name=batch.file_name,
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id),
        heading=_heading(batch),
        lead=_lead(batch, good),
        waiting=waiting,
        done=done,
        may_change=here.may_change,
        messages=tuple(_messages(batch, tally)),
        counts=_count_rows(batch, tally, in_words),
        errors=tuple((*faulty.cells(row), _reason(row)) for row in refused),
        error_columns=(*faulty.columns, Column(_("What is wrong"))),
        errors_hidden=_hidden(tally[RowOutcome.REFUSED]),
        errors_url=link("import_errors", import_key=batch.key) if refused and not passages else None,
        passages=passages,
        duplicates=tuple((*repeated.cells(row), _stem(row), _reason(row)) for row in doubles),
        duplicate_columns=(*repeated.columns, Column(_("Question")), Column(_("What it repeats"))),
        duplicates_hidden=_hidden(tally[RowOutcome.DUPLICATE]),
        doubts=tuple(
            Doubt(row.id, _seen(row, at, slot=10_000 + at), row.decision == bank_imports.TAKE)
            for at, row in enumerate(doubtful, start=1)
        ),
        questions=tuple(
            _seen(row, number) for number, row in enumerate(shown, start=(pages.current - 1) * PAGE + 1)
            if "body" in row.data
        ),
        pages=pages,
        apply_url=link("import_apply", import_key=batch.key),
        discard_url=link("import_discard", import_key=batch.key),
        undo_url=link("import_undo", import_key=batch.key) if done and here.may_change and not obstacles else None,
        exam_url=link("new_exam", bank=here.bank.id),
        again_url=link("bank_import", bank_id=here.bank.id),
        good=good,
        all_label=ngettext("Take in the question", "Take in all %(num)s questions", good),
        good_label=ngettext("Take in the one good question", "Take in the %(num)s good questions", good),
        good_says=_good_says(tally),
        mend_says=_("0 of %(read)s questions come in, and this preview goes. Correct your file and choose it again.",
                    read=batch.counts["read"]),
        errors_label=ngettext("Download the row with faults, to correct it and import it again",
                              "Download the %(num)s rows with faults, to correct and import them again",
                              tally[RowOutcome.REFUSED]),
        obstacles=tuple(problems.sentence(one) for one in obstacles),
    )  # fmt: skip


def _good_says(tally: Mapping[RowOutcome, int]) -> tuple[str, ...]:
    good, read = tally[RowOutcome.NEW] + tally[RowOutcome.CHANGED], sum(tally.values())
    parts = (
        (_("refused"), tally[RowOutcome.REFUSED]),
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


def _count_rows(batch: Import, tally: dict[RowOutcome, int], good: int) -> tuple[tuple[str, str], ...]:
    rows = [
        (_("Read"), batch.counts["read"]),
        (_("Good"), good),
        (_("Repeated"), tally[RowOutcome.DUPLICATE]),
        (_("Refused"), tally[RowOutcome.REFUSED]),
        (_("With another answer"), tally[RowOutcome.DOUBTFUL]),
    ]
    return tuple((label, str(count)) for label, count in rows if count or label in (_("Read"), _("Good")))


class _Places:
    """The columns that tell where rows stand: without sheet or column where no row has one."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        told = (
            (Column(_("Sheet")), lambda row: row.sheet),
            (Column(_("Row"), Alignment.NUMBER), lambda row: str(row.row or "")),
            (Column(_("Column")), _column),
        )
        self._told = [(column, text) for column, text in told if any(text(row) for row in rows)]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _text in self._told)

    def cells(self, row: ImportRow) -> tuple[str, ...]:
        return tuple(text(row) or "—" for _column_, text in self._told)


def _passages(batch: Import, first: Sequence[ImportRow]) -> str:
    """All refused questions of a text as they stood, to be corrected on the page; empty for a table."""
    if not first or any(label for label, _text in first[0].data.get("cells", ())):
        return ""
    rows = bank_imports.rows_of(session(), batch, (RowOutcome.REFUSED,)) if len(first) == MOST_LISTED else first
    return "\n\n".join(text for row in rows for _label, text in row.data.get("cells", ()))


def _hidden(count: int) -> str:
    return _("The first %(shown)s of %(all)s are shown.", shown=MOST_LISTED, all=count) if count > MOST_LISTED else ""


def _messages(batch: Import, tally: dict[RowOutcome, int]) -> Iterable[Message]:
    before = bank_imports.seen_before(session(), batch) if batch.state is ImportState.PREVIEW else None
    if before is not None:
        former = session().get(Bank, before.bank_id)
        told = Problem("bank.file_seen", bank=former.name if former else "", time=before.done_at)
        yield Message(MessageKind.WARNING, problems.sentence(told))
    if tally[RowOutcome.DOUBTFUL]:
        yield Message(
            MessageKind.ERROR,
            ngettext("%(num)s question is known with another answer.",
                     "%(num)s questions are known with other answers.",
                     tally[RowOutcome.DOUBTFUL]),
            todo=_("Decide below which answer is right; undecided ones stay out.")
            if batch.state is ImportState.PREVIEW else "",
        )  # fmt: skip
    for one in bank_imports.noted(batch, "warnings"):
        yield Message(MessageKind.WARNING, problems.sentence(one), where=_where(one.place))
    for one in bank_imports.noted(batch, "losses"):
        yield Message(MessageKind.TEACH, problems.sentence(one), where=one.place.sheet)


def _where(place: Place) -> str:
    row = _("row %(row)s", row=place.row) if place.row else ""
    return " · ".join(part for part in (place.sheet, row, place.column) if part)


def _stem(row: ImportRow) -> str:
    stem = str(row.data.get("body", {}).get("stem", ""))
    return stem if len(stem) <= 60 else stem[:59] + "…"


def _seen(row: ImportRow, number: int, *, slot: int = 0) -> QuestionSeen:
    draft = draft_of_row(row.data)
    points = _("%(points)s points", points=draft.points) if draft.points else ""
    facts: Sequence[str] = (
        type_name(draft.type), difficulty_name(draft.difficulty), points, *draft.topics, *draft.tags
    )  # fmt: skip
    notes = [problems.sentence(one) for one in bank_imports.problems_of(row)]
    where = _where(Place(sheet=row.sheet, row=row.row))
    shown = seen(asked_of_draft(draft), number=slot or number, facts=facts, where=where, notes=notes)
    return replace(shown, asked=replace(shown.asked, number=str(number)))
