"""Printing an exam: its papers with key and answer sheet, and the sheet on which people sign in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.exports import docx_document, pdf_document
from suyu_learn.exports.documents import Document
from suyu_learn.models import Exam, ExamState, PaperMode, Unit
from suyu_learn.services import audit, exam_rosters, paper_prints, sign_in_sheets
from suyu_learn.services.paper_prints import CODES, Variant
from suyu_learn.web import paper_documents, problems, sign_in_documents
from suyu_learn.web.context import begin_writing, close, learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer, ticks, unit_pairs
from suyu_learn.web.exam_running import stored_roster
from suyu_learn.web.exporting import attached
from suyu_learn.web.i18n import N_, _, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, MessageKind
from suyu_learn.web.pages.printing import PrintedVariant, PrintPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of

routes = Routes()

WRITERS: dict[str, Any] = {"docx": docx_document, "pdf": pdf_document}
PARTS: dict[str, tuple[str, Callable[..., Document]]] = {
    "paper": (N_("Paper"), paper_documents.paper),
    "sheet": (N_("Answer sheet"), paper_documents.answer_sheet),
    "key": (N_("Answers and explanations"), paper_documents.key),
}
ORDERS = {"": N_("as the exam says"), "yes": N_("shuffled on each paper"), "no": N_("the same on all papers")}
_SHUFFLED = {"yes": True, "no": False}
_MAKE, _PRINT, _SIGN = "make", "print", "sign-in"


@routes.get("/manage/exams/<int:exam_id>/print", access=ORGANIZERS)
def print_exam(exam_id: int) -> str:
    """What can be printed of an exam."""
    return _page(stored_roster(managed(exam_id)))


@routes.post("/manage/exams/<int:exam_id>/print/make", access=ORGANIZERS)
def make_papers(exam_id: int) -> Any:
    """Make further papers, each with its letter."""
    exam, here = managed(exam_id), learn()
    typed = request.form.get("count", "").strip()
    try:
        made = paper_prints.make(
            session(), exam, int(typed) if is_number(typed) else 0, actor=organizer(), now=now(),
            versions=here.versions, pools=here.pools,
            shuffle_questions=_SHUFFLED.get(request.form.get("questions", "")),
            shuffle_options=_SHUFFLED.get(request.form.get("options", "")),
            after=request.form.get("after", type=number_of),
        )  # fmt: skip
    except Problem as problem:
        close()
        return _page(managed(exam_id), problem, _MAKE), 422
    say(
        MessageKind.SUCCESS,
        ngettext("%(num)s paper is ready to print.", "%(num)s papers are ready to print.", len(made)),
    )
    return redirect(link("print_exam", exam_id=exam_id), code=303)


@routes.post("/manage/exams/<int:exam_id>/print/papers", access=ORGANIZERS, writes=False)
def print_papers(exam_id: int) -> Any:
    """The chosen papers as a file, or several in a zip."""
    exam = managed(exam_id)
    try:
        chosen = [
            paper_prints.variant(session(), exam, code) for code in dict.fromkeys(request.form.getlist("variant"))
        ]
        parts = [code for code in PARTS if code in request.form.getlist("part")]
        if not chosen or not parts:
            raise Problem("print.nothing_chosen", place=Place(field="variant"))
        paper_prints.bounded(chosen, len(parts))
        form = _format()
    except Problem as problem:
        return _page(exam, problem, _PRINT), 422
    files = _files(exam, chosen, parts, form, space=request.form.get("space") == "1")
    title = exam.title
    begin_writing()
    audit.record(session(), "paper.printed", now=now(), actor=organizer(), on=managed(exam_id),
                 unit_id=managed(exam_id).unit_id, variants=[one.code for one in chosen], parts=parts,
                 format=form)  # fmt: skip
    if len(files) == 1:
        name, content = files[0]
        return attached(content, name, WRITERS[form].MIME)
    return attached(_zipped(files), f"{title}.zip", "application/zip")


@routes.post("/manage/exams/<int:exam_id>/print/sign-in", access=ORGANIZERS, writes=False)
def print_sign_in(exam_id: int) -> Any:
    """The list of those due to sign on."""
    exam = managed(exam_id)
    unit = _unit(exam)
    try:
        form = _format()
        found = sign_in_sheets.sheet(session(), exam, now=now(), unit=unit)
        if not found.count:
            raise Problem("print.nobody_due")
    except Problem as problem:
        return _page(exam, problem, _SIGN), 422
    made = sign_in_documents.sign_in(exam, found, unit=unit, apart=request.form.get("apart") == "1")
    [content] = WRITERS[form].written([made])
    name = f"{made.title}{WRITERS[form].SUFFIX}"
    begin_writing()
    audit.record(session(), "roster.printed", now=now(), actor=organizer(), on=managed(exam_id),
                 unit_id=unit.id if unit is not None else managed(exam_id).unit_id, people=found.count,
                 format=form)  # fmt: skip
    return attached(content, name, WRITERS[form].MIME)


def _format() -> str:
    form = request.form.get("format", "")
    if form not in WRITERS:
        raise Problem("export.unknown_format", known=sorted(WRITERS))
    return form


def _unit(exam: Exam) -> Unit | None:
    """The unit chosen for the list; one that is not offered is as unknown as one that is not there."""
    asked = request.form.get("unit", "")
    if not asked:
        return None
    if asked not in {one.value for one in _units(exam)}:
        raise Problem("page.unknown")
    return session().get(Unit, int(asked))


def _units(exam: Exam) -> tuple[Choice, ...]:
    """The units within reach that have somebody who is due, each with all below it."""
    paths = sign_in_sheets.paths_of_due(session(), exam, now=now())
    pairs = [pair for pair in unit_pairs() if any(f"/{pair[0]}/" in f"/{path.strip('/')}/" for path in paths)]
    return ticks(pairs, [request.form.get("unit", "")])


def _files(
    exam: Exam, chosen: Sequence[Variant], parts: Sequence[str], form: str, *, space: bool
) -> list[tuple[str, bytes]]:
    writer = WRITERS[form]
    names, documents = [], []
    for of in paper_documents.sheets(exam, chosen):
        for part in parts:
            label, make = PARTS[part]
            documents.append(make(of, space=space) if part == "paper" else make(of))
            names.append(f"{exam.title}-{of.variant.code}-{_(label)}{writer.SUFFIX}")
    return list(zip(names, writer.written(documents), strict=True))


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(name.replace("/", " ").replace("\\", " "), content)
    return stream.getvalue()


def _page(exam: Exam, problem: Problem | None = None, where: str = "") -> str:
    here = {"exam_id": exam.id}
    made = paper_prints.variants(session(), exam)
    typed = request.form if where == _MAKE else {}
    chosen = request.form.getlist("variant") if where == _PRINT else [one.code for one in made]
    parts = request.form.getlist("part") if where == _PRINT else ["paper"]
    drawn = exam.paper.mode is PaperMode.DRAWN_PER_PERSON
    return render(
        "exams/print.html",
        PrintPage(
            title=exam.title,
            refusal=problems.sentence(Problem("print.is_draft")) if exam.state is ExamState.DRAFT else "",
            same=_("Each paper has other questions, drawn anew.") if drawn
            else _("All papers have the same questions; their order may differ."),
            variants=tuple(_variant(one, one.code in chosen) for one in made),
            made=len(made),
            left=len(CODES) - len(made),
            make_url=link("make_papers", **here),
            print_url=link("print_papers", **here),
            sign_in_url=link("print_sign_in", **here),
            sign_in_state=sign_in_documents.state_of(exam, exam_rosters.freeze_moment(exam)),
            units=_units(exam),
            papers_url=link("marked_papers", **here),
            paper_units=ticks(unit_pairs(), ()),
            back_url=link("managed_exam", **here),
            orders=_orders(typed.get("questions", "")),
            option_orders=_orders(typed.get("options", "")),
            count=typed.get("count", "1"),
            parts=tuple(Choice(code, _(label), code in parts) for code, (label, _make) in PARTS.items()),
            formats=(Choice("docx", _("Word (docx)")), Choice("pdf", _("PDF"))),
            error=problems.sentence(problem) if problem is not None else "",
            error_of=where,
        ),
    )  # fmt: skip


def _variant(one: Variant, chosen: bool) -> PrintedVariant:
    fact = _("%(questions)s, %(points)s points, made %(time)s", points=number(one.points), time=local_time(one.at),
             questions=ngettext("%(num)s question", "%(num)s questions", len(one.slots)))  # fmt: skip
    return PrintedVariant(one.code, fact, chosen)


def _orders(value: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, _(label), code == value) for code, label in ORDERS.items())
