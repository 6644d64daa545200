"""Organizers write the lessons of a course: a form with a preview, pictures, and the questions at their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from markupsafe import Markup

from suyu_learn.content import pictures
from suyu_learn.content.texts import reading_parts
from suyu_learn.domain.courses import question_line
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Lesson
from suyu_learn.services import course_pages, course_writing, courses, exam_reach, films, lesson_writing
from suyu_learn.services.course_writing import Desk
from suyu_learn.services.lesson_writing import Written
from suyu_learn.web import bank_offers, context, editor_marks, editor_pictures, problems
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_offers import Asker
from suyu_learn.web.bank_questions import type_name
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.course_writing import ORGANIZERS, course_trail, desk_of, note_writing
from suyu_learn.web.forms.courses import lesson_form, written_in
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank_questions import PictureShown
from suyu_learn.web.pages.common import Action, MessageKind
from suyu_learn.web.pages.course_writing import AskedQuestion, GonePage, LessonEditorPage
from suyu_learn.web.pages.courses import Checkpoint, LessonPart
from suyu_learn.web.reading import asked_checkpoint, html_lang
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()


@routes.get("/manage/courses/<slug>/lessons/new", access=ORGANIZERS)
def new_lesson(slug: str) -> str:
    """An empty lesson."""
    here = desk_of(slug)
    course_writing.draft_of(here)
    return _editor_page(Sheet(here, None, lesson_form()))


@routes.post("/manage/courses/<slug>/lessons/new", access=ORGANIZERS, writes=False, endpoint="new_lesson_post")
def new_lesson_post(slug: str) -> Any:
    """Keep a new lesson, or show the form again."""
    here = _desk_if_there(slug)
    return _sent(Sheet(here, None, _typed())) if here is not None else _gone()


@routes.get("/manage/courses/<slug>/lessons/<int:lesson_id>", access=ORGANIZERS)
def edit_lesson(slug: str, lesson_id: int) -> Any:
    """The form with a lesson of the draft, once all pages of its PDF are drawn."""
    here = desk_of(slug)
    lesson = lesson_writing.lesson_of(session(), here, lesson_id)
    if course_pages.of(session(), lesson) is not None:
        return redirect(link("lesson_pages", slug=slug, lesson_id=lesson_id), code=303)
    kept = lesson_writing.written(lesson)
    form = lesson_form({"title": kept.title, "text": kept.text, "sources": "\n".join(kept.sources)})
    return _editor_page(Sheet(here, lesson, form, base=kept.fingerprint))


@routes.post("/manage/courses/<slug>/lessons/<int:lesson_id>", access=ORGANIZERS, writes=False,
             endpoint="edit_lesson_post")  # fmt: skip
def edit_lesson_post(slug: str, lesson_id: int) -> Any:
    """Keep the lesson in new words, take a question out, or show the form again."""
    here = _desk_if_there(slug)
    if here is None:
        return _gone()
    return _sent(Sheet(here, None, _typed(), base=request.form.get("base", ""), number=lesson_id))


@routes.post("/manage/courses/<slug>/lessons/preview", access=ORGANIZERS, writes=False)
def preview_lesson(slug: str) -> str:
    """The text of a form as learners would read it, for the script of the editor."""
    here, number = desk_of(slug), request.args.get("lesson", "")
    lesson = _still_there(Sheet(here, None, None, number=int(number))) if is_number(number) else None
    return str(_preview(here, written_in(_typed()), lesson))


@routes.get("/manage/courses/<slug>/lessons/<int:lesson_id>/questions", access=ORGANIZERS)
def lesson_questions(slug: str, lesson_id: int) -> str:
    """The questions of a bank, to tick."""
    here = desk_of(slug)
    return bank_offers.page(_asker(here, lesson_writing.lesson_of(session(), here, lesson_id)), request.args)


@routes.post(
    "/manage/courses/<slug>/lessons/<int:lesson_id>/questions", access=ORGANIZERS, endpoint="lesson_questions_post"
)
def lesson_questions_post(slug: str, lesson_id: int) -> Any:
    """Ask what is ticked at the end of the lesson."""
    here = desk_of(slug, hold=True)
    lesson = lesson_writing.lesson_of(session(), here, lesson_id)
    banks = {one.id for one in exam_reach.usable_banks(session(), actor())}
    try:
        came = lesson_writing.ask(session(), lesson, bank_offers.ticked(request.form), banks=banks)
    except Problem as problem:
        return bank_offers.page(_asker(here, lesson), request.form, [problems.sentence(problem)]), 422
    if came:
        note_writing(here)
    say(MessageKind.SUCCESS, ngettext("%(num)s question added.", "%(num)s questions added.", came))
    return redirect(f"{link('edit_lesson', slug=slug, lesson_id=lesson_id)}#questions", code=303)


@routes.post("/manage/courses/<slug>/lessons/<int:lesson_id>/own-questions", access=ORGANIZERS)
def lesson_own_questions(slug: str, lesson_id: int) -> Any:
    """Make room for questions of one's own, and go where they are pasted or come from a file."""
    here = desk_of(slug, hold=True)
    lesson = lesson_writing.lesson_of(session(), here, lesson_id)
    bank = lesson_writing.bank_of(session(), here, actor(), now=now())
    return redirect(link("bank_import", bank_id=bank.id, lesson=lesson.id), code=303)


@dataclass
class Sheet:
    """A lesson on the desk with what was typed."""

    here: Desk
    lesson: Lesson | None
    form: Any
    base: str = ""
    number: int = 0
    """The lesson that the form was about, which may be gone."""

    preview: Markup | None = None
    picture_errors: tuple[str, ...] = ()
    meanwhile: str = ""


def _typed() -> Any:
    """The form as it came, with the marks of its pictures."""
    return lesson_form(sent=editor_marks.read(request.form))


def _desk_if_there(slug: str) -> Desk | None:
    """The course; None when it is gone, or nobody's who asks."""
    try:
        return desk_of(slug)
    except Problem as problem:
        if problem.code != "course.unknown":
            raise
        return None


def _gone() -> Any:
    """What was typed for a course that is gone, to be copied: nothing that somebody wrote is lost."""
    typed = _typed()
    return render("courses/gone.html", GonePage(
        trail=course_trail(),
        title=typed.title.data or "",
        text=typed.text.data or "",
        sources=typed.sources.data or "",
        new_url=link("new_course"),
    )), 404  # fmt: skip


def _sent(sheet: Sheet) -> Any:
    """What a button of the editor asks for."""
    act, _sep, which = request.form.get("act", "save").partition(":")
    said, slug = written_in(sheet.form), sheet.here.course.slug
    if act in ("picture", "preview"):
        sheet.lesson = _still_there(sheet)
        if act == "picture":
            begin_writing()
            return _with_picture(sheet)
        sheet.preview = _preview(sheet.here, said, sheet.lesson)
        return _editor_page(sheet)
    try:
        lesson_writing.check(said)  # takes its time with a long text, so before others have to wait
        begin_writing()
        lesson = _stored(sheet, said)
    except Problem as problem:
        return _refused(sheet, problem), 422
    if act == "unask":
        note_writing(desk_of(slug))
        lesson_writing.ask_no_more(session(), lesson, which)
        return redirect(f"{link('edit_lesson', slug=slug, lesson_id=lesson.id)}#questions", code=303)
    if act == "film":
        return redirect(link("lesson_film", slug=slug, lesson_id=lesson.id), code=303)
    if act == "ask":
        return redirect(link("lesson_questions", slug=slug, lesson_id=lesson.id), code=303)
    say(MessageKind.SUCCESS, _("“%(title)s” is saved.", title=lesson.title))
    if act == "another":
        return redirect(link("new_lesson", slug=slug), code=303)
    return redirect(link("course_desk", slug=slug), code=303)


def _stored(sheet: Sheet, said: Written) -> Lesson:
    """The lesson as it is kept; in the next draft if the course was published meanwhile, anew if it was removed."""
    slug, was_draft = sheet.here.course.slug, desk_of(sheet.here.course.slug, hold=True).draft is not None
    found = None
    if sheet.number:
        found = lesson_writing.lesson_to_keep(session(), desk_of(slug), sheet.number, now=now())
    else:
        course_writing.change(session(), desk_of(slug), now=now())
    if not was_draft:
        say(
            MessageKind.WARNING,
            _("The course was published meanwhile: this stands in the draft of its next version."),
        )
    elif sheet.number and found is None:
        say(MessageKind.WARNING, _("Somebody else had removed this lesson; it is there again, as the last one."))
    sheet.lesson = found
    if found is None or lesson_writing.written(found) != said:
        note_writing(desk_of(slug))
    former = {"text": found.text} if found is not None else {}
    editor_pictures.require_own({"text": said.text}, former, actor(), films=True)
    if found is None:
        return lesson_writing.add_lesson(
            session(), desk_of(slug), said, pace=learn().pace, slug=sheet.form.key.data or ""
        )
    lesson_writing.set_lesson(session(), found, said, base=sheet.base, pace=learn().pace)
    return found


def _still_there(sheet: Sheet) -> Lesson | None:
    """The lesson of a form, if the draft has it still."""
    try:
        return lesson_writing.lesson_of(session(), sheet.here, sheet.number) if sheet.number else None
    except Problem:
        return None


def _refused(sheet: Sheet, problem: Problem) -> str:
    """The form again: nothing typed is lost, and what somebody else has written meanwhile stands beside it."""
    slug = sheet.here.course.slug
    context.close()
    sheet.here = desk_of(slug)
    sheet.lesson = _still_there(sheet)
    sheet.form.refuse(problem)
    if problem.code == "course.changed_meanwhile" and sheet.lesson is not None:
        theirs = lesson_writing.written(sheet.lesson)
        sheet.meanwhile, sheet.base = f"{theirs.title}\n\n{theirs.text}", theirs.fingerprint
    return _editor_page(sheet)


def _with_picture(sheet: Sheet) -> Any:
    try:
        sheet.form.text.data = editor_pictures.appended(sheet.form.text.data or "")
    except Problem as problem:
        sheet.picture_errors = (problems.sentence(problem),)
        return _editor_page(sheet), 422
    return _editor_page(sheet)


def _preview(here: Desk, said: Written, lesson: Lesson | None) -> Markup:
    """The text with its questions: where they are placed, the others of the lesson at its end."""
    try:
        lesson_writing.check_size(said.text)
    except Problem as problem:
        return Markup("<p>{}</p>").format(problems.sentence(problem))
    pieces = reading_parts(said.text, "markdown", _("Table")) if said.text else []
    placed = [uid for _text, uid in pieces if uid]
    behind = [uid for uid in (lesson.checkpoints if lesson is not None else ()) if uid not in placed]
    shown = _shown_in_preview(here, [*placed, *behind])
    parts = [LessonPart(text, shown.get(uid)) for text, uid in pieces]
    parts += [LessonPart(Markup(""), shown[uid]) for uid in behind if uid in shown]
    return Markup(render("partials/_lesson_preview.html", None, title=said.title, parts=parts))


def _shown_in_preview(here: Desk, uids: Sequence[str]) -> dict[str, Checkpoint]:
    """The questions that a text places, as far as the course asks them: others may not be for these eyes."""
    if not uids:
        return {}
    numbers = {
        uid: place
        for lesson in course_writing.lessons_of(session(), here.shown)
        for place, uid in enumerate(lesson.checkpoints, start=1)
    }
    versions = courses.askable(session(), numbers.keys() & uids)
    read = learn().versions.many(session(), versions.values())
    return {uid: asked_checkpoint(numbers[uid], read[version]) for uid, version in versions.items()}


def _editor_page(sheet: Sheet) -> str:
    here, lesson, form = sheet.here, sheet.lesson, sheet.form
    slug = here.course.slug
    played = films.known(session(), pictures.named_in({"text": form.text.data or ""}))
    signs = editor_marks.Signs([form.text.data or ""], played)
    shown = signs.shown(form.text.data or "")
    form.text.data = signs.short(form.text.data or "")
    return render("courses/lesson_editor.html", LessonEditorPage(
        title=lesson.title if lesson is not None else _("New lesson"),
        trail=course_trail((here.shown.title, link("course_desk", slug=slug))),
        form=form,
        base=sheet.base,
        pictures=shown,
        preview_url=link("preview_lesson", slug=slug, lesson=lesson.id if lesson is not None else None),
        cancel_url=link("course_desk", slug=slug),
        lang=html_lang(here.shown.lang),
        questions=tuple(_asked(lesson)) if lesson is not None else (),
        preview=sheet.preview,
        picture_errors=sheet.picture_errors,
        meanwhile=sheet.meanwhile,
        wordless=_wordless(shown),
    ))  # fmt: skip


def _wordless(shown: Sequence[PictureShown]) -> str:
    """How many pages of a PDF came without text of their own and have got none here."""
    count = sum(course_pages.is_wordless(one.alt) for one in shown)
    return ngettext(
        "%(num)s page of the PDF has no text of its own. Say beside it what it shows: those who listen hear that, and "
        "it counts as reading time.",
        "%(num)s pages of the PDF have no text of their own. Say beside each what it shows: those who listen hear "
        "that, and it counts as reading time.",
        count,
    ) if count else ""  # fmt: skip


def _asked(lesson: Lesson) -> Sequence[AskedQuestion]:
    versions = courses.askable(session(), lesson.checkpoints)
    asked = learn().versions.many(session(), versions.values())
    return [
        AskedQuestion(uid, str(place), bank_offers.stem_line(asked[versions[uid]]),
                      (type_name(asked[versions[uid]].type.code),), line=question_line(uid))
        if uid in versions
        else AskedQuestion(uid, str(place), uid, note=_("It is no longer published, and nobody is asked it."))
        for place, uid in enumerate(lesson.checkpoints, start=1)
    ]  # fmt: skip


def _asker(here: Desk, lesson: Lesson) -> Asker:
    return Asker(
        title=lesson.title,
        lead=ngettext("%(num)s question so far", "%(num)s questions so far", len(lesson.checkpoints)),
        taken=_("Asked in this lesson"),
        own_url=link("lesson_questions", slug=here.course.slug, lesson_id=lesson.id),
        back=Action(_("Back to the lesson"), link("edit_lesson", slug=here.course.slug, lesson_id=lesson.id)),
        there=courses.ids_of(session(), lesson.checkpoints),
        passages=False,
        bring_url=link("lesson_own_questions", slug=here.course.slug, lesson_id=lesson.id),
        audiences=course_writing.audiences_of(session(), here.course),
    )
