"""Pictures of questions: taken in, linked to what uses them, let go."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, MediaDraft, QuestionDraft
from suyu_learn.content.question_packs import read_pack
from suyu_learn.domain.problems import Place, Problems
from suyu_learn.models import Import, ImportMedia, Media, QuestionVersion, VersionMedia
from suyu_learn.services import bank, bank_applying, bank_imports, media, packs
from tests.clock import FrozenClock
from tests.drafts import TYPES
from tests.factories import single
from tests.pictures import drawing, photo

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def question(number: int, *named: MediaDraft, alt: str = "a square") -> QuestionDraft:
    made = single(number)
    stem = f"Question {number}: " + " ".join(pictures.mark(one.sha256, alt) for one in named)
    return QuestionDraft(uid=made.uid, type="single", body={**made.body, "stem": stem}, source="a test",
                         place=Place(sheet="1", row=number))  # fmt: skip


def taken(session: Session, file: BankFile, folder: Path, clock: FrozenClock) -> BankFile:
    return media.take_in(session, file, media.prepare(file.media, folder=folder), now=clock())


def test_pictures_come_in_with_their_questions(session: Session, tmp_path: Path, clock: FrozenClock) -> None:
    good, bad = MediaDraft(drawing(), "x.png"), MediaDraft(SVG, "y.svg")
    file = BankFile((question(1, good), question(2, good, bad), question(3)), media=(good, bad))
    file = taken(session, file, tmp_path, clock)
    assert [(one.code, one.place.row) for one in file.warnings] == [("media.drawing", 2)]
    target = bank.add_bank(session, "B", unit=None, now=clock())
    upload = bank_imports.Upload("b.docx", b"x")
    waiting = bank_imports.take_up(session, target, file, upload, key="k", actor_id=None, day="d", now=clock())
    row = session.scalars(select(Media)).one()
    assert (row.width, row.height, row.mime, row.name) == (320, 200, "image/png", "x.png")
    assert media.path_of(tmp_path, row.sha256).stat().st_size == row.size
    assert session.scalars(select(ImportMedia.media_id)).all() == [row.id]
    bank_applying.apply(session, waiting, actor_id=None, reviewer="r", now=clock())
    versions = session.execute(select(QuestionVersion.id, QuestionVersion.body).order_by(QuestionVersion.id)).all()
    assert [list(pictures.named_in(body)) for _id, body in versions] == [[row.sha256], [row.sha256], []]
    linked = session.scalars(select(VersionMedia.version_id).order_by(VersionMedia.version_id)).all()
    assert linked == [versions[0].id, versions[1].id]


def test_a_version_stored_one_by_one_is_linked_too(session: Session, tmp_path: Path, clock: FrozenClock) -> None:
    file = taken(session, BankFile((question(1, one := MediaDraft(photo())),), media=(one,)), tmp_path, clock)
    target = bank.add_bank(session, "B", unit=None, now=clock())
    bank.store(session, target, file.items[0], now=clock(), reviewer="r")
    assert session.scalar(select(func.count()).select_from(VersionMedia)) == 1


def test_a_picture_without_words_and_one_that_is_not_there_are_told(
    session: Session, tmp_path: Path, clock: FrozenClock
) -> None:
    mute, gone = MediaDraft(drawing()), MediaDraft(photo())
    file = taken(session, BankFile((question(1, mute, gone, alt=""),), media=(mute,)), tmp_path, clock)
    assert {one.code for one in file.warnings} == {"media.no_alt", "media.missing"}


def test_too_many_pixels_in_all_are_refused_not_worked_through(
    session: Session, tmp_path: Path, clock: FrozenClock
) -> None:
    several = [MediaDraft(drawing(300, 200 + number)) for number in range(4)]
    media.MOST_PIXELS_IN_ALL, before = 130_000, media.MOST_PIXELS_IN_ALL
    try:
        told = media.prepare(several, folder=tmp_path).values()
    finally:
        media.MOST_PIXELS_IN_ALL = before
    assert [isinstance(one, media.Stored) for one in told] == [True, True, False, False]


def test_what_nothing_uses_goes_after_a_week(session: Session, tmp_path: Path, clock: FrozenClock) -> None:
    used, waits, unused = MediaDraft(drawing(100)), MediaDraft(drawing(110)), MediaDraft(drawing(120))
    file = BankFile((question(1, used), question(2, waits), question(3, unused)), media=(used, waits, unused))
    file = taken(session, file, tmp_path, clock)
    target = bank.add_bank(session, "B", unit=None, now=clock())
    bank.store(session, target, file.items[0], now=clock(), reviewer="r")
    batch = Import(key="k", kind="bank", file_name="f", sha256="0" * 64, size=1, bank_id=target.id,
                   created_at=clock())  # fmt: skip
    session.add(batch)
    session.flush()
    media.link_import(session, batch, [{"body": file.items[1].body}])
    session.flush()
    later = clock() + timedelta(days=8)
    assert media.forget_unused(session, now=clock() + timedelta(days=6)) == 0
    assert media.forget_unused(session, now=later) == 1
    assert {one.width for one in session.scalars(select(Media))} == {100, 110}
    for path in tmp_path.glob("??/*"):
        os.utime(path, (later.timestamp() - 8 * 86400,) * 2)
    half_come = tmp_path.parent / media.UPLOADS / "x"
    half_come.parent.mkdir(exist_ok=True)
    half_come.write_bytes(b"half a film")
    os.utime(half_come, (clock().timestamp(),) * 2)
    assert media.sweep(session, tmp_path, now=later) == 1
    assert not half_come.exists()
    assert len(list(tmp_path.glob("??/*"))) == 2
    media.keep(session, [unused], media.prepare([unused], folder=tmp_path), now=later)
    assert len(list(tmp_path.glob("??/*"))) == 3


def test_a_pack_brings_the_pictures_of_its_folder(session: Session, tmp_path: Path, clock: FrozenClock) -> None:
    pack = tmp_path / "pack"
    (pack / "farmers" / "media").mkdir(parents=True)
    (pack / "farmers" / "media" / "soil.png").write_bytes(drawing())
    (pack / "bank.toml").write_text('reviewer = "x"\n[[bank]]\nfolder = "farmers"\nname = "Farmers"\n')
    text = '[[question]]\nuid = "q"\ntype = "essay"\nsource = "s"\nstem = "See ![soil](media/soil.png)."\n'
    (pack / "farmers" / "one.toml").write_text(text)
    drafts = read_pack(pack, types=TYPES)
    prepared = media.prepare(drafts[0].media, folder=tmp_path / "media")
    for stored in (1, 0):
        [loaded] = packs.load_banks(session, drafts, now=clock(), prepared=prepared)
        assert loaded.stored == stored
    body = session.scalars(select(QuestionVersion.body)).one()
    assert list(pictures.named_in(body)) == session.scalars(select(Media.sha256)).all()
    assert session.scalar(select(func.count()).select_from(VersionMedia)) == 1
    (pack / "farmers" / "one.toml").write_text(text.replace("soil.png", "none.png"))
    with pytest.raises(Problems) as refused:
        read_pack(pack, types=TYPES)
    assert refused.value.problems[0].code == "pack.no_picture"
