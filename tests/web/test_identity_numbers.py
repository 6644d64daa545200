"""Identity numbers on pages: asked for a purpose, given or declined, shown masked, taken along by who may."""

from __future__ import annotations

import io
import json
import logging
import re

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from suyu_learn.models import AuditEntry, IdentityNumber, IdentityState, Membership, Role
from suyu_learn.services import grants, identity_desk, people
from suyu_learn.web import identity_import
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner, manager
from tests.identity_numbers import KEY, OTHER_KEY, PURPOSE, Asked, asked, number, seen_on
from tests.question_tables import workbook

MASKED = f"2310**********{number()[-4:]}"


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    return make_app(clock=clock, SUYU_LEARN_IDENTITY_KEYS=KEY)


@pytest.fixture
def town(app: Flask, clock: FrozenClock) -> Asked:
    return asked(app, now=clock())


def visitor(town: Asked, who: str) -> Visitor:
    return Visitor(town.app).sign_in(getattr(town, who).username)


def give(town: Asked, typed: str = number(), *, who: str = "worker") -> Visitor:
    """The person gives their number by their own page."""
    one = visitor(town, who)
    one.get(town.way)
    one.post(town.way, action="give", number=typed, seen=seen_on(one))
    return one


def test_a_learner_reads_the_purpose_gives_the_number_and_withdraws_it(town: Asked) -> None:
    worker = visitor(town, "worker")
    worker.get("/")
    assert "asks for your identity number" in worker.words
    worker.get(f"/programmes/{town.programme.key}")
    assert town.way in worker.text
    worker.get(town.way)
    assert PURPOSE in worker.words
    worker.post(town.way, action="give", number="231003 1990 0101", seen=seen_on(worker))
    assert worker.page is not None
    assert worker.page.status_code == 422
    assert "has 18 digits; these are 14" in worker.words
    worker.post(town.way, action="give", number=number().lower(), seen=seen_on(worker))
    assert MASKED in worker.words
    assert number() not in worker.text
    assert "no-store" in worker.page.headers["Cache-Control"]
    worker.get("/")
    assert "asks for your identity number" not in worker.words
    worker.get("/me")
    assert MASKED in worker.words
    worker.get(town.way)
    worker.post(town.way, action="withdraw")
    assert "is deleted" in worker.words
    assert MASKED not in worker.words
    with learn(town.app).database.reading() as session:
        row = session.scalars(select(IdentityNumber)).one()
        assert (row.state, row.cipher, row.lookup_hash) == (IdentityState.WITHDRAWN, "", "")


def test_declining_ends_the_asking_and_nothing_else(town: Asked) -> None:
    worker = visitor(town, "worker")
    worker.get(town.way)
    worker.post(town.way, action="decline", seen=seen_on(worker))
    assert "You have declined" in worker.words
    worker.get("/")
    assert "asks for your identity number" not in worker.words
    assert "Subsidised course" in worker.words
    hr = visitor(town, "hr")
    hr.get(f"{town.desk}/people/{town.worker.id}")
    assert "Only they themself" in hr.words
    hr.post(f"{town.desk}/people/{town.worker.id}", number=number(), seen=seen_on(hr))
    assert hr.page is not None
    assert hr.page.status_code == 422


def test_hr_types_a_number_that_is_not_shown_again_where_it_is_wrong(town: Asked) -> None:
    hr, page = visitor(town, "hr"), f"{town.desk}/people/{town.worker.id}"
    hr.get(page)
    wrong = number()[:17] + ("1" if number()[17] != "1" else "2")
    hr.post(page, number=wrong, seen=seen_on(hr))
    assert "mistyped" in hr.words
    assert wrong not in hr.text
    hr.post(page, number=number(), seen=seen_on(hr))
    assert MASKED in hr.words
    assert number() not in hr.text


def test_nobody_writes_over_an_answer_that_they_have_not_seen(town: Asked) -> None:
    hr, page = visitor(town, "hr"), f"{town.desk}/people/{town.worker.id}"
    hr.get(page)
    give(town)
    hr.post(page, number=number(2), seen=seen_on(hr))
    assert "has changed since this page was opened" in hr.words
    with learn(town.app).database.reading() as session:
        row = session.scalars(select(IdentityNumber)).one()
        assert identity_desk.opened(learn(town.app).vault, row) == number()


def test_a_learner_cannot_try_out_a_colleagues_number_but_hr_sees_the_double(town: Asked) -> None:
    give(town)
    assert "is stored, encrypted" in give(town, who="other").words
    hr = visitor(town, "hr")
    hr.get(town.desk)
    assert hr.words.count("The same number as somebody else") == 2
    visitor(town, "other").post(town.way, action="withdraw")
    hr.get(f"{town.desk}/people/{town.other.id}")
    hr.get(town.desk)
    assert "The same number as somebody else" not in hr.words


def test_the_search_by_name_takes_no_number_into_the_address(town: Asked) -> None:
    hr = visitor(town, "hr")
    hr.get(town.desk)
    found = re.search(r'name="search"[^>]* pattern="([^"]+)"', hr.text)
    assert found is not None
    for typed, goes in (
        ("Li Xia", True),
        ("李", True),
        ("A-2026-00017", True),
        (number(), False),
        (f" {number()}", False),
    ):
        assert bool(re.fullmatch(found.group(1), typed)) is goes, typed


def test_hr_types_no_number_that_another_has(town: Asked) -> None:
    give(town)
    hr, page = visitor(town, "hr"), f"{town.desk}/people/{town.other.id}"
    hr.get(page)
    hr.post(page, number=number(), seen=seen_on(hr))
    assert "Somebody else has given this number" in hr.words
    with learn(town.app).database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "identity.looked_up")).one()
        assert (entry.actor_id, entry.detail) == (town.hr.id, {"people": 1})


@pytest.mark.parametrize("act", [{"action": "give", "number": number()}, {"action": "decline"}])
def test_a_button_that_is_tapped_twice_says_no_fault(town: Asked, act: dict[str, str]) -> None:
    worker = visitor(town, "worker")
    worker.get(town.way)
    seen = seen_on(worker)
    for _tap in range(2):
        worker.post(town.way, **act, seen=seen)
        assert worker.page is not None
        assert worker.page.status_code == 200
    if act["action"] == "give":
        for _tap in range(2):
            worker.post(town.way, action="withdraw")
            assert "is deleted" in worker.words


def test_the_export_in_full_needs_its_own_right_and_a_reason(town: Asked) -> None:
    give(town)
    hr = visitor(town, "hr")
    hr.get(town.desk)
    assert MASKED in hr.words
    assert "in full" not in hr.words.partition("Take the numbers")[2]
    assert hr.post(f"{town.desk}/export", format="xlsx", reason="inspection").status_code == 403
    reader = visitor(town, "reader")
    reader.get(town.desk)
    assert "Take the numbers along in full" in reader.words
    without = reader.post(f"{town.desk}/export", format="xlsx")
    assert without.mimetype == "text/html"
    sent = reader.post(f"{town.desk}/export", format="xlsx", reason="other", note="Subsidy of March")
    rows = _rows(sent.data)
    assert [row[3] for row in rows[1:]] == [number()]
    with learn(town.app).database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("identity.exported%"))).all()
        assert [entry.action for entry in entries] == ["identity.exported", "identity.exported.done"]
        assert entries[0].reason == "other: Subsidy of March"
        assert entries[1].detail["rows"] == 1
    hr.get("/manage/records/exports")
    assert "Identity numbers taken along in full" in hr.words


def test_an_admin_gives_the_right_to_somebody_else_and_holds_it_not(town: Asked, clock: FrozenClock) -> None:
    with learn(town.app).database.writing() as session:
        admin = manager(session, Role.ADMIN, None, now=clock())
        name = admin.username or ""
    boss = Visitor(town.app).sign_in(name)
    boss.get(town.desk)
    assert "Take the numbers along in full" not in boss.words
    boss.get("/manage/roles")
    boss.post("/manage/roles", person=name, role="identity", unit="")
    assert "yourself" in boss.words.lower() or "Somebody else" in boss.words
    boss.post("/manage/roles", person=town.worker.username or "", role="identity", unit="")
    with learn(town.app).database.reading() as session:
        held = grants.roles_of(session, session.merge(town.worker, load=False))
        assert held == {Role.IDENTITY}


def test_a_table_goes_in_row_by_row_and_is_not_kept(town: Asked) -> None:
    hr = visitor(town, "hr")
    hr.get(f"{town.desk}/import")
    rows = [["姓名", "单位", "身份证号"], ["Li Xia", "Mill", number().lower()],
            ["Wang Wu", "Mill", "231003199001011000"], ["Nobody", "Mill", number(3)]]  # fmt: skip
    hr.post(f"{town.desk}/import", file=(io.BytesIO(workbook(Sheet=rows)), "numbers.xlsx"))
    assert "Stored 1 row" in hr.words
    assert "its last digits are lost" in hr.words
    assert "Not found in your units" in hr.words
    for one in (number(), number(3), "231003199001011000"):
        assert one not in hr.text
    hr.post(f"{town.desk}/import", file=(io.BytesIO(workbook(Sheet=rows)), "numbers.xlsx"))
    assert "Stored before 1 row" in hr.words


def test_a_long_table_gives_others_their_turn(town: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stored some rows at a time, and each of these parts is on record with what it stored."""
    monkeypatch.setattr(identity_import, "AT_ONCE", 2)
    hr = visitor(town, "hr")
    hr.get(f"{town.desk}/import")
    rows = [["姓名", "单位", "身份证号"], ["Nobody", "Mill", number(3)], ["Li Xia", "Mill", number()],
            ["Wang Wu", "Mill", number(2)]]  # fmt: skip
    hr.post(f"{town.desk}/import", file=(io.BytesIO(workbook(Sheet=rows)), "numbers.xlsx"))
    assert "Stored 2 rows Stored before 0 rows Left out 1 row" in hr.words
    with learn(town.app).database.reading() as session:
        parts = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "identity.brought_in").order_by(AuditEntry.id)
        ).all()  # fmt: skip
    assert parts == [{"read": 2, "stored": 1, "refused": 1}, {"read": 1, "stored": 1, "refused": 0}]


def test_a_number_is_found_exactly_and_by_nobody_of_another_unit(town: Asked, clock: FrozenClock) -> None:
    give(town)
    hr = visitor(town, "hr")
    hr.get(town.desk)
    found = hr.post(f"{town.desk}/find", number=f" {number().lower()} ", follow=False)
    assert found.status_code == 200
    assert "Who gave this number" in hr.words
    assert number() not in hr.text
    hr.post(f"{town.desk}/find", number=number(7))
    assert "Nobody within your reach" in hr.words
    with learn(town.app).database.writing() as session:
        far = people.add_unit(session, "Far", parent=None, now=clock())
        stranger = manager(session, Role.HR, far, now=clock()).username or ""
    assert Visitor(town.app).sign_in(stranger).get(town.desk).status_code == 404


def test_a_number_of_somebody_who_belongs_nowhere_any_more_is_found_where_they_gave_it(
    town: Asked, clock: FrozenClock
) -> None:
    give(town)
    with learn(town.app).database.writing() as session:
        session.execute(update(Membership).where(Membership.person_id == town.worker.id).values(until=clock()))
        far = people.add_unit(session, "Far", parent=None, now=clock())
        people.add_person(session, "Unasked", unit=far, now=clock())
    hr = visitor(town, "hr")
    hr.get(town.desk)
    hr.post(f"{town.desk}/find", number=number())
    assert "Li Xia" in hr.words


def test_what_was_tampered_with_gives_a_sentence(town: Asked) -> None:
    give(town)
    give(town, number(2), who="other")
    with learn(town.app).database.writing() as session:
        first, second = session.scalars(select(IdentityNumber).order_by(IdentityNumber.id)).all()
        first.cipher, second.cipher = second.cipher, "gAAAAA-nonsense"
    for who, page in (("worker", town.way), ("worker", "/me"), ("hr", town.desk), ("other", town.way)):
        one = visitor(town, who)
        assert one.get(page).status_code == 200
        assert "was changed or damaged" in one.words
    sent = visitor(town, "reader").post(f"{town.desk}/export", format="xlsx", reason="inspection")
    assert all("damaged" in row[3] for row in _rows(sent.data)[1:])
    taken = visitor(town, "worker").post("/records/my-data", format="json")
    assert json.loads(taken.data)["identity_number"][0]["number"] == "identity.damaged"


def test_my_data_has_ones_own_number_and_nobody_elses(town: Asked) -> None:
    give(town)
    give(town, number(2), who="other")
    worker = visitor(town, "worker")
    worker.get("/records")
    [row] = json.loads(worker.post("/records/my-data", format="json").data)["identity_number"]
    assert (row["number"], row["purpose"]) == (number(), PURPOSE)
    assert not {"cipher", "lookup_hash", "key"} & row.keys()
    assert number() in worker.post("/records/my-data", format="csv").get_data(as_text=True)


def test_no_number_lies_in_a_table_the_audit_trail_or_the_log(
    town: Asked, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        give(town, "231003")
        give(town)
        hr = visitor(town, "hr")
        hr.get(f"{town.desk}/people/{town.other.id}")
        hr.post(f"{town.desk}/people/{town.other.id}", number=number(), seen=seen_on(hr))
        hr.post(f"{town.desk}/find", number=number())
    assert number() not in caplog.text
    with learn(town.app).database.reading() as session:
        bind = session.get_bind()
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'table'") if bind.dialect.name == "sqlite"
            else text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )  # fmt: skip
        for name in names.all():
            assert number() not in str(session.execute(text(f"SELECT * FROM {name}")).all()), name


def test_the_file_of_a_person_shows_it_masked_to_hr_alone(town: Asked, clock: FrozenClock) -> None:
    give(town)
    with learn(town.app).database.writing() as session:
        organizer = manager(session, Role.ORGANIZER, session.merge(town.unit), now=clock()).username or ""
    page = f"/manage/records/{town.worker.key}"
    assert MASKED in visitor(town, "hr").get(page).get_data(as_text=True)
    assert "**********" not in Visitor(town.app).sign_in(organizer).get(page).get_data(as_text=True)


def test_without_a_key_the_page_says_what_to_set(make_app: MakeApp, clock: FrozenClock) -> None:
    town = asked(make_app(clock=clock), now=clock(), asks=False)
    hr = visitor(town, "hr")
    hr.get(town.desk)
    assert "SUYU_LEARN_IDENTITY_KEYS" in hr.words
    hr.post(town.desk, purpose=PURPOSE, keep_until="2027-01-01")
    assert "SUYU_LEARN_IDENTITY_KEYS" in hr.words


def test_a_lost_key_is_told_by_the_sign_of_life_and_a_new_one_takes_over(
    town: Asked, make_app: MakeApp, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(town)
    old = visitor(town, "hr")
    old.get(f"{town.desk}/people/{town.other.id}")
    old.post(f"{town.desk}/people/{town.other.id}", number=number(2), seen=seen_on(old))
    assert town.app.test_client().get("/healthz").json == {"status": "ok"}
    other = make_app(clock=clock, SUYU_LEARN_IDENTITY_KEYS=OTHER_KEY)
    assert other.test_client().get("/healthz").json == {"status": "ok", "identity_numbers_without_key": 2}
    worker = Visitor(other).sign_in(town.worker.username or "")
    assert worker.get(town.way).status_code == 200
    assert "its key is not set" in worker.words
    both = make_app(clock=clock, SUYU_LEARN_IDENTITY_KEYS=f"{OTHER_KEY} {KEY}")
    hr, page = Visitor(both).sign_in(town.hr.username or ""), f"{town.desk}/people/{town.other.id}"
    hr.get(page)
    hr.post(page, number=number(), seen=seen_on(hr))
    assert "Somebody else has given this number" in hr.words
    monkeypatch.setattr(identity_desk, "AT_ONCE", 1)
    result = both.test_cli_runner().invoke(args=["suyu", "rotate-identity-keys"])
    assert (result.exit_code, "重新加密 2 个" in result.output) == (0, True), result.output
    assert Visitor(other).sign_in(town.worker.username or "").get(town.way).get_data(as_text=True).count(MASKED) == 1


def test_hr_decides_the_purpose_which_stays_once_somebody_has_read_it(app: Flask, clock: FrozenClock) -> None:
    town = asked(app, now=clock(), asks=False)
    hr = visitor(town, "hr")
    hr.get(town.desk)
    hr.post(town.desk, purpose="", keep_until="2026-12-31")
    assert "what the number is needed for" in hr.words
    hr.post(town.desk, purpose=PURPOSE, keep_until="")
    assert "Choose a day" in hr.words
    hr.post(town.desk, purpose=PURPOSE, keep_until="2026-12-31")
    assert "asks for the identity number" in hr.words
    give(town)
    hr.post(town.desk, purpose="Something quite different", keep_until="2026-12-31")
    assert "for the purpose as it stands" in hr.words
    hr.post(town.desk, purpose=PURPOSE, keep_until="2027-12-31")
    assert "not be kept longer" in hr.words
    hr.get(f"{town.desk}/end")
    hr.post(f"{town.desk}/end", reason="Subsidy was paid")
    assert "1 identity number was deleted" in hr.words
    with learn(app).database.reading() as session:
        assert session.scalars(select(IdentityNumber.cipher)).one() == ""


def test_throwing_the_programme_away_says_that_the_numbers_are_gone(town: Asked, clock: FrozenClock) -> None:
    give(town)
    with learn(town.app).database.writing() as session:
        boss = manager(session, Role.UNIT_MANAGER, session.merge(town.unit), now=clock()).username or ""
    one, page = Visitor(town.app).sign_in(boss), f"/manage/programmes/{town.programme.key}"
    one.get(page)
    assert PURPOSE in one.words
    one.post(page, action="close")
    one.post(page, action="discard")
    assert "1 identity number was deleted with it" in one.words
    assert visitor(town, "worker").get(town.way).status_code == 404


@pytest.mark.parametrize("day", ["abc", "1999-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused(app: Flask, clock: FrozenClock, day: str) -> None:
    town = asked(app, now=clock(), asks=False)
    hr = visitor(town, "hr")
    hr.get(town.desk)
    assert hr.post(town.desk, purpose=PURPOSE, keep_until=day).status_code == 422
    assert hr.get(f"{town.desk}?page=99&search=%25_").status_code == 200
    assert hr.get(f"{town.desk}/end").status_code == 409


def test_who_has_no_part_in_it_finds_nothing(town: Asked, clock: FrozenClock) -> None:
    with learn(town.app).database.writing() as session:
        stranger = learner(session, now=clock(), unit=None).username or ""
    assert Visitor(town.app).sign_in(stranger).get(town.way).status_code == 404


def _rows(content: bytes) -> list[list[str]]:
    from suyu_learn.content.formats.sheets import read_sheets

    [sheet, *_] = read_sheets(content, "a.xlsx")
    return [list(row) for row in sheet.rows]
