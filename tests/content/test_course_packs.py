"""Course packs: what is right comes in whole, and every fault names file, lesson and field."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from suyu_learn.content import course_packs, question_packs
from suyu_learn.content.drafts import FilmDraft
from suyu_learn.content.texts import questions_placed, reading_parts, render_reading
from suyu_learn.domain import questions
from suyu_learn.domain.problems import Problem, Problems
from tests.films import film, mp3
from tests.pictures import drawing

ROOT = Path(__file__).parents[2]
COURSE = """\
slug = "black-soil"
audience = "farmers"
title = "黑土地"
summary = "两句话。第二句。"
outcomes = ["学完能……"]
[translations.en]
title = "Black soil"
summary = "Two sentences. Here is the second."

[[lesson]]
file = "01-what-it-is.md"
title = "什么是黑土"
checkpoints = ["q-1"]
sources = ["《黑土地保护法》（2022年）"]

[[lesson]]
file = "02-keep-it.md"
title = "怎么护"
checkpoints = ["q-2"]
sources = ["《黑土地保护法》（2022年）"]
"""
UIDS = {"q-1", "q-2"}
TOML = "courses/farmers/black-soil/course.toml"
FIRST, SECOND = "01-what-it-is.md", "02-keep-it.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one sound course."""
    course = tmp_path / "courses/farmers/black-soil"
    course.mkdir(parents=True)
    (course / "course.toml").write_text(COURSE, encoding="utf-8")
    (course / FIRST).write_text("一件身边事。\r\n\r\n## 道理\n\n黑土厚。\n", encoding="utf-8")
    (course / SECOND).write_text("第二课。", encoding="utf-8-sig")
    return tmp_path / "courses"


def _problems(folder: Path) -> list[Problem]:
    with pytest.raises(Problems) as found:
        course_packs.read_packs(folder, uids=UIDS)
    return list(found.value.problems)


def test_a_sound_pack_comes_in_whole(folder: Path) -> None:
    (draft,) = course_packs.read_packs(folder, uids=UIDS)
    assert (draft.pack, draft.slug, draft.audience, draft.lang) == (
        "courses/farmers/black-soil", "black-soil", "farmers", "zh_Hans",
    )  # fmt: skip
    assert [lesson.slug for lesson in draft.lessons] == ["what-it-is", "keep-it"]
    assert draft.lessons[0].text == "一件身边事。\n\n## 道理\n\n黑土厚。"
    assert draft.lessons[1].text == "第二课。"
    assert draft.translations["en"]["title"] == "Black soil"


CASES: dict[str, tuple[Callable[[str], str], str, str]] = {
    "no title": (lambda toml: toml.replace('title = "黑土地"\n', ""), "course.field_missing", f"{TOML}: title"),
    "an empty title": (lambda toml: toml.replace('"黑土地"', '" "'), "course.not_a_text", f"{TOML}: title"),
    "a number for a title": (lambda toml: toml.replace('"黑土地"', "7"), "course.not_a_text", f"{TOML}: title"),
    "a long title": (lambda toml: toml.replace("黑土地", "长" * 201, 1), "course.text_too_long", f"{TOML}: title"),
    "no outcomes": (lambda toml: toml.replace('["学完能……"]', "[]"), "course.list_empty", f"{TOML}: outcomes"),
    "outcomes as text": (lambda toml: toml.replace('["学完能……"]', '"x"'), "course.not_a_list", f"{TOML}: outcomes"),
    "a misspelt field": (lambda toml: "titel = 1\n" + toml, "course.unknown_field", f"{TOML}: titel"),
    "another slug": (lambda toml: toml.replace('"black-soil"', '"Soil"'), "course.slug_unlike_folder", f"{TOML}: slug"),
    "another audience": (
        lambda toml: toml.replace('"farmers"', '"workers"'), "course.audience_unlike_folder", f"{TOML}: audience",
    ),
    "no lessons": (lambda toml: toml.split("[[lesson]]")[0], "course.no_lesson", f"{TOML}: lesson"),
    "a translation without summary": (
        lambda toml: toml.replace('summary = "Two sentences. Here is the second."', ""),
        "course.field_missing", f"{TOML}: translations.en: summary",
    ),
    "translations as text": (
        lambda toml: 'translations = "en"\n' + toml.replace("[translations.en]", "[other]"),
        "course.not_a_table", f"{TOML}: translations",
    ),
    "a lesson without file": (
        lambda toml: toml.replace(f'file = "{SECOND}"\n', ""), "course.field_missing", f"{TOML}: #2: file",
    ),
    "a lesson out of its place": (
        lambda toml: toml.replace(SECOND, "03-keep-it.md"), "course.lesson_file_name", f"{TOML}: 03-keep-it.md: file",
    ),
    "a lesson elsewhere": (
        lambda toml: toml.replace(SECOND, "../02-x.md"), "course.lesson_file_name", f"{TOML}: ../02-x.md: file",
    ),
    "a lesson file that is missing": (
        lambda toml: toml.replace(SECOND, "02-gone.md"), "pack.file_missing",
        "courses/farmers/black-soil/02-gone.md: 02-gone.md: file",
    ),
    "a lesson without sources": (
        lambda toml: toml.replace('checkpoints = ["q-2"]\nsources = ["《黑土地保护法》（2022年）"]', ""),
        "course.field_missing", f"{TOML}: {SECOND}: sources",
    ),
    "an unknown checkpoint": (
        lambda toml: toml.replace("q-2", "q-9"), "course.unknown_checkpoint", f"{TOML}: {SECOND}: checkpoints",
    ),
    "a checkpoint twice in a lesson": (
        lambda toml: toml.replace('["q-2"]', '["q-2", "q-2"]'), "course.said_twice", f"{TOML}: {SECOND}: checkpoints",
    ),
    "a checkpoint of two lessons": (
        lambda toml: toml.replace("q-2", "q-1"), "course.checkpoint_twice", f"{TOML}: {SECOND}: checkpoints",
    ),
    "a misspelt field of a lesson": (
        lambda toml: toml + 'minutes = "5"\n', "course.unknown_field", f"{TOML}: {SECOND}: minutes",
    ),
    "no TOML at all": (lambda _toml: "slug = [", "pack.not_toml", TOML),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_fault_of_a_course_names_its_place(folder: Path, name: str) -> None:
    change, code, place = CASES[name]
    path = folder / "farmers/black-soil/course.toml"
    path.write_text(change(COURSE), encoding="utf-8")
    assert (code, place) in [(problem.code, str(problem.place)) for problem in _problems(folder)]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        (b"# Title\n\ntext", "course.text_has_title", 1),
        (b"text\n\nTitle\n=====", "course.text_has_title", 3),
        (b"one\n\n<div>two</div>", "course.text_has_html", 3),
        (b"one <b>two</b>", "course.text_has_html", 1),
        (b"one\n\n![two](three.png)", "course.text_has_picture", 3),
        (b"one\n\n::question q-9", "course.question_not_asked", 3),
        (b"one\n\n- ::question q-1", "course.question_line", 3),
        (b"::question", "course.question_line", 1),
        (b"::question q-1\n\ntwo\n::question q-1", "course.question_placed_twice", 4),
        (b"one\n\n![two](media:" + b"a" * 64 + b")", "course.text_has_picture", 3),  # ours alone are named so
        (b"  \n", "course.not_a_text", None),
        ("黑土".encode("gb18030"), "course.wrong_encoding", None),
    ],
)
def test_every_fault_of_a_text_names_its_row(folder: Path, text: bytes, code: str, row: int | None) -> None:
    (folder / "farmers/black-soil" / FIRST).write_bytes(text)
    (problem,) = set(_problems(folder))
    assert (problem.code, problem.place.file, problem.place.uid, problem.place.field, problem.place.row) == (
        code, f"courses/farmers/black-soil/{FIRST}", FIRST, "text", row,
    )  # fmt: skip


def test_a_text_is_cut_where_its_questions_stand() -> None:
    text = "one\n::question q-1\n\n```\n::question q-3\n```\n::question a & <b>  "
    assert questions_placed(text) == [("q-1", 2), ("a & <b>", 7)]
    parts = reading_parts(text, "markdown", "Table")
    assert [uid for _html, uid in parts] == ["q-1", "a & <b>", ""]
    assert parts[0][0] == "<p>one</p>\n"
    assert "::question q-3" in parts[1][0]
    assert reading_parts("<!--question q-1-->", "markdown", "Table")[0][1] == ""
    assert [uid for _html, uid in reading_parts("::question q-1", "plain", "Table")] == [""]


def test_a_file_that_no_lesson_names_is_told(folder: Path) -> None:
    (folder / "farmers/black-soil/03-left-over.md").write_text("text")
    (problem,) = _problems(folder)
    assert (problem.code, str(problem.place)) == ("course.lesson_not_listed", f"{TOML}: 03-left-over.md: lesson")


def test_two_courses_with_one_slug_and_faults_of_several_are_told_at_once(folder: Path) -> None:
    other = folder / "workers/black-soil"
    other.mkdir(parents=True)
    (other / "course.toml").write_text(COURSE.replace('"farmers"', '"workers"'), encoding="utf-8")
    (other / FIRST).write_text("text")
    (other / SECOND).write_text("text")
    assert [problem.code for problem in _problems(folder)] == ["course.slug_twice"]
    (other / SECOND).write_text("# no")
    (folder / "farmers/black-soil" / SECOND).write_text("<i>no</i>")
    assert {problem.place.file.split("/")[1] for problem in _problems(folder)} == {"farmers", "workers"}


def test_the_shipped_courses_are_sound() -> None:
    types = {kind.code: kind for kind in questions.BUILT_IN}
    banks = question_packs.read_pack(ROOT / "question_bank", types=types)
    uids = {question.uid for bank in banks for question in bank.questions}
    drafts = course_packs.read_packs(ROOT / "courses", uids=uids)
    assert len(drafts) == len(list((ROOT / "courses").glob("*/*/course.toml")))


def test_a_reading_is_safe_and_its_tables_scroll() -> None:
    html = render_reading("| a | b |\n|---|---|\n| 1 | <script>x</script> |", "markdown", 'A "table"')
    assert '<div class="sl-reading__table" role="region" tabindex="0" aria-label="A &#34;table&#34;"><table>' in html
    assert html.count('<th scope="col">') == 2
    assert "<script" not in html


def test_lessons_show_and_play_files_of_the_pack(folder: Path) -> None:
    course = folder / "farmers/black-soil"
    (course / "media").mkdir()
    for name, content in (
        ("soil.png", drawing()),
        ("plough.mp4", film(2)),
        ("read-out.mp3", mp3(2)),
        ("not-named.txt", b"x"),
    ):
        (course / "media" / name).write_bytes(content)
    (course / FIRST).write_text(
        "![朗读](media/read-out.mp3)\n\n黑土厚。\n\n![黑土](media/soil.png) ![犁](media/plough.mp4)", encoding="utf-8"
    )
    (draft,) = course_packs.read_packs(folder, uids=UIDS)
    kept = {one.name: one for one in draft.media}
    assert [name for name, one in kept.items() if isinstance(one, FilmDraft)] == ["plough.mp4", "read-out.mp3"]
    sha = sha256((course / "media/read-out.mp3").read_bytes()).hexdigest()
    assert kept["read-out.mp3"].sha256 == sha
    assert draft.lessons[0].text.startswith(f"![朗读](media:{sha})\n\n黑土厚。")


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (None, "course.file_missing", f"courses/farmers/black-soil/{FIRST}: {FIRST}: 1: text"),
        (film(codec=b"hvc1"), "film.codec", "courses/farmers/black-soil/media/plough.mp4"),
        (film()[:-9], "film.cut_off", "courses/farmers/black-soil/media/plough.mp4"),
        (b"RIFF\x10\0\0\0AVI LIST" + bytes(90), "film.container", "courses/farmers/black-soil/media/plough.mp4"),
    ],
)
def test_a_file_that_phones_do_not_play_is_told_by_its_name(
    folder: Path, content: bytes | None, code: str, place: str
) -> None:
    course = folder / "farmers/black-soil"
    (course / "media").mkdir()
    if content is not None:
        (course / "media/plough.mp4").write_bytes(content)
    (course / FIRST).write_text("![犁](media/plough.mp4)", encoding="utf-8")
    (problem,) = _problems(folder)
    assert (problem.code, str(problem.place)) == (code, place)
