"""The audit trail in words: what was done, on what kind of thing, and its details as people would say them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from suyu_learn.domain.attempts import AttemptState, RetakeFor
from suyu_learn.models import ChannelKind, ExamState, Role, UnitKind
from suyu_learn.services.audit_trail import Told
from suyu_learn.web import exam_words, words
from suyu_learn.web.context import learn
from suyu_learn.web.exporting import REASONS
from suyu_learn.web.forms.exams import RETAKES
from suyu_learn.web.i18n import N_, _, local_date, local_time
from suyu_learn.web.record_columns import STATUSES
from suyu_learn.web.reports import ITEM_KINDS, KINDS

ACTIONS = {
    "admin.created": N_("Administrator created"),
    "answer.corrected": N_("Mark of an answer changed"),
    "answer.settled": N_("Two marks of an answer settled"),
    "audience.added": N_("Audience added"),
    "audience.renamed": N_("Audience renamed"),
    "backup.made": N_("Backup made"),
    "backup.restored": N_("Backup restored"),
    "bank.created": N_("Question bank created"),
    "bank.deleted": N_("Question bank put into the bin"),
    "bank.import_undone": N_("Import of questions taken back"),
    "bank.exported": N_("Questions downloaded"),
    "question.regraded": N_("Attempts marked anew by a corrected key"),
    "completion.voided": N_("Completion voided"),
    "completion.restored": N_("Completion given back"),
    "completion.other_evidence": N_("Completion now rests on another attempt"),
    "bank.imported": N_("Questions imported"),
    "bank.practice_closed": N_("Question bank closed for practice"),
    "bank.practice_open": N_("Question bank opened for practice"),
    "bank.practice_open_with_exams": N_("Question bank opened for practice, also with questions of exams"),
    "bank.renamed": N_("Question bank renamed"),
    "bank.restored": N_("Question bank taken out of the bin"),
    "bank.review_off": N_("Review of a question bank switched off"),
    "bank.review_on": N_("Review of a question bank switched on"),
    "bank.shared": N_("Question bank shared with a unit"),
    "bank.unshared": N_("Question bank shared no more with a unit"),
    "card.issued": N_("Card made"),
    "card.revoked": N_("Card blocked"),
    "certificate.reissued": N_("Certificate issued anew"),
    "certificate.revoked": N_("Certificate revoked"),
    "certificates.changed": N_("What stands on certificates changed"),
    "certificates.issued": N_("Certificates issued afterwards"),
    "certificates.off": N_("Certificates switched off"),
    "certificates.on": N_("Certificates switched on"),
    "certificates.printed": N_("Certificates printed for many"),
    "course.approved": N_("Course agreed to and published"),
    "course.begun": N_("Course begun"),
    "course.changed.audiences": N_("Course: whom it is for changed"),
    "course.changed.in_order": N_("Course: order of the lessons changed"),
    "course.changed.opens_at": N_("Course: release date moved"),
    "course.changed.requires": N_("Course: courses to be completed before changed"),
    "course.changed.seek_lock": N_("Course: moving on in films changed"),
    "course.copied": N_("Course copied"),
    "course.draft_discarded": N_("Draft of a course thrown away"),
    "course.published": N_("Course published"),
    "course.review_off": N_("Review of a course switched off"),
    "course.review_on": N_("Review of a course switched on"),
    "course.exported": N_("Course taken along as a zip"),
    "course.hidden": N_("Course hidden"),
    "course.imported": N_("Course brought in from a zip"),
    "course.loaded": N_("Course loaded"),
    "course.sent_back": N_("Course sent back"),
    "course.shown": N_("Course shown again"),
    "course.submitted": N_("Course sent to review"),
    "course.taken_back": N_("Course taken back from review"),
    "course.written": N_("Wrote in somebody's draft of a course"),
    "attempt.handed_in": N_("Handed in for somebody"),
    "attempt.paused": N_("Attempt paused"),
    "attempt.released": N_("Paper released for another device"),
    "attempt.resumed": N_("Attempt goes on after a pause"),
    "attempt.voided": N_("Attempt voided"),
    "paper.entered": N_("Result on paper entered"),
    "paper.corrected": N_("Result on paper corrected"),
    "paper.imported": N_("Results on paper taken in from a file"),
    "paper.import_discarded": N_("Preview of results on paper discarded"),
    "paper.import_undone": N_("Results on paper of a file taken back"),
    "paper.template_exported": N_("Table for results on paper downloaded"),
    "paper.left_out_exported": N_("Left out results on paper downloaded"),
    "scan.added": N_("Scan of a paper added"),
    "scan.deleted": N_("Scan of a paper deleted"),
    "typing.started": N_("Typing for somebody began"),
    "typing.ended": N_("Typing for somebody ended"),
    "exam.changed.paused": N_("Exam paused"),
    "exam.changed.resumed": N_("Exam goes on after a pause"),
    "exam.extended": N_("More time given"),
    "appeal.accepted": N_("Appeal accepted"),
    "appeal.made": N_("Appeal made"),
    "appeal.refused": N_("Appeal not accepted"),
    "appeal.withdrawn": N_("Appeal withdrawn"),
    "exam.changed.appeal_days": N_("Exam: time for appeals changed"),
    "exam.changed.closes_at": N_("Exam: closing moved"),
    "exam.changed.contact_name": N_("Exam: contact changed"),
    "exam.changed.contact_phone": N_("Exam: phone number changed"),
    "exam.changed.entry_minutes": N_("Exam: latest entry changed"),
    "exam.changed.entry_until": N_("Exam: latest entry moved"),
    "exam.changed.hand_in_minutes": N_("Exam: earliest hand-in changed"),
    "exam.changed.integrity": N_("Exam: integrity rules lifted"),
    "exam.changed.minutes": N_("Exam: minutes changed"),
    "exam.changed.notice": N_("Exam: notice changed"),
    "exam.changed.opens_at": N_("Exam: opening moved"),
    "exam.changed.pass_share": N_("Exam: pass mark changed"),
    "exam.changed.question_seconds": N_("Exam: seconds of each question changed"),
    "exam.changed.results_at": N_("Exam: moment of the results moved"),
    "exam.changed.retake_attempts": N_("Exam: attempts in the retake changed"),
    "exam.changed.retake_closes_at": N_("Exam: closing of the retake moved"),
    "exam.changed.retake_for": N_("Exam: retake changed"),
    "exam.changed.retake_opens_at": N_("Exam: opening of the retake moved"),
    "exam.changed.scope": N_("Exam: those it is for changed"),
    "exam.changed.state": N_("Exam withdrawn or brought back"),
    "exam.changed.title": N_("Exam: title changed"),
    "exam.created": N_("Exam created"),
    "exam.deleted": N_("Exam put into the bin"),
    "exam.edited": N_("Draft of an exam edited"),
    "exam.published": N_("Exam published"),
    "exam.restored": N_("Exam taken out of the bin"),
    "exam.mock_closed": N_("Mock exam of an exam closed"),
    "exam.mock_opened": N_("Mock exam of an exam opened for practice"),
    "exam.changed.extra_past_closing": N_("Exam: extra time and closing changed"),
    "attendance.corrected": N_("Attendance corrected"),
    "attendance.entered": N_("Attendance typed in from the sheet"),
    "attendance.voided": N_("Attendance taken back"),
    "event.cancelled": N_("Event called off"),
    "event.changed": N_("Event changed"),
    "event.created": N_("Event arranged"),
    "extra_time.given": N_("Extra time given"),
    "extra_time.taken_back": N_("Extra time taken back"),
    "grants.handed_over": N_("All roles handed over"),
    "integrity.exempted": N_("Exempted from the integrity rules"),
    "integrity.exemption_taken_back": N_("Exemption from the integrity rules taken back"),
    "outside.corrected": N_("Certificate of others corrected"),
    "outside.entered": N_("Certificate of others entered"),
    "outside.exported": N_("Certificates of others exported"),
    "outside.exported.done": N_("Export of certificates of others ended"),
    "outside.imported": N_("Certificates of others brought in"),
    "outside.kind_added": N_("Kind of certificate added"),
    "outside.kind_changed": N_("Kind of certificate changed"),
    "outside.left_out": N_("Refused rows of certificates downloaded"),
    "outside.renewed": N_("Certificate of others renewed"),
    "outside.withdrawn": N_("Certificate of others withdrawn"),
    "hours.entered": N_("Hours learnt elsewhere entered"),
    "hours.voided": N_("Hours learnt elsewhere taken back"),
    "link.used": N_("One-time link used"),
    "pack.loaded": N_("Content pack loaded"),
    "attempts.printed": N_("Marked papers printed"),
    "paper.printed": N_("Papers of an exam printed"),
    "paper.variants_made": N_("Papers to print made"),
    "roster.printed": N_("Sign-in sheet printed"),
    "password.link_made": N_("Link for a new password made"),
    "password.set": N_("Password set"),
    "person.added": N_("Person added"),
    "person.disabled": N_("Person disabled"),
    "person.edited": N_("Person edited"),
    "person.enabled": N_("Person enabled"),
    "person.merged": N_("Two entries of a person merged"),
    "person.moved": N_("Person moved"),
    "person.signed_out": N_("Signed out everywhere"),
    "person.split": N_("Merged entries split again"),
    "identity.asked": N_("Identity numbers asked for, or their terms changed"),
    "identity.brought_in": N_("Identity numbers brought in from a table"),
    "identity.declined": N_("Identity number declined"),
    "identity.ended": N_("Identity numbers asked for no more, and deleted"),
    "identity.erased": N_("Identity numbers deleted whose purpose was over"),
    "identity.exported": N_("Identity numbers taken along in full"),
    "identity.exported.done": N_("Identity numbers in full: the file was sent"),
    "identity.given": N_("Identity number given"),
    "identity.looked_up": N_("Somebody looked for by their identity number"),
    "identity.rotated": N_("Identity numbers encrypted with another key"),
    "identity.withdrawn": N_("Identity number withdrawn"),
    "programme.assigned": N_("Programme given to people"),
    "programme.exempted": N_("Exempted from a programme"),
    "programme.exemption_ended": N_("Exemption from a programme taken back"),
    "programme.taken_back": N_("Programme taken back from people"),
    "programme.changed": N_("Published programme changed"),
    "programme.closed": N_("Programme closed"),
    "programme.copied": N_("Programme copied"),
    "programme.created": N_("Programme begun"),
    "programme.deleted": N_("Programme put into the bin"),
    "programme.edited": N_("Draft of a programme edited"),
    "programme.published": N_("Programme published"),
    "programme.reopened": N_("Programme opened again"),
    "programme.restored": N_("Programme taken out of the bin"),
    "question.approved": N_("Question approved and published"),
    "question.created": N_("Question written"),
    "question.edited": N_("Question edited"),
    "question.published": N_("Question published"),
    "question.retired": N_("Question retired"),
    "question.sent_back": N_("Question sent back to its author"),
    "question.submitted": N_("Question sent to review"),
    "questions.audience_add": N_("Audience added to questions"),
    "questions.audience_remove": N_("Audience taken from questions"),
    "questions.copied": N_("Questions copied from another bank"),
    "questions.criterion": N_("Criterion of questions set"),
    "questions.difficulty": N_("Difficulty of questions set"),
    "questions.dimension": N_("Dimension of questions set"),
    "questions.moved": N_("Questions moved to another bank"),
    "questions.publish": N_("Questions published"),
    "questions.retire": N_("Questions retired"),
    "questions.source": N_("Source of questions set"),
    "questions.submit": N_("Questions sent to review"),
    "questions.tags_add": N_("Tags added to questions"),
    "questions.tags_remove": N_("Tags taken from questions"),
    "questions.topic_add": N_("Topic added to questions"),
    "questions.topic_remove": N_("Topic taken from questions"),
    "my_data.taken": N_("Own data taken along"),
    "person_file.printed": N_("Training file opened to print with answered papers"),
    "person_file.taken": N_("Training file of a person taken along"),
    "person_files.exported": N_("Training files of a unit taken along"),
    "person_files.exported.done": N_("Export of training files ended"),
    "plan_tasks.set": N_("Tasks of the action plan chosen"),
    "records.exported": N_("Records exported"),
    "records.exported.done": N_("Export of records ended"),
    "records.filled": N_("Table of one's own filled from the records"),
    "reminder.sent_again": N_("Reminder sent again"),
    "reminder_channel.added": N_("Channel for reminders added"),
    "reminder_channel.ended": N_("Channel for reminders ended"),
    "reminder_channel.tested": N_("Test message sent to a channel"),
    "report.exported": N_("Report exported"),
    "report.exported.done": N_("Export of a report ended"),
    "role.granted": N_("Role given"),
    "role.revoked": N_("Role taken back"),
    "roster.addition": N_("Added to those due"),
    "roster.addition_taken_back": N_("Addition to those due taken back"),
    "roster.discarded": N_("Preview of a roster discarded"),
    "roster.exemption": N_("Exempted from an exam"),
    "roster.exemption_taken_back": N_("Exemption taken back"),
    "roster.frozen": N_("Those due at an exam fixed"),
    "roster.imported": N_("Roster imported"),
    "roster.left_out_exported": N_("Rows left out of a roster exported"),
    "roster.cards_made": N_("Cards of new people made"),
    "roster.sign_in_links": N_("Sign-in links of new people made"),
    "roster.undone": N_("Import of a roster taken back"),
    "sign_off.entered": N_("Teaching at the workplace signed"),
    "sign_off.voided": N_("Sign-off voided"),
    "city_report.made": N_("Report of a year made"),
    "city_report.made.done": N_("Report of a year sent"),
    "statistics.exported": N_("Unit summary exported"),
    "statistics.exported.done": N_("Export of a unit summary ended"),
    "topic.added": N_("Topic added"),
    "topic.merged": N_("Topic merged into another"),
    "topic.moved": N_("Topic moved"),
    "topic.removed": N_("Topic removed"),
    "topic.renamed": N_("Topic renamed"),
    "unit.added": N_("Unit added"),
    "unit.closed": N_("Unit closed"),
    "unit.kind": N_("Kind of unit changed"),
    "unit.merged": N_("Unit merged into another"),
    "unit.moved": N_("Unit moved"),
    "unit.renamed": N_("Unit renamed"),
    "unit.reopened": N_("Unit opened again"),
    "unit.took_in": N_("Unit took in another"),
}
"""An action without words here, such as a plug-in's, is shown by its code."""

OBJECTS = {
    "appeal": N_("appeal"),
    "audience": N_("audience"),
    "bank": N_("question bank"),
    "card": N_("card"),
    "course": N_("course"),
    "event": N_("event"),
    "exam": N_("exam"),
    "import": N_("import"),
    "onetimelink": N_("one-time link"),
    "outsidekind": N_("kind of certificate"),
    "person": N_("person"),
    "programme": N_("programme"),
    "question": N_("question"),
    "reminderchannel": N_("channel for reminders"),
    "topic": N_("topic"),
    "unit": N_("unit"),
}
DETAILS = {
    "about": N_("of what"),
    "answered": N_("answered papers"),
    "attempt": N_("receipt"),
    "attempts": N_("answers marked anew"),
    "audience": N_("audience"),
    "bank": N_("question bank"),
    "changed_since": N_("changed since"),
    "channel": N_("what it is"),
    "doubtful": N_("doubtful"),
    "due_on": N_("deadline"),
    "duplicates": N_("there already"),
    "errors": N_("refused"),
    "factor": N_("times the minutes"),
    "failed": N_("passed no more"),
    "fields": N_("fields"),
    "file": N_("file"),
    "filtered": N_("only what was searched for"),
    "format": N_("format"),
    "giver": N_("from person"),
    "heading": N_("line in large letters"),
    "hours": N_("hours"),
    "imported": N_("imported"),
    "issuer": N_("issued by"),
    "left_since": N_("also who left since"),
    "less": N_("with fewer points"),
    "made_at": N_("made"),
    "minutes": N_("minutes more"),
    "moment": N_("moment"),
    "months": N_("valid for months"),
    "more": N_("with more points"),
    "name": N_("name"),
    "new": N_("after"),
    "number": N_("number"),
    "old": N_("before"),
    "old_name": N_("name before"),
    "old_number": N_("staff number before"),
    "other": N_("other entry"),
    "pack": N_("pack"),
    "papers": N_("papers with fixed questions"),
    "part": N_("part"),
    "parts": N_("parts"),
    "passed": N_("passed now"),
    "people": N_("people"),
    "person": N_("person"),
    "person_id": N_("person"),
    "pin": N_("with a PIN"),
    "printed": N_("printed papers"),
    "points": N_("points"),
    "programme": N_("programme"),
    "questions": N_("questions"),
    "read": N_("read"),
    "refused": N_("refused"),
    "replaced": N_("replaces an older card"),
    "retired": N_("retired"),
    "role": N_("role"),
    "roles": N_("roles"),
    "rows": N_("rows"),
    "signature": N_("line to sign on"),
    "slot": N_("place of the question on the paper"),
    "since": N_("since"),
    "starts_on": N_("beginning"),
    "state": N_("state"),
    "status": N_("status"),
    "still_open": N_("still being sat"),
    "stored": N_("stored"),
    "table": N_("table"),
    "copied_from": N_("copied from"),
    "title": N_("title"),
    "uid": N_("question"),
    "review_months": N_("review after months"),
    "until": N_("until"),
    "valid_months": N_("valid for months"),
    "value": N_("value"),
    "variants": N_("papers"),
    "version": N_("version"),
    "waiting": N_("waiting for review"),
    "whole": N_("the whole file was sent"),
    "tasks": N_("tasks"),
    "year": N_("year"),
}
_ROSTER_ROWS = {
    "new": N_("new people"),
    "changed": N_("changed"),
    "same": N_("unchanged"),
    "duplicate": N_("repeated"),
    "doubtful": N_("doubtful"),
    "refused": N_("refused"),
}
_PARTS = {"paper": N_("Paper"), "sheet": N_("Answer sheet"), "key": N_("Answers and explanations")}
UNTOLD = frozenset({"change_id", "code", "col", "export", "period", "subject", "unit"})
"""Keys for programs; the unit has a column of its own."""

_OF_WHAT = ("about", "table", "changed_since", "file")
_ZERO_SAYS_SOMETHING = frozenset({"rows", "people", "imported"})
_STATES = {
    ExamState.DRAFT: N_("Draft"),
    ExamState.PUBLISHED: N_("Published"),
    ExamState.WITHDRAWN: N_("Withdrawn"),
}


def action(code: str) -> str:
    """What an action is called."""
    return _(ACTIONS[code]) if code in ACTIONS else code


def thing(one: Told) -> str:
    """What the action was about: its name, or its kind and number."""
    entry = one.entry
    if one.object or not entry.object_id:
        return one.object
    return f"{_(OBJECTS.get(entry.object_kind, entry.object_kind))} {entry.object_id}"


def reason(one: Told) -> str:
    """Why it was done; reasons that were chosen from a list are kept by their codes."""
    code, colon, note = one.entry.reason.partition(": ")
    if one.entry.reason == "command line":
        return _("command line")
    return _(REASONS[code]) + (colon and f" - {note}") if code in REASONS else one.entry.reason


def details(one: Told) -> Iterator[str]:
    """Each detail with its label, without what is empty, nothing, or for programs."""
    for name, value in _plain(one):
        said = _value(one, name, value)
        if said:
            yield _("%(label)s: %(value)s", label=_label(one.entry.action, name), value=said)


def of_what(one: Told) -> Iterator[str]:
    """What an export was of: unit, filter and table, without how it ended."""
    kept = dict(_plain(one))
    for name in _OF_WHAT:
        if said := _value(one, name, kept.get(name)):
            yield (
                said if name == "about" else _("%(label)s: %(value)s", label=_label(one.entry.action, name), value=said)
            )


def _plain(one: Told) -> Iterator[tuple[str, Any]]:
    """The details in one level; a value that did not change is not told twice."""
    kept = one.entry.detail if isinstance(one.entry.detail, dict) else {}
    if "other" in kept and "name" in kept:
        kept = {"other": kept["name"], **{key: kept[key] for key in kept.keys() - {"other", "name"}}}
    if kept.get("old") and kept.get("old") == kept.get("new"):
        kept = {key: value for key, value in kept.items() if key not in ("old", "new")}
    for name, value in kept.items():
        inner = value if isinstance(value, dict) else {name: value}
        yield from ((str(key), part) for key, part in inner.items() if key not in UNTOLD)


def _label(code: str, name: str) -> str:
    known = _ROSTER_ROWS if code == "roster.imported" and name in _ROSTER_ROWS else DETAILS
    return _(known.get(name, name))


def _value(one: Told, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in ("", None, []) or (value == 0 and name not in _ZERO_SAYS_SOMETHING):
        return ""
    if isinstance(value, list):
        return _(", ").join(_value(one, name, part) for part in value)
    if name in ("person", "person_id", "giver") and isinstance(value, int):
        return one.people.get(value, str(value))
    try:
        if name in ("old", "new"):
            return _changed(one.entry.action, str(value))
        shown = _SHOWN.get(name)
        return shown(value) if shown else str(value)
    except (ValueError, KeyError, InvalidOperation):
        return str(value)


def _changed(code: str, value: str) -> str:
    """What stood there before or after, by what was changed."""
    if code == "unit.kind":
        return _(words.UNIT_KINDS[UnitKind(value)])
    if code == "exam.changed.state":
        return _(_STATES[ExamState(value)])
    if code == "exam.changed.pass_share":
        return exam_words.percent(Decimal(value))
    if code == "exam.changed.retake_for" and value:
        return _(RETAKES[RetakeFor(value)])
    if code == "course.changed.audiences":
        return _(words.AUDIENCES.get(value, value))
    if code.rpartition(".")[2] in exam_words.MOMENTS and value:
        return local_time(datetime.fromisoformat(value))
    return value


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "attempt": lambda key: str(key)[:8].upper(),
    "audience": lambda code: _(words.AUDIENCES.get(code, code)),
    "channel": lambda kind: _(words.CHANNELS[ChannelKind(kind)]),
    "fields": lambda code: _(words.FIELDS.get(code, code)),
    "made_at": lambda moment: local_time(datetime.fromisoformat(moment)),
    "moment": lambda moment: local_time(datetime.fromisoformat(moment)),
    "parts": lambda code: _(_PARTS[code]),
    "role": lambda role: words.role(Role(role)),
    "since": lambda day: _day(day),  # found when it is called
    "until": lambda day: _day(day),
    "state": lambda code: _(words.ATTEMPT_STATES[AttemptState(code)]),
    "status": lambda code: _(STATUSES[code]),
    "table": lambda kind: _((KINDS | ITEM_KINDS)[kind]),
}


def _day(text: str) -> str:
    """A day, or the day of a moment; what names no zone is meant in ours."""
    moment = datetime.fromisoformat(text)
    return local_date(moment if moment.tzinfo is not None else moment.replace(tzinfo=learn().zone))
