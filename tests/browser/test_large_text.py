"""Pages of those who organize, in large text and in Chinese: axe finds nothing, all fits and is large enough."""

from __future__ import annotations

from flask import Flask

from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser.pages import walk
from tests.browser.sitters import MakePhone
from tests.factories import PASSWORD, learn, learner, manager, published_exam
from tests.web.test_access import certified, certified_elsewhere, learnt_elsewhere, reminding, two_events

AREAS = (
    "/manage/records",
    "/manage/outside-certificates",
    "/manage/outside-kinds",
    "/manage/outside-hours",
    "/manage/statistics",
    "/manage/programmes",
    "/manage/certificates",
    "/manage/events",
    "/manage/sign-offs",
    "/manage/reminders",
)


def test_records_programmes_and_statistics(app: Flask, live_url: str, phone: MakePhone) -> None:
    here = learn(app)
    with here.database.writing() as session:
        now = here.now()
        people.install_audiences(session)
        unit = people.add_unit(session, "松岭市", parent=None, now=now)
        person = learner(session, now=now, unit=unit, username="somebody")
        admin = manager(session, Role.ADMIN, None, now=now, home=unit)
        exam = published_exam(session, now=now, unit=unit)
        learnt_elsewhere(session, unit, person, now=now)
        certified(session, exam, person, now=now)
        two_events(session, unit, person, now=now)
        reminding(session, unit, by=admin, now=now)
        files = certified_elsewhere(session, person, admin, now=now)
        username = str(admin.username)
        of_person = f"/manage/people/{person.id}/outside-hours"
        starts = [f"/manage/certificates/exam/{exam.id}", "/manage/events/event-of-the-unit", of_person,
                  "/manage/outside-hours/import",
                  f"/manage/outside-hours/import/{files['hours_preview.key']}"]  # fmt: skip
    page = phone(locale="zh-CN").new_page()
    page.goto(f"{live_url}/login")
    page.click("button[name=elder]")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.sl-form button[type=submit]")
    page.wait_for_url(f"{live_url}/")
    page.goto(f"{live_url}/manage/")
    starts += page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    walked = walk(app, page, live_url, starts, (*AREAS, of_person), large=True)
    assert walked >= {"statistics", "records", "outside_list", "manage_programme", "certificate_terms",
                      "outside_hours", "void_outside", "hours_import", "hours_preview", "hours_file", "managed_event",
                      "type_attendance", "correct_attendance", "event_dossier", "attendance_sheet", "event_screen",
                      "sign_part", "programme_training_card", "reminders", "new_channel"}  # fmt: skip
