"""Photos and pdfs of papers: for those who look after the exam and the person, and for the person once it is shown."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam, Person, Scan
from suyu_learn.services import boards, exams, media, scans, sitting
from suyu_learn.web import context
from suyu_learn.web.access import EXAM_ENTRY
from suyu_learn.web.context import begin_writing, close, learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.exam_running import answered
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.forms.offline import scan_form
from suyu_learn.web.i18n import _, local_time, number
from suyu_learn.web.identity import sitter
from suyu_learn.web.invigilation import seen
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.pages.offline import ScanLine, ScansPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", scans.PDF: ".pdf"}


@routes.get("/manage/exams/<int:exam_id>/board/attempts/<int:attempt_id>/scans", access=ORGANIZERS,
            endpoint="paper_scans")  # fmt: skip
def paper_scans(exam_id: int, attempt_id: int) -> str:
    """The scans of one attempt, those deleted with their reason."""
    exam, attempt = _attempt(exam_id, attempt_id)
    return _page(exam, attempt, scan_form())


@routes.post("/manage/exams/<int:exam_id>/board/attempts/<int:attempt_id>/scans", access=ORGANIZERS, writes=False,
             endpoint="paper_scans_post")  # fmt: skip
def paper_scans_post(exam_id: int, attempt_id: int) -> Any:
    """Take a photo or pdf in."""
    _attempt(exam_id, attempt_id)
    form = scan_form()
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Problem("roster.no_file", place=Place(field="file"))
        content = sent.stream.read()
        close()
        filed = scans.prepare(content, sent.filename, folder=learn().scan_folder)
        begin_writing()
        exam, attempt = _attempt(exam_id, attempt_id)
        scans.keep(session(), exam, attempt, filed, actor=organizer(), now=now())
    except Problem as problem:
        context.close()
        form.refuse(problem)
        exam, attempt = _attempt(exam_id, attempt_id)
        return _page(exam, attempt, form), 422
    say(MessageKind.SUCCESS, _("The scan is saved with the attempt."))
    return redirect(link("paper_scans", exam_id=exam_id, attempt_id=attempt_id), code=303)


@routes.get("/manage/exams/<int:exam_id>/scans/<scan_key>", access=ORGANIZERS)
def paper_scan(exam_id: int, scan_key: str) -> Response:
    """One scan, for those who look after the exam and the person."""
    _exam, scan = _scan(exam_id, scan_key)
    return _sent(scan)


@routes.get("/manage/exams/<int:exam_id>/scans/<scan_key>/delete", access=ORGANIZERS)
def delete_scan(exam_id: int, scan_key: str) -> str:
    """Ask why."""
    return _delete_page(*_scan(exam_id, scan_key), reason_form(_("It is kept in the audit trail")))


@routes.post("/manage/exams/<int:exam_id>/scans/<scan_key>/delete", access=ORGANIZERS, endpoint="delete_scan_post")
def delete_scan_post(exam_id: int, scan_key: str) -> Any:
    """Delete a scan; what it was stays on record."""
    exam, scan = _scan(exam_id, scan_key)
    form = reason_form(_("It is kept in the audit trail"))
    return answered(
        form,
        lambda: scans.delete(session(), exam, scan, reason=form["reason"].data or "", actor=organizer(), now=now()),
        done=_("The scan is deleted."),
        to=link("paper_scans", exam_id=exam_id, attempt_id=scan.attempt_id),
        again=lambda: _delete_page(*_scan(exam_id, scan_key), form),
    )


@routes.get("/attempts/<key>/scans/<scan_key>", access=EXAM_ENTRY)
def own_scan(key: str, scan_key: str) -> Response:
    """One's own paper, where the exam's policy shows it."""
    person = sitter()
    assert person is not None  # EXAM_ENTRY
    attempt = sitting.find(session(), key, person)
    scan = scans.find(session(), scan_key)
    if scan.attempt_id != attempt.id or not is_shown(attempt):
        raise Problem("scan.unknown")
    return _sent(scan)


def is_shown(attempt: Attempt) -> bool:
    """Whether the person may see the paper: where the score and the right answers are shown."""
    if attempt.state in (AttemptState.OPEN, AttemptState.VOIDED):
        return False
    shown = exams.shown_now(session(), attempt.exam, now=now(), grace=learn().grace)
    return attempt.exam.show_score in shown and attempt.exam.show_key in shown


def _attempt(exam_id: int, attempt_id: int) -> tuple[Exam, Attempt]:
    exam, sight = seen(exam_id)
    return exam, boards.in_sight(session(), exam, [attempt_id], sight=sight, now=now())[0]


def _scan(exam_id: int, key: str) -> tuple[Exam, Scan]:
    exam, sight = seen(exam_id)
    scan = scans.find(session(), key)
    boards.in_sight(session(), exam, [scan.attempt_id], sight=sight, now=now())
    return exam, scan


def _sent(scan: Scan) -> Response:
    return sent_file(scan.sha256, scan.mime, name=scan.key[:12])


def sent_file(sha: str, mime: str, *, name: str) -> Response:
    """The bytes of a photo or pdf; a pdf only as a download, and nothing is guessed or run."""
    close()
    try:
        content = media.path_of(learn().scan_folder, sha).read_bytes()
    except FileNotFoundError:
        raise Problem("scan.unknown") from None
    response = Response(content, mimetype=mime)
    kind = "attachment" if mime == scans.PDF else "inline"
    response.headers["Content-Disposition"] = f"{kind}; filename={name}{SUFFIXES[mime]}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(exam: Exam, attempt: Attempt, form: Any) -> str:
    return render("offline/scans.html", ScansPage(
        title=attempt.person.name,
        exam=exam.title,
        scans=tuple(_line(exam, one) for one in scans.of_attempt(session(), attempt, deleted=True)),
        form=form,
        post_url=link("paper_scans_post", exam_id=exam.id, attempt_id=attempt.id),
        back_url=link("seat", exam_id=exam.id, attempt_id=attempt.id),
        most=_("A photo (JPEG, PNG or WebP), or a pdf of at most %(most)s MB.", most=scans.MOST_PDF),
    ))  # fmt: skip


def _line(exam: Exam, one: Scan) -> ScanLine:
    by = _name(one.actor_id)
    size = number(max(1, one.size // 1024))
    fact = _("%(size)s KB, by %(name)s on %(time)s", size=size, name=by, time=local_time(one.at))
    if one.deleted_at is not None:
        gone = _("Deleted by %(name)s on %(time)s. Reason: %(reason)s", name=_name(one.deleted_by_id),
                 time=local_time(one.deleted_at), reason=one.delete_reason)  # fmt: skip
        return ScanLine(one.name, fact, deleted=gone)
    here = {"exam_id": exam.id, "scan_key": one.key}
    return ScanLine(one.name, fact, link("paper_scan", **here), link("delete_scan", **here),
                    picture=one.mime != scans.PDF)  # fmt: skip


def _name(person_id: int | None) -> str:
    person = session().get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else _("somebody")


def _delete_page(exam: Exam, scan: Scan, form: Any) -> str:
    return render("exams/manage_reason.html", ReasonPage(
        _("Delete a scan"), exam.title,
        (_("%(file)s of the paper of %(name)s.", file=scan.name, name=scan.attempt.person.name),
         _("The file is removed. That it was there, who deleted it and why stays on record.")),
        form, link("delete_scan_post", exam_id=exam.id, scan_key=scan.key), _("Delete"),
        link("paper_scans", exam_id=exam.id, attempt_id=scan.attempt_id), danger=True,
    ))  # fmt: skip
