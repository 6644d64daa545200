"""The board of an exam that runs, for those who look after it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from suyu_learn.models import Exam
from suyu_learn.services import boards, exams
from suyu_learn.services.boards import Board, BoardLine, Group, Seat, Sight, Wanted
from suyu_learn.web import exam_words, integrity_words
from suyu_learn.web.context import now, session
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.exam_running import list_pages, stored_roster
from suyu_learn.web.i18n import N_, _, clock_time, local_date, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, Row
from suyu_learn.web.pages.invigilation import BoardPage, BoardRow, BoardRows
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

LEFT = "left"
"""What the filter of states says for those who left the page."""
EVERY = 10
"""Seconds between two looks of the page."""

SEATS = {
    Seat.NOT_STARTED: (N_("not started"), "minus"),
    Seat.IN_PROGRESS: (N_("in progress"), "right"),
    Seat.SILENT: (N_("no contact"), "warning"),
    Seat.PAUSED: (N_("paused"), "clock"),
    Seat.HANDED_IN: (N_("handed in"), "check"),
    Seat.ON_PAPER: (N_("on paper"), "file"),
    Seat.TIMED_OUT: (N_("time ran out"), "clock"),
    Seat.VOIDED: (N_("void"), "cross"),
}


@routes.get("/manage/exams/<int:exam_id>/board", access=ORGANIZERS)
def board(exam_id: int) -> str:
    """Everybody who is due, and how far each is."""
    exam, sight = seen(exam_id)
    found = boards.board(session(), exam, sight=sight, wanted=_wanted(), now=now())
    return render("invigilation/board.html", _page(found))


@routes.get("/manage/exams/<int:exam_id>/board/rows", access=ORGANIZERS)
def board_rows(exam_id: int) -> str:
    """The part of the board that changes."""
    exam, sight = seen(exam_id)
    found = boards.board(session(), exam, sight=sight, wanted=_wanted(), now=now())
    return render("partials/_board.html", rows=_rows(found))


def seen(exam_id: int) -> tuple[Exam, Sight]:
    """An exam that runs or ran, and how far the person sees it."""
    exam = boards.get_exam(session(), exam_id)
    sight = boards.sight_of(session(), exam, organizer())
    return (stored_roster(exam) if sight.whole else exam), sight


def _wanted() -> Wanted:
    path, seat, page = request.args.get("unit", ""), request.args.get("state", ""), request.args.get("page", "")
    return Wanted(
        unit_path=path,
        seat=Seat(seat) if seat in set(Seat) else None,
        text=request.args.get("search", "").strip(),
        page=int(page) if is_number(page) and len(page) < 7 else 1,
        left=seat == LEFT,
    )


def _page(found: Board) -> BoardPage:
    exam, wanted, here = found.exam, _wanted(), {"exam_id": found.exam.id}
    asked = {name: value for name, value in request.args.items() if name in ("unit", "state", "search", "page")}
    note = _("No contact: nothing was heard from the page for more than %(num)s minutes.",
             num=int(boards.SILENT_AFTER.total_seconds() // 60))  # fmt: skip
    if not found.whole:
        note = _("You see the people of your own units.") + " " + note
    shallow = min((one.path.count("/") for one in found.units), default=0)
    return BoardPage(
        title=exam.title,
        state=exam_words.standing(exam),
        rows=_rows(found),
        rows_url=link("board_rows", **here, **asked),
        reload_url=link("board", **here, **asked),
        every=EVERY,
        units=tuple(
            Choice(one.path, "\u3000" * (one.path.count("/") - shallow) + one.name, one.path == wanted.unit_path)
            for one in found.units
        ),
        seats=(
            *(Choice(seat.value, _(said), seat is wanted.seat) for seat, (said, _sign) in SEATS.items()),
            *([Choice(LEFT, _("left the page, most often first"), wanted.left)] if exam.count_leaves else []),
        ),
        search=wanted.text,
        filter_url=link("board", **here),
        back_url=link("managed_exam", **here) if found.whole else link("exam_report", **here),
        note=note,
        paused=_("Paused since %(time)s. No time runs; nobody can start.", time=clock_time(exam.paused_at))
        if exam.paused_at
        else "",
        extend_all_url=link("extend", **here, all=1) if exam.paused_at or _runs(found) else "",
        again_url=link("extend", **here, cut=1)
        if found.whole and wanted.seat is Seat.TIMED_OUT and found.counts[Seat.TIMED_OUT]
        else "",
        paper_url=link("paper_room", **here),
        pause_url=link("pause_exam", **here) if found.whole and exam.paused_at is None and _runs(found) else "",
        resume_url=link("resume_exam", **here) if found.whole and exam.paused_at is not None else "",
        end_url=link("end_exam", **here) if found.whole and exam.paused_at is None and _runs(found) else "",
    )


def _runs(found: Board) -> bool:
    """Whether somebody sits, or could start now, the exam or its retake."""
    stands = (exams.standing(found.exam, now=now()), exams.retake_standing(found.exam, now=now()))
    return exams.Standing.OPEN in stands or any(found.counts[seat] for seat in boards.SITTING)


def _rows(found: Board) -> BoardRows:
    figures = _figures(found)
    wanted = {name: value for name, value in request.args.items() if name in ("unit", "state", "search")}
    return BoardRows(
        figures=figures,
        told=_("; ").join(_("%(label)s: %(value)s", label=one.label, value=one.value) for one in figures),
        as_of=_("As of %(time)s", time=clock_time(now())),
        found=ngettext("%(num)s person shown", "%(num)s people shown", found.found),
        rows=tuple(_row(one, found) for one in found.lines if one.group is Group.DUE),
        others=tuple(_row(one, found) for one in found.lines if one.group is not Group.DUE),
        extend_url=link("extend", exam_id=found.exam.id)
        if any(one.seat in boards.SITTING or _again(one, found) for one in found.lines)
        else "",
        pages=list_pages("board", found.found, boards.PAGE, exam_id=found.exam.id, **wanted),
    )


def _figures(found: Board) -> tuple[Row, ...]:
    """Each state with whom it is counted of; who has no contact is among those in progress."""

    def of_due(count: int) -> str:
        return _("%(part)s of %(whole)s", part=number(count), whole=number(found.due))

    silent, sitting = found.counts[Seat.SILENT], sum(found.counts[seat] for seat in boards.SITTING)
    rows = [Row(_("Due") if found.frozen else _("Due so far"), number(found.due))]
    rows.append(Row(_("Not started"), of_due(found.counts[Seat.NOT_STARTED])))
    rows.append(Row(_("In progress"), of_due(sitting)))
    if found.counts[Seat.PAUSED]:
        share = _("%(part)s of %(whole)s", part=number(found.counts[Seat.PAUSED]), whole=number(sitting))
        rows.append(Row(_("Paused"), share))
    if silent:
        rows.append(Row(_("No contact"), _("%(part)s of %(whole)s", part=number(silent), whole=number(sitting))))
    rows.append(Row(_("Handed in"), of_due(found.counts[Seat.HANDED_IN])))
    more = ((Seat.ON_PAPER, _("On paper")), (Seat.TIMED_OUT, _("Time ran out")), (Seat.VOIDED, _("Void")))
    for seat, label in more:
        if found.counts[seat]:
            rows.append(Row(label, of_due(found.counts[seat])))
    if found.exam.count_leaves:
        rows.append(Row(_("Left the page"), ngettext("%(num)s person", "%(num)s people", found.left)))
    if found.others:
        rows.append(Row(_("Not due"), _("%(num)s more", num=number(found.others))))
    return tuple(rows)


def _row(one: BoardLine, found: Board) -> BoardRow:
    said, sign = SEATS[one.seat]
    return BoardRow(
        id=f"p{one.person_id}",
        name=one.name,
        number=one.staff_number,
        unit=one.unit_names,
        state=_(said),
        sign=sign,
        kind=one.seat.value,
        facts=tuple(_facts(one)),
        value=str(one.attempt_id) if one.seat in boards.SITTING or _again(one, found) else "",
        again=_again(one, found),
        url=_url(one, found),
        tag={Group.GUEST: _("guest"), Group.NOT_DUE: _("not due")}.get(one.group, ""),
    )


def _again(one: BoardLine, found: Board) -> bool:
    """Whether a paper that the clock has closed may be ticked, to be opened again."""
    return found.whole and one.seat is Seat.TIMED_OUT


def _url(one: BoardLine, found: Board) -> str:
    """What can be done: about the attempt, or for who has none, a result on paper or typing for them."""
    if one.attempt_id is not None:
        return link("seat", exam_id=found.exam.id, attempt_id=one.attempt_id)
    return link("paper_person", exam_id=found.exam.id, person_id=one.person_id)


def _facts(one: BoardLine) -> Iterator[str]:
    if one.attempt_id is None:
        return
    if one.figures.shown_slot and one.seat in boards.SITTING:
        yield _("question %(part)s of %(whole)s", part=number(one.figures.shown_slot),
                whole=number(one.figures.questions))  # fmt: skip
    if one.typed:
        yield _("typed by somebody else")
    if one.seat is Seat.ON_PAPER and not one.figures.questions:
        yield _("only the points are known")
    else:
        yield _("answered %(part)s of %(whole)s", part=number(one.figures.answered),
                whole=number(one.figures.questions))  # fmt: skip
    if one.seat is Seat.SILENT:
        yield _("no contact since %(time)s", time=clock_time(one.heard_at))
    elif one.seat is Seat.IN_PROGRESS:
        yield _("last contact %(time)s", time=clock_time(one.heard_at))
    if one.seat in boards.SITTING:
        yield _("until %(time)s", time=clock_time(one.figures.deadline))
    elif one.seat is Seat.ON_PAPER:
        yield local_date(one.figures.closed_at)
    elif one.figures.closed_at is not None:
        yield _("at %(time)s", time=clock_time(one.figures.closed_at))
    if one.left_count:
        yield integrity_words.left(one.left_count, one.left_seconds)
    if one.left_too_much:
        yield integrity_words.handed_in_short()
    if one.number > 1:
        yield _("attempt %(num)s", num=number(one.number))
