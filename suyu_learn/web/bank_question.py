"""A question's own page: as learners see it, its key, its versions, where it is used, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from suyu_learn.content.texts import in_words
from suyu_learn.models import Bank, Person, Question, QuestionVersion, ReviewNote, Role, Status, Unit
from suyu_learn.services import audiences, bank_editing, bank_questions, regrading, topics
from suyu_learn.services.bank_comparing import origins
from suyu_learn.services.bank_imports import readable_uid
from suyu_learn.services.bank_questions import QuestionHere, Use
from suyu_learn.web import exam_words, question_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_questions import passages, seen
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.bank_questions import Act, NoteEntry, QuestionPage, UseEntry, VersionEntry
from suyu_learn.web.pages.common import Action
from suyu_learn.web.question_figures import figure_rows, time_says
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

KEEPERS = holding(Role.ORGANIZER, Role.REVIEWER)
TITLE_LENGTH = 40
GROUP = "group"


@routes.get("/manage/bank/<int:bank_id>/questions/<int:question_id>", access=KEEPERS)
def question_show(bank_id: int, question_id: int) -> str:
    """One question with all that is known of it."""
    found = bank_questions.get_question(session(), actor(), bank_id, question_id)
    return render("bank/question.html", _page(found, actor()))


def question_trail(found: QuestionHere, *steps: tuple[str, str]) -> tuple[Action, ...]:
    """The way to a question: through its bank, or through the list of reviews for who only reviews."""
    row = found.here.bank
    before: tuple[tuple[str, str], ...] = ()
    if found.here.may_change or found.here.shared or row.unit_id is None:
        before = ((_("Question banks"), link("bank_list")), (row.name, link("bank_show", bank_id=row.id)))
    return trail(*before, *steps)


def question_url(found: QuestionHere) -> str:
    """The address of a question's page."""
    return link("question_show", bank_id=found.here.bank.id, question_id=found.question.id)


def stem_of(version: QuestionVersion) -> str:
    """The beginning of a stem, for headings and lists."""
    stem = " ".join(in_words(str(version.body.get("stem", "")), version.text_format.value, blanks=True).split())
    return stem if len(stem) <= TITLE_LENGTH else f"{stem[: TITLE_LENGTH - 1]}…"


def _page(found: QuestionHere, person: Person) -> QuestionPage:
    version, row = found.latest, found.here.bank
    uses = bank_questions.uses_of(session(), found.question, person=person)
    attempts = sum(use.attempts for use in uses)
    standing = found.standing
    about, tags = topics.described(session(), version)
    named = {one.code: one.name for one in audiences.every(session())}
    told = () if found.here.only_published else origins(session(), row).get(found.question.import_id, ())
    origin = " · ".join(local_time(one) if isinstance(one, datetime) else str(one) for one in told)
    return QuestionPage(
        title=stem_of(version),
        bank=row.name,
        trail=question_trail(found),
        seen=seen(
            learn().versions.get(session(), version.id), number=1,
            passage=passages(session(), [found.question], only_published=found.here.only_published)
            .get(found.question.group_id or 0),
        ),
        status=question_words.status(standing),
        status_says=_(question_words.STATUS_SAYS[standing]),
        keeper="" if found.here.may_change else _keeper(row),
        waiting=standing.value in ("draft", "review"),
        facts=question_words.facts(version, about, tags, named, origin, readable_uid(found.question.uid)),
        figures=figure_rows(found.question, row, person) if not found.here.shared else (),
        figures_say=time_says(),
        regrade_url=_to(found, "question_regrade")
        if found.here.may_change and regrading.has_another_key(session(), found.question) else None,
        passage=_passage(found),
        members=tuple(
            Action(stem_of(newest), link("question_show", bank_id=row.id, question_id=one.id))
            for one, newest in bank_questions.members_of(session(), found)
        ),
        member_url=link("new_question", bank_id=row.id, group=found.question.id)
        if found.here.may_change and version.type == GROUP else None,
        edit_url=_to(found, "edit_question")
        if found.here.may_change and version.type in learn().plugins.question_editors else None,
        acts=_acts(found),
        versions=_versions(found),
        notes=tuple(
            NoteEntry(note.text, " · ".join(part for part in (
                question_words.version_name(number), local_time(note.created_at), who) if part))
            for note, number, who in _notes(found)
        ),
        uses=tuple(_use(use) for use in uses),
        use_says=ngettext("%(num)s attempt has it, over %(exams)s exams.", "%(num)s attempts have it, over %(exams)s "
                          "exams.", attempts, exams=sum(use.attempts > 0 for use in uses)),
    )  # fmt: skip


def _keeper(row: Bank) -> str:
    """Who mends a wrong key, and marks anew."""
    unit = session().get(Unit, row.unit_id) if row.unit_id is not None else None
    if unit is None:
        return _("The bank belongs to no unit: an administrator corrects its questions and, where a key was wrong, "
                 "marks anew.")  # fmt: skip
    return _("The organizers of %(unit)s correct the questions of this bank and, where a key was wrong, mark anew.",
             unit=unit.name)  # fmt: skip


def _passage(found: QuestionHere) -> Action | None:
    if found.question.group_id is None:
        return None
    passage = session().get_one(Question, found.question.group_id)
    newest = bank_questions.latest_of(session(), passage)
    if found.here.only_published and passage.published_version_id is not None:
        newest = session().get_one(QuestionVersion, passage.published_version_id)
    return Action(stem_of(newest), link("question_show", bank_id=passage.bank_id, question_id=passage.id))


def _acts(found: QuestionHere) -> tuple[Act, ...]:
    """The buttons for who looks: what they may do, as far as the question has come."""
    here, question, latest = found.here, found.question, found.latest
    acts = []
    may_judge = here.may_review and latest.status is Status.REVIEW
    if may_judge and actor().id not in bank_editing.hands_in(session(), question, latest):
        acts += [
            Act(_("Agree and publish"), _to(found, "question_approve"),
                _("The key is right, the source holds, the wording is clear."), "main", _("Note"),
                number=latest.number),
            Act(_("Send back"), _to(found, "question_send_back"), _("It goes back to its author as a draft."),
                note=_("What is to be mended"), note_needed=True, number=latest.number),
        ]  # fmt: skip
    if not here.may_change:
        return tuple(acts)
    waits = latest.status is Status.DRAFT or bank_editing.is_unreviewed(here.bank, question, latest)
    if here.bank.review and waits:
        acts.append(Act(_("Send to review"), _to(found, "question_submit"), _("A reviewer who did not write it looks "
                        "at key, source and wording."), "main"))  # fmt: skip
    elif latest.id != question.published_version_id and (not here.bank.review or latest.reviewed_at is not None):
        acts.append(Act(_("Publish"), _to(found, "question_publish"), _("Papers draw the newest version from then on."),
                        "main"))  # fmt: skip
    if question.published_version_id is not None:
        acts.append(Act(_("Retire"), _to(found, "question_retire"), _("No paper draws it any more. Papers and records "
                        "that have it keep it."), "danger"))  # fmt: skip
    return tuple(acts)


def _to(found: QuestionHere, endpoint: str, **values: object) -> str:
    return link(endpoint, bank_id=found.here.bank.id, question_id=found.question.id, **values)


def _notes(found: QuestionHere) -> Sequence[tuple[ReviewNote, int, str]]:
    return () if found.here.only_published else bank_questions.notes_of(session(), found.question)


def _versions(found: QuestionHere) -> tuple[VersionEntry, ...]:
    return tuple(
        VersionEntry(
            name=question_words.version_name(version.number),
            status=question_words.status(version.status),
            about=" · ".join(
                part
                for part in (
                    local_time(version.created_at),
                    author,
                    _("reviewed by %(name)s", name=version.reviewer) if version.reviewer else "",
                )
                if part
            ),
            current=version.id == found.question.published_version_id,
            show_url=None if found.here.only_published else _to(found, "question_versions", to=version.number),
            compare_url=_to(found, "question_versions", to=version.number, **{"from": version.number - 1})
            if version.number > 1 and not found.here.only_published
            else None,
        )
        for version, author in bank_questions.versions_seen(session(), found)
    )


def _use(use: Use) -> UseEntry:
    counted = ngettext("%(num)s attempt", "%(num)s attempts", use.attempts)
    how = _("stands on the paper") if use.fixed else _("the paper may draw it")
    if use.exam is None:
        return UseEntry(_("An exam of another unit"), None, (how, counted))
    standing = exam_words.standing(use.exam)
    return UseEntry(use.exam.title, link("managed_exam", exam_id=use.exam.id), (standing, how, counted))
