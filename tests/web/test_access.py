"""Every route, for everybody: nobody, a learner, and each role on a foreign unit and on the own one.

A route that is not in TABLE fails the test: whoever adds one says here whom it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from suyu_learn import defaults
from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Assignment,
    Attempt,
    Attendance,
    AttendanceWay,
    Bank,
    CertificateTerms,
    ChannelKind,
    Completion,
    CompletionKind,
    Event,
    Exam,
    HoursEntry,
    IdentityRequest,
    Import,
    ImportRow,
    ImportState,
    OpenAnswer,
    OutsideCertificate,
    OutsideReminder,
    PartKind,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Question,
    Reminder,
    ReminderChannel,
    ReminderState,
    Role,
    RowOutcome,
    Scan,
    SignOff,
    Topic,
    Unit,
    VersionTopic,
)
from suyu_learn.plugins import Plugins
from suyu_learn.services import (
    audiences,
    bank,
    bank_applying,
    bank_imports,
    cards,
    certificates,
    course_writing,
    exam_rosters,
    grants,
    lesson_writing,
    media,
    offline,
    offline_imports,
    outside_hour_imports,
    outside_imports,
    people,
    programme_assigning,
    rosters,
    scans,
)
from suyu_learn.services.programme_assigning import Wanted
from suyu_learn.services.versions import Versions
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    essay,
    given_programme,
    learn,
    learner,
    manager,
    pictured,
    published_exam,
    single,
    stored_bank,
    stored_course,
    stored_picture,
    stored_programme,
)
from tests.pictures import drawing

PREFIX = "suyu_learn."
NO_SHA = "0" * 64


@dataclass(frozen=True)
class For:
    """Whom a route is for: roles as they count, with bundles opened; `of_unit` if it is about one unit's things."""

    roles: frozenset[Role] = frozenset()
    signed_in: bool = True
    of_unit: bool = False
    everywhere: bool = False
    """Only for a role on all units."""

    own: bool = False
    """About one's own things only: everybody else is turned away, whatever they hold."""


def of(*roles: Role, everywhere: bool = False) -> For:
    """For those who hold a role on the unit of what the route is about."""
    return For(frozenset(roles), of_unit=True, everywhere=everywhere)


def somewhere(*roles: Role) -> For:
    """For those who hold a role anywhere; they see their own part."""
    return For(frozenset(roles))


PUBLIC = For(signed_in=False)
SIGNED_IN = For()
OWN = For(own=True)
SEE = (Role.ORGANIZER, Role.HR)

ROSTER = (
    "roster_import", "roster_import_post", "roster_discard", "roster_undo_post", "roster_left_out", "roster_sign_in",
    "newcomer_cards", "newcomer_file",
)  # fmt: skip
PRACTICE = (
    "practice_bank", "practise", "practise_post", "practise_next", "practised", "judge_answer", "favourite_question",
    "start_mock",
)  # fmt: skip
MARKING = ("exam_marking", "mark_next", "marking_answers", "mark_answer", "mark_answer_post")
PAPER = (
    "paper_room", "paper_room_post", "paper_person", "paper_person_post", "correct_paper", "correct_paper_post",
    "paper_file", "paper_file_post", "paper_template", "paper_import", "paper_import_post", "paper_left_out",
    "paper_undo", "paper_undo_post", "paper_discard", "paper_step",
)  # fmt: skip
WRITING = (
    "course_desk", "course_desk_post", "new_lesson", "new_lesson_post", "edit_lesson", "edit_lesson_post",
    "preview_lesson", "lesson_questions", "lesson_questions_post", "pdf_lesson", "pdf_lesson_post", "lesson_pages",
    "lesson_pages_post", "lesson_film", "lesson_film_post", "lesson_own_questions",
    "course_settings_page", "course_settings_post", "course_contents", "course_contents_post",
)  # fmt: skip
PROGRAMME = (
    "manage_programme", "manage_programme_post", "edit_programme", "edit_programme_post", "restore_programme",
)  # fmt: skip
PLAN_TASKS = ("plan_task_choice", "plan_task_choice_post")
GIVING = (
    "assign_programme", "assign_programme_post", "assign_programme_to_person", "assign_programme_to_person_post",
    "end_assignment", "exempt_from_programme", "exempt_from_programme_post", "end_programme_exemption",
    "end_programme_exemption_post",
)  # fmt: skip
IDENTITY_DESK = ("programme_identity", "find_identity")
IDENTITY = (
    "programme_identity_post", "end_identity", "end_identity_post", "person_identity", "person_identity_post",
    "withdraw_identity", "import_identity", "import_identity_post",
)  # fmt: skip
EVENTS = (
    "managed_event", "edit_event", "edit_event_post", "cancel_event", "cancel_event_post", "event_screen", "event_code",
    "attendance_sheet", "event_dossier", "type_attendance", "type_attendance_post", "correct_attendance",
    "correct_attendance_post", "void_attendance", "void_attendance_post",
)  # fmt: skip
SIGN_OFFS = (
    "programme_sign_offs", "programme_training_card", "sign_part", "sign_part_post", "void_sign_off",
    "void_sign_off_post",
)  # fmt: skip
CERTIFICATES = ("certificate_terms", "certificate_terms_post", "issue_certificates", "print_certificates")
COMPLETIONS = ("person_completions", "completion_certificate", "completion_act", "completion_act_post")
OTHERS = ("person_outside", "person_outside_post", "outside_scan", "outside_act", "outside_act_post")
LEDGER = (
    "outside_list", "outside_export", "outside_import", "outside_import_post", "outside_template",
    "outside_kind_list", "outside_kind", "outside_kind_post",
)  # fmt: skip
FILES = ("outside_preview", "outside_preview_post", "outside_left_out")
HOUR_FILES = ("hours_preview", "hours_preview_post", "hours_left_out")
BROUGHT = ("hours_file", "hours_file_post")
OUTSIDE = ("outside_hours", "outside_hours_post", "outside_proof", "void_outside", "void_outside_post")
REVIEWING = ("course_look", "lesson_look", "course_approve", "course_send_back")
SCANS = ("paper_scans", "paper_scans_post", "paper_scan", "delete_scan", "delete_scan_post")
TYPING = (
    "typed_paper", "save_typed_answer", "save_typed_answers", "save_typed_page", "decide_typed", "review_typed",
    "submit_typed", "stop_typing", "next_typed",
)  # fmt: skip
TABLE: dict[str, For] = {
    # on every page, and signing in
    "home": SIGNED_IN,
    "static": PUBLIC,
    "healthz": PUBLIC,
    "set_language": PUBLIC,
    "set_elder": PUBLIC,
    "login": PUBLIC,
    "login_post": PUBLIC,
    "logout": PUBLIC,
    "welcome": PUBLIC,
    "welcome_post": PUBLIC,
    "password": PUBLIC,
    "password_post": PUBLIC,
    "card": PUBLIC,
    "card_post": PUBLIC,
    "join": PUBLIC,
    "join_post": PUBLIC,
    "join_exam": PUBLIC,
    "join_by_number": PUBLIC,
    "join_openly": PUBLIC,
    "join_again": PUBLIC,
    "leave": PUBLIC,
    # sitting: the exam of the test is for everybody, the attempt is somebody else's
    "exam": SIGNED_IN,
    "start_attempt": SIGNED_IN,
    "exam_opening": SIGNED_IN,
    "attempt": OWN,
    "save_answer": OWN,
    "save_answers": OWN,
    "save_page": OWN,
    "next_question": OWN,
    "decide_kept": OWN,
    **dict.fromkeys(("tell_leaves", "let_go"), OWN),
    "submit_attempt": OWN,
    "result": OWN,
    "print_attempt": OWN,
    "review": OWN,
    "own_scan": OWN,
    # typing for somebody: nobody of the test does
    **dict.fromkeys(TYPING, OWN),
    **dict.fromkeys(("make_appeal", "withdraw_appeal"), OWN),
    # courses: everybody reads them; that of the test belongs to no unit
    **dict.fromkeys(("courses", "course", "lesson", "study_lesson", "lesson_time", "lesson_watched"), SIGNED_IN),
    **dict.fromkeys(("kept_lesson", "kept_courses", "course_progress"), SIGNED_IN),
    "service_worker": PUBLIC,
    # practice: with a bank that is everybody's; a mock exam of somebody else
    **dict.fromkeys(("practice", "practice_bank", "practise", "practise_post", "practise_next"), SIGNED_IN),
    "favourite_question": SIGNED_IN,
    "start_mock": SIGNED_IN,
    "start_exam_mock": SIGNED_IN,
    **dict.fromkeys(("practised", "judge_answer", "mock", "mock_post", "mock_review", "mock_result"), OWN),
    "bank_practice": of(Role.ORGANIZER),
    "manage_courses": somewhere(Role.ORGANIZER),
    **dict.fromkeys(("new_course", "new_course_post", "copy_course", "copy_course_post", "import_course",
                     "import_course_post", "import_look", "import_look_post", "export_course", "export_course_post"),
                    somewhere(Role.ORGANIZER)),
    # a course of the own unit, being written
    **dict.fromkeys(WRITING, of(Role.ORGANIZER)),
    # programmes, and a draft of one of the own unit
    **dict.fromkeys(
        ("manage_programmes", "programme_bin", "new_programme", "new_programme_post"), somewhere(Role.ORGANIZER)
    ),
    **dict.fromkeys(PROGRAMME, of(Role.ORGANIZER)),
    # events: one that is for everybody, and one of the own unit, with somebody who came
    **dict.fromkeys(("event", "event_here", "event_here_post"), SIGNED_IN),
    **dict.fromkeys(("event_list", "new_event", "new_event_post"), somewhere(Role.ORGANIZER)),
    **dict.fromkeys(EVENTS, of(Role.ORGANIZER)),
    # a programme of the own unit with something signed, and hours that HR entered
    "signed_programmes": somewhere(*SEE),
    **dict.fromkeys(SIGN_OFFS, of(*SEE)),
    **dict.fromkeys(OUTSIDE, of(Role.HR)),
    # a completion of somebody in the own unit with its certificate, and the exam that it is of
    **dict.fromkeys(COMPLETIONS, of(Role.HR)),
    **dict.fromkeys(CERTIFICATES, of(Role.ORGANIZER)),
    # certificates of others: one of somebody in the own unit, and the file of somebody who is not asked
    **dict.fromkeys(OTHERS, of(Role.HR)),
    **dict.fromkeys(LEDGER, somewhere(Role.HR)),
    **dict.fromkeys(("hours_import", "hours_import_post", "hours_template"), somewhere(Role.HR)),
    **dict.fromkeys((*FILES, *HOUR_FILES), OWN),
    **dict.fromkeys(BROUGHT, of(Role.HR)),
    **dict.fromkeys(("own_certificate", "own_certificate_pdf"), OWN),
    **dict.fromkeys(("check_certificate", "certificate"), PUBLIC),
    **dict.fromkeys(REVIEWING, of(Role.ORGANIZER, Role.REVIEWER)),
    "hide_course": of(Role.ORGANIZER, everywhere=True),
    "show_course": of(Role.ORGANIZER, everywhere=True),
    # oneself
    "me": SIGNED_IN,
    "me_password": SIGNED_IN,
    "me_sign_out": SIGNED_IN,
    **dict.fromkeys(("bank_download", "bank_download_post"), of(Role.ORGANIZER)),
    **dict.fromkeys(("bank_figures_table", "question_regrade", "question_regrade_post"), of(Role.ORGANIZER)),
    # a picture of a question in the bank of the own unit
    "media": of(Role.ORGANIZER, Role.REVIEWER),
    # managing
    "manage": somewhere(*Role),
    "units": somewhere(*SEE),
    "unit_new": somewhere(Role.HR),
    "unit_new_post": somewhere(Role.HR),
    "unit": of(*SEE),
    **dict.fromkeys(
        (f"unit_{act}{step}" for act in ("rename", "move", "merge", "close", "reopen") for step in ("", "_post")),
        of(Role.HR),
    ),
    "persons": somewhere(*SEE),
    "person_new": somewhere(Role.HR),
    "person_new_post": somewhere(Role.HR),
    "person": of(*SEE),
    **dict.fromkeys(("person_extra_time", "person_extra_time_post"), of(*SEE)),
    **dict.fromkeys(
        (
            f"person_{act}{step}"
            for act in ("edit", "move", "disable", "enable", "merge", "split")
            for step in ("", "_post")
        ),
        of(Role.HR),
    ),
    "person_link": of(Role.HR),
    "person_role": of(*SEE),
    "person_role_post": of(*SEE),
    "person_hand_over": of(*SEE),
    "person_hand_over_post": of(*SEE),
    "roles": somewhere(*Role),
    "roles_post": somewhere(*Role),
    "role_revoke": of(Role.HR),
    "role_revoke_post": of(Role.HR),
    "cards": somewhere(Role.ORGANIZER, Role.HR),
    "issue_cards": of(Role.ORGANIZER, Role.HR),
    "person_card": of(Role.ORGANIZER, Role.HR),
    "reissue_card": of(Role.ORGANIZER, Role.HR),
    "revoke_card": of(Role.ORGANIZER, Role.HR),
    "audiences": somewhere(*SEE),
    "audiences_post": somewhere(*SEE),
    "audience_rename": of(*SEE, everywhere=True),
    "audience_rename_post": of(*SEE, everywhere=True),
    "audit": somewhere(Role.AUDITOR),
    # reminders: a programme of the own unit, its channel, and a message that failed
    **dict.fromkeys(("reminders", "new_channel", "new_channel_post"), somewhere(*SEE)),
    **dict.fromkeys(
        ("programme_reminders", "print_reminders", "try_channel", "end_channel", "end_channel_post", "send_again",
         "send_certificates_again"),
        of(*SEE),
    ),
    # rosters
    **dict.fromkeys(("imports", "roster_upload", "roster_upload_post", "roster_template"), somewhere(Role.HR)),
    **dict.fromkeys(ROSTER, of(Role.HR)),
    # banks
    **dict.fromkeys(
        ("bank_list", "new_bank", "bank_template", "forget_filter", "topic_list", "topic_add"),
        somewhere(Role.ORGANIZER),
    ),
    **dict.fromkeys(
        (
            *("bank_show", "bank_rename", "bank_delete", "bank_restore", "question_retire"),
            *("bank_import", "bank_import_post"),
            *(f"import_{act}" for act in ("show", "read_again", "apply", "discard", "undo", "errors")),
            *("import_row", "import_row_post", "import_near", "import_columns", "import_columns_post"),
            *("import_remarked", "import_step"),
        ),
        of(Role.ORGANIZER),
    ),
    "question_show": of(Role.ORGANIZER, Role.REVIEWER),
    "question_versions": of(Role.ORGANIZER, Role.REVIEWER),
    **dict.fromkeys(("topic", "topic_rename", "topic_move", "topic_merge", "topic_remove"), of(Role.ORGANIZER)),
    "review_list": somewhere(Role.REVIEWER),
    **dict.fromkeys(("question_approve", "question_send_back"), of(Role.REVIEWER)),
    **dict.fromkeys(
        (
            *("new_question", "write_question", "write_question_post", "preview_question", "edit_question"),
            *("edit_question_post", "question_submit", "question_publish", "question_restore", "bank_review",
              "save_filter", "bank_shares", "share_bank", "withdraw_share", "bulk_choose", "bulk_check", "bulk_apply"),
        ),
        of(Role.ORGANIZER),
    ),
    # reports and records
    "reports_overview": somewhere(*SEE, Role.AUDITOR),
    **dict.fromkeys(("exam_report", "exam_report_print", "exam_report_export", "exam_items", "exam_items_export"),
                    of(*SEE, Role.AUDITOR)),
    **dict.fromkeys(("exam_results", "marked_papers"), of(*SEE)),
    **dict.fromkeys(("statistics", "statistics_definitions", "statistics_export", "city_report", "city_report_file"),
                    somewhere(*SEE, Role.AUDITOR)),
    "statistics_people_list": somewhere(*SEE),
    **dict.fromkeys(PLAN_TASKS, of(Role.ORGANIZER)),
    "my_records": SIGNED_IN,
    "records": somewhere(*SEE),
    "records_export": somewhere(*SEE),
    "record_certificates": somewhere(*SEE),
    "record_view_save": somewhere(*SEE),
    "record_view_delete": OWN,
    "fill_upload": somewhere(*SEE),
    "fill_upload_post": somewhere(*SEE),
    "export_log": somewhere(*SEE, Role.AUDITOR),
    **dict.fromkeys(("fill_table", "fill_table_post", "fill_file", "fill_discard"), OWN),
    "person_records": of(*SEE),
    **dict.fromkeys(("person_records", "person_pdf"), of(*SEE)),
    **dict.fromkeys(("person_file_list", "person_file_batch"), somewhere(*SEE)),
    "my_data_file": SIGNED_IN,
    # marking: a second exam, with an essay that somebody has written
    "marking_list": somewhere(Role.MARKER, Role.ORGANIZER),
    **dict.fromkeys(MARKING, of(Role.MARKER, Role.ORGANIZER)),
    "my_programmes": SIGNED_IN,
    "my_programme": OWN,
    **dict.fromkeys(("programme_people_list", "programme_member"), of(*SEE)),
    **dict.fromkeys(GIVING, of(Role.ORGANIZER)),
    "end_assignment_post": of(Role.ORGANIZER),
    **dict.fromkeys(("my_identity", "my_identity_post"), OWN),
    **dict.fromkeys(IDENTITY_DESK, of(Role.HR, Role.IDENTITY)),
    **dict.fromkeys(IDENTITY, of(Role.HR)),
    "export_identity": of(Role.IDENTITY),
    "identity_list": somewhere(Role.HR, Role.IDENTITY),
    "appeal_list": somewhere(Role.MARKER, Role.ORGANIZER),
    **dict.fromkeys(("exam_appeals", "answer_appeals"), of(Role.MARKER, Role.ORGANIZER)),
    # exams by their organizers
    **dict.fromkeys(("exam_list", "exam_bin", "new_exam", "new_exam_post"), somewhere(Role.ORGANIZER)),
    **dict.fromkeys(
        (
            "managed_exam", "edit_exam", "edit_exam_post", "check_exam", "publish_exam", "try_exam", "change_exam",
            "change_exam_post", "edit_words", "change_words", "withdraw_exam", "withdraw_exam_post", "ask_delete_exam",
            "end_exam", "end_exam_post",
            "exam_difficulty", "exam_mock", "delete_exam", "restore_exam",
            "picks", "picks_post", "pick_more", "pick_more_post",
            "print_exam", "make_papers", "print_papers", "print_sign_in",
            "exam_qr", "exam_poster", "exam_roster", "print_roster", "exempt_person", "exempt_person_post",
            "add_to_roster", "add_to_roster_post", "take_back_change", "take_back_change_post",
            "exam_extra_time", "exam_extra_time_post", "exam_integrity", "exam_integrity_post", "check_receipt",
            "lift_integrity", "lift_integrity_post",
            "board", "board_rows", "extend", "extend_post", "pause_exam", "pause_exam_post", "resume_exam", "seat",
            "act_on", "act_on_post", "exam_reminders", *PAPER, "start_typing", "start_typing_post", *SCANS,
        ),
        of(Role.ORGANIZER),
    ),
}  # fmt: skip


def _on_paper(session: Session, exam: Exam, own: Unit, *, clerk: Person, now: datetime) -> dict[str, Any]:
    """A result on paper with a scan, and a file of results that is done."""
    person = learner(session, now=now, unit=own, name="On paper")
    exam_rosters.add(session, exam, person, reason="Came later", actor=clerk, now=now)
    result = offline.Result(now, "", "", False, points=Decimal(50))
    versions = Versions(Plugins([defaults]).question_types)
    attempt = offline.enter(session, exam, person, result, actor=clerk, now=now, versions=versions)
    scan = Scan(key="scan-of-the-paper", attempt_id=attempt.id, name="a.pdf", mime=scans.PDF, size=1, sha256=NO_SHA,
                at=now, actor_id=clerk.id)  # fmt: skip
    counts = {one.value: 0 for one in RowOutcome} | {"rows": 0}
    batch = Import(key="results-of-the-exam", kind=offline_imports.KIND, file_name="a.csv", sha256=NO_SHA, size=1,
                   unit_id=own.id, created_at=now, done_at=now, options={"exam": exam.id}, counts=counts,
                   state=ImportState.DONE)  # fmt: skip
    session.add_all([scan, batch])
    session.flush()
    of_paper = {f"{name}.attempt_id": attempt.id for name in ("correct_paper", "correct_paper_post")}
    of_file = {f"{name}.import_key": batch.key for name in PAPER}
    return {"scan_key": scan.key, **of_paper, **of_file}


def _given(session: Session, own: Unit, *, by: Person, now: datetime) -> dict[str, Any]:
    """A programme of the own unit that is given to one person there, and one more to take back."""
    programme = stored_programme(session, now=now, unit=own)
    person = learner(session, now=now, unit=own, name="Given to")
    wanted = Wanted(unit=None, audience=None, person=person, starts_on=now.date(), reason="Moved")
    first = programme_assigning.assign(session, programme, wanted, actor=by, now=now, zone=UTC)
    member = session.scalars(select(ProgrammeMember)).one()
    session.add(IdentityRequest(programme_id=programme.id, purpose="A subsidy", keep_until=now.date(), asked_at=now))
    identity = ("my_identity", "my_identity_post", "export_identity", *IDENTITY_DESK, *IDENTITY)
    pages = ("programme_people_list", "programme_member", "my_programme", "end_assignment_post", *GIVING, *identity)
    return {
        **dict.fromkeys((f"{page}.key" for page in pages), programme.key),
        "member_id": member.id, "assignment_id": first.id,
        **dict.fromkeys((f"{page}.person_id" for page in IDENTITY), person.id),
    }  # fmt: skip


def topic_of(session: Session, bank: Bank) -> int:
    """A topic that a question of the bank has, and no other."""
    topic = Topic(name="Own")
    session.add(topic)
    session.flush()
    version = session.get_one(Question, first_of(session, bank)).published_version_id
    session.add(VersionTopic(version_id=version, topic_id=topic.id))
    return topic.id


def first_of(session: Session, bank: Bank) -> int:
    """The first question of a bank."""
    return session.scalars(select(Question.id).where(Question.bank_id == bank.id).order_by(Question.id)).first() or 0


DELETED_BEFORE = {"delete_exam": False, "restore_exam": True}
"""Whether the exam lies in the recycle bin when such a route is called."""
JOIN = ("join_exam", "join_by_number", "join_openly", "join_again", "leave")
ENDS_THE_SIGN_IN = ("logout", "me_sign_out", "login_post", "me_password", "card_post", "leave")


@dataclass(frozen=True)
class Who:
    """Somebody at the door."""

    label: str
    visitor: Visitor
    username: str = ""
    roles: frozenset[Role] = frozenset()
    on_own_unit: bool = False
    everywhere: bool = False


@dataclass
class Town:
    """Own and foreign unit, and what the routes are about; all of it is in the own unit."""

    app: Flask
    values: dict[str, Any]
    everybody: list[Who]

    def rules(self) -> Iterator[tuple[str, Rule, str]]:
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint.startswith(PREFIX):
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield rule.endpoint.removeprefix(PREFIX), rule, method


@pytest.fixture
def town(app: Flask, clock: FrozenClock) -> Town:
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "City", parent=None, now=clock())
        own = people.add_unit(session, "Own", parent=city, now=clock())
        foreign = people.add_unit(session, "Foreign", parent=city, now=clock())
        people.add_unit(session, "Own 2", parent=own, now=clock())
        admin = manager(session, Role.ADMIN, None, now=clock(), home=city)
        person = learner(session, now=clock(), unit=own, name="Somebody", username="somebody")
        hr = manager(session, Role.HR, own, now=clock())
        exam = published_exam(session, now=clock(), unit=own)
        tasks = stored_bank(session, now=clock(), unit=own, questions=[essay(1)])
        open_exam = published_exam(session, now=clock(), unit=own, source=tasks)
        change = exam_rosters.exempt(session, exam, hr, reason="On leave", actor=admin, now=clock())
        added = audiences.add(session, "Newcomers", actor=admin, now=clock())
        whom = cards.holder(session, admin, person.id, now=clock())
        card = cards.issue(session, whom, secret=str(app.secret_key), actor=admin, now=clock())
        kept = stored_bank(session, now=clock(), unit=own)
        batch = bank_applying.import_at_once(
            session, kept, bank_imports.unreadable(Problem("bank.no_file")), bank_imports.Upload("q.csv", b"x"),
            key="made-up", actor_id=None, day="2026", reviewer="x", now=clock(),
        )  # fmt: skip
        [refused] = bank_imports.rows_of(session, batch, RowOutcome)
        programme = stored_programme(session, now=clock(), unit=own, published=False)
        shown = stored_picture(app, session, drawing())
        bank.store(session, kept, pictured(shown), now=clock(), reviewer="x")
        people_of = "姓名,工号\n张三,1\n".encode()
        everywhere = grants.Reach(everywhere=True)
        everybodys = stored_bank(session, now=clock(), questions=[single(number) for number in range(900, 905)])
        everybodys.practice = Openness.OPEN
        roster = rosters.upload(session, people_of, "r.csv", target=own, actor=admin, reach=everywhere, now=clock())
        roster.state = ImportState.DONE
        on_paper = _on_paper(session, exam, own, clerk=admin, now=clock())
        media.write_whole(media.path_of(here.scan_folder, NO_SHA), b"%PDF-")
        values = {
            **on_paper,
            "sha256": shown,
            "bank_id": kept.id, "question_id": first_of(session, kept), "type_code": "single", "number": 1,
            "filter_id": 1, "view_id": 1, "topic_id": topic_of(session, kept),
            "import_key": batch.key, "row_id": refused.id,
            "unit_id": own.id, "person_id": person.id, "grant_id": grants.live(session, hr)[0].id, "exam_id": exam.id,
            "change_id": change.id, "form": "svg", "code": added.code, "slot": 1, "token": "made-up", "tree": "x",
            "name": "app.css", **dict.fromkeys(("person_records.key", "person_pdf.key"), person.key),
            **dict.fromkeys((f"{one}.key" for one in ROSTER), roster.key),
            **dict.fromkeys((f"{one}.exam_id" for one in MARKING), open_exam.id),
            "join_post": {"code": exam.code}, "issue_cards": {"unit": own.id},
            **dict.fromkeys((f"{join}.code" for join in JOIN), exam.code),
            **dict.fromkeys(("card.token", "card_post.token"), card.token),
            **dict.fromkeys((f"{one}.bank_id" for one in PRACTICE), everybodys.id), "way": "order",
            "practise_post": {"key": "a-form-of-nobody", "question": first_of(session, everybodys)},
            "practise_next": {"question": first_of(session, everybodys)},
            "favourite_question": {"question": first_of(session, everybodys), "favourite": "yes"},
            "bank_practice": {"practice": "closed"},
            "slug": stored_course(session, now=clock()).slug, "lesson": "lesson-1",
            **_given(session, own, by=admin, now=clock()),
            **written_course(session, own, by=admin, now=clock()),
            **dict.fromkeys((f"{one}.key" for one in (*PROGRAMME, *PLAN_TASKS)), programme.key),
            **dict.fromkeys((f"{one}.kind" for one in PLAN_TASKS), "programme"),
            **two_events(session, own, person, now=clock()),
            **learnt_elsewhere(session, own, person, now=clock()),
            **reminding(session, own, by=admin, now=clock()),
            **certified(session, exam, person, now=clock()),
            **certified_elsewhere(session, person, hr, now=clock()),
        }  # fmt: skip
        usernames = {"learner": (learner(session, now=clock(), unit=own).username, frozenset(), False, False)}
        for role in Role:
            opened = frozenset({role, *grants.BUNDLES.get(role, ())})
            for label, unit in (("foreign", foreign), ("own", own)):
                one = manager(session, role, unit, now=clock())
                usernames[f"{role.value} on {label}"] = (one.username, opened, unit is own, False)
        usernames["admin everywhere"] = (admin.username, frozenset(Role) - {Role.IDENTITY}, True, True)
    values["key"] = Visitor(app).sign_in("somebody").start(values["exam_id"]).key
    practising = Visitor(app).sign_in("somebody")
    practising.post(f"/practice/{values['practise.bank_id']}/mock", questions="3", minutes="9")
    mock_key = re.search(r"/practice/mocks/([^\"?]+)", practising.text)[1]  # type: ignore[index]
    values |= dict.fromkeys((f"{one}.key" for one in ("mock", "mock_post", "mock_review", "mock_result")), mock_key)
    values["practised.key"] = values["judge_answer.key"] = "a-form-of-nobody-at-all"
    written = Visitor(app).sign_in("somebody").start(values["mark_answer.exam_id"])
    written.save(1, "It burns.")
    written.submit()
    with here.database.reading() as session:
        values["answer_key"] = session.scalars(select(OpenAnswer.key)).one()
    with here.database.reading() as session:
        sat = session.scalars(select(Attempt.id).where(Attempt.key == values["key"])).one()
    values |= {"attempt_id": sat, "act": "pause"}
    everybody = [Who("nobody", Visitor(app))]
    for label, (username, roles, on_own, everywhere) in usernames.items():
        visitor = Visitor(app).sign_in(str(username))
        everybody.append(Who(label, visitor, str(username), roles, on_own, everywhere))
    return Town(app, values, everybody)


def two_events(session: Session, unit: Unit, person: Person, *, now: datetime) -> dict[str, object]:
    """An event for everybody, and one of a unit to which somebody has come."""
    times = {"starts_at": now, "ends_at": now + timedelta(hours=1), "hours": Decimal(1), "created_at": now}
    made = [
        Event(key=key, secret="s", title="A lecture", unit_id=unit_id, **times)
        for key, unit_id in (("event-for-everybody", None), ("event-of-the-unit", unit.id))
    ]
    session.add_all(made)
    session.flush()
    came = Attendance(event_id=made[1].id, person_id=person.id, came_at=now, way=AttendanceWay.CODE, at=now)
    session.add(came)
    session.flush()
    return {
        **dict.fromkeys((f"{one}.key" for one in ("event", "event_here", "event_here_post")), made[0].key),
        **dict.fromkeys((f"{one}.key" for one in EVENTS), made[1].key),
        "attendance_id": came.id,
    }


def learnt_elsewhere(session: Session, unit: Unit, person: Person, *, now: datetime) -> dict[str, object]:
    """A programme of a unit with a part that was signed for a person, and hours that were entered with a proof."""
    programme = Programme(key="signed", unit_id=unit.id, title="Safety", state=ProgrammeState.PUBLISHED, created_at=now)
    session.add(programme)
    session.flush()
    stage = ProgrammeStage(programme_id=programme.id, position=1, title="First")
    given = Assignment(programme_id=programme.id, unit_id=unit.id, starts_on=now.date(), created_at=now)
    session.add_all([stage, given])
    session.flush()
    part = ProgrammePart(stage_id=stage.id, position=1, kind=PartKind.SIGN_OFF, title="At the saw", hours=Decimal(99))
    member = ProgrammeMember(programme_id=programme.id, person_id=person.id, assignment_id=given.id, added_at=now,
                             starts_on=now.date())  # fmt: skip
    proof = {"sha256": NO_SHA, "mime": scans.PDF, "size": 1, "name": "a.pdf"}
    entry = HoursEntry(
        person_id=person.id, hours=Decimal(1), day=now.date(), kind="outside", title="Elsewhere", at=now,
        evidence={"proof": proof, "where": "City", "first": "2026-03-01", "last": "2026-03-01"},
    )  # fmt: skip
    brought = Import(key="brought", kind="outside_hours", state=ImportState.DONE, file_name="h.csv", sha256=NO_SHA,
                     size=1, counts={"new": 1}, created_at=now, done_at=now)  # fmt: skip
    session.add_all([part, member, entry, brought])
    session.flush()
    entry.evidence = {**entry.evidence, "import": brought.id}
    session.add(ImportRow(import_id=brought.id, row=2, outcome=RowOutcome.NEW, object_kind="hoursentry",
                          object_id=entry.id))  # fmt: skip
    row = SignOff(member_id=member.id, part_id=part.id, trainer="Zhao", began_at=now - timedelta(hours=1), ended_at=now,
                  hours=Decimal(1), at=now)  # fmt: skip
    session.add(row)
    session.flush()
    return {**dict.fromkeys((f"{one}.key" for one in SIGN_OFFS), programme.key), "part_id": part.id,
            **dict.fromkeys((f"{one}.member_id" for one in SIGN_OFFS), member.id), "sign_off_id": row.id,
            "entry_id": entry.id, **dict.fromkeys((f"{one}.key" for one in BROUGHT), brought.key)}  # fmt: skip


def certified(session: Session, exam: Exam, person: Person, *, now: datetime) -> dict[str, object]:
    """A completion of an exam with its certificate."""
    completion = Completion(
        key="certified", person_id=person.id, kind=CompletionKind.EXAM, subject_id=exam.id, title="An exam", rule={},
        evidence={}, completed_at=now, unit_id=exam.unit_id, unit_path=session.get_one(Unit, exam.unit_id).path,
    )  # fmt: skip
    session.add_all([completion, CertificateTerms(kind=CompletionKind.EXAM, subject_id=exam.id, issued=True)])
    session.flush()
    made = certificates.issue(session, completion, now=now)
    assert made is not None
    numbered = ("certificate", "own_certificate", "own_certificate_pdf")
    return {
        **dict.fromkeys((f"{one}.number" for one in numbered), made.number), "completion_id": completion.id,
        **dict.fromkeys((f"{one}.act" for one in COMPLETIONS), "revoke"), "kind": "exam", "subject_id": exam.id,
        "print_certificates": {"reason": "inspection"},
    }  # fmt: skip


def certified_elsewhere(session: Session, person: Person, hr: Person, *, now: datetime) -> dict[str, object]:
    """A certificate of others with its scan, and a file of some that somebody has brought."""
    proof = {"sha256": NO_SHA, "mime": scans.PDF, "size": 1, "name": "a.pdf"}
    row = OutsideCertificate(person_id=person.id, kind="special-work", number="1", issued_on=now.date(), proof=proof,
                             at=now)  # fmt: skip
    session.add(row)
    session.flush()
    batch = outside_imports.TABLES.keep(session, "姓名,证书类别\n张三,1\n".encode(), "c.csv", actor=hr, now=now)
    table = "姓名,学习内容,学时\n张三,1,1\n".encode()
    of_hours = outside_hour_imports.TABLES.keep(session, table, "h.csv", actor=hr, now=now)
    return {
        "outside_id": row.id, **dict.fromkeys((f"{one}.act" for one in OTHERS), "withdraw"),
        **dict.fromkeys((f"{one}.key" for one in FILES), batch.key),
        **dict.fromkeys((f"{one}.key" for one in HOUR_FILES), of_hours.key),
        **dict.fromkeys((f"{one}.code" for one in LEDGER), "new"),
    }  # fmt: skip


def written_course(session: Session, unit: Unit, *, by: Person, now: datetime) -> dict[str, object]:
    """A course of a unit that is being written, for the routes that write one."""
    cover = course_writing.Cover("Ladders", audiences=("farmers",))
    course = course_writing.begin(session, by, unit.id, cover, lang="en", now=now)
    desk = course_writing.desk(session, course.slug, by)
    lesson = lesson_writing.add_lesson(session, desk, lesson_writing.Written("Feet", "Look at them."))
    return {**dict.fromkeys((f"{one}.slug" for one in (*WRITING, *REVIEWING)), course.slug), "lesson_id": lesson.id}


def reminding(session: Session, unit: Unit, *, by: Person, now: datetime) -> dict[str, object]:
    """A programme of a unit, and a message about it that failed."""
    programme = given_programme(session, unit, now=now).programme
    channel = ReminderChannel(unit_id=unit.id, kind=ChannelKind.WECOM, name="Group", address="https://localhost/",
                              created_by_id=by.id, created_at=now)  # fmt: skip
    session.add(channel)
    session.flush()
    message = Reminder(channel_id=channel.id, programme_id=programme.id, due_on=now.date(), occasion="given",
                       state=ReminderState.FAILED, at=now)  # fmt: skip
    permit = OutsideCertificate(person_id=by.id, kind="special-work", number="T1", issued_on=now.date(), at=now)
    session.add_all([message, permit])
    session.flush()
    session.add(OutsideReminder(channel_id=channel.id, certificate_id=permit.id, due_on=now.date(), occasion="7 days",
                                message="told", state=ReminderState.FAILED, at=now))  # fmt: skip
    session.flush()
    keys = dict.fromkeys(("programme_reminders.key", "print_reminders.key"), programme.key)
    ended = ReminderChannel(unit_id=unit.id, kind=ChannelKind.WECOM, name="Other", address="https://localhost/",
                            created_by_id=by.id, created_at=now)  # fmt: skip
    session.add(ended)
    session.flush()
    return {
        **keys,
        "channel_id": channel.id,
        "end_channel_post.channel_id": ended.id,
        "send_again.number": message.id,
        "send_certificates_again.key": "told",
    }


def _allowed(rule: For, who: Who) -> bool:
    if not rule.signed_in:
        return True
    if who.label == "nobody" or rule.own:
        return False
    if not rule.roles:
        return True
    if not rule.roles & who.roles or (rule.of_unit and not who.on_own_unit):
        return False
    return who.everywhere or not rule.everywhere


def _let_in(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 302 and "/login?next=" in answer.headers["Location"]
    return answer.status_code not in (401, 403, 404) and not to_sign_in


def _call(who: Who, path: str, method: str, form: dict[str, Any]) -> TestResponse:
    headers = {**who.visitor.headers, "X-CSRF-Token": who.visitor.token}
    answer = {"slot": 1, "epoch": 1, "seq": 1, "response": "right"}
    body = {"json": answer if path.endswith("/1") else [answer]} if method == "PUT" else {"data": form}
    return who.visitor.client.open(path, method=method, headers=headers, follow_redirects=False, **body)


def _bin(town: Town, deleted: bool) -> None:
    here = learn(town.app)
    with here.database.writing() as session:
        session.get_one(Exam, town.values["exam_id"]).deleted_at = here.now() if deleted else None


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_route_lets_in_whom_it_is_for_and_nobody_else(town: Town) -> None:
    """A form without its fields, a link that is dead: such answers are not about who asks, and count as let in."""
    faults = []
    for endpoint, rule, method in town.rules():
        if endpoint not in TABLE:
            faults.append(f"{method} {rule.rule} ({endpoint}): say in TABLE whom it is for")
            continue
        values = {name: town.values.get(f"{endpoint}.{name}", town.values.get(name)) for name in rule.arguments}
        with town.app.test_request_context():
            path = town.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
        for who in town.everybody:
            if endpoint in DELETED_BEFORE:
                _bin(town, DELETED_BEFORE[endpoint])
            answer = _call(who, path, method, town.values.get(endpoint, {}))
            if _let_in(answer) is not _allowed(TABLE[endpoint], who):
                faults.append(f"{method} {rule.rule}: {who.label} got {answer.status_code}")
            if endpoint in ENDS_THE_SIGN_IN and who.username:
                who.visitor.sign_in(who.username)
        _bin(town, False)
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_table_names_only_routes_that_are_there(town: Town) -> None:
    assert TABLE.keys() - {endpoint for endpoint, _, _ in town.rules()} == set()
