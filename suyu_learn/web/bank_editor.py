"""Writing and editing questions: a form for each type, a preview, and what somebody else changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formula_faults import faults_in_fields
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.models import Question, Role
from suyu_learn.services import audiences, bank_contents, bank_editing, bank_questions, topics
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.bank_questions import QuestionHere
from suyu_learn.web import context, editor_marks, editor_pictures, problems, question_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_question import question_trail, question_url, stem_of
from suyu_learn.web.bank_questions import asked_of_draft, seen, type_name
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.editors.base import Editor
from suyu_learn.web.forms.questions import data_of, question_form
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank import QuestionSeen
from suyu_learn.web.pages.bank_questions import EditorPage, Fields, NewQuestionPage, TypeChoice
from suyu_learn.web.pages.common import Message, MessageKind
from suyu_learn.web.question_parts import compared
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import decimal_of, is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
ROW_ACTS = ("add:", "remove:", "up:", "down:")
PICTURE_FOR = "place:"


@dataclass
class Desk:
    """An editor with what lies on it: the bank, the question if there is one, and what was typed."""

    here: BankSeen
    editor: Editor
    form: Any
    fields: Fields
    found: QuestionHere | None = None
    group: Question | None = None
    base: int = 0
    errors: dict[str, tuple[str, ...]] | None = None
    preview: QuestionSeen | None = None
    message: Message | None = None
    meanwhile: tuple[Any, ...] = ()
    meanwhile_says: str = ""
    picture_for: str = ""
    """The field that a picture is about to be put into."""


@routes.get("/manage/bank/<int:bank_id>/questions/new", access=ORGANIZERS)
def new_question(bank_id: int) -> str:
    """Which type the new question shall be."""
    here = _bank(bank_id)
    return render("bank/new_question.html", NewQuestionPage(
        bank=here.bank.name,
        trail=_trail(here, _group(here)),
        types=tuple(
            TypeChoice(type_name(code), link("write_question", bank_id=bank_id, type_code=code, **_group_value()))
            for code in learn().plugins.question_types
            if code in learn().plugins.question_editors and not (code == "group" and _group_value())
        ),
    ))  # fmt: skip


@routes.get("/manage/bank/<int:bank_id>/questions/new/<type_code>", access=ORGANIZERS)
def write_question(bank_id: int, type_code: str) -> str:
    """An empty form for a question of a type."""
    here = _bank(bank_id)
    editor = _editor(type_code)
    blank = QuestionDraft(uid="", type=type_code, body={}, lang=here.bank.lang)
    form = _form(here, type_code, data_of(blank, ()))
    return _page(Desk(here, editor, form, editor.fields_of({}), group=_group(here)))


@routes.post("/manage/bank/<int:bank_id>/questions/new/<type_code>", access=ORGANIZERS)
def write_question_post(bank_id: int, type_code: str) -> Any:
    """Keep a new question, or show the form again."""
    here = _bank(bank_id)
    editor = _editor(type_code)
    return _sent(Desk(here, editor, *_typed(here, editor), group=_group(here)))


@routes.get("/manage/bank/<int:bank_id>/questions/<int:question_id>/edit", access=ORGANIZERS)
def edit_question(bank_id: int, question_id: int) -> Any:
    """The form with the newest version of a question."""
    found = bank_questions.get_question(session(), actor(), bank_id, question_id, change=True)
    if found.latest.type not in learn().plugins.question_editors:
        say(MessageKind.WARNING, _("Questions of this type have no editor here."))
        return redirect(question_url(found), code=303)
    editor = _editor(found.latest.type)
    kept = bank_editing.edit_of(session(), found.question, found.latest)
    form = _form(found.here, found.latest.type, data_of(kept.draft, kept.topic_ids))
    fields = editor.padded(editor.fields_of(found.latest.body))
    return _page(Desk(found.here, editor, form, fields, found, base=found.latest.number))


@routes.post("/manage/bank/<int:bank_id>/questions/<int:question_id>/edit", access=ORGANIZERS)
def edit_question_post(bank_id: int, question_id: int) -> Any:
    """Keep the edit as a new version, or show the form again."""
    found = bank_questions.get_question(session(), actor(), bank_id, question_id, change=True)
    editor = _editor(found.latest.type)
    base = request.form.get("base", "")
    return _sent(Desk(found.here, editor, *_typed(found.here, editor), found, base=int(base) if is_number(base) else 0))


@routes.post("/manage/bank/<int:bank_id>/questions/preview/<type_code>", access=ORGANIZERS)
def preview_question(bank_id: int, type_code: str) -> str:
    """The question of a form as learners would see it, for the script of the editor."""
    here = _bank(bank_id)
    editor = _editor(type_code)
    desk = Desk(here, editor, *_typed(here, editor))
    desk.fields = editor.tidied(desk.fields)
    faults: tuple[str, ...] = ()
    try:
        if desk.form.validate():
            desk.preview = seen(asked_of_draft(_draft(desk)), number=1)
        else:
            faults = tuple(str(said) for several in desk.form.errors.values() for said in several)
    except Problems as found:
        faults = tuple(problems.sentence(one) for one in found.problems)
    return render("partials/_question_preview.html", None, preview=desk.preview, faults=faults)


def _sent(desk: Desk) -> Any:
    act = request.form.get("act", "preview")
    if act.startswith(ROW_ACTS):
        desk.fields = desk.editor.changed(desk.fields, act)
        return _page(desk)
    if act.startswith(PICTURE_FOR):
        desk.picture_for = act.removeprefix(PICTURE_FOR)
        return _page(desk)
    if act != "picture":
        desk.fields = desk.editor.tidied(desk.fields)
    ids = desk.here.bank.id, desk.found.question.id if desk.found is not None else None
    try:
        if act == "picture":
            desk.fields = editor_pictures.take_in(desk.form, desk.fields)
            return _page(desk)
        if not desk.form.validate():
            return _page(desk), 422
        draft = _draft(desk)
        if act == "preview":
            desk.preview = seen(asked_of_draft(draft), number=1)
            return _page(desk)
        return _kept(desk, draft, act)
    except Problems as found:
        _refuse(desk, *found.problems)
    except Problem as problem:
        if problems.status(problem) in (403, 404):
            raise
        context.close()
        _again(desk, *ids)
        if problem.code == "question.changed_meanwhile":
            _tell_meanwhile(desk)
        else:
            _refuse(desk, problem)
    return _page(desk), 422


def _again(desk: Desk, bank_id: int, question_id: int | None) -> None:
    """Read anew what belongs to the transaction that was given up."""
    if question_id is not None:
        desk.found = bank_questions.get_question(session(), actor(), bank_id, question_id, change=True)
        desk.here = desk.found.here
    else:
        desk.here = _bank(bank_id)
        desk.group = _group(desk.here)


def _kept(desk: Desk, draft: QuestionDraft, act: str) -> Response:
    row, form = desk.here.bank, desk.form
    chosen = [int(one) for one in form.topics.data or () if is_number(one)]
    new = bank_editing.tidy_labels(form.new_topics.data or "", longest=bank_editing.LONGEST_TOPIC, field="new_topics")
    change = bank_editing.with_topics(session(), draft, chosen, new, base=desk.base)
    question = desk.found.question if desk.found is not None else None
    if question is None:
        version = bank_editing.create(session(), row, change, actor=actor(), now=now(), group=desk.group)
        question = session().get_one(Question, version.question_id)
    else:
        made = bank_editing.edit(session(), row, question, change, actor=actor(), now=now())
        if made is None and not act.startswith("save:") and act != "save":
            say(MessageKind.SUCCESS, _("Nothing was changed."))
    _send_on(desk, question, act)
    return redirect(link("question_show", bank_id=row.id, question_id=question.id), code=303)


def _send_on(desk: Desk, question: Question, act: str) -> None:
    row = desk.here.bank
    if act == "save:publish" and not row.review:
        try:
            bank_editing.publish(session(), row, question, actor=actor(), now=now())
        except Problem as problem:
            if problem.code != "question.published_already":
                raise
        say(MessageKind.SUCCESS, _("Published: papers draw this version from now on."))
    elif act == "save:review" and row.review:
        try:
            bank_editing.submit(session(), row, question, actor=actor(), now=now())
        except Problem as problem:
            if problem.code != "question.not_a_draft":
                raise
        say(MessageKind.SUCCESS, _("Sent to review: papers draw it once a reviewer has agreed."))
    else:
        say(MessageKind.SUCCESS, _("Saved as a draft: no paper draws it yet."))


def _draft(desk: Desk) -> QuestionDraft:
    """What was typed as a draft; raises Problems where the type finds it unsound."""
    form = desk.form
    kind = learn().plugins.question_types[desk.editor.code]
    body = {
        "stem": form.stem.data or "",
        "explanation": form.explanation.data or "",
        **desk.editor.body_from(desk.fields),
    }
    found: list[Problem] = []
    try:
        body = kind.write(kind.read(body))
    except Problems as several:
        found += several.problems
    except Problem as one:
        found.append(one)
    before = desk.found.latest.body if desk.found is not None else {}
    try:
        editor_pictures.require_own(body, before, actor())
    except Problem as one:
        found.append(one)
    found += faults_in_fields(body, form.text_format.data or "plain")
    labels: tuple[str, ...] = ()
    try:
        labels = bank_editing.tidy_labels(form.tags.data or "")
    except Problem as one:
        found.append(one)
    typed = (form.points.data or "").strip()
    points = _points(typed)
    if typed and points is None:
        found.append(Problem("question.bad_points", place=Place(field="points")))
    if found:
        raise Problems(found)
    tags = (*labels, *(f"{question_words.FOR}{code}" for code in form.audiences_.data or ()))
    return QuestionDraft(
        uid=desk.found.question.uid if desk.found is not None else bank_editing.new_uid(),
        type=desk.editor.code,
        body=body,
        text_format=form.text_format.data or "plain",
        lang=form.lang.data or desk.here.bank.lang,
        difficulty=form.difficulty.data or "medium",
        criterion=int(form.criterion.data) if form.criterion.data else None,
        dimension=form.dimension.data or None,
        source=(form.source.data or "").strip(),
        points=points,
        tags=tags,
    )


def _points(text: str) -> str | None:
    """The points as they are kept; None for what is no number of points."""
    value = decimal_of(text)
    return f"{value:f}" if value is not None and 0 < value <= 1000 and value == round(value, 2) else None


def _refuse(desk: Desk, *found: Problem) -> None:
    desk.errors, others = desk.editor.told(found)
    for problem in [one for one in others if one.place.field == "picture"]:
        others.remove(problem)
        desk.errors["picture"] = (problems.sentence(problem),)
    desk.form.refuse(*others)


def _tell_meanwhile(desk: Desk) -> None:
    """Show what the other made of it; the next time it is kept on purpose."""
    assert desk.found is not None
    latest = desk.found.latest
    versions = {one.number: one for one, _who in bank_questions.versions_of(session(), desk.found.question)}
    names = {one.id: who for one, who in bank_questions.versions_of(session(), desk.found.question)}
    older = versions.get(desk.base)
    if older is not None:
        desk.meanwhile = compared(older, latest)
    desk.meanwhile_says = _(
        "While you were editing, %(name)s made version %(number)s. Below is what changed in it. Take over into your "
        "form what you agree with; keeping it then makes your version the newest.",
        name=names.get(latest.id) or _("somebody"), number=latest.number,
    )  # fmt: skip
    desk.base = latest.number


def _page(desk: Desk) -> str:
    row = desk.here.bank
    desk.fields = desk.editor.padded(desk.fields)
    places = editor_pictures.places(desk.editor, desk.fields, desk.picture_for or request.form.get("picture_where", ""))
    fields, beside, named = editor_marks.short(desk.form, desk.fields)
    if desk.found is not None:
        title = _("Edit: %(stem)s", stem=stem_of(desk.found.latest))
        way = question_trail(desk.found, (stem_of(desk.found.latest), question_url(desk.found)))
        cancel = question_url(desk.found)
    else:
        title = _("New question: %(type)s", type=type_name(desk.editor.code))
        way, cancel = _trail(desk.here, desk.group), link("bank_show", bank_id=row.id)
        if desk.group is not None:
            cancel = link("question_show", bank_id=row.id, question_id=desk.group.id)
    return render("bank/editor.html", EditorPage(
        title=title,
        trail=way,
        type=desk.editor.code,
        type_name=type_name(desk.editor.code),
        form=desk.form,
        fields=fields,
        pictures=beside,
        all_pictures=named,
        picture_places=places,
        picture_open=bool(desk.picture_for) or "picture" in (desk.errors or {}),
        errors=desk.errors or {},
        base=desk.base,
        preview=desk.preview,
        preview_url=link("preview_question", bank_id=row.id, type_code=desk.editor.code),
        cancel_url=cancel,
        review=row.review,
        may_publish=not row.review,
        meanwhile=desk.meanwhile,
        meanwhile_says=desk.meanwhile_says,
        message=Message(MessageKind.WARNING, _("This bank comes with Suyu Learn. What you edit keeps your wording: "
                                               "later editions change it no more."))
        if row.pack is not None else None,
    ))  # fmt: skip


def _bank(bank_id: int) -> BankSeen:
    return bank_contents.get_bank(session(), actor(), bank_id, change=True)


def _editor(code: str) -> Editor:
    plugins = learn().plugins
    if code not in plugins.question_editors or code not in plugins.question_types:
        raise Problem("question.no_editor")
    editor: Editor = plugins.question_editors[code]
    return editor


def _typed(here: BankSeen, editor: Editor) -> tuple[Any, Fields]:
    """What was sent: the shared part, and that of the type."""
    sent = editor_marks.read(request.form)
    return _form(here, editor.code, sent=sent), editor.fields_from(sent)


def _form(here: BankSeen, code: str, data: dict[str, Any] | None = None, *, sent: Any = None) -> Any:
    named = [(one.code, question_words.audience_name(one.code, {one.code: one.name}))
             for one in audiences.every(session())]  # fmt: skip
    kind = question_form(here.bank, topics.nodes(session()), named, group=code == "group")
    return kind(data=data) if data is not None else kind(formdata=sent)


def _group_value() -> dict[str, str]:
    asked = request.args.get("group", "")
    return {"group": asked} if is_number(asked) else {}


def _group(here: BankSeen) -> Question | None:
    """The passage that a new question shall belong to."""
    asked = _group_value().get("group")
    if asked is None:
        return None
    found = bank_questions.get_question(session(), actor(), here.bank.id, int(asked), change=True)
    if found.latest.type != "group":
        raise Problem("question.not_found")
    return found.question


def _trail(here: BankSeen, group: Question | None = None) -> Any:
    """The way to a new question; one below a passage comes by that."""
    steps = [(_("Question banks"), link("bank_list")), (here.bank.name, link("bank_show", bank_id=here.bank.id))]
    if group is not None:
        passage = stem_of(bank_questions.latest_of(session(), group))
        steps.append((passage, link("question_show", bank_id=here.bank.id, question_id=group.id)))
    return trail(*steps)
