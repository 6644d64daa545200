"""Question packs by their one door: as often as one likes, and every fault told with file, uid and field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from suyu_learn import _resources
from suyu_learn.content.checking import check
from suyu_learn.content.question_packs import read_pack
from suyu_learn.db import Database
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.models import Bank, Question, QuestionVersion, Status
from suyu_learn.services import bank, bank_bulk, bank_contents, bank_editing, bank_questions, packs, people
from tests.clock import START

TYPES = {kind.code: kind for kind in BUILT_IN}

BANK = """
reviewer = "The editors"
[[bank]]
folder = "workers"
name = "Workers"
"""
QUESTION = """
[[question]]
uid = "{uid}"
type = "single"
stem = "{stem}"
options.a = "one"
options.b = "two"
answer = "a"
source = "a book"
"""


def pack(folder: Path, *questions: str, about: str = BANK) -> Path:
    (folder / "pack" / "workers").mkdir(parents=True, exist_ok=True)
    (folder / "pack" / "bank.toml").write_text(about, encoding="utf-8")
    (folder / "pack" / "workers" / "fire.toml").write_text("\n".join(questions), encoding="utf-8")
    return folder / "pack"


def question(uid: str = "q-1", stem: str = "Which?", **more: str) -> str:
    return QUESTION.format(uid=uid, stem=stem) + "".join(f"{name} = {value}\n" for name, value in more.items())


def load(database: Database, folder: Path) -> packs.Loaded:
    with database.writing() as session:
        return packs.load_banks(session, read_pack(folder, types=TYPES), now=START)[0]


def faults(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(Problems) as found:
        read_pack(folder, types=TYPES)
    return [(str(problem.place), problem.code) for problem in found.value.problems]


def test_loading_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    folder = pack(tmp_path, question("q-1"), question("q-2", "What?"))
    first, second = load(database, folder), load(database, folder)
    assert (first.read, first.stored, first.retired) == (2, 2, 0)
    assert (second.read, second.stored, second.retired) == (2, 0, 0)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(QuestionVersion)) == 2


def test_a_changed_question_gets_a_new_version_and_keeps_its_option_keys(database: Database, tmp_path: Path) -> None:
    load(database, pack(tmp_path, question()))
    assert load(database, pack(tmp_path, question(stem="Which one?"))).stored == 1
    with database.reading() as session:
        first, second = session.scalars(select(QuestionVersion).order_by(QuestionVersion.number)).all()
        assert (first.status, second.status) == (Status.RETIRED, Status.PUBLISHED)
        assert [one["key"] for one in first.body["options"]] == [one["key"] for one in second.body["options"]]
        assert (second.reviewer, second.text_format.value) == ("The editors", "markdown")


def test_a_vanished_question_is_retired_and_published_when_it_comes_again(database: Database, tmp_path: Path) -> None:
    load(database, pack(tmp_path, question("q-1"), question("q-2", "What?")))
    assert load(database, pack(tmp_path, question("q-1"))).retired == 1
    with database.reading() as session:
        gone = session.scalars(select(Question).where(Question.uid == "q-2")).one()
        assert (gone.published_version_id, gone.retired_at) == (None, START)
    assert load(database, pack(tmp_path, question("q-1"), question("q-2", "What?"))).stored == 1


def test_what_was_retired_by_hand_stays_so_until_it_is_reworded(database: Database, tmp_path: Path) -> None:
    load(database, pack(tmp_path, question()))
    with database.writing() as session:
        row = session.scalars(select(Bank)).one()
        keeper = people.add_person(session, "Wang", now=START)
        retired = session.scalars(select(Question)).one()
        bank_contents.retire(session, row, retired.id, actor=keeper, now=START)
    assert load(database, pack(tmp_path, question())).stored == 0
    assert load(database, pack(tmp_path, question(stem="Another?"))).stored == 1


def test_what_people_edited_or_wrote_in_a_shipped_bank_stays_as_it_is(database: Database, tmp_path: Path) -> None:
    folder = pack(tmp_path, question(), question("q-2", "Whom?"))
    load(database, folder)
    with database.writing() as session:
        row = session.scalars(select(Bank)).one()
        actor = people.add_person(session, "Keeper", now=START)
        first, second = session.scalars(select(Question).order_by(Question.id)).all()
        kept = bank_editing.edit_of(session, first, bank_questions.latest_of(session, first), base=1)
        bank_editing.edit(session, row, first, replace(kept, draft=replace(kept.draft, source="a better book")),
                          actor=actor, now=START)  # fmt: skip
        bank_editing.publish(session, row, first, actor=actor, now=START) if not row.review else None
        own = replace(kept, draft=replace(kept.draft, uid=bank_editing.new_uid()), base=0)
        made = bank_editing.create(session, row, own, actor=actor, now=START)
        bank.publish(session, session.get_one(Question, made.question_id), made, reviewer="x", now=START)
        bank_bulk.change_status(session, row, [second], bank_bulk.Bulk("retire"), actor=actor, now=START)
    assert load(database, folder) == packs.Loaded("Workers", read=2, stored=0, retired=0)
    with database.reading() as session:
        rows = session.scalars(select(Question.published_version_id).order_by(Question.id)).all()
        assert [one is not None for one in rows] == [True, False, True]


def test_an_unchanged_pack_takes_a_handful_of_statements(database: Database, tmp_path: Path) -> None:
    folder = pack(tmp_path, *(question(f"q-{number}", f"Number {number}?") for number in range(60)))
    load(database, folder)
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    load(database, folder)
    assert len(said) <= 6, said


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        (question(colour='"red"'), "pack/workers/fire.toml: q-1: colour", "pack.unknown_field"),
        (question(difficulty='"mean"'), "pack/workers/fire.toml: q-1: difficulty", "pack.unknown_value"),
        (question().replace('answer = "a"', 'answer = "c"'), "pack/workers/fire.toml: q-1: answer",
         "question.answer_not_an_option"),
        (question().replace('answer = "a"\n', ""), "pack/workers/fire.toml: q-1: answer", "question.no_right_option"),
        (question().replace('uid = "q-1"\n', ""), "pack/workers/fire.toml: #1: uid", "pack.field_missing"),
        (question() + question(stem="Again?"), "pack/workers/fire.toml: q-1", "pack.uid_twice"),
        ("[[question]\n", "pack/workers/fire.toml", "pack.not_toml"),
    ],
)  # fmt: skip
def test_faults_name_file_uid_and_field(tmp_path: Path, text: str, place: str, code: str) -> None:
    assert (place, code) in faults(pack(tmp_path, text))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = faults(pack(tmp_path, question("q-1", colour="1"), question("q-2", shade="2")))
    assert len(found) == 2


def test_the_shipped_content_holds() -> None:
    found = check(_resources.folder("question_bank"), _resources.folder("courses"),
                  _resources.inside("programme_templates"), types=TYPES)  # fmt: skip
    assert [str(problem) for problem in found.problems] == []
    assert found.questions == sum(found.by("audience").values()) == sum(found.by("type").values())
    assert (found.courses, found.lessons) == (15, 77)
    assert min(found.by("criterion").values()) >= 20
    assert min(found.by("dimension").values()) >= 150
    assert found.by("type")["true_false"] <= found.questions * 0.2


def test_checking_finds_faults_of_courses(tmp_path: Path) -> None:
    folder = pack(tmp_path, question())
    for slug, checkpoints in (("fire", '"q-1"'), ("smoke", '"q-9"')):
        course = tmp_path / "courses" / "workers" / slug
        course.mkdir(parents=True)
        (course / "01-short.md").write_text("Too short.", encoding="utf-8")
        (course / "course.toml").write_text(
            f'slug = "{slug}"\naudience = "workers"\ntitle = "Fire"\nsummary = "s"\noutcomes = ["o"]\n'
            f'[[lesson]]\nfile = "01-short.md"\ntitle = "t"\nsources = ["a"]\ncheckpoints = [{checkpoints}]\n',
            encoding="utf-8",
        )
    found = check(folder, tmp_path / "courses", tmp_path / "programme_templates", types=TYPES)
    assert (found.courses, found.lessons) == (2, 1)
    assert [problem.code for problem in found.problems] == ["course.lesson_length", "course.unknown_checkpoint"]


def test_a_pack_gets_its_uids_whoever_used_them_before(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        own = bank_contents.own_bank(session, "Own", unit=people.root_unit(session, now=START), now=START)
        draft = read_pack(pack(tmp_path, question(stem="Mine?")), types=TYPES)[0].questions[0]
        bank.store(session, own, draft, now=START, reviewer="a test")
    loaded = load(database, pack(tmp_path, question(stem="Of the pack?")))
    assert (loaded.read, loaded.stored) == (1, 1)
    with database.reading() as session:
        kept = {
            one.uid: bank_questions.latest_of(session, one).body["stem"] for one in session.scalars(select(Question))
        }
        assert kept.pop("q-1") == "Of the pack?"
        assert list(kept.values()) == ["Mine?"]
