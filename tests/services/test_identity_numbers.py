"""Identity numbers as they are kept: encrypted, bound to their row, one by one, and no longer than their purpose."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from suyu_learn.config import SettingError
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    IdentityNumber,
    IdentityRequest,
    IdentityState,
    Person,
    Programme,
    ProgrammeMember,
)
from suyu_learn.services import (
    backup,
    identity_desk,
    identity_numbers,
    merging,
    programme_writing,
    splitting,
)
from suyu_learn.services.grants import Reach
from suyu_learn.services.identity_vault import Vault, new_key_text
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import MEASURE, learn
from tests.identity_numbers import KEY, OTHER_KEY, PURPOSE, Asked, asked, number


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    return make_app(clock=clock, SUYU_LEARN_IDENTITY_KEYS=KEY)


@pytest.fixture
def town(app: Flask, clock: FrozenClock) -> Asked:
    return asked(app, now=clock())


def seen_by(town: Asked, who: str) -> str:
    """What the page of one of the workers shows now."""
    with learn(town.app).database.reading() as session:
        programme, person = (
            session.get_one(Programme, town.programme.id),
            session.get_one(Person, getattr(town, who).id),
        )
        asking = identity_numbers.request_of(session, programme)
        return identity_numbers.mark(asking, identity_numbers.answer_of(session, programme, person))


def give(town: Asked, who: str, typed: str, *, seen: str | None = None, by: str = "") -> None:
    here, now = learn(town.app), learn(town.app).now()
    seen = seen_by(town, who) if seen is None else seen
    with here.database.writing() as session:
        identity_numbers.give(
            session, session.get_one(Programme, town.programme.id), session.merge(getattr(town, who)), typed, seen=seen,
            actor=session.merge(getattr(town, by or who)), now=now, today=now.date(), vault=here.vault,
        )  # fmt: skip


def decline(town: Asked, who: str) -> None:
    here, seen = learn(town.app), seen_by(town, who)
    with here.database.writing() as session:
        identity_numbers.decline(
            session, session.get_one(Programme, town.programme.id), session.merge(getattr(town, who)), seen=seen,
            now=here.now(), today=here.now().date(),
        )  # fmt: skip


def states(town: Asked) -> list[IdentityState]:
    with learn(town.app).database.reading() as session:
        rows = session.scalars(select(IdentityNumber).order_by(IdentityNumber.id)).all()
        assert all(bool(row.cipher) is (row.state is IdentityState.GIVEN) for row in rows)
        return [row.state for row in rows]


def tick(town: Asked) -> int:
    now = learn(town.app).now()
    with learn(town.app).database.writing() as session:
        return identity_numbers.sweep(session, now=now, today=now.date())


def test_a_number_opens_in_its_own_row_by_its_own_key_and_nowhere_else() -> None:
    vault, other = Vault(KEY), Vault(OTHER_KEY)
    sealed = vault.seal(number(), row="one")
    assert number() not in f"{sealed} {vault!r}"
    assert vault.open(sealed.cipher, sealed.cipher_key, row="one") == number()
    assert vault.seal(number(), row="one").cipher != sealed.cipher
    assert sealed.lookup_hash in vault.lookups(number())
    assert sealed.lookup_hash not in other.lookups(number())
    for opener, cipher, row, code in (
        (vault, sealed.cipher, "two", "identity.damaged"),
        (vault, sealed.cipher[:-4] + "AAA=", "one", "identity.damaged"),
        (vault, "", "one", "identity.damaged"),
        (vault, "身份", "one", "identity.damaged"),
        (other, sealed.cipher, "one", "identity.key_lacks"),
        (Vault(), sealed.cipher, "one", "identity.key_lacks"),
    ):
        with pytest.raises(Problem) as found:
            opener.open(cipher, sealed.cipher_key, row=row)
        assert found.value.code == code


@pytest.mark.parametrize("setting", ["short", "A" * 44, f"{KEY} nonsense", KEY[:-1]])
def test_what_is_no_key_is_refused_at_the_start_without_being_repeated(setting: str) -> None:
    with pytest.raises(SettingError, match="identity-key") as found:
        Vault(setting)
    assert setting not in str(found.value)


def test_a_new_key_is_a_key() -> None:
    assert Vault(f"{new_key_text()} {new_key_text()}").ready


def test_two_who_type_at_once_leave_one_answer_and_the_second_is_told(town: Asked) -> None:
    together, told, seen = threading.Barrier(2), [], seen_by(town, "worker")

    def type_it(by: str, typed: str) -> None:
        together.wait()
        try:
            give(town, "worker", typed, seen=seen, by=by)
        except Problem as problem:
            told.append(problem.code)

    threads = [threading.Thread(target=type_it, args=one) for one in (("worker", number(1)), ("hr", number(2)))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert told == ["identity.changed_meanwhile"]
    assert states(town) == [IdentityState.GIVEN]


def test_one_number_that_is_typed_for_two_at_once_goes_to_one(town: Asked) -> None:
    together, told = threading.Barrier(2), []

    def type_it(who: str) -> None:
        together.wait()
        try:
            give(town, who, number(), by="hr")
        except Problem as problem:
            told.append(problem.code)

    threads = [threading.Thread(target=type_it, args=(one,)) for one in ("worker", "other")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert told == ["identity.twice"]


def test_numbers_end_with_the_last_day(town: Asked, clock: FrozenClock) -> None:
    give(town, "worker", number())
    clock.advance(days=200)
    assert tick(town) == 0
    clock.advance(days=1)
    assert tick(town) == 1
    assert states(town) == [IdentityState.ERASED]
    with learn(town.app).database.reading() as session:
        assert session.scalars(select(IdentityRequest.ended_at)).one() is not None


def test_closing_shortens_the_time_and_throwing_away_ends_it(town: Asked, clock: FrozenClock) -> None:
    give(town, "worker", number())
    here = learn(town.app)
    with here.database.writing() as session:
        programme, hr = session.get_one(Programme, town.programme.id), session.merge(town.hr)
        programme_writing.close(session, programme, actor=hr, now=clock())
        asking = session.get_one(IdentityRequest, programme.id)
        assert asking.keep_until == (clock() + timedelta(days=90)).date()
    with pytest.raises(Problem, match="not_asked"):
        give(town, "other", number(2))
    with here.database.writing() as session:
        programme_writing.discard(session, session.get_one(Programme, town.programme.id), actor=session.merge(town.hr),
                                  now=clock())  # fmt: skip
    assert states(town) == [IdentityState.ERASED]


@pytest.mark.parametrize("completed", [False, True])
def test_who_leaves_without_completing_is_forgotten_after_ninety_days(
    town: Asked, clock: FrozenClock, completed: bool
) -> None:
    give(town, "worker", number())
    give(town, "other", number(2))
    with learn(town.app).database.writing() as session:
        member = session.scalars(select(ProgrammeMember).where(ProgrammeMember.person_id == town.worker.id)).one()
        member.left_at = clock()
        member.completed_at = clock() if completed else None
    clock.advance(days=89)
    assert tick(town) == 0
    clock.advance(days=2)
    assert tick(town) == (0 if completed else 1)


def test_entries_with_different_numbers_are_two_people(town: Asked, clock: FrozenClock) -> None:
    give(town, "worker", number())
    give(town, "other", number(2))
    with learn(town.app).database.writing() as session:
        kept, other, hr = (session.merge(one) for one in (town.worker, town.other, town.hr))
        with pytest.raises(Problem, match=r"identity\.differs"):
            merging.merge(session, kept, other, actor=hr, now=clock(), reason="Twice", **MEASURE)


def test_a_number_goes_over_with_its_person_and_back(town: Asked, clock: FrozenClock) -> None:
    decline(town, "worker")
    clock.advance(minutes=1)
    give(town, "other", number())
    here = learn(town.app)
    with here.database.writing() as session:
        kept, other, hr = (session.merge(one) for one in (town.worker, town.other, town.hr))
        merging.merge(session, kept, other, actor=hr, now=clock(), reason="Twice", **MEASURE)
        row = session.scalars(select(IdentityNumber)).one()
        assert row.person_id == kept.id
        assert identity_desk.opened(here.vault, row) == number()
        splitting.split(session, other, actor=hr, now=clock(), reason="Two after all", zone=MEASURE["zone"])
        assert session.scalars(select(IdentityNumber.person_id)).one() == other.id


@pytest.mark.parametrize("kept_declined", [True, False])
def test_a_no_stands_above_what_hr_typed_under_a_second_entry(
    town: Asked, clock: FrozenClock, kept_declined: bool
) -> None:
    kept_name, other_name = ("worker", "other") if kept_declined else ("other", "worker")
    decline(town, "worker")
    clock.advance(minutes=1)
    give(town, "other", number(), by="hr")
    with learn(town.app).database.writing() as session:
        kept, other, hr = (session.merge(getattr(town, one)) for one in (kept_name, other_name, "hr"))
        merging.merge(session, kept, other, actor=hr, now=clock(), reason="Twice", **MEASURE)
    assert states(town) == [IdentityState.DECLINED]


def test_a_number_is_not_given_for_another_purpose_than_the_one_that_was_read(town: Asked, clock: FrozenClock) -> None:
    """Two pages lie open when the purpose changes: nobody has answered yet, so it may."""
    here, read = learn(town.app), seen_by(town, "worker")
    clock.advance(minutes=1)
    with here.database.writing() as session:
        identity_numbers.ask(
            session, session.get_one(Programme, town.programme.id), purpose="It goes to an insurance company.",
            keep_until=clock().date(), actor=session.merge(town.hr), now=clock(), today=clock().date(),
            vault=here.vault,
        )  # fmt: skip
    for who in ("worker", "hr"):
        with pytest.raises(Problem, match=r"identity\.changed_meanwhile"):
            give(town, "worker", number(), seen=read, by=who)
    assert states(town) == []


def test_after_the_last_day_nothing_is_taken_in_or_taken_along_though_no_tick_has_run(
    town: Asked, clock: FrozenClock
) -> None:
    give(town, "worker", number())
    here, everywhere = learn(town.app), Reach(everywhere=True)

    def full() -> int:
        with here.database.reading() as session:
            return len(list(identity_desk.in_full(session, town.programme.id, everywhere, today=clock().date())))

    clock.advance(days=200)
    assert full() == 1
    clock.advance(days=1)
    assert full() == 0
    with here.database.reading() as session:
        person, wanted = session.get_one(Person, town.other.id), [town.programme.id]
        assert not identity_numbers.open_for(session, person, wanted, today=clock().date())
    with pytest.raises(Problem, match=r"identity\.not_asked"):
        give(town, "other", number(2))


def test_who_gave_a_number_for_a_purpose_that_ended_is_asked_for_the_next(town: Asked, clock: FrozenClock) -> None:
    """Also HR can bring theirs in by a table; who said no has said so."""
    here = learn(town.app)
    give(town, "worker", number())
    decline(town, "other")
    clock.advance(minutes=1)
    with here.database.writing() as session:
        programme, hr = session.get_one(Programme, town.programme.id), session.merge(town.hr)
        identity_numbers.end(session, programme, actor=hr, now=clock(), reason="Settled")
        identity_numbers.ask(session, programme, purpose=PURPOSE, keep_until=clock().date(), actor=hr, now=clock(),
                             today=clock().date(), vault=here.vault)  # fmt: skip
        for who, asked_anew in (("worker", True), ("other", False)):
            person = session.get_one(Person, getattr(town, who).id)
            found = identity_numbers.open_for(session, person, [programme.id], today=clock().date())
            assert bool(found) is asked_anew
        worker = session.get_one(Person, town.worker.id)
        identity_numbers.store(session, programme, worker, number(), seen=None, actor=hr, now=clock(),
                               today=clock().date(), vault=here.vault)  # fmt: skip
    assert states(town) == [IdentityState.GIVEN, IdentityState.DECLINED]


def test_what_erases_numbers_does_not_grow_with_them(town: Asked) -> None:
    """A database takes so many values in a statement: numbers of more people than that could not be erased."""
    here, seen = learn(town.app), []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "suyu_identity_number" in statement:
            seen.append(len(parameters))

    give(town, "worker", number())
    give(town, "other", number(2))
    with here.database.writing() as session:
        programme, hr = session.get_one(Programme, town.programme.id), session.merge(town.hr)
        bind = session.connection()
        event.listen(bind, "before_cursor_execute", note)
        assert identity_numbers.end(session, programme, actor=hr, now=here.now(), reason="Settled") == 2
        event.remove(bind, "before_cursor_execute", note)
    assert len(seen) == 1, seen
    assert states(town) == [IdentityState.ERASED] * 2


def test_a_new_key_takes_over_and_damaged_rows_stay(town: Asked) -> None:
    give(town, "worker", number())
    give(town, "other", number(2))
    here, both = learn(town.app), Vault(f"{OTHER_KEY} {KEY}")
    with here.database.writing() as session:
        session.scalars(select(IdentityNumber).where(IdentityNumber.person_id == town.other.id)).one().cipher = "x"
        assert identity_desk.unopened(session, both) == 0
        done = identity_desk.rotate(session, vault=both, now=here.now())
        assert done is not None
        assert (done.changed, done.failed) == (1, 1)
        again = identity_desk.rotate(session, vault=both, now=here.now())
        assert again is not None
        assert (again.changed, again.failed) == (0, 1)
        assert identity_desk.rotate(session, vault=both, now=here.now(), after=again.last) is None
        row = session.scalars(select(IdentityNumber).where(IdentityNumber.person_id == town.worker.id)).one()
        assert identity_desk.opened(Vault(OTHER_KEY), row) == number()


def test_a_change_of_keys_that_breaks_off_leaves_every_number_readable_and_goes_on(town: Asked) -> None:
    give(town, "worker", number())
    give(town, "other", number(2))
    here, both = learn(town.app), Vault(f"{OTHER_KEY} {KEY}")

    def read() -> dict[str, str]:
        with here.database.reading() as session:
            rows = session.scalars(select(IdentityNumber).order_by(IdentityNumber.id)).all()
            return {identity_desk.opened(both, row): row.cipher_key for row in rows}

    old, new = Vault(KEY).names[0], Vault(OTHER_KEY).names[0]
    with here.database.writing() as session:
        assert identity_desk.rotate(session, vault=both, now=here.now(), most=1) is not None
    assert read() == {number(): new, number(2): old}
    with pytest.raises(KeyboardInterrupt), here.database.writing() as session:
        identity_desk.rotate(session, vault=both, now=here.now(), most=1)
        raise KeyboardInterrupt
    assert read() == {number(): new, number(2): old}
    with here.database.writing() as session:
        done = identity_desk.rotate(session, vault=both, now=here.now(), most=1)
        assert done is not None
        assert done.changed == 1
        assert identity_desk.rotate(session, vault=both, now=here.now(), most=1) is None
    assert read() == {number(): new, number(2): new}


def test_a_backup_has_ciphertext_alone_and_no_key(town: Asked, tmp_path: Path) -> None:
    give(town, "worker", number())
    stream = io.BytesIO()
    with learn(town.app).database.reading() as session:
        backup.one_moment(session)
        backup.write(session, stream, instance=tmp_path, version="1", now=learn(town.app).now())
    with zipfile.ZipFile(stream) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert PURPOSE.encode() in everything
    assert number().encode() not in everything
    assert KEY.encode() not in everything
