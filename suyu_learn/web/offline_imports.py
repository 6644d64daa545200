"""Results on paper from a table: template, upload, preview, what was left out."""

from __future__ import annotations

import io
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import Heading, Table
from suyu_learn.models import Exam, Import, ImportRow, ImportState, RowOutcome
from suyu_learn.services import boards, offline, offline_imports, offline_obstacles, paper_prints
from suyu_learn.services import offline_import_steps as steps
from suyu_learn.services.boards import Sight
from suyu_learn.services.offline_import_plan import Desk
from suyu_learn.services.offline_imports import Upload
from suyu_learn.services.roster_plan import LEAVE, SAME
from suyu_learn.web import problems, uploads
from suyu_learn.web.context import commit, learn, now, session, writing_apart
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.exam_running import list_pages
from suyu_learn.web.forms.offline import results_form
from suyu_learn.web.i18n import N_, _, labelled, listed, local_time, ngettext, number
from suyu_learn.web.invigilation import seen
from suyu_learn.web.links import link
from suyu_learn.web.offline import suggested_day
from suyu_learn.web.pages.common import Action, Message, MessageKind, Row
from suyu_learn.web.pages.offline import ResultBatch, ResultProgress, ResultUpload
from suyu_learn.web.pages.rosters import RosterChoice, RosterLine, RosterTab
from suyu_learn.web.roster_pages import STATES
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

PAGE = 50
PART = 250
"""So many rows of a preview are stored by one write."""
BEFORE = ("工号", "姓名", "单位", "得分")
BEHIND = ("考试日期", "考场", "备注")
CODE = "试卷代码"
OUTCOMES = {
    RowOutcome.DOUBTFUL: (N_("Doubtful"), "warning"),
    RowOutcome.REFUSED: (N_("Refused"), "cross"),
    RowOutcome.DUPLICATE: (N_("Repeated"), "half"),
    RowOutcome.NEW: (N_("Goes in"), "check"),
}
OBSTACLES = {
    "appealed": N_("%(name)s has appealed against the result, and nobody has answered yet."),
    "marked": N_("The result of %(name)s was corrected or marked since."),
    "scanned": N_("There are photos of the paper of %(name)s."),
    "again": N_("%(name)s has sat again since."),
}


@routes.get("/manage/exams/<int:exam_id>/paper/file", access=ORGANIZERS)
def paper_file(exam_id: int) -> str:
    """The form, and the files that came before."""
    exam, sight = _seen(exam_id)
    return _upload_page(exam, sight, results_form())


@routes.post("/manage/exams/<int:exam_id>/paper/file", access=ORGANIZERS, writes=False, endpoint="paper_file_post")
def paper_file_post(exam_id: int) -> Any:
    """Read the file and show what would become of each row."""
    look_first(exam_id)
    form = results_form()
    try:
        upload = _sent()
    except Problem as problem:
        form.refuse(problem if problem.place.field else problem.at(Place(field="file")))
        return _upload_page(*_seen(exam_id), form), 422
    return redirect(link("paper_import", exam_id=exam_id, import_key=_kept(exam_id, upload)), code=303)


def _sent() -> Upload:
    """The file that was sent, read outside of any transaction since that may take seconds."""
    content, name = uploads.sent_table()
    return offline_imports.read(content, name, encoding=request.form.get("encoding", ""))


def _kept(exam_id: int, upload: Upload) -> str:
    """The key under which a file is kept with its preview, some hundred rows a write."""
    desk = desk_of(*_seen(exam_id))
    upload, key = offline_imports.planned(session(), desk, upload), ""
    for start in range(0, len(upload.rows), PART):
        with writing_apart() as writing:
            batch = offline_imports.held(writing, key) if key else (
                offline_imports.announce(writing, desk.within(writing), upload)
            )  # fmt: skip
            offline_imports.keep_rows(writing, batch, upload.rows[start : start + PART])
            if start + PART >= len(upload.rows):
                offline_imports.arrived(writing, batch)
            key = batch.key
    return key


@routes.get("/manage/exams/<int:exam_id>/paper/template.xlsx", access=ORGANIZERS, writes=True)
def paper_template(exam_id: int) -> Response:
    """The people without a result, with columns for points, answers where all had the same paper, day and room."""
    exam, sight = _seen(exam_id)
    printed = paper_prints.variants(session(), exam)
    most = max([len(offline.paper_of(session(), exam, learn().versions).slots), *(len(one.slots) for one in printed)])
    questions = [str(number) for number in range(1, most + 1)]
    codes = [CODE] if printed else []
    names = [*BEFORE, *codes, *questions, *BEHIND]
    day = suggested_day(exam)
    rows = [
        [
            one.staff_number,
            one.name,
            one.due.unit_names.rpartition(" / ")[2],
            "",
            *[""] * len([*codes, *questions]),
            day,
            "",
            "",
        ]
        for one in offline.waiting(session(), exam, sight=sight, now=now())
    ]
    offline_imports.record_download(session(), desk_of(exam, sight), len(rows), template=True)
    return _xlsx(_("Results on paper"), names, rows, "results.xlsx")


@routes.get("/manage/exams/<int:exam_id>/paper/files/<import_key>", access=ORGANIZERS)
def paper_import(exam_id: int, import_key: str) -> str:
    """The preview, or what came of it."""
    exam, _sight, batch = batch_of(exam_id, import_key)
    if steps.under_way(batch):
        return render("offline/progress.html", _progress_page(exam, batch))
    return render("offline/batch.html", _batch_page(exam, batch))


@routes.post("/manage/exams/<int:exam_id>/paper/files/<import_key>/discard", access=ORGANIZERS)
def paper_discard(exam_id: int, import_key: str) -> Response:
    """Forget a preview."""
    exam, sight, batch = batch_of(exam_id, import_key)
    offline_imports.discard(session(), desk_of(exam, sight), batch)
    say(MessageKind.SUCCESS, _("The preview is gone; nothing was entered."))
    return redirect(link("paper_file", exam_id=exam_id), code=303)


@routes.get("/manage/exams/<int:exam_id>/paper/files/<import_key>/left-out.xlsx", access=ORGANIZERS, writes=True)
def paper_left_out(exam_id: int, import_key: str) -> Response:
    """The rows that did not go in, as they were read, with the reason."""
    exam, sight, batch = batch_of(exam_id, import_key)
    every = offline_imports.rows_of(session(), batch, empty_last=True)
    rows = [row for row in every if row.outcome is not RowOutcome.NEW]
    offline_imports.record_download(session(), desk_of(exam, sight), len(rows))
    questions = sorted({int(one) for row in rows for one in row.data["answers"]})
    names = [*BEFORE, CODE, *map(str, questions), *BEHIND, _("Row in the file"), _("Reason")]
    cells = [
        [
            *(row.data[name] for name in ("staff_number", "name")), " ".join(row.data["unit"]),
            *(row.data[name] for name in ("points", "variant")),
            *(row.data["answers"].get(str(one), "") for one in questions),
            *(row.data[name] for name in ("date", "room", "remark")), row.row, " ".join(_sentences(row)),
        ]
        for row in rows
    ]  # fmt: skip
    return _xlsx(_("Left out"), names, cells, "left-out.xlsx")


def _seen(exam_id: int) -> tuple[Exam, Sight]:
    exam, sight = seen(exam_id)
    boards.require_people(session(), exam, sight=sight, now=now())
    return exam, sight


def look_first(exam_id: int) -> None:
    """Refuse who may not, and store the roster if its moment has come: what follows reads, and writes apart."""
    _seen(exam_id)
    commit()


def batch_of(exam_id: int, key: str) -> tuple[Exam, Sight, Import]:
    """An exam, how far the person sees it, and a file of results of it."""
    exam, sight = _seen(exam_id)
    return exam, sight, offline_imports.find(session(), exam, key, sight=sight, actor=organizer())


def desk_of(exam: Exam, sight: Sight) -> Desk:
    """Who enters results of an exam here."""
    return Desk(exam, sight, organizer(), now(), learn().zone, learn().versions)


def _upload_page(exam: Exam, sight: Sight, form: Any) -> str:
    paper = offline.paper_of(session(), exam, learn().versions)
    columns = _("Columns 工号 or 姓名 with 单位, and 得分; 考试日期, 考场 and 备注.")
    more = _("Instead of 得分, the answers to the questions in columns 1 to %(last)s.", last=number(len(paper.slots)))
    earlier = offline_imports.listed(session(), exam, sight=sight, actor=organizer())
    return render("offline/upload.html", ResultUpload(
        exam.title, link("board", exam_id=exam.id), form, link("paper_template", exam_id=exam.id), columns,
        more if paper.slots else "",
        link("paper_room", exam_id=exam.id),
        tuple(Action(
            _("%(file)s, %(time)s: %(state)s", file=one.file_name, time=local_time(one.created_at),
              state=_("Under way") if steps.under_way(one) else _(STATES[one.state])),
            link("paper_import", exam_id=exam.id, import_key=one.key),
        ) for one in earlier),
    ))  # fmt: skip


def _progress_page(exam: Exam, batch: Import) -> ResultProgress:
    """How far a file is that is being taken in, or back."""
    done, of = steps.progress(batch)
    back = steps.taking_back(batch)
    said = _("%(done)s of %(all)s results are taken back.", done=done, all=of) if back else (
        _("%(done)s of %(all)s results are in.", done=done, all=of)
    )  # fmt: skip
    return ResultProgress(
        heading=_("Taking back") if back else _("Taking in"),
        file_name=batch.file_name,
        exam=exam.title,
        back_url=link("paper_file", exam_id=exam.id),
        said=said,
        done=done,
        of=of,
        step_url=link("paper_step", exam_id=exam.id, import_key=batch.key),
    )


def _batch_page(exam: Exam, batch: Import) -> ResultBatch:
    counts: dict[str, Any] = batch.counts
    asked = request.args.get("show", "")
    current = RowOutcome(asked) if asked in {one.value for one in OUTCOMES} else next(
        (one for one in OUTCOMES if counts[one.value]), RowOutcome.NEW
    )  # fmt: skip
    here = {"exam_id": exam.id, "import_key": batch.key}
    pages = list_pages("paper_import", counts[current.value], PAGE, **here, show=current.value)
    preview, done = batch.state is ImportState.PREVIEW, batch.state is ImportState.DONE
    rows = offline_imports.rows_of(session(), batch, current, start=(pages.current - 1) * PAGE, most=PAGE,
                                    empty_last=True)  # fmt: skip
    against = offline_obstacles.of(session(), batch) if done else []
    lost = counts["rows"] - counts["new"]
    return ResultBatch(
        title=batch.file_name,
        exam=exam.title,
        facts=tuple(_facts(batch)),
        state=_(STATES[batch.state]),
        tabs=tuple(
            RosterTab(_(label), counts[one.value], link("paper_import", **here, show=one.value), one is current)
            for one, (label, _sign) in OUTCOMES.items() if counts[one.value] or one is current
        ),
        lines=tuple(_line(row, asks=preview) for row in rows),
        pages=pages,
        here=current.value,
        back_url=link("paper_file", exam_id=exam.id),
        messages=tuple(_messages(batch)),
        apply_label=ngettext("Take in %(num)s result", "Take in %(num)s results", counts["new"])
        if preview and counts["new"] else "",
        discard_url=link("paper_discard", **here) if preview else "",
        undo_url=link("paper_undo", **here) if done and not against else "",
        left_out=Action(
            ngettext("Download %(num)s row that is left out", "Download %(num)s rows that are left out", lost),
            link("paper_left_out", **here),
        ) if lost else None,
        obstacles=tuple(_(OBSTACLES[one.code], name=one.name) for one in against[:5]),
    )  # fmt: skip


def _facts(batch: Import) -> list[Row]:
    """What was read is what goes in and what is refused; nothing is passed over."""
    counts = batch.counts
    refused = counts["refused"] + counts["duplicate"] + counts["doubtful"]
    label = _("In") if batch.state is not ImportState.PREVIEW else _("Goes in")
    return [
        Row(_("State"), _(STATES[batch.state])),
        Row(_("Uploaded"), local_time(batch.created_at)),
        Row(_("Rows read"), number(counts["rows"])),
        Row(label, number(counts["new"])),
        Row(_("Refused or doubtful"), number(refused)),
    ]


def _messages(batch: Import) -> list[Message]:
    said = []
    if batch.state is ImportState.PREVIEW:
        said.append(Message(MessageKind.TEACH, _("This is a preview: nothing has been entered yet.")))
        if blank := offline_imports.empty(session(), batch):
            said.append(Message(MessageKind.TEACH, ngettext(
                "In %(num)s row neither points nor answers are typed: nothing is entered for that person. It stands "
                "behind the others.",
                "In %(num)s rows neither points nor answers are typed: nothing is entered for these people. They stand "
                "behind the others.", blank,
            )))  # fmt: skip
        if open_rows := offline_imports.undecided(session(), batch):
            said.append(Message(MessageKind.WARNING, ngettext(
                "%(num)s row is doubtful. Say who is meant; unanswered, it stays out.",
                "%(num)s rows are doubtful. Say who is meant; those unanswered stay out.", open_rows,
            )))  # fmt: skip
    for key, text in (
        ("unknown", N_("These columns are not read: %(names)s")),
        ("skipped_sheets", N_("These sheets have no column for names and are not read: %(names)s")),
        ("hidden_sheets", N_("These sheets are hidden and are not read: %(names)s")),
    ):
        if batch.counts.get(key):
            said.append(Message(MessageKind.TEACH, _(text, names=listed(batch.counts[key]))))
    return said


def _line(row: ImportRow, *, asks: bool) -> RosterLine:
    label, sign = OUTCOMES[row.outcome]
    data: dict[str, Any] = row.data
    said = [data["staff_number"], " / ".join(data["unit"]), data["variant"]]
    if data["points"]:
        said.append(_("%(points)s points", points=data["points"]))
    elif data["answers"]:
        said.append(ngettext("%(num)s answer", "%(num)s answers", len(data["answers"])))
    said += [data["date"], data["room"], data["remark"]]
    asked = asks and bool(data.get("candidates"))
    return RosterLine(
        where=(f"{row.sheet} · " if row.sheet else "") + _("row %(row)s", row=row.row),
        name=data["name"] or data["staff_number"] or _("(no name)"),
        outcome=_(label),
        sign=sign,
        facts=(" · ".join(part for part in said if part),),
        notes=tuple(_sentences(row)),
        field=f"row-{row.id}" if asked else "",
        choices=tuple(_choices(row)) if asked else (),
    )


def _sentences(row: ImportRow) -> list[str]:
    return [problems.sentence(offline_imports.problem_of(row, one)) for one in row.problems]


def _choices(row: ImportRow) -> Iterable[RosterChoice]:
    chosen = row.decision or ""
    yield RosterChoice("", _("Not answered: leave out"), not chosen)
    for one in row.data["candidates"]:
        known = labelled(one["name"], " · ".join(part for part in (one["number"], one["phone"]) if part))
        value = f"{SAME}{one['id']}"
        yield RosterChoice(value, known, value == chosen)
    yield RosterChoice(LEAVE, _("Leave out"), chosen == LEAVE)


def _xlsx(title: str, names: list[str], rows: list[list[Any]], file_name: str) -> Response:
    form = learn().plugins.export_formats["xlsx"]
    headings = [Heading(f"c{place}", name, itemgetter(place)) for place, name in enumerate(names)]
    stream = io.BytesIO()
    form.write(Table(title, headings, rows), stream)
    response = Response(stream.getvalue(), mimetype=form.mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
