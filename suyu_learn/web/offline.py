"""Results of papers that were sat on paper: a whole room in a list, one person by one, and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import redirect, request
from flask_wtf.csrf import generate_csrf

from suyu_learn.content.texts import in_words
from suyu_learn.domain.names import name_key, tidy_number
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, Person, Unit
from suyu_learn.services import boards, exam_rosters, exams, offline, paper_prints, reports
from suyu_learn.services.boards import Sight
from suyu_learn.services.exam_rosters import DuePerson
from suyu_learn.services.offline import Paper, Typed, Waiting
from suyu_learn.web import context, problems
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.exam_running import answered, list_pages
from suyu_learn.web.forms.offline import correct_form
from suyu_learn.web.i18n import _, local_date, ngettext, number
from suyu_learn.web.invigilation import seen
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, MessageKind, Row
from suyu_learn.web.pages.offline import AnswerField, CorrectPage, PersonPage, RoomPage, RoomRow
from suyu_learn.web.printing import LETTERS, type_name
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number
from suyu_learn.web.typed_gaps import gap_fields, typed_answers

routes = Routes()

ON_A_PAGE = 50
LONG = ("essay", "short_answer")


@routes.get("/manage/exams/<int:exam_id>/paper", access=ORGANIZERS)
def paper_room(exam_id: int) -> str:
    """Everybody in sight without a result, with a field for the points of each."""
    exam, sight = seen(exam_id)
    boards.require_people(session(), exam, sight=sight, now=now())
    return _room_page(exam, sight, _Typing(day=request.args.get("day", ""), room=request.args.get("room", "")))


@dataclass(slots=True)
class _Typing:
    """What was typed in a list, and what is wrong with it, by person."""

    day: str = ""
    room: str = ""
    points: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)
    """Names of those who have a result meanwhile."""
    day_error: str = ""


@routes.post("/manage/exams/<int:exam_id>/paper", access=ORGANIZERS, endpoint="paper_room_post")
def paper_room_post(exam_id: int) -> Any:
    """Take in what is right, and show what is wrong beside its row."""
    exam, sight = seen(exam_id)
    boards.require_people(session(), exam, sight=sight, now=now())
    typing = _Typing(
        day=request.form.get("day", "")[:10], room=request.form.get("room", "")[: offline.TEXT_LIMIT],
        points=_by_person("p"), remarks=_by_person("r"),
    )  # fmt: skip
    done = _enter_room(exam, sight, typing)
    if done:
        say(MessageKind.SUCCESS, ngettext("%(num)s result is in.", "%(num)s results are in.", done))
    if typing.errors or typing.day_error:
        return _room_page(exam, sight, typing), 422
    if not done:
        say(MessageKind.WARNING, _("No points were typed, so nothing has changed."))
    kept = {name: request.args[name] for name in ("unit", "search") if request.args.get(name)}
    return redirect(link("paper_room", exam_id=exam_id, day=typing.day, room=typing.room, **kept), code=303)


def _by_person(letter: str) -> dict[int, str]:
    return {
        int(name[1:]): value
        for name, value in request.form.items()
        if name[:1] == letter and is_number(name[1:]) and value.strip()
    }


def _enter_room(exam: Exam, sight: Sight, typing: _Typing) -> int:
    """Enter row by row; one that is wrong leaves the others alone."""
    waiting = {one.due.person_id: one for one in offline.waiting(session(), exam, sight=sight, now=now())}
    paper = replace(offline.paper_of(session(), exam, learn().versions), slots=())
    due: dict[int, DuePerson] = {}
    done = 0
    for person_id, points in list(typing.points.items()):
        typed = Typed(points=points, day=typing.day, room=typing.room, remark=typing.remarks.get(person_id, ""))
        try:
            if person_id not in waiting:
                due = due or offline.due_people(session(), exam, sight=sight, now=now())
                typing.gone[person_id] = _name_of(due, person_id)
                raise Problem("offline.entered_already", name=typing.gone[person_id])
            result = offline.read(
                session(), exam, typed, paper=paper, zone=learn().zone, now=now(), versions=learn().versions
            )
            person = session().get_one(Person, person_id)
            offline.enter(session(), exam, person, result, actor=organizer(), now=now(), versions=learn().versions)
        except Problem as problem:
            if problem.place.field == "day":
                typing.day_error = problems.sentence(problem)
                return 0
            typing.errors[person_id] = problems.sentence(problem)
        else:
            done += 1
            typing.points.pop(person_id)
            typing.remarks.pop(person_id, None)
    return done


def _name_of(due: Mapping[int, DuePerson], person_id: int) -> str:
    """The name of somebody who is due and in sight; raises Problem for everybody else."""
    if person_id not in due:
        raise Problem("person.unknown")
    return session().get_one(Person, person_id).name


def _room_page(exam: Exam, sight: Sight, typing: _Typing) -> str:
    every = offline.waiting(session(), exam, sight=sight, now=now())
    path, search = request.args.get("unit", ""), request.args.get("search", "").strip()
    fitting = [one for one in every if one.due.unit_path.startswith(path) and _fits(one, search)]
    kept = {name: value for name, value in (("unit", path), ("search", search)) if value}
    here = {"exam_id": exam.id, **kept}
    pages = list_pages("paper_room", len(fitting), ON_A_PAGE, **here, day=typing.day, room=typing.room)
    start = (pages.current - 1) * ON_A_PAGE
    shown = fitting[start : start + ON_A_PAGE]
    listed = {one.due.person_id for one in shown}
    wrong = [one for one in every if one.due.person_id in typing.errors and one.due.person_id not in listed]
    rows = [_gone(person_id, name, typing) for person_id, name in typing.gone.items()]
    rows += [_row(exam, one, typing) for one in (*wrong, *shown)]
    return render("offline/room.html", RoomPage(
        title=exam.title,
        exam_url=link("board", exam_id=exam.id),
        rows=tuple(rows),
        found=ngettext("%(num)s person has no result yet", "%(num)s people have no result yet", len(fitting)),
        full=number(exams.size(session(), exam).points),
        day=typing.day or suggested_day(exam),
        room=typing.room,
        day_error=typing.day_error,
        latest_day=_today(),
        units=tuple(_unit_choices(every, path)),
        search=search,
        filter_url=link("paper_room", exam_id=exam.id),
        post_url=link("paper_room_post", **here, page=pages.current if pages.current > 1 else None),
        csrf_token=generate_csrf(),
        pages=pages,
        file_url=link("paper_file", exam_id=exam.id),
        wrong=ngettext("%(num)s row could not be taken; it says why.",
                       "%(num)s rows could not be taken; each says why.", len(typing.errors)) if typing.errors else "",
    ))  # fmt: skip


def _fits(one: Waiting, search: str) -> bool:
    digits = tidy_number(search)
    return not search or name_key(search) in name_key(one.name) or (bool(digits) and digits in one.staff_number)


def _row(exam: Exam, one: Waiting, typing: _Typing) -> RoomRow:
    who = one.due.person_id
    return RoomRow(
        who, one.name, one.staff_number, one.due.unit_names, typing.points.get(who, ""), typing.remarks.get(who, ""),
        typing.errors.get(who, ""), link("paper_person", exam_id=exam.id, person_id=who),
    )  # fmt: skip


def _gone(person_id: int, name: str, typing: _Typing) -> RoomRow:
    return RoomRow(person_id, name, "", "", typing.points.get(person_id, ""), typing.remarks.get(person_id, ""),
                   typing.errors[person_id])  # fmt: skip


def _unit_choices(every: list[Waiting], chosen: str) -> list[Choice]:
    """The units that somebody without a result is in or below, from the top."""
    paths = sorted({path for one in every for path in reports.chain_of(one.due.unit_path)})
    names = {
        path: session().get_one(Unit, int(path.rstrip("/").rpartition("/")[2])).name for path in paths
    }  # fmt: skip
    shallow = min((path.count("/") for path in paths), default=0)
    return [
        Choice(path, "\u3000" * (path.count("/") - shallow) + names[path], path == chosen)
        for path in reports.in_order(paths, names)
    ]


def suggested_day(exam: Exam) -> str:
    """Today while the exam is open, else the day on which it closed."""
    today = now().astimezone(learn().zone)
    if exam.closes_at is not None and exam.closes_at < now():
        today = exam.closes_at.astimezone(learn().zone)
    return today.date().isoformat()


def _today() -> str:
    return now().astimezone(learn().zone).date().isoformat()


# One person


@routes.get("/manage/exams/<int:exam_id>/paper/people/<int:person_id>", access=ORGANIZERS)
def paper_person(exam_id: int, person_id: int) -> str:
    """One person who is due: a result on paper, or typing for them."""
    exam, sight = seen(exam_id)
    offline.due_person(session(), exam, person_id, sight=sight, now=now())
    typed = Typed(day=suggested_day(exam), variant=request.args.get("variant", "")[:30])
    return _person_page(exam, sight, person_id, typed, {})


@routes.post("/manage/exams/<int:exam_id>/paper/people/<int:person_id>", access=ORGANIZERS,
             endpoint="paper_person_post")  # fmt: skip
def paper_person_post(exam_id: int, person_id: int) -> Any:
    """Enter the points or the answers of one paper."""
    exam, sight = seen(exam_id)
    offline.due_person(session(), exam, person_id, sight=sight, now=now())
    said = request.form
    typed = Typed(said.get("points", ""), typed_answers(said), said.get("day", ""), said.get("room", ""),
                  said.get("remark", ""), said.get("variant", "")[:30])  # fmt: skip
    here = learn()
    try:
        paper = offline.paper_of(session(), exam, here.versions, typed.variant)
        result = offline.read(session(), exam, typed, paper=paper, zone=here.zone, now=now(), versions=here.versions)
        person = session().get_one(Person, person_id)
        attempt = offline.enter(session(), exam, person, result, actor=organizer(), now=now(), versions=here.versions)
    except Problem as problem:
        context.close()
        exam, sight = seen(exam_id)
        return _person_page(exam, sight, person_id, typed, {problem.place.field: problems.sentence(problem)}), 422
    say(MessageKind.SUCCESS, _("The result of %(name)s is in.", name=person.name))
    return redirect(link("seat", exam_id=exam_id, attempt_id=attempt.id), code=303)


def _person_page(exam: Exam, sight: Sight, person_id: int, typed: Typed, errors: Mapping[str, str]) -> str:
    due = offline.due_person(session(), exam, person_id, sight=sight, now=now())
    person = session().get_one(Person, person_id)
    printed = [one.code for one in paper_prints.variants(session(), exam)]
    code = typed.variant.strip().upper()
    paper = offline.paper_of(session(), exam, learn().versions, code if code in printed else "")
    facts = [Row(_("Staff number"), person.staff_number or ""), Row(_("Unit"), due.unit_names)]
    found = exams.situation(session(), exam, person, now=now())
    mine = person.id == organizer().id
    open_now = found.standing is exams.Standing.OPEN and (found.attempts_left > 0 or found.open_attempt is not None)
    return render("offline/person.html", PersonPage(
        title=person.name,
        exam=exam.title,
        facts=tuple(row for row in facts if row.value),
        full=number(paper.full),
        points=typed.points,
        day=typed.day,
        room=typed.room,
        remark=typed.remark,
        latest_day=_today(),
        errors=dict(errors),
        answers=tuple(_fields(paper, typed, errors, stems=_may_read(exam, sight))),
        no_answers="" if paper.slots else _("Choose the code of the paper, and its questions stand here.")
        if paper.which else _("Each paper of this exam asks other questions, so only points can be "
                                            "entered."),
        variants=tuple(Choice(one, one, one == code) for one in printed),
        variant=paper.variant,
        here_url=link("paper_person", exam_id=exam.id, person_id=person_id),
        post_url=link("paper_person_post", exam_id=exam.id, person_id=person_id),
        csrf_token=generate_csrf(),
        back_url=link("board", exam_id=exam.id),
        typing_url=link("start_typing", exam_id=exam.id, person_id=person_id) if open_now and not mine else "",
        problem=errors.get("", ""),
    ))  # fmt: skip


def _may_read(exam: Exam, sight: Sight) -> bool:
    """Whether the questions may be read here: by who organizes the exam, and by others only once it has opened."""
    opens = exam_rosters.opening(exam)
    return sight.whole or (opens is not None and opens <= now())


def _fields(paper: Paper, typed: Typed, errors: Mapping[str, str], *, stems: bool) -> list[AnswerField]:
    asked = learn().versions.many(session(), [slot.version_id for slot in paper.slots])
    found = []
    for slot in paper.slots:
        question = asked[slot.version_id]
        words = in_words(question.stem, question.text_format, blanks=bool(getattr(question.content, "blanks", ())))
        found.append(AnswerField(
            number=slot.number,
            label=_("%(number)s. %(stem)s", number=slot.number, stem=words if len(words) < 90 else words[:89] + "…")
            if stems else str(slot.number),
            hint=labels_of(question.type.code, len(slot.options)),
            value=typed.answers.get(slot.number, ""),
            error=errors.get(f"q{slot.number}", ""),
            long=question.type.code in LONG,
            gaps=tuple(gap_fields(slot.number, [
                [in_words(one["text"], question.text_format) if stems else "" for one in menu]
                for menu in offline.menus_of(question, slot)
            ], typed.answers.get(slot.number, ""))),
        ))  # fmt: skip
    return found


def labels_of(code: str, options: int) -> str:
    """How an answer of that type is typed."""
    last = LETTERS[max(0, options - 1)] if options else ""
    said = {
        "single": _("One letter, A to %(last)s", last=last),
        "multiple": _("Letters, such as AC"),
        "true_false": _("√ or ×"),
        "fill_in": _("Several blanks: with ; between them"),
        "matching": _("A letter for each line, - where it is open"),
        "ordering": _("The letters in their order"),
    }
    return said.get(code, type_name(code))


# Corrections


@routes.get("/manage/exams/<int:exam_id>/paper/attempts/<int:attempt_id>", access=ORGANIZERS)
def correct_paper(exam_id: int, attempt_id: int) -> str:
    """Ask for the right points and why."""
    return _correct_page(exam_id, attempt_id, None)


@routes.post("/manage/exams/<int:exam_id>/paper/attempts/<int:attempt_id>", access=ORGANIZERS,
             endpoint="correct_paper_post")  # fmt: skip
def correct_paper_post(exam_id: int, attempt_id: int) -> Any:
    """Correct the points of a paper."""
    exam, sight = seen(exam_id)
    boards.in_sight(session(), exam, [attempt_id], sight=sight, now=now())
    form = correct_form()
    if not form.validate():
        return _correct_page(exam_id, attempt_id, form), 422
    return answered(
        form,
        lambda: offline.correct(
            session(), exam, attempt_id, points=form["points"].data or "", seen=form["seen"].data or "",
            reason=form["reason"].data or "", actor=organizer(), now=now(),
        ),
        done=_("Corrected."),
        to=link("seat", exam_id=exam_id, attempt_id=attempt_id),
        again=lambda: _correct_page(exam_id, attempt_id, form),
    )  # fmt: skip


def _correct_page(exam_id: int, attempt_id: int, form: Any) -> str:
    exam, sight = seen(exam_id)
    [attempt] = boards.in_sight(session(), exam, [attempt_id], sight=sight, now=now())
    here = {"exam_id": exam_id, "attempt_id": attempt_id}
    if not attempt.offline or attempt.points is None:
        raise Problem("sitting.unknown")
    return render("offline/correct.html", CorrectPage(
        title=attempt.person.name,
        exam=exam.title,
        said=_("%(points)s of %(full)s points stand now, of the paper of %(time)s.", points=number(attempt.points),
               full=number(attempt.full_points), time=local_date(attempt.started_at)),
        form=form or correct_form(points=number(attempt.points), seen=offline.shown(attempt.points)),
        post_url=link("correct_paper_post", **here),
        back_url=link("seat", **here),
    ))  # fmt: skip
