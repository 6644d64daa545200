"""Courses leave as a zip, and come in from one: looked at first, then taken in as a draft."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from flask import Response, redirect, request
from itsdangerous import BadSignature, URLSafeSerializer

from suyu_learn.content.formats import course_zip
from suyu_learn.domain.courses import plausible_seconds
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.services import course_exports, course_imports, media
from suyu_learn.services.course_imports import Coming, How
from suyu_learn.services.course_writing import Desk, new_slug
from suyu_learn.web import context, problems, question_words
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_exports import IN_MEMORY, pieces
from suyu_learn.web.context import close, commit, learn, now, secret, session, writing_apart
from suyu_learn.web.course_writing import ORGANIZERS, audience_choices, course_trail, unit_choices
from suyu_learn.web.exporting import file_name
from suyu_learn.web.forms.courses import import_form
from suyu_learn.web.i18n import N_, _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind, Row
from suyu_learn.web.pages.course_writing import ExportPage, ImportLook, ImportPage, WrittenLesson
from suyu_learn.web.reading import html_lang, minutes
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

MOST_FAULTS = 50
_WAYS = {
    How.NEW: N_("A new course"),
    How.NEXT: N_("The next version of “%(title)s”, as a draft"),
    How.COPY: N_("Another course beside it"),
}


@routes.get("/manage/courses/<slug>/export", access=ORGANIZERS)
def export_course(slug: str) -> str:
    """What the zip of a course will hold."""
    here = course_exports.desk(session(), slug, actor())
    found = course_exports.leaving(session(), here, actor())
    return render("courses/export.html", ExportPage(
        title=here.shown.title,
        trail=course_trail(*(() if here.from_pack else ((here.shown.title, link("course_desk", slug=slug)),))),
        facts=(
            Row(_("Version"), _("the draft") if here.draft else question_words.version_name(here.shown.number)),
            Row(_("Lessons"), str(len(found.course.lessons))),
            Row(_("Pictures"), str(found.pictures)),
            Row(_("Questions, with their keys"), str(len(found.questions))),
        ),
        left=ngettext("%(num)s question stays behind: it is not published, or in a bank that you may not use.",
                      "%(num)s questions stay behind: they are not published, or in banks that you may not use.",
                      found.left) if found.left else "",
        post_url=link("export_course_post", slug=slug),
    ))  # fmt: skip


@routes.post("/manage/courses/<slug>/export", access=ORGANIZERS)
def export_course_post(slug: str) -> Response:
    """The zip; written first, logged before its first byte leaves."""
    person = actor()
    here: Desk = course_exports.desk(session(), slug, person)
    found = course_exports.leaving(session(), here, person)
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the response
    try:
        course_exports.write(session(), found, stream, folder=learn().media_folder)  # type: ignore[arg-type]
        course_exports.note(session(), here, found, person, now=now())
        commit()
        size = stream.tell()
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    response = Response(pieces(stream), mimetype="application/zip")
    response.call_on_close(stream.close)
    response.headers["Content-Length"] = str(size)
    name = quote(file_name(found.course.title, (), "zip"), safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=course.zip; filename*=UTF-8''{name}"
    return response


@routes.get("/manage/courses/import", access=ORGANIZERS)
def import_course() -> str:
    """Where a zip is chosen."""
    return _choose_page()


@routes.post("/manage/courses/import", access=ORGANIZERS, writes=False)
def import_course_post() -> Any:
    """Take a zip in to be looked at; what is wrong with it is told, all at once."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Problem("course.zip_none", place=Place(field="file"))
        content, name = sent.stream.read(), sent.filename[-80:]
        _looked(content, name)
    except (Problem, Problems) as refused:
        context.close()
        return _choose_page(refused), 422
    sha = sha256(content).hexdigest()
    media.write_whole(media.path_of(learn().media_folder, sha), content)  # no row names it: it goes after a week
    token = _signer().dumps([sha, name, actor().id])
    return redirect(link("import_look", token=token), code=303)


@routes.get("/manage/courses/import/<token>", access=ORGANIZERS)
def import_look(token: str) -> Any:
    """What the zip brings, and what becomes of it."""
    try:
        return _look_page(_looked(*_kept(token)))
    except (Problem, Problems) as refused:
        context.close()
        return _choose_page(refused), 422


@routes.post("/manage/courses/import/<token>", access=ORGANIZERS, writes=False)
def import_look_post(token: str) -> Any:
    """Take the course in as a draft."""
    try:
        coming = _looked(*_kept(token))
        form: Any = _form(coming)
        prepared = course_imports.prepare(session(), coming, folder=learn().media_folder)
        made = _made_already(coming, form, prepared)
        if made is not None:
            return redirect(link("course_desk", slug=made.course.slug), code=303)
        if not form.validate():
            return _look_page(coming, form), 422
        unit = int(form.unit.data) if "unit" in form else _only_unit()
    except (Problem, Problems) as refused:
        context.close()
        return _choose_page(refused), 422
    person = actor()
    try:
        with writing_apart() as writing:
            slug = course_imports.take_in(
                writing, coming, How(form.how.data), person, unit_id=unit, slug=form.key.data or "",
                audiences=form.audiences.data or () if "audiences" in form else (), prepared=prepared, now=now(),
                pace=learn().pace,
            ).slug  # fmt: skip
    except Problem as problem:
        context.close()
        form.refuse(problem)
        return _look_page(coming, form), 422
    say(MessageKind.SUCCESS, _("The course has come in as a draft. Look it over, and publish it."))
    return redirect(link("course_desk", slug=slug), code=303)


def _made_already(coming: Coming, form: Any, prepared: media.Prepared) -> Desk | None:
    """The course that the same form has made before, as by a double click."""
    if form.how.data == How.NEXT.value:
        here = course_imports.called(session(), coming.draft.slug, actor())
        if here is None or not course_imports.is_made(session(), here, coming, actor(), prepared):
            return None
        return here
    called = coming.draft.slug if form.how.data == How.NEW.value else form.key.data or ""
    return course_imports.called(session(), called, actor()) if called else None


def _kept(token: str) -> tuple[bytes, str]:
    """The zip that was sent before, for who sent it."""
    try:
        sha, name, person_id = _signer().loads(token)
        if person_id != actor().id:
            raise Problem("course.zip_gone")
        return media.path_of(learn().media_folder, sha).read_bytes(), name
    except (BadSignature, OSError, ValueError):
        raise Problem("course.zip_gone") from None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(secret(), salt="suyu-learn-course-zip")


def _looked(content: bytes, name: str) -> Coming:
    """What a zip would bring; read while nobody waits. Raises Problem or Problems."""
    person = actor()
    close()
    draft, bank = course_zip.read(content, file_name=name, types=learn().plugins.question_types)
    coming = course_imports.look(session(), draft, bank, person)
    course_imports.prepare(session(), coming, folder=learn().media_folder)
    return coming


def _only_unit() -> int:
    units = unit_choices()
    if not units:
        raise Problem("course.no_unit")
    return units[0][0].id


def _form(coming: Coming) -> Any:
    here = course_imports.called(session(), coming.draft.slug, actor())
    title = here.shown.title if here is not None else ""
    known = {code for code, _label in audience_choices()}
    return import_form(
        [(way.value, _(_WAYS[way], title=title) if way is How.NEXT else _(_WAYS[way])) for way in coming.ways],
        audience_choices(), unit_choices(),
        data={"how": coming.ways[0].value, "key": new_slug(),
              "audiences": [one for one in (coming.draft.audience, *coming.draft.also_for) if one in known]},
    )  # fmt: skip


def _choose_page(refused: Problem | Problems | None = None) -> str:
    found = refused.problems if isinstance(refused, Problems) else (refused,) if refused is not None else ()
    at_field = [one for one in found if not one.place.file and not one.place.sheet]
    told = [one for one in found if one not in at_field]
    return render("courses/import.html", ImportPage(
        trail=course_trail(),
        post_url=link("import_course_post"),
        most_megabytes=str(learn().settings.max_upload_mb),
        error=" ".join(problems.sentence(one) for one in at_field),
        faults=tuple(_fault(one) for one in told[:MOST_FAULTS]),
        more=ngettext("and %(num)s more", "and %(num)s more", len(told) - MOST_FAULTS)
        if len(told) > MOST_FAULTS else "",
    ))  # fmt: skip


def _fault(problem: Problem) -> str:
    place = problem.place
    if place.row and place.file:
        where = _("%(file)s, line %(row)s", file=place.file, row=place.row)
    else:
        where = str(replace(place, uid="") if place.file.endswith(place.uid) else place)
    return _("%(place)s: %(what)s", place=where, what=problems.sentence(problem))


def _look_page(coming: Coming, form: Any = None) -> str:
    draft = coming.draft
    times = [plausible_seconds(f"{one.title}\n{one.text}", learn().pace) for one in draft.lessons]
    sections = ["", *(one.section for one in draft.lessons)]
    return render("courses/import_look.html", ImportLook(
        title=draft.title,
        trail=course_trail((_("Course from a zip"), link("import_course"))),
        lang=html_lang(draft.lang),
        facts=(
            Row(_("Lessons"), str(len(draft.lessons))),
            Row(_("Reading time"), minutes(sum(times))),
            Row(_("Pictures"), str(len(course_zip.pictures_in(draft)))),
            Row(_("Questions"), _questions(coming)),
        ),
        notes=tuple(_notes(coming)),
        lessons=tuple(
            WrittenLesson(
                id=place, number=str(place), title=one.title, url="", first=True, last=True,
                facts=tuple(_lesson_facts(time, len(one.checkpoints))),
                heading=one.section if one.section != sections[place - 1] else "",
            )
            for place, (one, time) in enumerate(zip(draft.lessons, times, strict=True), start=1)
        ),
        level="h4" if any(sections) else "h3",
        form=form if form is not None else _form(coming),
    ))  # fmt: skip


def _lesson_facts(seconds: int, asks: int) -> Iterable[str]:
    yield minutes(seconds)
    if asks:
        yield ngettext("%(num)s question", "%(num)s questions", asks)


def _questions(coming: Coming) -> str:
    came = len(coming.questions)
    if not came and not coming.known:
        return _("none")
    said = ngettext("%(num)s comes in", "%(num)s come in", came) if came else ""
    here = ngettext("%(num)s is here already and stays as it is", "%(num)s are here already and stay as they are",
                    coming.known) if coming.known else ""  # fmt: skip
    return " · ".join(part for part in (said, here) if part)


def _notes(coming: Coming) -> Iterable[str]:
    if coming.busy:
        yield _("The course here has a draft. Publish or throw that away first, if this shall become its next version.")
    if coming.questions:
        yield _("New questions go into a bank of the unit that is called like the course.")
    if How.NEXT in coming.ways:
        yield _("As the next version it brings lessons and cover; settings, and whom it is for, stay as they are here.")
    for slug in coming.missing:
        yield _("It asks for a course to be completed before that is not here: %(slug)s. That is left out.", slug=slug)
